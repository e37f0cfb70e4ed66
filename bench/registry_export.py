"""How long a registry export takes and how much memory, with 1,000 and 10,000 patients; and the table of completeness.

`python -m bench.registry_export [SIZE …]` makes a database of its own for each size (SQLite in a temporary folder).
With DATABASE_URL it measures the one that `python -m bench.cohort_rows` has filled. `grown_mb` is by how much
the memory of this process grew at most while the archive was written: it hardly differs with the size.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SIZES = (1_000, 10_000)


def main() -> None:
    import django

    django.setup()
    from django.db import connection

    from accounts.models import Team

    team = Team.objects.get(name="Benchmark")
    for line in (_completeness(team), _export(team, only_signed=False)):
        print(json.dumps(line | {"database": connection.vendor}), flush=True)


def _completeness(team: Any) -> dict[str, Any]:
    from pathway.registry import completeness, elements

    began = time.perf_counter()
    found = completeness.lines_of(team)
    took = round((time.perf_counter() - began) * 1000, 1)
    size = max(line.asked for line in found[elements.ASSESSMENT])
    return {"name": "registry.completeness", "median": took, "p95": took, "unit": "ms", "size": size}


def _export(team: Any, **asked: Any) -> dict[str, Any]:
    from pathway.registry import archive
    from pathway.registry.subjects import Asked, chosen

    wanted = Asked(**asked)
    _forget_peak()
    began, before = time.perf_counter(), _memory_mb("VmRSS")
    with tempfile.TemporaryFile() as file:
        keys = list(chosen(team, wanted).values_list("pk", flat=True))
        counts = archive.write(
            file, team=team, asked=wanted, patient_ids=keys, secret="0" * 64, progress=lambda _n: None
        )
        megabytes = round(file.tell() / 1e6, 1)
    took = round(time.perf_counter() - began, 1)
    return {
        "name": "registry.export", "median": took, "p95": took, "unit": "s", "size": len(keys),
        "lines": sum(counts.values()), "file_mb": megabytes, "grown_mb": round(_memory_mb("VmHWM") - before, 1),
    }  # fmt: skip


def _forget_peak() -> None:
    """Let the kernel count the highest memory from now on."""
    Path("/proc/self/clear_refs").write_text("5")


def _memory_mb(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith(f"{name}:")]
    return int(line.split()[1]) / 1024


def each(sizes: list[int]) -> int:
    """Fill and measure each size in processes and a database of its own."""
    failed = 0
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            environment = os.environ | {"DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}"}
            for name in ("cohort_rows", "registry_export"):
                command = [sys.executable, "-m", f"bench.{name}", str(size)]
                failed |= subprocess.run(command, env=environment).returncode
    return failed


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    if "DATABASE_URL" in os.environ:
        main()
    else:
        sys.exit(each([int(size) for size in sys.argv[1:]] or list(SIZES)))
