"""`make bench`: run every benchmark; those that ask the database on SQLite, and again on PostgreSQL where it is there.

One JSON line a benchmark: name, median, p95, unit, size. `python -m bench guidelines pages` runs some of them.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests import servers

FOLDER = Path(__file__).resolve().parent
NOT_BENCHMARKS = {"__init__", "__main__", "population", "course", "followed", "cohort_rows"}
# These start PostgreSQL servers of their own: what they fill, SQLite would take too long to.
ON_POSTGRESQL_ONLY = {"queue_page", "sweep"}
ASK_THE_DATABASE = {"cohort", "find_patient", "pages", "patient_page", "recording_page"}


def run(name: str, **environment: str) -> bool:
    """Run one benchmark in a process of its own, so that none warms up another; its lines go through."""
    command = [sys.executable, "-m", f"bench.{name}"]
    return subprocess.run(command, cwd=FOLDER.parent, env={**os.environ, **environment}).returncode == 0


def main() -> int:
    names = sys.argv[1:] or sorted(
        path.stem for path in FOLDER.glob("*.py") if path.stem not in NOT_BENCHMARKS
    )
    has_postgresql = bool(servers.find_program("postgres"))
    went_well = [run(name) for name in names if has_postgresql or name not in ON_POSTGRESQL_ONLY]
    if has_postgresql:
        for name in sorted(ASK_THE_DATABASE.intersection(names)):
            with servers.postgresql() as url:
                went_well.append(run(name, DATABASE_URL=url))
    return 0 if all(went_well) else 1


if __name__ == "__main__":
    sys.exit(main())
