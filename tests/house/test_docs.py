"""What the documents point to is there: links, pictures, files named in the text, commands of make."""

import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)(?:#[^)]*)?\)")
# `guidelines/facts.py`, `docs/decisions/`: a path with a folder, as code.
NAMED = re.compile(r"`((?:[\w.-]+/)+[\w.-]*)`")
TARGET = re.compile(r"`make ([a-z-]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
class TestDocument:
    def test_links_to_what_is_there(self, document: Path) -> None:
        gone = [
            link
            for link in LINK.findall(document.read_text("utf-8"))
            if not (document.parent / link).exists()
        ]

        assert gone == []

    def test_names_files_that_are_there(self, document: Path) -> None:
        named = NAMED.findall(document.read_text("utf-8"))

        assert [path for path in named if is_ours(path) and not (ROOT / path).exists()] == []

    def test_names_commands_that_can_be_made(self, document: Path) -> None:
        made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

        assert set(TARGET.findall(document.read_text("utf-8"))) <= made


def is_ours(path: str) -> bool:
    """Say whether a path begins in one of our folders; others are examples and addresses."""
    return (ROOT / path.split("/")[0]).is_dir() or path.startswith(".ci/")
