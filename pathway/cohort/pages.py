"""The pages of drawings: their addresses, their names, and what makes each of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pathway.cohort import adherence_page, events, liver_page, procedures_page, response_page
from pathway.cohort.figure import Asked, Page


@dataclass(frozen=True, slots=True)
class Shown:
    """One page. Without outcomes: it asks for no reading and no last day."""

    key: str
    label: Any
    title: Any
    page_of: Callable[[Asked], Page]
    with_outcomes: bool = False

    @property
    def address(self) -> str:
        return reverse("pathway:cohort_page", args=[self.key])


SHOWN: Mapping[str, Shown] = {
    shown.key: shown
    for shown in (
        Shown(
            "response", _("Response"), _("Response of the cohort"), response_page.page_of, with_outcomes=True
        ),
        Shown("events", _("Adverse events"), _("Adverse events of the cohort"), events.page_of),
        Shown("liver", _("Liver"), _("Liver function of the cohort"), liver_page.page_of),
        Shown("procedures", _("Procedures"), _("Procedures of the cohort"), procedures_page.page_of),
        Shown("adherence", _("Follow-up"), _("Follow-up of the cohort"), adherence_page.page_of),
    )
}


def tabs() -> list[dict[str, Any]]:
    """Return where the pages of the cohort lead, the curves first."""
    curves = {"key": "curves", "label": _("Curves"), "address": reverse("pathway:cohort")}
    return [curves, *({"key": one.key, "label": one.label, "address": one.address} for one in SHOWN.values())]
