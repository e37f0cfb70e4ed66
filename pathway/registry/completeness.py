"""How complete the records are for a registry: of one record while it is written, and of all of a team."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Count, Q, QuerySet, Value, When

from accounts.models import Team
from assessments.models import Assessment
from followup.models import Reading
from pathway.registry.elements import ASSESSMENT, MODELS, OF, PROCEDURE, READING, Element
from procedures.models import Procedure


@dataclass(frozen=True)
class Meter:
    """Of one record: what would be missing, and of how many."""

    missing: tuple[Element, ...]
    asked_count: int

    @property
    def there_count(self) -> int:
        return self.asked_count - len(self.missing)


@dataclass(frozen=True)
class Line:
    """Of all records: how many have an element."""

    element: Element
    there: int
    asked: int

    @property
    def percent(self) -> int:
        """Whole percent, downwards: 100 means that none is missing."""
        return 100 * self.there // self.asked if self.asked else 0


def meter_of(kind: str, key: int) -> Meter:
    """Return what of one record would be missing, with one question."""
    row = _weighed(MODELS[kind]._default_manager.filter(pk=key), kind).values(*_names(kind)).get()
    asked = [element for element in OF[kind] if row[_name(element)] is not None]
    return Meter(tuple(element for element in asked if not row[_name(element)]), len(asked))


def lines_of(team: Team) -> Mapping[str, list[Line]]:
    """Return how complete the team's signed records are, with one question for each kind."""
    return {kind: _lines(kind, rows) for kind, rows in _signed(team).items()}


def _signed(team: Team) -> Mapping[str, QuerySet[Any]]:
    """Return the records that an export would hold."""
    states = Assessment.Status
    judged = [states.SIGNED, states.AMENDED, states.IMPORTED]
    return {
        ASSESSMENT: Assessment.objects.filter(patient__team=team, status__in=judged),
        PROCEDURE: Procedure.objects.filter(patient__team=team, signed_at__isnull=False, cancelled_at=None),
        READING: Reading.objects.filter(review__team=team, signed_at__isnull=False, retracted_at=None),
    }


def _lines(kind: str, rows: QuerySet[Any]) -> list[Line]:
    counts = {}
    for element in OF[kind]:
        name = _name(element)
        counts[f"asked_{name}"] = Count(name)
        counts[f"all_{name}"] = Count("pk", filter=Q(**{name: True}))
    found = _weighed(rows.order_by(), kind).aggregate(**counts)
    return [
        Line(element, found[f"all_{_name(element)}"], found[f"asked_{_name(element)}"])
        for element in OF[kind]
    ]


def _weighed(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    """Say of each row and element whether it is there; null where it is not asked for."""
    return rows.annotate(**{_name(element): _weigh(element) for element in OF[kind]})


def _weigh(element: Element) -> Case:
    is_there = When(element.is_there, then=Value(True))
    if not element.asked_of:
        return Case(is_there, default=Value(False), output_field=BooleanField())
    not_asked = When(~element.asked_of, then=Value(None))
    return Case(not_asked, is_there, default=Value(False), output_field=BooleanField())


def _name(element: Element) -> str:
    return f"has_{element.key}"


def _names(kind: str) -> list[str]:
    return [_name(element) for element in OF[kind]]
