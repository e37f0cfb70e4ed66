"""What two records say of one person, answer by answer: alike, known to one only, or to be chosen."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from patients.models import Diagnosis, Patient, StandingRisks

KEPT, OTHER, BOTH = "kept", "other", "both"
UNKNOWN = (None, "", "not_known")


@dataclass(frozen=True)
class Question:
    """Columns of one row that are answered together. `must_choose`: where they differ nothing is chosen beforehand."""

    key: str
    label: Any
    row: type[models.Model]
    columns: tuple[str, ...]
    must_choose: bool = False
    # The later day stands: each says that somebody asked.
    takes_later: bool = False

    def values_of(self, patient: Patient) -> tuple[Any, ...]:
        row = row_of(patient, self.row)
        return tuple(getattr(row, column) if row else None for column in self.columns)

    def words_of(self, values: tuple[Any, ...]) -> str:
        """Say the answer; nothing where it is not known."""
        fields = [self.row._meta.get_field(column) for column in self.columns]
        said = [_in_words(field, value) for field, value in zip(fields, values, strict=True)]
        return ", ".join(word for word in said if word)


def row_of(patient: Patient, model: type[models.Model]) -> models.Model | None:
    """Return the patient, or the row that a patient has once, if it is there."""
    return patient if model is Patient else model._default_manager.filter(patient=patient).first()


def _in_words(field: Any, value: Any) -> str:
    if value in UNKNOWN:
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return date_format(value, "j M Y") if isinstance(value, date) else str(value)


def _who(key: str, label: Any, *columns: str, must_choose: bool = False) -> Question:
    return Question(key, label, Patient, columns, must_choose)


def _single(model: type[models.Model], column: str, *more: str, **keywords: Any) -> Question:
    field: Any = model._meta.get_field(column)
    label = capfirst(str(field.verbose_name))
    return Question(column, label, model, (column, *more), **keywords)


def _of_disease() -> Iterator[Question]:
    causes = ("hepatitis_b", "hepatitis_c", "alcohol", "steatotic")
    for column in (
        "basis",
        "diagnosed_on",
        *causes,
        "other_aetiology",
        "cirrhosis",
        "diabetes",
        "grade",
        "pathology",
    ):
        yield _single(Diagnosis, column)
    yield _single(Diagnosis, "earlier_treatments_asked_on", takes_later=True)


def _of_risks() -> Iterator[Question]:
    """A risk that one record knows of and the other denies is never settled by which record happens to be kept."""
    yield _single(StandingRisks, "allergies_asked_on", takes_later=True)
    yield _single(StandingRisks, "antithrombotics", "antithrombotics_which", must_choose=True)
    for column in ("bilioenteric_anastomosis", "thyroid_disease", "pregnancy_possible", "other"):
        yield _single(StandingRisks, column, must_choose=True)


def questions() -> list[Question]:
    """Every answer that a patient has once, in the order of the page."""
    return [
        _who("name", gettext_lazy("Name"), "family_name", "given_name"),
        _who("birth", gettext_lazy("Date of birth"), "birth_date", "birth_year"),
        _who("sex", gettext_lazy("Sex"), "sex"),
        _who("phone", gettext_lazy("Phone"), "phone"),
        _who("email", gettext_lazy("E-mail"), "email"),
        _who("language", gettext_lazy("Language"), "language"),
        _who(
            "consent", gettext_lazy("Agrees to messages"), "consents_to_messages", "message_channel",
            must_choose=True,
        ),
        _who("referrer", gettext_lazy("Referred by"), "referrer"),
        *_of_disease(),
        *_of_risks(),
    ]  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """One question with what each record answers."""

    question: Question
    kept: tuple[Any, ...]
    other: tuple[Any, ...]

    @property
    def differs(self) -> bool:
        """Both know it, and not alike."""
        if self.question.takes_later or self.kept == self.other:
            return False
        return not _is_unknown(self.kept) and not _is_unknown(self.other)

    @property
    def is_filled(self) -> bool:
        """The kept record does not know it and the other does."""
        return _is_unknown(self.kept) and not _is_unknown(self.other)

    @property
    def may_be_both(self) -> bool:
        field = self.question.row._meta.get_field(self.question.columns[0])
        return isinstance(field, models.TextField)

    @property
    def kept_words(self) -> str:
        return self.question.words_of(self.kept)

    @property
    def other_words(self) -> str:
        return self.question.words_of(self.other)

    def answer(self, choice: str) -> tuple[Any, ...]:
        """Return the values that stand after the merge."""
        if self.question.takes_later:
            known = [value for value in (*self.kept, *self.other) if value]
            return (max(known, default=None),)
        if not self.differs:
            return self.other if self.is_filled else self.kept
        joined: dict[str, Callable[[], tuple[Any, ...]]] = {
            KEPT: lambda: self.kept,
            OTHER: lambda: self.other,
            BOTH: lambda: ("\n".join(map(str, (*self.kept, *self.other))),),
        }
        return joined[choice]()


def _is_unknown(values: tuple[Any, ...]) -> bool:
    return all(value in UNKNOWN for value in values)


def compare(kept: Patient, other: Patient) -> list[Comparison]:
    """Return every question on which at least one of the records knows something."""
    found = [Comparison(one, one.values_of(kept), one.values_of(other)) for one in questions()]
    return [one for one in found if not (_is_unknown(one.kept) and _is_unknown(one.other))]
