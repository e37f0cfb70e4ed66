"""`python -m guidelines COMMAND [FILE]`: one JSON object a line in, one JSON object a line out, in the same order."""

import argparse
import contextlib
import functools
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple, TextIO

import guidelines
from guidelines import reading

ALL_WELL, SOME_LINES_BAD, NOTHING_TO_READ = 0, 1, 2

Answer = Callable[[Mapping[str, Any]], dict[str, Any]]

COMMANDS: Mapping[str, Answer] = {
    "eligibility": guidelines.eligibility,
    "scores": guidelines.scores,
    "response": guidelines.response,
    "next-step": guidelines.next_step,
    "schedule": guidelines.schedule,
}


class NotJson(Exception):
    """The line is not JSON at all."""


class Outcome(NamedTuple):
    """How many lines there were, and how many of them were bad or not even JSON."""

    lines: int = 0
    bad: int = 0
    not_json: int = 0


def main(arguments: list[str] | None = None) -> int:
    """Answer each line; the exit status says whether all of them were well."""
    options = _parser().parse_args(arguments)
    answer = COMMANDS[options.command]
    if options.command == "eligibility" and options.no_would_change:
        answer = functools.partial(guidelines.eligibility, would_change=False)
    try:
        with _opened(options.file) as lines:
            outcome = answer_lines(lines, answer, sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SOME_LINES_BAD
    except OSError as error:
        return _nothing(f"{error.filename or 'standard output'}: {error.strerror}.")
    if outcome.lines == outcome.not_json:
        return _nothing("No line of the input is JSON.")
    return SOME_LINES_BAD if outcome.bad else ALL_WELL


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m guidelines",
        description="Ask the guideline: one JSON object of facts a line, one answer a line.",
    )
    parser.add_argument("command", choices=tuple(COMMANDS), metavar="COMMAND", help=", ".join(COMMANDS))
    parser.add_argument("file", nargs="?", metavar="FILE", help="default: standard input")
    parser.add_argument(
        "--no-would-change",
        action="store_true",
        help="eligibility: do not look for the single change that would turn a refusal",
    )
    return parser


def _nothing(message: str) -> int:
    sys.stderr.write(f"python -m guidelines: {message}\n")
    return NOTHING_TO_READ


@contextlib.contextmanager
def _opened(file: str | None) -> Iterator[BinaryIO]:
    if file is None or file == "-":
        yield sys.stdin.buffer
        return
    with open(file, "rb") as lines:
        yield lines


def answer_lines(lines: BinaryIO, answer: Answer, output: TextIO) -> Outcome:
    """Write an answer, or an error in its place, for every line that is not blank."""
    outcome = Outcome()
    for number, line in enumerate(lines, start=1):
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        written, bad, not_json = _answered(number, line, answer)
        output.write(written + "\n")
        outcome = Outcome(outcome.lines + 1, outcome.bad + bad, outcome.not_json + not_json)
    return outcome


def _answered(number: int, line: bytes, answer: Answer) -> tuple[str, bool, bool]:
    """What is written for one line, whether it was bad, and whether it was not even JSON."""
    given: object = None
    try:
        given = _parsed(line)
        return json.dumps(answer(given)), False, False  # type: ignore[arg-type]
    except NotJson as error:
        return _error_line(number, None, str(error), None), True, True
    except guidelines.FactError as error:
        return _error_line(number, given, error.message, error.key), True, False
    except RecursionError:
        return _error_line(number, None, "The line is nested too deeply.", None), True, False


def _parsed(line: bytes) -> object:
    try:
        return json.loads(line.decode("utf-8"), object_pairs_hook=_object, parse_int=_whole_number)
    except UnicodeDecodeError as error:
        raise NotJson(f"The line is not UTF-8 (byte {error.start + 1}).") from None
    except ValueError as error:
        raise NotJson(f"The line is not JSON: {error}.") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    plain = dict(pairs)
    return plain if len(plain) == len(pairs) else reading.Repeating(pairs)


def _whole_number(digits: str) -> float:
    """An integer of thousands of digits is out of every range, and Python refuses to read it."""
    return int(digits) if len(digits) < sys.int_info.str_digits_check_threshold else float(digits)


def _error_line(number: int, given: object, message: str, key: str | None) -> str:
    identity = given.get("id") if isinstance(given, dict) and key != "id" else None
    return json.dumps({"line": number, "id": identity, "error": message, "key": key})


if __name__ == "__main__":
    sys.exit(main())
