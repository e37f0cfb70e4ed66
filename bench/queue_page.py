"""How long the coordinators' queue answers with 100,000 patients in one team, and with 1,000: each tab, filter, page.

`python -m bench.queue_page` starts a PostgreSQL server of its own for each size and prints one JSON line a request,
then how the large one stands to the small one. `--plans` prints instead the plan of every statement on the rows of
follow-up as PostgreSQL ran it. The whole request is timed, audit entry included: `cpu` is what this process and
PostgreSQL's worked (their own time, whatever else the machine does), `median` and `p95` are by the clock. Each is the
best of several rounds. The other pages that look at the whole team are timed after the queue.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench import followed
from tests import servers

SIZES = (1_000, 100_000)
ROUNDS, REQUESTS = 3, 20
# How a row of the queue begins.
ROW = b'<li class="queue-row'
LAST_PAGE = "before=9999-12-31.999999999999"
# What the address asks; {name} and {mrn} are those of a patient, {middle} is a day in the middle of the list.
QUERIES = {
    "all": "",
    "nobody": "stage=nobody",
    "overdue": "stage=overdue",
    "imaged": "stage=imaged",
    "read": "stage=read",
    "unsigned": "stage=unsigned",
    "in_window": "stage=in_window",
    "upcoming": "stage=upcoming",
    "mine": "stage=mine",
    "booked": "stage=booked",
    "snoozed": "stage=snoozed",
    "owner_me": "owner=me",
    "owner_nobody": "owner=nobody",
    "owner_one": "owner={owner}",
    "imaging_mri": "imaging=mri",
    "imaging_not_known": "imaging=not_known",
    "is_booked": "booked=yes",
    "not_booked": "booked=no",
    "elsewhere": "elsewhere=yes",
    "all_filters": "stage=read&owner={owner}&imaging=ct&booked=no&elsewhere=yes",
    "nothing_fits": "stage=in_window&elsewhere=yes&imaging=ct",
    "middle_page": "after={middle}.0",
    "last_page": LAST_PAGE,
    "last_page_read": f"stage=read&{LAST_PAGE}",
    "last_page_nobody": f"stage=nobody&{LAST_PAGE}",
    "last_page_unsigned": f"stage=unsigned&{LAST_PAGE}",
    "last_page_snoozed": f"stage=snoozed&{LAST_PAGE}",
    "search_number": "q={mrn}",
    "search_name": "q={name}",
    "search_common": "q=ana",
    "search_two_words": "q=li+an",
    "search_nobody": "q=zzyzx",
}
# Pages that look at the whole team.
PAGES = (
    "pathway:home",
    "followup:failsafe",
    "followup:failsafe_sheet",
    "followup:calendar",
    "followup:messages",
)


class Meter:
    """Asks pages as a coordinator, and reads how long this process and PostgreSQL's worked for each."""

    def __init__(self, user) -> None:
        from django.db import connection
        from django.test import Client

        self.client, self.rows = Client(), 0
        self.client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.server_pid = cursor.fetchone()[0]

    def ask(self, address: str) -> tuple[float, float]:
        """Return the milliseconds by the clock, and those worked."""
        began, worked = time.perf_counter(), self._worked()
        answer = self.client.get(address)
        self.rows = answer.content.count(ROW)
        took = (time.perf_counter() - began) * 1000, (self._worked() - worked) * 1000
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
        return took

    def _worked(self) -> float:
        """Seconds on a processor; PostgreSQL's as the kernel counted them for the process of this connection."""
        schedule = Path(f"/proc/{self.server_pid}/schedstat").read_text()
        return time.process_time() + int(schedule.split()[0]) / 1e9

    def statements(self, address: str) -> list[dict]:
        """Return the statements of a request."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            self.client.get(address)
            return list(captured.captured_queries)


def p95(times: list[float]) -> float:
    return sorted(times)[max(int(len(times) * 0.95) - 1, 0)]


def line(name: str, meter: Meter, address: str, size: int) -> dict:
    """Time one address; the best of the rounds."""
    meter.ask(address)
    rounds = [[meter.ask(address) for _request in range(REQUESTS)] for _round in range(ROUNDS)]
    clock = [[took for took, _cpu in one] for one in rounds]
    worked = [[cpu for _took, cpu in one] for one in rounds]
    return {
        "name": name,
        "median": round(min(statistics.median(one) for one in clock), 1),
        "p95": round(min(p95(one) for one in clock), 1),
        "cpu_median": round(min(statistics.median(one) for one in worked), 1),
        "cpu_p95": round(min(p95(one) for one in worked), 1),
        "unit": "ms",
        "queries": len(meter.statements(address)),
        "rows": meter.rows,
        "size": size,
        "database": "postgresql",
    }


def addresses() -> Iterator[tuple[str, str]]:
    """Name and address of every request."""
    from django.urls import reverse
    from django.utils import timezone

    from followup.models import ImagingReview

    waiting = ImagingReview.objects.filter(closed_at=None, in_care=True, owner__isnull=False)
    some = waiting.select_related("patient").order_by("pk")[waiting.count() // 2]
    said = {
        "name": f"{some.patient.family_name}+{some.patient.given_name}",
        "mrn": some.patient.mrn,
        "owner": some.owner_id,
        "middle": timezone.localdate().isoformat(),
    }
    for name, query in QUERIES.items():
        yield f"queue.{name}", f"{reverse('followup:queue')}?{query.format(**said)}"
    for name in PAGES:
        yield f"page.{name}", reverse(name)


def measure(size: int, *, is_to_plan: bool) -> None:
    """Fill the database that DATABASE_URL names, unless it is filled, and print what every request takes."""
    meter = Meter(followed.ensure(size))
    for name, address in addresses():
        if is_to_plan:
            plans(name, meter, address)
        else:
            print(json.dumps(line(name, meter, address, size)), flush=True)


def plans(name: str, meter: Meter, address: str) -> None:
    """Print the plan of every statement on the queue's rows, as PostgreSQL ran it."""
    from django.db import connection

    for statement in meter.statements(address):
        if not statement["sql"].startswith("SELECT") or "followup_" not in statement["sql"]:
            continue
        print(f"\n== {name}: {statement['sql']}\n")
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + statement["sql"].replace("%", "%%"))
            print("\n".join(row[0] for row in cursor.fetchall()))


def main(arguments: list[str]) -> int:
    """Measure each size in a process and a database of its own; compare them where both show as many rows."""
    sizes = [int(one) for one in arguments if one.isdecimal()]
    is_to_plan = "--plans" in arguments
    if sizes:
        measure(sizes[0], is_to_plan=is_to_plan)
        return 0
    found = [_run(size, is_to_plan=is_to_plan) for size in (SIZES[-1:] if is_to_plan else SIZES)]
    if len(found) == len(SIZES):
        _compare(*found)
    return 0


def _run(size: int, *, is_to_plan: bool) -> dict[str, dict]:
    """Return the lines by their names."""
    flags = ["--plans"] if is_to_plan else []
    command = [sys.executable, "-m", "bench.queue_page", str(size), *flags]
    with servers.postgresql() as url:
        run = subprocess.run(
            command, env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.PIPE, check=True
        )
    said = run.stdout.decode()
    print(said, end="", flush=True)
    return {} if is_to_plan else {line["name"]: line for line in map(json.loads, said.splitlines())}


def _compare(small: dict[str, dict], large: dict[str, dict]) -> None:
    """Print how many times as long the large one takes, where both show as many rows."""
    for name, line in large.items():
        if line["rows"] == small[name]["rows"]:
            times = round(line["cpu_p95"] / small[name]["cpu_p95"], 2)
            print(
                json.dumps({"name": f"{name}.times", "value": times, "unit": "times", "size": line["size"]})
            )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    sys.exit(main(sys.argv[1:]))
