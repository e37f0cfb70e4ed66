"""What the guideline says of the follow-up: the only module of this room that asks it, under the edition in force."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import guidelines
from assessments import guidance as assessment_guidance
from assessments.actions import edition
from followup import settings_of
from followup.models import ImagingReview
from guidelines import settings
from patients.models import Patient
from procedures.models import Procedure


@dataclass(frozen=True)
class Window:
    """When imaging is due, both days included, by which clause and from which day; reviews that do not count."""

    due_from: date
    due_to: date
    clause: str
    counts_from: date
    ignored_reviews: tuple[date, ...] = ()


def window(
    patient: Patient, *, on: date, interval_months: int | None = None, but: ImagingReview | None = None
) -> Window:
    """Return the window of the next review (7.1, 7.2); `but` is a review that is left out of what was done.

    At least one procedure of ours has to have started.
    """
    began = interventions(patient)
    done = reviews_done(patient, but=but)
    if settings_of.settings_of(patient.team).images_early_after_each:
        # A team's choice, not in source: the latest intervention counts as a first one.
        began, done = began[-1:], [day for day in done if day > began[-1]]
    asked: dict = {
        "interventions": [day.isoformat() for day in began],
        "reviews": [day.isoformat() for day in done],
    }
    if interval_months is not None:
        asked["interval_months"] = interval_months
    says = guidelines.schedule(asked, settings=engine_settings(on=on))
    return Window(
        due_from=date.fromisoformat(says["due_from"]),
        due_to=date.fromisoformat(says["due_to"]),
        clause=says["clause"],
        counts_from=date.fromisoformat(says["counts_from"]),
        ignored_reviews=tuple(date.fromisoformat(day) for day in says["ignored_reviews"]),
    )


def interventions(patient: Patient) -> list[date]:
    """Return the days of our interventions where the team works, the earliest first: begun counts, signed or not."""
    zone = ZoneInfo(patient.team.time_zone)
    began = Procedure.objects.filter(patient=patient, started_at__isnull=False)
    return sorted(moment.astimezone(zone).date() for moment in began.values_list("started_at", flat=True))


def reviews_done(patient: Patient, *, but: ImagingReview | None = None) -> list[date]:
    """Return the days of the imaging that was done, the earliest first."""
    done = ImagingReview.objects.filter(patient=patient, done_on__isnull=False)
    if but is not None:
        done = done.exclude(pk=but.pk)
    return sorted(done.values_list("done_on", flat=True))


def engine_settings(*, on: date) -> settings.Settings:
    """Return the engine's settings that are in force on a day."""
    return assessment_guidance.engine_settings(edition.settings_shown(on=on))
