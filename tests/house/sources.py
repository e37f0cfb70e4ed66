"""The product's own source files, parsed once for the tests of the house."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "accounts",
    "assessments",
    "followup",
    "guidelines",
    "pathway",
    "patients",
    "procedures",
    "tace_site",
)


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the top, its text, its tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        return self.path.split("/")[0]

    def functions(self) -> list[ast.FunctionDef]:
        return [
            node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]

    def function_at(self, line: int) -> str:
        """Return the innermost function that holds a line, or "module"."""
        around = [f for f in self.functions() if f.lineno <= line <= (f.end_lineno or f.lineno)]
        return max(around, key=lambda f: f.lineno).name if around else "module"


@cache
def product() -> tuple[Source, ...]:
    """Return every Python file of the rooms, migrations apart."""
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return tuple(_read(path) for path in paths if "migrations" not in path.parts)


def _read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(str(path.relative_to(ROOT)), text, ast.parse(text))


@cache
def templates() -> tuple[Path, ...]:
    """Return every template of the house."""
    return tuple(sorted((ROOT / "templates").rglob("*.html")))


@cache
def tracked() -> tuple[str, ...]:
    """Return the names of the files that git keeps, or of all that lie here when this is no repository."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    return tuple(name for name in done.stdout.split("\0") if name and (ROOT / name).is_file())
