"""From facts to a page on paper: typst sets a template of this folder, with the facts as data, as one PDF.

Nothing touches the disk: facts go in as JSON and drawings as SVG text, both as inputs that no template takes for
markup, so a name that reads like typst code stays a name. The file is PDF/A-2u and PDF/UA-1: it can be kept for
decades, read out by a screen reader, and is refused rather than printed with boxes where no font has a letter.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext

FOLDER = Path(__file__).parent
CHINESE_FONT = "Noto Sans CJK SC"
CHINESE_PACKAGE = "fonts-noto-cjk"
OTHER_PACKAGE = "fonts-noto-core"
# Up to here typst's own fonts have every letter.
LAST_CYRILLIC = "\u04ff"
MOST_NAMED = 12

# Han, kana, hangul, their punctuation and full-width forms.
_CHINESE = re.compile(
    "[\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)
# Of the invisible signs only those stay that letters of some languages are joined by: another could reverse the
# words that follow a name, or hide something in it.
_JOINERS = "\u200c\u200d"
_ARABIC_NUMBER_SIGNS = ("\u0600", "\u0605")

_found: list[typst.Fonts] = []


class FontMissing(Exception):
    """The machine has no font for a letter of this page; the message names the Debian package that brings one."""


class UnableToTypeset(Exception):
    """A template and its facts do not fit: a fault of ours, never of who typed the facts."""


def typeset(
    template: str, facts: Mapping[str, Any], drawings: Mapping[str, bytes] | None = None, *, at: datetime
) -> bytes:
    """Set `template` (a file of this folder) with these facts and SVG drawings; return the PDF, dated `at`.

    The same arguments give the same bytes on a machine with the same fonts.
    """
    inputs = {f"drawing-{name}": _printable(svg.decode()) for name, svg in (drawings or {}).items()}
    inputs["facts"] = json.dumps(_cleaned(facts), ensure_ascii=False)
    fonts = _fonts_for("".join(inputs.values()))
    try:
        return _compiled(template, inputs, fonts, at)
    except typst.TypstError as refusal:
        _complain_unless_undisplayed(refusal)
    try:
        return _compiled(template, {name: _told_by_number(text) for name, text in inputs.items()}, fonts, at)
    except typst.TypstError as refusal:
        _complain_unless_undisplayed(refusal)
        raise FontMissing(_letters_without_font(inputs["facts"])) from refusal


def has_chinese_font() -> bool:
    """Whether this machine can print Chinese."""
    return CHINESE_FONT in _fonts().families()


def chinese_font_missing() -> str:
    """Say what to do where it cannot."""
    words = gettext(
        "This page holds Chinese, and this server has no Chinese font. Please ask your technical support to install"
        " the Debian package %(package)s."
    )
    return words % {"package": CHINESE_PACKAGE}


def _compiled(template: str, inputs: dict[str, str], fonts: typst.Fonts, at: datetime) -> bytes:
    pages = typst.compile(
        str(FOLDER / template),
        root=str(FOLDER),
        font_paths=fonts,
        format="pdf",
        sys_inputs=inputs,
        pdf_standards=["a-2u", "ua-1"],
        timestamp=at.replace(microsecond=0),
    )
    if not isinstance(pages, bytes):
        raise UnableToTypeset(template)
    return pages


def _fonts_for(text: str) -> typst.Fonts:
    if _CHINESE.search(text) and not has_chinese_font():
        raise FontMissing(chinese_font_missing())
    return _fonts()


def _fonts() -> typst.Fonts:
    """Those inside typst itself and those of the machine; looked for again until the Chinese one is there."""
    if not _found:
        fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=[])
        if CHINESE_FONT not in fonts.families():
            return fonts
        _found.append(fonts)
    return _found[0]


def _complain_unless_undisplayed(refusal: typst.TypstError) -> None:
    if "could not be displayed with font" not in str(refusal):
        raise UnableToTypeset(str(refusal)) from refusal


def _letters_without_font(text: str) -> str:
    """Say so: a letter is never left out of a name. Which it is we guess, for typst names its neighbour at times."""
    rare = dict.fromkeys(sign for sign in text if sign > LAST_CYRILLIC and not _CHINESE.match(sign))
    letters = "".join(sign for sign in rare if unicodedata.category(sign)[0] in "LMN")[:MOST_NAMED]
    words = gettext(
        "No font of this server has all of “%(letters)s”. Please write it in other letters, or ask your technical"
        " support to install the Debian package %(package)s."
    )
    return words % {"letters": letters, "package": OTHER_PACKAGE}


def _told_by_number(text: str) -> str:
    """Each emoji and the like by its number: a reader sees that a sign stood there, and which."""
    return "".join(f"[U+{ord(sign):04X}]" if _is_rare_sign(sign) else sign for sign in text)


def _is_rare_sign(sign: str) -> bool:
    return sign > "\u2190" and unicodedata.category(sign) in {"Cf", "Cn", "Co", "Mn", "Sk", "So"}


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return _printable(value)
    if isinstance(value, Mapping):
        return {str(key): _cleaned(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(each) for each in value]
    return value


def _printable(text: str) -> str:
    """Without control characters, halves of characters, and what is not seen."""
    return "".join(sign for sign in text if _is_printable(sign))


def _is_printable(sign: str) -> bool:
    category = unicodedata.category(sign)
    if category == "Cf":
        first, last = _ARABIC_NUMBER_SIGNS
        return sign in _JOINERS or first <= sign <= last
    return sign in "\n\t" or category not in {"Cc", "Cs"}
