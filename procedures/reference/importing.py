"""Takes a file of reference rows in: all lines or none. The dry run does the same and undoes it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from patients.table import Table, UnreadableFile
from procedures.actions import reference as actions
from procedures.forms.reference import FORMS, RowForm
from procedures.models import ReferenceRow
from procedures.reference import columns, history
from procedures.reference.history import Change
from procedures.reference.kinds import ARTERIES, Kind

CODE, PARENT = "code", "parent"
# Not in source: several times what any hospital keeps.
MOST_LINES = 1000
SEAL = "procedures.reference.importing"
SEALED_FOR_SECONDS = 60 * 60
# Where the form errs that no column holds.
WHOLE_LINE = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong in a line, and in which column."""

    column: str
    says: str


@dataclass
class Line:
    """What one line of the file does, or what is wrong with it. `number` is its number in the file."""

    number: int
    code: str
    cells: dict[str, str]
    name: str = ""
    is_new: bool = False
    changes: tuple[Change, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    @property
    def does_something(self) -> bool:
        return self.is_new or bool(self.changes)


@dataclass(frozen=True)
class Outcome:
    lines: list[Line]

    @property
    def has_problems(self) -> bool:
        return any(line.problems for line in self.lines)

    @property
    def changing(self) -> list[Line]:
        return [line for line in self.lines if line.does_something or line.problems]

    @property
    def digest(self) -> str:
        """What was shown, in short: the same file on the same rows has the same."""
        told = json.dumps([asdict(line) for line in self.lines], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


def sealed(table: Table) -> str:
    """Return the table as a text that only this site can have written."""
    return signing.dumps([table.columns, table.rows, table.numbers], salt=SEAL, compress=True)


def unsealed(text: str) -> Table:
    """Return the table of `sealed`. Raises UnreadableFile when it is too old or not ours."""
    try:
        held = signing.loads(text, salt=SEAL, max_age=SEALED_FOR_SECONDS)
    except signing.BadSignature:
        raise UnreadableFile(_("The file was read more than an hour ago. Choose it again.")) from None
    return Table(*held)


def check_columns(kind: Kind, table: Table) -> None:
    """Raise UnreadableFile for a file whose columns or length cannot be meant."""
    if CODE not in table.columns:
        raise UnreadableFile(_("The column “code” is missing: it says which row a line is about."))
    strange = [column for column in table.columns if column not in kind.all_columns]
    if strange:
        raise UnreadableFile(
            _("There is no column “%(column)s” here. These are: %(columns)s.")
            % {"column": strange[0], "columns": ", ".join(kind.all_columns)}
        )
    if len(table.rows) > MOST_LINES:
        raise UnreadableFile(_("The file has more than %(most)d lines.") % {"most": MOST_LINES})


def dry_run(kind: Kind, table: Table, *, by: User, at: datetime) -> Outcome:
    """Say what the file would change, by changing it and undoing that."""
    with transaction.atomic():
        outcome = _take_in(kind, table, by=by, at=at, because=_("Dry run"))
        transaction.set_rollback(True)
    return outcome


def take_in(kind: Kind, table: Table, *, by: User, at: datetime, because: str, digest: str) -> Outcome | None:
    """Change all rows, or none and return None where that would not be what the dry run with `digest` showed."""
    with transaction.atomic():
        outcome = _take_in(kind, table, by=by, at=at, because=because)
        if outcome.has_problems or outcome.digest != digest:
            transaction.set_rollback(True)
            return None
    return outcome


def _take_in(kind: Kind, table: Table, *, by: User, at: datetime, because: str) -> Outcome:
    lines = [
        Line(number, _code_of(table, row), dict(zip(table.columns, row, strict=True)))
        for number, row in table.numbered()
    ]
    _refuse_codes(lines)
    for line in _parents_first(kind, [line for line in lines if not line.problems]):
        _take_line(kind, line, by=by, at=at, because=because)
    return Outcome(lines)


def _code_of(table: Table, row: list[str]) -> str:
    return columns.without_apostrophe(row[table.columns.index(CODE)]).lower()


def _refuse_codes(lines: list[Line]) -> None:
    first: dict[str, int] = {}
    for line in lines:
        if not line.code:
            line.problems.append(Problem(CODE, _("The code is missing.")))
        elif line.code in first:
            says = _("Line %(line)d has this code already.") % {"line": first[line.code]}
            line.problems.append(Problem(CODE, says))
        first.setdefault(line.code, line.number)


def _parents_first(kind: Kind, lines: list[Line]) -> Iterator[Line]:
    """Yield the lines so that a new artery comes after the one that it arises from."""
    if kind.slug != ARTERIES:
        yield from lines
        return
    waiting = {line.code: line for line in lines}
    while waiting:
        ready = [line for line in waiting.values() if line.cells.get(PARENT, "").lower() not in waiting]
        # Going round in a circle, they are refused one by one by their form.
        for line in ready or list(waiting.values()):
            yield waiting.pop(line.code)


def _take_line(kind: Kind, line: Line, *, by: User, at: datetime, because: str) -> None:
    stored = kind.model._default_manager.filter(code=line.code).first()
    line.is_new = stored is None
    form = _form_of(kind, line, stored)
    line.problems += [*_told_only_problems(kind, line, stored), *_neither_yes_nor_no(kind, line)]
    if not form.is_valid():
        line.problems += _problems_of(form)
    line.name = form.instance.name or line.code
    if line.problems:
        return
    old = kind.model._default_manager.filter(code=line.code).first()
    if old is None:
        actions.add_row(row=form.instance, by=by, at=at, because=because)
    elif _differs(kind, old, form.instance):
        actions.change_row(row=form.instance, by=by, at=at, because=because)
        line.changes = tuple(history.changes_between(old, form.instance))


def _form_of(kind: Kind, line: Line, stored: ReferenceRow | None) -> RowForm:
    """Return the form of a page, sent with the cells; a column that the file does not hold stays as it is."""
    row = stored or kind.model()
    answers = {
        name: columns.answer_of(kind.model, name, line.cells.get(name, _text(row, name)))
        for name in kind.columns
    }
    return FORMS[kind.slug](answers | {CODE: line.code}, instance=stored)


def _text(row: ReferenceRow, name: str) -> str:
    return columns.text_of(row, name)


def _told_only_problems(kind: Kind, line: Line, stored: ReferenceRow | None) -> list[Problem]:
    """A file cannot retire or sign off a row: each is done on its page, and says why."""
    told = [name for name in kind.told_only if name in line.cells]
    row = stored or kind.model()
    return [
        Problem(
            name,
            _("A file cannot change this; the page of the row can. Leave “%(text)s”.")
            % {"text": _text(row, name)},
        )
        for name in told
        if not _says_the_same(kind, name, line.cells[name], _text(row, name))
    ]


def _neither_yes_nor_no(kind: Kind, line: Line) -> list[Problem]:
    """A box of a page is ticked or not; a cell may say something else."""
    asked = [name for name in kind.columns if name in line.cells and columns.is_yes_or_no(kind.model, name)]
    return [
        Problem(name, _("Write yes or no."))
        for name in asked
        if columns.answer_of(kind.model, name, line.cells[name]) not in ("true", "false")
    ]


def _says_the_same(kind: Kind, name: str, cell: str, text: str) -> bool:
    answer = columns.answer_of(kind.model, name, cell)
    return answer == columns.answer_of(kind.model, name, text)


def _problems_of(form: RowForm) -> list[Problem]:
    return [
        Problem(name if name in form.fields else WHOLE_LINE, str(says))
        for name, errors in form.errors.items()
        for says in errors
    ]


def _differs(kind: Kind, old: ReferenceRow, new: ReferenceRow) -> bool:
    return any(_text(old, name) != _text(new, name) for name in kind.columns)
