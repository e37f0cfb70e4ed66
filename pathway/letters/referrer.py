"""The letter to the referrer, on one page: why, what was done, how it went, the response, what next, whom to call.

Clinical English. Each sentence follows from a row; what is not on record is said to be so, or left out.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.formats import date_format

from assessments.models import Assessment
from followup import current_step, decision_words
from followup.models import Decision, LesionReading, Reading
from pathway.letters import known as rows
from pathway.letters.content import Content, part
from pathway.letters.known import Imaging, Known, Treatment
from patients.models import Diagnosis, YesNo
from procedures import event_words, kept_record, record_words
from procedures.models import AdverseEvent

LANGUAGE = "en"
# One page: what is more is counted, and stands in the record.
MOST_TARGETS, MOST_EVENTS, MOST_LESIONS = 5, 5, 6
# Steps that are told as dates.
SAID_BEFORE = frozenset({current_step.TO_IMAGE, current_step.TO_READ, current_step.BOOKED})
AETIOLOGY = {
    "hepatitis_b": "hepatitis B",
    "hepatitis_c": "hepatitis C",
    "alcohol": "alcohol",
    "steatotic": "steatotic liver disease",
}


def letter(known: Known) -> Content:
    """Return the letter, in English."""
    with translation.override(LANGUAGE):
        patient = known.patient
        born = f"born {day(patient.birth_date)}" if patient.birth_date else ""
        head = known.head.address.splitlines() if known.head else []
        return {
            "language": LANGUAGE,
            "title": "Arterial treatment of the liver",
            "footer": f"{patient.full_name} · MRN {patient.mrn}",
            "head": [patient.team.name, *(line.strip() for line in head if line.strip())],
            "date": day(known.on),
            "about": " · ".join(said for said in (patient.full_name, born, f"MRN {patient.mrn}") if said),
            "greeting": "Dear colleague,",
            "parts": [
                part("Why", [_diagnosis(known.diagnosis), _assessed(known.assessment)]),
                part("What was done", _done(known.treatment), _targets(known.treatment)),
                *([part("How it went", *_went(known.treatment))] if known.treatment else []),
                part("Response", _response(known), table=_sizes(known.imaging)),
                part("What comes next", _next(known)),
                part("Whom to call", _phones(known), is_loud=True),
            ],
            "closing": "Yours sincerely,",
        }


def day(value: date) -> str:
    """Say a day: 24 March 2026."""
    return date_format(value, "j F Y")


def _diagnosis(diagnosis: Diagnosis | None) -> str:
    if diagnosis is None:
        return "Liver cancer; nothing more is recorded of the disease."
    basis = {
        Diagnosis.Basis.IMAGING: "by imaging criteria",
        Diagnosis.Basis.HISTOLOGY: "by histology",
        Diagnosis.Basis.CLINICAL: "clinically",
    }.get(Diagnosis.Basis(diagnosis.basis), "")
    when = f"on {day(diagnosis.diagnosed_on)}" if diagnosis.diagnosed_on else ""
    made = " ".join(said for said in ("diagnosed", when, basis) if said) if when or basis else ""
    causes = [words for name, words in AETIOLOGY.items() if getattr(diagnosis, name) == YesNo.YES]
    return "; ".join(said for said in ("Liver cancer", made, *causes, _cirrhosis(diagnosis)) if said) + "."


def _cirrhosis(diagnosis: Diagnosis) -> str:
    return {
        Diagnosis.Degree.NONE: "no cirrhosis",
        Diagnosis.Degree.COMPENSATED: "compensated cirrhosis",
        Diagnosis.Degree.DECOMPENSATED: "decompensated cirrhosis",
        Diagnosis.Degree.DEGREE_NOT_KNOWN: "cirrhosis",
    }.get(Diagnosis.Degree(diagnosis.cirrhosis), "")


def _assessed(assessment: Assessment | None) -> str:
    if assessment is None:
        return "No signed assessment is on record."
    scores = (
        ("BCLC stage", assessment.bclc_stage),
        ("Child-Pugh class", assessment.child_pugh_class),
        ("ALBI grade", assessment.albi_grade),
    )
    known = ", ".join(f"{name} {value}" for name, value in scores if value)
    when = f"Assessed on {day(assessment.made_on)}" if assessment.made_on else "Assessed"
    decided = f"Decision: {assessment.get_decision_display().lower()}."
    return f"{when}{': ' + known if known else ''}. {decided}"


def _done(treatment: Treatment | None) -> list[str]:
    if treatment is None:
        return ["No intervention has taken place with us."]
    kept = treatment.kept
    by = f", by {', '.join(kept['operators'])}" if kept["operators"] else ""
    said = [f"{record_words.modality_in_words(kept)}, on {day(treatment.on)}{by}."]
    if treatment.count > 1:
        said.append(
            f"It was intervention {treatment.count} with us; the first was on {day(treatment.first_on)}."
        )
    totals = record_words.totals(kept)
    said.append(f"In all: {', '.join(totals)}." if totals else "")
    said.append("" if treatment.is_signed else "The record of this intervention is not signed yet.")
    return [" ".join(sentence for sentence in said if sentence)]


def _targets(treatment: Treatment | None) -> list[str]:
    if treatment is None:
        return []
    targets = kept_record.confirmed(treatment.kept["targets"])
    said = [_target(record_words.target_row(target)) for target in targets[:MOST_TARGETS]]
    return said + _more(len(targets) - MOST_TARGETS, "target")


def _target(row: record_words.TargetRow) -> str:
    fed = f"{row.artery} ({row.lesions})" if row.lesions else row.artery
    given = [one.what for one in (*row.agents, *row.materials)]
    return (
        "; ".join(said for said in (fed, row.catheter.lower(), ", ".join(given), row.end.lower()) if said)
        + "."
    )


def _more(count: int, what: str) -> list[str]:
    if count <= 0:
        return []
    return [f"and {count} more {what if count == 1 else what + 's'}, which the record holds."]


def _went(treatment: Treatment) -> tuple[list[str], list[str]]:
    events = treatment.events
    if events:
        said = [_event(event) for event in events[:MOST_EVENTS]]
        return [], said + _more(len(events) - MOST_EVENTS, "adverse event")
    if treatment.asked_on:
        return [f"No adverse event is on record; last asked on {day(treatment.asked_on)}."], []
    return ["How the days after went is not on record."], []


def _event(event: AdverseEvent) -> str:
    named = event.other_term or event_words.term_words(event.term)
    grade = f"CTCAE grade {event.ctcae_grade}" if event.ctcae_grade else "not graded"
    began = f"from {day(event.onset_on)}"
    ended = f"resolved on {day(event.resolved_on)}" if event.resolved_on else "resolution not recorded"
    return f"{', '.join((named, grade, began, ended))}."


def _response(known: Known) -> list[str]:
    if known.imaging is None:
        return ["No imaging has been read here yet."]
    reading = known.imaging.reading
    scan = reading.get_modality_display() or "Imaging"
    before = known.treatment is not None and reading.imaged_on < known.treatment.on
    said = [f"{scan} of {day(reading.imaged_on)}{', before this intervention' if before else ''}:"]
    said.append(f"{', '.join(_criteria(reading))}.")
    sums = [
        f"sum of {name} {record_words.amount(value, 'mm')}"
        for name, value in (
            ("viable diameters", reading.viable_sum_mm),
            ("longest diameters", reading.longest_sum_mm),
        )
        if value is not None
    ]
    said.append(f"Target lesions: {', '.join(sums)}." if sums else "")
    said.append("New lesions were seen." if reading.new_lesions == YesNo.YES else "")
    return [" ".join(sentence for sentence in said if sentence)]


def _criteria(reading: Reading) -> Iterator[str]:
    """Both criteria; one that came to nothing says so."""
    for name, value, shown in (
        ("mRECIST", reading.mrecist, reading.get_mrecist_display()),
        ("RECIST 1.1", reading.recist_1_1, reading.get_recist_1_1_display()),
    ):
        yield f"{name} {shown.lower()} ({value})" if value else f"{name} not determined"


def _sizes(imaging: Imaging | None) -> dict[str, Any] | None:
    """Each lesion before and now, as they were signed; longest diameter / viable part."""
    lesions = imaging.record.get("lesions", []) if imaging else []
    shown = [_size_row(one) for one in lesions if one["state"] or one["baseline"]]
    if not shown:
        return None
    head = ["Lesion", "Segments", "Before, longest / viable", "Now, longest / viable"]
    rest = len(shown) - MOST_LESIONS
    rows_shown = shown[:MOST_LESIONS]
    if rest > 0:
        rows_shown.append([f"and {rest} more, which the record holds", "", "", ""])
    return {"head": head, "rows": rows_shown}


def _size_row(one: dict[str, Any]) -> list[str]:
    segments = ", ".join(f"S{segment}" for segment in one["segments"] or [])
    state = one["state"]
    if state and state != LesionReading.State.MEASURED:
        now = record_words.label_of(LesionReading.State, state).lower()
    else:
        now = _size(one)
    return [one["label"], segments or "not known", _size(one["baseline"]), now]


def _size(size: dict[str, Any] | None) -> str:
    if not size or size["longest_mm"] is None:
        return "not known"
    viable = "not known" if size["viable_mm"] is None else record_words.amount(size["viable_mm"], "mm")
    return f"{record_words.amount(size['longest_mm'], 'mm')} / {viable}"


def _next(known: Known) -> list[str]:
    patient = known.patient
    if patient.ended_because:
        when = f" on {day(patient.ended_on)}" if patient.ended_on else ""
        return [f"The course with us ended{when}: {patient.get_ended_because_display().lower()}."]
    said = [_decided(known, known.decision)] if known.decision and _is_ahead(known, known.decision) else []
    if known.planned:
        said.append(f"{known.planned.planned_modality} is planned for {day(known.planned.planned_on)}.")
    said += [_imaging_due(known), _step(known)]
    return [" ".join(sentence for sentence in said if sentence)]


def _is_ahead(known: Known, made: Decision) -> bool:
    """What was decided before the last intervention has been done, and is not what comes next."""
    treatment = known.treatment
    started_at = treatment.procedure.started_at if treatment else None
    return started_at is None or made.decided_at >= started_at


def _decided(known: Known, made: Decision) -> str:
    options = decision_words.options_in_words(made.options)
    about = f" ({options.lower()})" if options else ""
    choice = str(made.get_choice_display()).lower()
    return f"Decided on {day(rows.decided_on(known, made))}: {choice}{about}."


def _imaging_due(known: Known) -> str:
    review = known.review
    if review is None or review.read_at:
        return ""
    if review.done_on:
        return f"Imaging of {day(review.done_on)} is being read."
    due = f"Imaging is due from {day(review.due_from)} to {day(review.due_to)}"
    if review.booked_for is None:
        return f"{due}."
    if review.booked_for < known.on:
        return f"{due}; it was booked for {day(review.booked_for)}, and is not on record as done."
    return f"Imaging is booked for {day(review.booked_for)}."


def _step(known: Known) -> str:
    """What the sentences before do not say, and who looks after it."""
    step = known.step
    if step is None:
        return ""
    if step.kind in SAID_BEFORE:
        return f"{step.owner} looks after it." if step.owner else ""
    owner = f", {step.owner}" if step.owner else ", nobody named yet"
    due = f", by {day(step.due_on)}" if step.due_on else ""
    return f"Next step: {_inside(step.title)}{owner}{due}."


def _inside(title: str) -> str:
    """Write a title inside a sentence; an abbreviation such as CT stays in capitals."""
    is_word = title[1:2].islower()
    return title[:1].lower() + title[1:] if is_word else title


def _phones(known: Known) -> list[str]:
    head = known.head
    if head is None:
        return ["Our phone number is not on record."]
    said = [f"{known.patient.team.name}, on working days: {head.phone}"]
    return said + ([f"At night and on other days: {head.urgent_phone}"] if head.urgent_phone else [])
