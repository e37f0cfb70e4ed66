"""Collect the texts to translate and compile the catalogues; `--check` only says whether they are up to date.

The compiled catalogues are committed, so that a machine without gettext shows every language. The check compares
what the compiled file says with what its source says, and needs no gettext itself.
"""

import gettext
import os
import subprocess  # nosec B404
import sys
from pathlib import Path

import guideline_texts

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ["zh_Hans"]
# There only while texts are collected: what the guideline says (see run/guideline_texts.py).
TO_COLLECT = ROOT / "guideline_texts_to_collect.py"


def collect() -> int:
    """Collect and compile, by Django's own commands."""
    environment = {**os.environ, "TACE_ENVIRONMENT": "test"}
    manage = [sys.executable, str(ROOT / "manage.py")]
    locales = [option for language in LANGUAGES for option in ("--locale", language)]
    ignored = ["--ignore", ".venv", "--ignore", "tests", "--ignore", "staticfiles", "--no-location"]
    TO_COLLECT.write_text(guideline_texts.module_saying(guideline_texts.texts(ROOT / "guidelines")), "utf-8")
    try:
        for command in (["makemessages", *locales, *ignored], ["compilemessages", *locales]):
            done = subprocess.run([*manage, *command], cwd=ROOT, env=environment)  # nosec B603
            if done.returncode:
                return done.returncode
    finally:
        TO_COLLECT.unlink()
    return 0


def check() -> int:
    """Say which compiled catalogue differs from its source."""
    stale = [source for source in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")) if is_stale(source)]
    for source in stale:
        sys.stdout.write(f"{source.relative_to(ROOT)}: the compiled catalogue differs. Run make messages.\n")
    return 1 if stale else 0


def is_stale(source: Path) -> bool:
    """Say whether the .mo beside this .po is missing or says something else."""
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or said_by_compiled(compiled) != said_by_source(source)


def said_by_compiled(path: Path) -> dict[str, str]:
    """Return text and translation as the compiled catalogue has them, plural forms apart."""
    with path.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {
        key if isinstance(key, str) else f"{key[0]}[{key[1]}]": text for key, text in catalogue.items() if key
    }


def said_by_source(path: Path) -> dict[str, str]:
    """Return the same from the source, without its fuzzy, obsolete and untranslated entries."""
    said: dict[str, str] = {}
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        is_fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in block.splitlines())
        if lines and not is_fuzzy:
            said |= entry(lines)
    return said


def entry(lines: list[str]) -> dict[str, str]:
    """Return what one entry of a catalogue's source says."""
    parts: dict[str, str] = {}
    keyword = ""
    for line in lines:
        if not line.startswith('"'):
            keyword, line = line.split(" ", 1)
            parts[keyword] = ""
        parts[keyword] += unquoted(line.strip())
    context = f"{parts['msgctxt']}\x04" if "msgctxt" in parts else ""
    key = context + parts.get("msgid", "")
    if not key:
        return {}
    if "msgid_plural" not in parts:
        return {key: parts["msgstr"]} if parts.get("msgstr") else {}
    forms = {name: text for name, text in parts.items() if name.startswith("msgstr[") and text}
    return {key + name.removeprefix("msgstr"): text for name, text in forms.items()}


def unquoted(line: str) -> str:
    """Return the text between a catalogue's quotes."""
    escapes = {"n": "\n", "t": "\t", "r": "\r"}
    text, characters = "", iter(line[1:-1])
    for character in characters:
        if character == "\\":
            character = next(characters)
            character = escapes.get(character, character)
        text += character
    return text


if __name__ == "__main__":
    sys.exit(check() if "--check" in sys.argv else collect())
