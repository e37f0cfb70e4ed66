"""The result of a dry run as its page and its file show it: counts, the ways in which answers flip, one row a record.

It names no patient: whoever looks after the site may belong to no team. A row leads to its record where the person may
see that team's patients.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Capability
from assessments import words
from assessments.models import Assessment, EditionDryRun, EditionFlip
from followup import decision_words
from followup.models import Decision
from patients import cells

ROWS_A_PAGE = 50
KINDS = dict(EditionFlip.Kind.choices)
FAILURE = gettext_lazy("Failure of treatment as 7.8 defines it")


@dataclass(frozen=True)
class Row:
    """One record that would be answered otherwise."""

    flip: EditionFlip
    url: str

    @property
    def what(self) -> str:
        return f"{self.flip.get_about_display()} {self.flip.record_id}"

    @property
    def state(self) -> str:
        if self.flip.about == EditionFlip.About.READING:
            choices = dict(Decision.Choice.choices)
            return str(choices.get(self.flip.state, _("Not decided")))
        return str(dict(Assessment.Status.choices).get(self.flip.state, self.flip.state))

    @property
    def month(self) -> str:
        """Of the record; the day would say more than a site admin needs."""
        return date_format(self.flip.on, "F Y") if self.flip.on else ""

    @property
    def before(self) -> str:
        return answer_words(self.flip.about, self.flip.before)

    @property
    def after(self) -> str:
        return answer_words(self.flip.about, self.flip.after)

    @property
    def clauses(self) -> list[tuple[str, str, str]]:
        """Each clause that comes out otherwise, with its two findings."""
        return [(clause, *_two_findings(was, would)) for clause, was, would in self.flip.clauses]

    @property
    def conditions(self) -> list[tuple[str, str, str]]:
        return [
            (condition_words(name), *_two_findings(was, would)) for name, was, would in self.flip.conditions
        ]

    @property
    def missing(self) -> list[str]:
        named = decision_words.label_of if self.flip.about == EditionFlip.About.READING else words.label_of
        return [named(name) for name in self.flip.missing]


def _two_findings(was: str, would: str) -> tuple[str, str]:
    return str(words.FINDINGS[was]), str(words.FINDINGS[would])


def condition_words(name: str) -> str:
    return str(words.CONDITIONS[name][0]) if name in words.CONDITIONS else str(FAILURE)


def answer_words(about: str, answer: str) -> str:
    """Say a verdict, or what section 7 suggests."""
    if about == EditionFlip.About.READING:
        return str(decision_words.RECOMMENDED.get(answer, answer))
    return str(words.VERDICTS.get(answer, answer))


def context_of(run: EditionDryRun, request: HttpRequest) -> dict[str, Any]:
    """Return what the page shows of a dry run: the filtered rows, and the counts of all."""
    flips = filtered(run, request.GET)
    page = Paginator(flips.select_related("team"), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return {
        "run": run,
        "kinds": [(key, label, run.counts.get(key, 0)) for key, label in EditionFlip.Kind.choices],
        "ways": ways_of(run),
        "teams": run.flips.values_list("team_id", "team__name").distinct().order_by("team__name"),
        "asked": {name: request.GET.get(name, "") for name in ("kind", "way", "team")},
        "page": page,
        "rows": rows_of(page.object_list, request),
        "count": page.paginator.count,
    }


def ways_of(run: EditionDryRun) -> list[dict[str, Any]]:
    """Return from what to what answers flip, the most frequent first."""
    counted = (
        run.flips.values("about", "before", "after").annotate(n=Count("pk")).order_by("-n", "before", "after")
    )
    return [
        {
            "key": f"{one['about']}:{one['before']}:{one['after']}",
            "about": str(EditionFlip.About(one["about"]).label),
            "before": answer_words(one["about"], one["before"]),
            "after": answer_words(one["about"], one["after"]),
            "count": one["n"],
        }
        for one in counted
    ]


def filtered(run: EditionDryRun, asked: Mapping[str, str]) -> "QuerySet[EditionFlip]":
    """Return the rows that the address asks for; what it cannot mean is passed over."""
    flips = run.flips.all()
    if asked.get("kind") in KINDS:
        flips = flips.filter(kind=asked["kind"])
    way = asked.get("way", "").split(":")
    if len(way) == 3 and "\0" not in asked["way"]:
        flips = flips.filter(about=way[0], before=way[1], after=way[2])
    team = asked.get("team", "")
    if team.isascii() and team.isdecimal() and len(team) < 10:
        flips = flips.filter(team_id=int(team))
    return flips


def rows_of(flips: Iterable[EditionFlip], request: HttpRequest) -> list[Row]:
    """Return rows, each with its address where the person may open it."""
    open_teams = {one.team_id for one in request.memberships if one.may(Capability.SEE_PATIENTS)}
    return [Row(flip, _url_of(flip) if flip.team_id in open_teams else "") for flip in flips]


def _url_of(flip: EditionFlip) -> str:
    if flip.about == EditionFlip.About.ASSESSMENT:
        return reverse("assessments:detail", args=[flip.patient_id, flip.record_id])
    return reverse("pathway:patient", args=[flip.patient_id])


def as_csv(run: EditionDryRun, request: HttpRequest) -> HttpResponse:
    """Return the filtered rows as a file: numbers of records, no name and no value of a patient."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"edition-{run.draft.version}-dry-run-{run.pk}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    # Spreadsheets take a file for UTF-8 only when it begins with this mark.
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(
        [
            _("Record"),
            _("Team"),
            _("Month"),
            _("State"),
            _("What"),
            _("Before"),
            _("After"),
            _("Why"),
            _("Missing"),
        ]
    )
    for row in rows_of(filtered(run, request.GET).select_related("team"), request):
        why = "; ".join(f"{name}: {was} → {would}" for name, was, would in row.clauses + row.conditions)
        told = [row.what, row.flip.team.name, row.month, row.state, row.flip.get_kind_display()]
        writer.writerow(map(cells.neutral, [*told, row.before, row.after, why, ", ".join(row.missing)]))
    return response
