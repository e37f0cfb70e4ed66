"""How long the pages of the cohort take on the server, with 10,000 patients in one team, and fewer.

`python -m bench.cohort [SIZE …]` makes a database of its own for each size (SQLite in a temporary folder; PostgreSQL
where DATABASE_URL names an empty one, which takes one size). The whole request is timed, audit entry included.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

SIZES, ROUNDS = (0, 10, 10_000), 5


def addresses() -> dict[str, str]:
    from django.urls import reverse

    from pathway.cohort import pages

    found = {"curves": reverse("pathway:cohort") + "?endpoint=progression&group_by=stage"}
    return found | {key: shown.address for key, shown in pages.SHOWN.items()}


def benchmarks(user, size: int) -> Iterator[dict]:
    """Time each page; the first answer, which loads libraries, is not counted."""
    from django.db import connection
    from django.test import Client

    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for name, address in addresses().items():
        _milliseconds(client, address)
        times = sorted(_milliseconds(client, address) for _round in range(ROUNDS))
        yield {
            "name": f"cohort.{name}", "median": round(statistics.median(times), 1), "p95": round(times[-1], 1),
            "unit": "ms", "size": size, "database": connection.vendor,
        }  # fmt: skip


def _milliseconds(client, address: str) -> float:
    began = time.perf_counter()
    answer = client.get(address)
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return took


def main(size: int) -> None:
    import django

    django.setup()
    from django.utils import timezone

    from bench import cohort_rows

    _team, user = cohort_rows.make_team(size, on=timezone.localdate() - timedelta(days=1))
    for line in benchmarks(user, size):
        print(json.dumps(line), flush=True)


def each(sizes: list[int]) -> int:
    """Run each size in a process and a database of its own."""
    failed = 0
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            environment = os.environ | {"DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}"}
            command = [sys.executable, "-m", "bench.cohort", str(size)]
            failed |= subprocess.run(command, env=environment).returncode
    return failed


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    asked = [int(size) for size in sys.argv[1:]]
    if "DATABASE_URL" in os.environ:
        main(asked[0] if asked else SIZES[-1])
    else:
        sys.exit(each(asked or list(SIZES)))
