"""How long a sweep takes that finds 50,000 reminders and writes them, and the next, that finds them written already.

`python -m bench.sweep` starts PostgreSQL servers of its own with 10,000 and with 100,000 patients and prints one JSON
line a step: seconds by the clock, seconds that this process and PostgreSQL's worked (their own time, whatever else the
machine does), how many rows, and by how many megabytes the memory of this process grew, which hardly differs with the
size. The healing of reviews comes first: each sweep begins with it.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import followed
from tests import servers

SIZES = (10_000, 100_000)


class Meter:
    """What was worked so far, and how much memory it took."""

    def __init__(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.server_pid = cursor.fetchone()[0]

    def measure(self, name: str, size: int, work: Callable[[], dict[str, Any]]) -> None:
        """Do the work once, for it changes what it finds, and print what it took."""
        began, own, server = time.perf_counter(), time.process_time(), self._server_worked()
        megabytes = _resident_mb()
        done = work()
        line = {
            "name": f"sweep.{name}",
            "value": round(time.perf_counter() - began, 2),
            "cpu": round(time.process_time() - own, 2),
            "cpu_postgresql": round(self._server_worked() - server, 2),
            "unit": "s",
            "grown_mb": round(_highest_mb() - megabytes, 1),
            "highest_mb": round(_highest_mb(), 1),
            "size": size,
            "database": "postgresql",
        }
        print(json.dumps(line | done), flush=True)

    def _server_worked(self) -> float:
        """Seconds on a processor, as the kernel counted them for the process of this connection."""
        return int(Path(f"/proc/{self.server_pid}/schedstat").read_text().split()[0]) / 1e9


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _highest_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def measure(size: int) -> None:
    """Time the steps on the database that DATABASE_URL names, which `bench.followed` filled."""
    import django

    django.setup()
    from followup.actions import heal, sweep

    now = datetime.combine(datetime.now(UTC).date(), datetime.min.time(), UTC) + timedelta(hours=10)
    meter = Meter()

    def swept(hours: int) -> Callable[[], dict[str, Any]]:
        return lambda: _counts(sweep.sweep(at=now + timedelta(hours=hours)))

    meter.measure("heal", size, lambda: {"healed": heal.open_missing_reviews(at=now)})
    meter.measure("heal_again", size, lambda: {"healed": heal.open_missing_reviews(at=now)})
    meter.measure("first", size, swept(0))
    meter.measure("again", size, swept(1))


def _counts(run: Any) -> dict[str, Any]:
    if run.fault_count:
        raise RuntimeError(f"{run.fault_count} faults")
    return {"reminders": run.reminders_written, "messages": run.messages_gathered}


def main(arguments: list[str]) -> int:
    """Measure each size in a database, and in a process, of its own."""
    if arguments:
        measure(int(arguments[0]))
        return 0
    for size in SIZES:
        with servers.postgresql() as url:
            for module in (followed.__name__, "bench.sweep"):
                command, environment = (
                    [sys.executable, "-m", module, str(size)],
                    {**os.environ, "DATABASE_URL": url},
                )
                subprocess.run(command, env=environment, check=True)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    sys.exit(main(sys.argv[1:]))
