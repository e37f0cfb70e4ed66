"""What one review tells of the questions of the next step (7.4-7.8): each answer with its day and where it stands.

Unknown stays unknown: a value of None is no answer, a range is what is certain of it.
"""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from followup import liver_recovery
from followup.models import Reading
from followup.on_record import OnRecord
from patients.models import PriorTreatment, YesNo
from procedures import course

ANSWERS: Mapping[str, bool] = {YesNo.YES: True, YesNo.NO: False}
THROMBUS_ORDER = list(Reading.Thrombus.values)
SPREAD_ORDER = list(Reading.Spread.values)
RESPONDS = ("CR", "PR", "SD")


@dataclass(frozen=True)
class Told:
    """One fact: its value as the contract takes it, the day that it is from, who says so, what to know of it."""

    name: str
    value: Any = None
    on: date | None = None
    source: str = ""
    note: str = ""

    @property
    def is_known(self) -> bool:
        return self.value is not None


def facts_of(reading: Reading, *, on: date, record: OnRecord | None = None) -> list[Told]:
    """Return the facts of the next step after a signed reading, in the contract's order, as known on a day."""
    known = record or OnRecord(reading.review.patient)
    earlier = known.readings_before(reading)
    return [
        _interventions_done(reading, known),
        _deposition(reading),
        _said(reading, "necrosis", reading.necrosis or None),
        _viable_tumour(reading),
        _said(reading, "enlargement", ANSWERS.get(reading.enlargement)),
        _said(reading, "new_lesions", ANSWERS.get(reading.new_lesions)),
        _progression(reading, earlier[0] if earlier else None, known),
        _recovered(reading, known, on=on),
        _earlier_progressions(earlier, known),
    ]


def asked(facts: Iterable[Told]) -> dict[str, Any]:
    """Return the facts as the engine takes them: what nobody knows is left out."""
    return {fact.name: fact.value for fact in facts if fact.is_known}


def has_progressed(reading: Reading, before: Reading | None, record: OnRecord) -> bool | None:
    """Progression, enlargement or a new lesion; None where what is known leaves it open."""
    answers = (
        ANSWERS.get(reading.enlargement),
        ANSWERS.get(reading.new_lesions),
        _progression(reading, before, record).value,
    )
    if True in answers:
        return True
    return None if None in answers else False


def _said(reading: Reading, name: str, value: Any, note: str = "") -> Told:
    source = _("Reading of %(person)s") % {"person": reading.signed_by or reading.reader}
    return Told(name, value, reading.imaged_on, source, note)


def _interventions_done(reading: Reading, record: OnRecord) -> Told:
    """Ours that had begun, and those on record elsewhere; where nobody asked there may have been more."""
    ours = record.interventions_up_to(reading.imaged_on)
    treatments = record.prior_treatments
    elsewhere = sum(
        1 for row in treatments if _is_intervention(row) and _may_be_before(row, reading.imaged_on)
    )
    is_known = record.is_history_known
    count = min(len(ours) + elsewhere, 50)
    note = (
        _("%(here)d here, %(elsewhere)d elsewhere")
        if is_known
        else _("%(here)d here; elsewhere: nobody asked")
    )
    return Told(
        "interventions_done",
        # No review without an intervention: where none is on record by then, the number is not known.
        (count or None) if is_known else {"min": max(count, 1)},
        course.day_of(ours[-1]) if ours else None,
        _("Record"),
        note % {"here": len(ours), "elsewhere": elsewhere},
    )


def _is_intervention(row: PriorTreatment) -> bool:
    return row.kind == PriorTreatment.Kind.ARTERIAL_INTERVENTION


def _may_be_before(row: PriorTreatment, day: date) -> bool:
    """A treatment whose day nobody knows counts; one that came after the images does not."""
    if row.treated_year is None:
        return True
    return (row.treated_year, row.treated_month or 1, row.treated_day or 1) <= (day.year, day.month, day.day)


def _deposition(reading: Reading) -> Told:
    """Where no oil was given none is deposited: 7.4, which asks for dense oil, can then not hold. Not in source."""
    name = "lipiodol_deposition"
    if reading.lipiodol_deposition == Reading.Deposition.NOT_APPLICABLE:
        return _said(reading, name, "none", _("No oil was given. 7.4 speaks of oil only (not in source)"))
    return _said(reading, name, reading.lipiodol_deposition or None)


def _viable_tumour(reading: Reading) -> Told:
    """7.7: dynamic enhancement shows whether tumour is viable; without it the answer does not count."""
    answer = ANSWERS.get(reading.viable_tumour)
    is_dynamic = ANSWERS.get(reading.dynamic_enhanced)
    if answer is None or is_dynamic:
        return _said(reading, "viable_tumour", answer)
    if is_dynamic is None:
        return _said(
            reading, "viable_tumour", None, _("Whether the scan was dynamic enhanced is not known (7.7)")
        )
    return _said(
        reading, "viable_tumour", None, _("A scan without dynamic enhancement cannot judge it (7.7)")
    )


def _progression(reading: Reading, before: Reading | None, record: OnRecord) -> Told:
    """Progressive disease by mRECIST, or by RECIST 1.1 where mRECIST says nothing; more thrombus or spread, too."""
    worse = _grown_beyond(reading, before, record)
    if worse:
        return _said(reading, "progression", True, worse)
    if reading.mrecist == "PD" or reading.mrecist in RESPONDS:
        return _said(reading, "progression", reading.mrecist == "PD", f"mRECIST {reading.mrecist}")
    if reading.recist_1_1 == "PD":
        return _said(reading, "progression", True, "RECIST 1.1 PD")
    if _is_all_quiet(reading):
        return _said(reading, "progression", False, _("Nothing viable, nothing larger, nothing new"))
    return _said(reading, "progression", None, _("mRECIST: not evaluable or not worked out"))


def _is_all_quiet(reading: Reading) -> bool:
    quiet = (
        _viable_tumour(reading).value,
        ANSWERS.get(reading.enlargement),
        ANSWERS.get(reading.new_lesions),
    )
    return all(answer is False for answer in quiet)


def _grown_beyond(reading: Reading, before: Reading | None, record: OnRecord) -> str:
    """Tumour thrombus or spread that is more than it was; empty where it is not, or nobody knows."""
    was = extent_before(reading, before, record)
    if _is_more(reading.thrombus, was["thrombus"], THROMBUS_ORDER):
        return _("Tumour thrombus is more than before")
    if _is_more(reading.spread, was["spread"], SPREAD_ORDER):
        return _("Spread outside the liver is more than before")
    return ""


def _is_more(now: str, was: str, order: list[str]) -> bool:
    return now in order and was in order and order.index(now) > order.index(was)


def extent_before(reading: Reading, before: Reading | None, record: OnRecord) -> dict[str, str]:
    """By the review before; else by the assessment on which the last intervention rests."""
    from_reading = {"thrombus": before.thrombus, "spread": before.spread} if before else {}
    treated = record.interventions_up_to(reading.imaged_on)
    facts = treated[-1].assessment.facts if treated and treated[-1].assessment else {}
    from_assessment = {
        "thrombus": facts.get("pvtt", {}).get("value"),
        "spread": facts.get("extrahepatic_spread", {}).get("value"),
    }
    return {name: from_reading.get(name) or from_assessment[name] or "" for name in from_assessment}


def recovery_of(reading: Reading, record: OnRecord, *, on: date) -> liver_recovery.Recovery | None:
    """Return liver function before the last intervention and now; None where there was none."""
    treated = record.interventions_up_to(reading.imaged_on)
    return liver_recovery.recovery_after(treated[-1], on=on, record=record) if treated else None


def _recovered(reading: Reading, record: OnRecord, *, on: date) -> Told:
    found = recovery_of(reading, record, on=on)
    if found is None:
        return Told("liver_function_recovered")
    return Told(
        "liver_function_recovered",
        found.has_recovered,
        found.now.on,
        _("Laboratory"),
        _("mALBI grade and Child-Pugh class against before the last intervention (not in source)"),
    )


def _earlier_progressions(earlier: list[Reading], record: OnRecord) -> Told:
    """How many reviews in a row progressed, directly before this one; a range where one of them leaves it open."""
    certain = possible = 0
    for reading, before in itertools.zip_longest(earlier, earlier[1:]):
        progressed = has_progressed(reading, before, record)
        if progressed is False:
            break
        certain += progressed is True and certain == possible
        possible += 1
    return Told(
        "earlier_progressions",
        certain if certain == possible else {"min": certain, "max": possible},
        earlier[0].imaged_on if earlier else None,
        _("Reviews recorded here"),
    )
