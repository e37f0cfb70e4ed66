"""The guideline's sentences and labels, for the catalogues: `guidelines/` speaks English and imports no gettext.

Pages translate what they get from it (`gettext(clause.says)`), which makemessages cannot see. So while the texts are
collected, a module stands in the tree that says each of them once; nothing of it is kept.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

# Citations, spellings of units, rows that a site edits, and what speaks to a program.
NOT_SHOWN = ("__main__", "entry", "fact", "reading", "reference", "sources", "units")
# A text begins with a capital, a quotation mark, or the blank that a number fills, and has a word in it; or it is a
# place in the source. A name that is the same in every language (AFP, ECOG) is none.
TEXT = re.compile(r"[A-Z“≥0-9][^_]*[a-z]{2}|\{\w+\}.*[a-z ]{3}|No$|section \d|figure ", re.DOTALL)


def texts(package: Path) -> list[str]:
    """Every text of the package that a page may show, once, in order."""
    files = (path for path in sorted(package.rglob("*.py")) if path.stem not in NOT_SHOWN)
    found = (text for path in files for text in of_module(path.read_text(encoding="utf-8")))
    return list(dict.fromkeys(found))


def of_module(source: str) -> Iterator[str]:
    """Its string literals that read as text: no docstring, no part of a message put together."""
    tree = ast.parse(source)
    passed_over = {id(node) for node in _docstrings(tree)} | {id(node) for node in _parts_of_messages(tree)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in passed_over and TEXT.match(node.value):
            yield node.value


def _docstrings(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _parts_of_messages(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield from ast.walk(node)


def module_saying(found: list[str]) -> str:
    """A module in which makemessages finds each text."""
    lines = (f"gettext_noop({text!r})" for text in found)
    return "from django.utils.translation import gettext_noop\n\n" + "\n".join(lines) + "\n"
