"""The safety case: each hazard with its parts, each control with a test that is there."""

import ast
import re
from functools import cache

import pytest

from tests.house import sources

SAFETY_CASE = (sources.ROOT / "docs" / "safety-case.md").read_text(encoding="utf-8")
# `## H1 The wrong patient` and what follows, up to the next.
HAZARDS = re.findall(r"^## (H\d+) (.+?)\n(.+?)(?=^## |\Z)", SAFETY_CASE, re.MULTILINE | re.DOTALL)
NAMED = sorted(set(re.findall(r"`(tests/[^`]+)`", SAFETY_CASE)) - {"tests/house/test_safety_case.py"})


@cache
def names_in(path: str) -> frozenset[str]:
    """Return the classes of a test file, and each of their tests as `Class::test`."""
    file = sources.ROOT / path
    tree = ast.parse(file.read_text(encoding="utf-8")) if file.is_file() else ast.Module([], [])
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name.startswith("Test")]
    tests = {c: [n.name for n in c.body if isinstance(n, ast.FunctionDef)] for c in classes}
    within = {f"{c.name}::{name}" for c, names in tests.items() for name in names if name.startswith("test_")}
    return frozenset(
        within | {c.name for c, names in tests.items() if any(n.startswith("test_") for n in names)}
    )


def is_there(named: str) -> bool:
    path, _, name = named.partition("::")
    return name in names_in(path)


class TestSafetyCase:
    @pytest.mark.parametrize("named", NAMED)
    def test_names_a_test_that_is_there(self, named):
        assert is_there(named)

    @pytest.mark.parametrize(
        "named",
        [
            "tests/house/test_none.py::TestSafetyCase::test_names_a_test_that_is_there",
            "tests/house/test_safety_case.py::TestNone::test_names_a_test_that_is_there",
            "tests/house/test_safety_case.py::TestSafetyCase::test_that_was_taken_out",
            "tests/house/test_safety_case.py",
        ],
    )
    def test_would_miss_one_that_is_gone(self, named):
        assert not is_there(named)

    def test_numbers_its_hazards_one_by_one(self):
        assert [number for number, _name, _text in HAZARDS] == [f"H{n}" for n in range(1, len(HAZARDS) + 1)]
        assert len(HAZARDS) >= 15

    @pytest.mark.parametrize(("number", "name", "text"), HAZARDS)
    def test_gives_each_its_cause_effect_controls_and_proof(self, number, name, text):
        assert [part for part in ("**Cause.**", "**Effect.**", "**Controls.**") if part not in text] == []
        assert len(re.findall(r"^- `tests/[^`]+::[^`]+`$", text, re.MULTILINE)) >= 3, name
