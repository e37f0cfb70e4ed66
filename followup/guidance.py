"""What the guideline says of the follow-up: the only module of this room that asks it, under the edition in force."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import guidelines
from assessments import guidance as assessment_guidance
from assessments.actions import edition
from assessments.models import EditionSettings
from followup import decision_facts, sessions, settings_of
from followup.models import ImagingReview, LesionReading, Reading
from followup.on_record import OnRecord
from guidelines import (
    agreement,
    failure_definitions,
    interval,
    lesion_response,
    lesion_sums,
    lirads_response,
    refractoriness,
    settings,
    target_lesions,
)
from guidelines.lesions import Lesion, Scan
from patients.models import Patient
from procedures.models import Procedure

CRITERIA = (lesion_sums.MRECIST, lesion_sums.RECIST)


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


def allowed_window(review: ImagingReview, *, on: date) -> Window:
    """Return the whole window that the clause gives a review, whatever interval was chosen within it."""
    if not interventions(review.patient):
        # Its procedure lost its start: what was worked out when it opened stands.
        return Window(review.due_from, review.due_to, review.clause, review.counts_from)
    return window(review.patient, on=on, but=review)


def interventions(patient: Patient) -> list[date]:
    """Return the days of our interventions where the team works, the earliest first: begun counts, signed or not."""
    zone = ZoneInfo(patient.team.time_zone)
    began = Procedure.objects.filter(patient=patient, started_at__isnull=False)
    moments = began.values_list("started_at", flat=True)
    return sorted(moment.astimezone(zone).date() for moment in moments if moment)


def reviews_done(patient: Patient, *, but: ImagingReview | None = None) -> list[date]:
    """Return the days of the imaging that was done, the earliest first."""
    done = ImagingReview.objects.filter(patient=patient, done_on__isnull=False)
    if but is not None:
        done = done.exclude(pk=but.pk)
    return sorted(day for day in done.values_list("done_on", flat=True) if day)


def engine_settings(*, on: date) -> settings.Settings:
    """Return the engine's settings that are in force on a day."""
    return assessment_guidance.engine_settings(edition.settings_shown(on=on))


@dataclass(frozen=True)
class NextStep:
    """What section 7 suggests after a reading, from which facts, under which settings."""

    facts: list[decision_facts.Told]
    says: Mapping[str, Any]
    edition_settings: EditionSettings

    @property
    def decision(self) -> str:
        return self.says["decision"]

    @property
    def facts_as_kept(self) -> dict[str, dict[str, Any]]:
        """The facts as plain JSON, for the decision that is kept."""
        return {
            fact.name: {
                "value": fact.value,
                "on": fact.on.isoformat() if fact.on else None,
                "source": fact.source,
                "note": fact.note,
            }
            for fact in self.facts
        }

    def fact(self, name: str) -> decision_facts.Told:
        return next(fact for fact in self.facts if fact.name == name)


def next_step_of(
    reading: Reading,
    *,
    on: date,
    edition_settings: EditionSettings | None = None,
    record: OnRecord | None = None,
) -> NextStep:
    """Return the decision that the guideline suggests (7.4-7.8) after a signed reading, as it is known on a day."""
    in_force = edition_settings or edition.settings_shown(on=on)
    facts = decision_facts.facts_of(reading, on=on, record=record)
    says = guidelines.next_step(
        decision_facts.asked(facts), settings=assessment_guidance.engine_settings(in_force)
    )
    return NextStep(facts, says, in_force)


def interval_advice(
    reading: Reading, *, on: date, step: NextStep | None = None, record: OnRecord | None = None
) -> interval.Proposal:
    """Return the months to the next imaging that are proposed after a signed reading, with the reasons."""
    known = record or OnRecord(reading.review.patient)
    step = step or next_step_of(reading, on=on, record=known)
    recovery = decision_facts.recovery_of(reading, known, on=on)
    done = step.fact("interventions_done").value
    review = interval.Review(
        interventions_done=done if isinstance(done, int) else None,
        progressed=_any_of(step.fact(name).value for name in ("progression", "enlargement", "new_lesions")),
        viable_tumour=step.fact("viable_tumour").value,
        response=reading.mrecist or None,
        is_equivocal=any(row.lirads == LesionReading.LiRads.EQUIVOCAL for row in reading.lesions.all()),
        albi_grade_before=_malbi(recovery.before.albi) if recovery else None,
        albi_grade_now=_malbi(recovery.now.albi) if recovery else None,
    )
    return interval.propose(review, assessment_guidance.engine_settings(step.edition_settings))


def refractoriness_of(
    reading: Reading, *, step: NextStep, record: OnRecord | None = None
) -> list[refractoriness.Weighed]:
    """Return how far each definition of TACE failure is met: information, no decision follows from it."""
    done = step.fact("interventions_done").value
    count = done if isinstance(done, int) else None
    treated = sessions.sessions_of(reading, record=record)
    chosen = assessment_guidance.engine_settings(step.edition_settings)
    return [
        refractoriness.weigh(definition, treated, interventions_done=count)
        for definition in failure_definitions.definitions(chosen)
    ]


def _any_of(answers: Iterable[bool | None]) -> bool | None:
    """Yes where one is, no where none is, else not known."""
    told = list(answers)
    if True in told:
        return True
    return None if None in told else False


def _malbi(albi: Mapping[str, Any] | None) -> str | None:
    return albi["malbi"] if albi else None


def responses_of(lesions: Sequence[Lesion], scans: Sequence[Scan]) -> dict[str, lesion_response.TimePoint]:
    """Return what the last scan comes to by mRECIST and by RECIST 1.1. Raises FactError for what cannot be."""
    return {
        criterion: lesion_response.latest(criterion=criterion, lesions=lesions, scans=scans)
        for criterion in CRITERIA
    }


def proposed_targets(candidates: Sequence[target_lesions.Candidate]) -> set[str]:
    """Return the lesions to measure: mRECIST's, or RECIST 1.1's where nobody knows what enhanced before treatment."""
    for criterion in CRITERIA:
        proposals = target_lesions.propose(criterion, candidates)
        chosen = {one.lesion for one in proposals if one.verdict == target_lesions.TARGET}
        if chosen:
            return chosen
    return set()


def treatment_response_of(answers: Mapping[str, Any], *, edition: str) -> lirads_response.Judgement:
    """Return the LI-RADS treatment response of one lesion. Raises FactError."""
    return lirads_response.judge(edition, answers)


def agreement_of(pairs: Sequence[agreement.Pair]) -> agreement.Agreement:
    """Return Cohen's kappa of pairs of independent readings."""
    return agreement.kappa(pairs)
