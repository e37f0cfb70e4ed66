"""How far a team's readers agree: Cohen's kappa over pairs of readings that were made without seeing each other.

A pair is the first two readers of one review, each as first signed; corrections and adjudications count nowhere.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from followup import guidance, reading_answers
from followup.models import ImagingReview, LesionReading, SignedReading
from followup.models.readings import Response
from procedures import answers as told

# Under this many pairs kappa says more of chance than of readers (not in source).
ENOUGH_PAIRS = 10
MOST_REVIEWS = 2000

Pair = tuple[str, str]


@dataclass(frozen=True)
class Agreement:
    """One measure: kappa, or too few pairs to say; and how often which answer met which."""

    name: Any
    pairs: list[Pair]
    categories: list[tuple[str, Any]]

    @property
    def n(self) -> int:
        return len(self.pairs)

    @property
    def is_enough(self) -> bool:
        return self.n >= ENOUGH_PAIRS

    @property
    def missing_pairs(self) -> int:
        return max(ENOUGH_PAIRS - self.n, 0)

    @property
    def same(self) -> int:
        return sum(one == other for one, other in self.pairs)

    @property
    def observed_pct(self) -> int | None:
        return round(100 * self.same / self.n) if self.n else None

    @property
    def kappa(self) -> float | None:
        """None with too few pairs, or where chance alone would always agree."""
        return guidance.agreement_of(self.pairs).kappa if self.is_enough else None

    @property
    def table(self) -> list[dict[str, Any]]:
        """How often the first reader's answer (row) met the second's (column)."""
        counts = Counter(self.pairs)
        return [
            {
                "label": label,
                "cells": [
                    {"n": counts[(code, other)], "is_same": code == other}
                    for other, _label in self.categories
                ],
            }
            for code, label in self.categories
        ]


def of_team(team: Team) -> list[Agreement]:
    """Return the agreement on mRECIST (a review each) and on LI-RADS (a lesion each)."""
    pairs = list(_pairs_of_records(team))
    return [
        Agreement(_("mRECIST, overall"), list(_responses(pairs)), [(code, code) for code in Response.values]),
        Agreement(
            _("LI-RADS treatment response, by lesion"),
            list(_lirads(pairs)),
            list(LesionReading.LiRads.choices),
        ),
    ]


Records = tuple[Mapping[str, Any], Mapping[str, Any]]


def _pairs_of_records(team: Team) -> Iterator[Records]:
    own = Q(readings__is_adjudication=False, readings__retracted_at=None, readings__signed_at__isnull=False)
    read_twice = (
        ImagingReview.objects.filter(team=team)
        .annotate(readers=Count("readings", filter=own))
        .filter(readers__gte=2)
        .order_by("-done_on", "-pk")
    )
    keys = list(read_twice.values_list("pk", flat=True)[:MOST_REVIEWS])
    by_review: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    first = SignedReading.objects.filter(
        number=1, reading__review__in=keys, reading__is_adjudication=False, reading__retracted_at=None
    )
    for review, record in first.order_by("signed_at", "pk").values_list("reading__review", "record"):
        by_review[review].append(record)
    for records in by_review.values():
        independent = [records[0], *(one for one in records[1:] if not _has_seen_others(one))]
        if len(independent) > 1:
            yield independent[0], independent[1]


def _has_seen_others(record: Mapping[str, Any]) -> bool:
    return told.value_of(record["answers"], reading_answers.SEEN_OTHERS) == "yes"


def _responses(pairs: Iterable[Records]) -> Iterator[Pair]:
    """Both worked out a response, "not evaluable" included."""
    return ((one["mrecist"], other["mrecist"]) for one, other in pairs if one["mrecist"] and other["mrecist"])


def _lirads(pairs: Iterable[Records]) -> Iterator[Pair]:
    for one, other in pairs:
        seconds = {lesion["key"]: lesion["lirads"] for lesion in other["lesions"] if lesion["lirads"]}
        for lesion in one["lesions"]:
            is_on_record = lesion["key"].startswith("l")
            if is_on_record and lesion["lirads"] and lesion["key"] in seconds:
                yield lesion["lirads"], seconds[lesion["key"]]
