"""A record as it stands, weighed: its findings, its ceilings, and what is still open before it can be signed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from guidelines import technique
from guidelines.meter import Meter
from patients.models import Patient
from procedures import answers as told
from procedures import guidance, questions, record, working
from procedures.models import Procedure


@dataclass(frozen=True)
class Weighed:
    """The rows, the answers that they hold, and what the guideline and the ceilings say of them."""

    work: working.Work
    answers: told.Answers
    record: dict[str, Any]
    findings: list[dict[str, Any]]
    meters: list[Meter]


@dataclass(frozen=True)
class Gap:
    """One thing that is open before signing; `name` is the answer of the record's form that would close it."""

    words: str
    name: str = ""

    @property
    def anchor(self) -> str:
        """Where it stands on the page of the record."""
        if not self.name:
            return "targets"
        if self.name.startswith(questions.REASON):
            return self.name
        return f"id_{self.name}_label" if self.name.startswith(questions.STEP) else f"id_{self.name}"


def weigh(patient: Patient, procedure: Procedure) -> Weighed:
    """Read the rows of one procedure and weigh them."""
    work = working.load(patient, procedure)
    given = told.answers_of(work)
    as_read = record.of_answers(work, given)
    found = guidance.findings(as_read, on=guidance.day_of(work))
    return Weighed(work, given, as_read, found, guidance.meters(work, given, as_read))


def gaps_of(weighed: Weighed) -> list[Gap]:
    """Return what stands between the record and a signature."""
    return [
        *_moments(weighed.work.procedure),
        *_unreadable(weighed.work.procedure),
        *_targets(weighed.work),
        *_given(weighed.work),
        *_steps(weighed.record),
        *_ceilings(weighed),
    ]


def _moments(procedure: Procedure) -> Iterator[Gap]:
    if procedure.ended_at is None:
        yield Gap(_("When it ended"), "ended_at")
    if not procedure.modality:
        yield Gap(_("The modality that was done"), "modality")


def _unreadable(procedure: Procedure) -> Iterator[Gap]:
    if procedure.typed:
        yield Gap(_("An answer that could not be read: correct it or clear it"), next(iter(procedure.typed)))


def _targets(work: working.Work) -> Iterator[Gap]:
    if not work.targets and not work.procedure.narrative:
        yield Gap(_("A target, or in the narrative why nothing was treated"), "narrative")
    for target in work.targets:
        if not target.row.is_confirmed:
            yield Gap(
                _("Target %(number)d is a copy of last time: confirm it or discard it")
                % {"number": target.row.number}
            )


def _given(work: working.Work) -> Iterator[Gap]:
    for target in work.targets:
        if not target.row.is_confirmed:
            continue
        for agent in target.administrations:
            if agent.dose_mg is None:
                said = {"agent": agent.agent.name, "number": target.row.number}
                yield Gap(_("Dose of %(agent)s at target %(number)d") % said)
        for one in target.embolisations:
            said = {"material": one.material.name, "number": target.row.number}
            if one.material.requires_lot and not one.lot:
                yield Gap(_("Lot of %(material)s at target %(number)d") % said)
            if one.material.requires_udi and not one.udi:
                yield Gap(_("UDI of %(material)s at target %(number)d") % said)


def _steps(as_read: dict[str, Any]) -> Iterator[Gap]:
    for gap in guidance.before_signing(as_read):
        label = {"step": _(technique.STEPS[gap.step].label)}
        prefix = questions.STEP if gap.needs == "answer" else questions.BECAUSE
        words = _("Answer: %(step)s") if gap.needs == "answer" else _("Not done, because: %(step)s")
        yield Gap(words % label, prefix + gap.step)


def _ceilings(weighed: Weighed) -> Iterator[Gap]:
    reasons = weighed.work.procedure.ceiling_reasons
    for meter in guidance.need_reason(weighed.meters):
        if not str(reasons.get(meter.key) or "").strip():
            said = {"name": _(meter.name), "of": meter.of}
            yield Gap(_("Why a ceiling was passed: %(of)s, %(name)s") % said, questions.REASON + meter.key)


def meter_of(meter: Meter) -> dict[str, Any]:
    """Return a meter as plain JSON, for the record that is signed."""
    return {
        "key": meter.key,
        "name": meter.name,
        "of": meter.of,
        "unit": meter.unit,
        "verdict": meter.verdict,
        "amount": meter.amount,
        "before": meter.before,
        "is_lower_end": meter.is_lower_end,
        "limit": meter.limit,
        "warn_from": meter.warn_from,
        "says": meter.says,
        "values": dict(meter.values),
        "missing": list(meter.missing),
        "source": meter.source,
    }


def meters_of(found: Iterable[Meter]) -> list[dict[str, Any]]:
    """Return the meters as plain JSON."""
    return [meter_of(meter) for meter in found]
