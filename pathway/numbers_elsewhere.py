"""The numbers that are not in source and stand outside the edition's settings: what each is, and who may change it.

Each is read from where it is used, so that the page cannot say another number than the product keeps.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from followup import agreement, liver_recovery, settings_of
from followup.actions import decisions
from procedures import liver_cost, stages, symptoms

OF_THE_PRODUCT = gettext_lazy("The same for every team; it changes with a new release of the product.")
OF_THE_TEAM = gettext_lazy("Each team has its own under “Follow-up settings”; these are the product’s.")


@dataclass(frozen=True)
class Number:
    """One number, what it decides, and the clause beside which it is used."""

    value: str
    says: str
    clause: str = ""


@dataclass(frozen=True)
class Part:
    """The numbers of one place, with who may change them."""

    title: Promise
    changed_by: Promise
    numbers: list[Number]


def parts() -> list[Part]:
    """Return them by where they belong."""
    return [
        Part(gettext_lazy("Days after a procedure"), OF_THE_PRODUCT, _days_after()),
        Part(gettext_lazy("Readings and decisions"), OF_THE_PRODUCT, _decisions()),
        Part(gettext_lazy("Reminders"), OF_THE_TEAM, _reminders()),
    ]


def _days_after() -> list[Number]:
    first, last = liver_cost.DAY_7
    early, late = liver_cost.REVIEW
    hours = int(stages.SIGN_WITHIN.total_seconds() // 3600)
    return [
        Number(_listed(symptoms.CALLS), _("days on which the patient is called"), "6.4"),
        Number(str(symptoms.WATCHED_FOR_DAYS), _("days that count as the course of a procedure"), "6.4"),
        Number(
            str(symptoms.BASELINE_WITHIN_DAYS), _("days: an older value is no value from before a procedure")
        ),
        Number(f"{first}–{last}, {early}–{late}", _("days on which liver function is compared with before")),
        Number(str(hours), _("hours after which a performed procedure without a signature is red")),
    ]


def _decisions() -> list[Number]:
    return [
        Number(
            str(liver_recovery.SETTLED_FROM_DAYS),
            _("days from which a value tells whether the liver has recovered"),
            "7.6",
        ),
        Number(str(decisions.REFER_WITHIN_DAYS), _("days by which somebody is asked after a switch"), "7.8"),
        Number(str(agreement.ENOUGH_PAIRS), _("readings read twice, before their agreement is judged")),
    ]


def _reminders() -> list[Number]:
    given = settings_of.of_the_product(Team())
    return [
        Number(str(given.soon_days), _("days before the window in which a review is “soon”")),
        Number(
            _listed(given.escalate_after_days), _("days late after which clinician and lead are told, too")
        ),
        Number(str(given.unread_working_days), _("working days after which images count as unread")),
        Number(
            str(given.undecided_working_days), _("working days after which a reading counts as undecided")
        ),
        Number(str(given.unsigned_working_days), _("working days after which a record counts as unsigned")),
        Number(str(given.unstarted_working_days), _("working days after which a plan counts as passed")),
        Number(str(given.longest_pause_days), _("days of the longest snooze")),
    ]


def _listed(days) -> str:
    return ", ".join(str(day) for day in days)
