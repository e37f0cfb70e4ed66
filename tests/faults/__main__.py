"""`make faults`: try every fault on 10,000 reminders (or the number given) and print what each came to."""

import sys
from dataclasses import astuple

from tests.faults import faults, harness

COLUMNS = ("fault", "reminders", "messages", "arrived", "lost", "sent twice", "same Message-ID", "seconds")


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    tallies = []
    with harness.harness(count) as made:
        say(line(COLUMNS))
        for tally in faults.every_fault(made):
            tallies.append(tally)
            say(line((*astuple(tally)[:-1], f"{tally.seconds:.0f}")))
    say(
        "\nLost and sent twice are to be 0. “Same Message-ID”: the mail server may have had the message when the"
        " worker, the database or the connection was lost; it went out once more under the same Message-ID, and its"
        " row says so."
    )
    return 0 if all(tally.is_clean for tally in tallies) else 1


def line(cells: tuple) -> str:
    """Return one line of the table."""
    first, *others = cells
    widths = [max(9, len(name) + 2) for name in COLUMNS[1:]]
    return f"{first:<46}" + "".join(f"{cell!s:>{width}}" for cell, width in zip(others, widths, strict=True))


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
