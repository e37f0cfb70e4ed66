"""Run every check of the house, two at a time, and show what each one that failed had to say."""

import os
import subprocess  # nosec B404
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = [
    "accounts",
    "assessments",
    "followup",
    "guidelines",
    "pathway",
    "patients",
    "procedures",
    "tace_site",
]
SOURCES = [*ROOMS, "run", "manage.py"]
PYTHON = sys.executable

# The slow ones first: two cores then finish together.
CHECKS: dict[str, list[str]] = {
    "types": [PYTHON, "-m", "mypy", *ROOMS],
    "templates": [PYTHON, "-m", "djlint", "templates", "--lint", "--quiet"],
    "security": [
        PYTHON,
        "-m",
        "bandit",
        "--quiet",
        "--configfile",
        "pyproject.toml",
        "--recursive",
        *SOURCES,
    ],
    "floors": [str(Path(PYTHON).with_name("lint-imports")), "--no-cache", "--no-logo"],
    "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "settings": [PYTHON, "manage.py", "check", "--fail-level", "WARNING"],
    "lint": [PYTHON, "-m", "ruff", "check", "."],
    "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "catalogues": [PYTHON, "run/catalogues.py", "--check"],
}


def run(name: str) -> bool:
    """Run one check; print its name and time, and its output when it failed."""
    started = time.monotonic()
    done = subprocess.run(  # nosec B603
        CHECKS[name],
        cwd=ROOT,
        env={**os.environ, "TACE_ENVIRONMENT": "test"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    passed = done.returncode == 0
    took = f"{time.monotonic() - started:.1f} s"
    report = f"{'ok    ' if passed else 'FAILED'} {name} ({took})\n" + ("" if passed else f"{done.stdout}\n")
    sys.stdout.write(report)
    sys.stdout.flush()
    return passed


def main() -> int:
    """Run all checks, or those named; 0 when all passed."""
    names = sys.argv[1:] or list(CHECKS)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(run, names))
    failed = [name for name, passed in zip(names, results, strict=True) if not passed]
    if failed:
        sys.stdout.write(f"\n{len(failed)} of {len(names)} checks failed: {', '.join(failed)}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
