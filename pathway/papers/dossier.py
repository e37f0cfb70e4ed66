"""What the pack says of one patient, in the words of the pages: from signed records, with their dates and sources."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments import panel, record, words
from assessments.models import Assessment
from followup import current_step, decision_card, reading_page, standing
from followup.models import Reading
from pathway.models import Discussion
from pathway.papers import drawings
from patients import lesion_sizes
from patients.models import Patient, StandingRisks
from patients.written_numbers import as_text
from procedures import event_words, kept_record, record_page, record_words
from procedures.kept_record import Kept
from procedures.models import Procedure

MOST_RESPONSES, MOST_SESSIONS, MOST_VALUES, MOST_LINES, MOST_EVENTS = 5, 6, 14, 8, 4
# What a meeting asks for by name, in the order in which it asks.
VALUES = (
    "bilirubin_umol_per_l", "albumin_g_per_l", "inr", "ascites", "encephalopathy", "platelets_10e9_per_l",
    "creatinine_umol_per_l", "afp_ng_per_ml", "ecog", "lesion_diameters_mm", "tumour_fraction_pct",
    "macrovascular_invasion", "pvtt", "extrahepatic_spread",
)  # fmt: skip


@dataclass
class Dossier:
    """The facts of one patient for the template, and the drawings that it names."""

    facts: dict[str, Any]
    drawings: dict[str, bytes] = field(default_factory=dict)


def dossier_of(discussion: Discussion, number: int, *, on: date) -> Dossier:
    """Return everything of one patient of the list."""
    patient = discussion.patient
    begun = _begun(patient)
    readings = sorted(standing.standing_by_review(patient).values(), key=lambda one: (one.imaged_on, one.pk))
    made = Dossier(
        {
            "number": number,
            "name": patient.full_name,
            "banner": _banner(patient, on=on),
            "allergies": _allergies(patient),
            "question": discussion.question,
            "why": discussion.get_why_display(),
            "assessment": _assessment(patient),
            "responses": _responses(readings),
            "next": _next(readings, patient, on=on),
            "sessions": [_session(procedure, kept, patient) for procedure, kept in begun[-MOST_SESSIONS:]],
            "sessions_before": max(len(begun) - MOST_SESSIONS, 0),
        }
    )
    _draw(made, patient, begun, number, on=on)
    return made


def _draw(
    made: Dossier, patient: Patient, begun: Sequence[tuple[Procedure, Kept]], number: int, *, on: date
) -> None:
    course = drawings.course(
        patient,
        procedures=list(patient.procedures.all()),
        results=list(patient.lab_results.filter(taken_on__lte=on)),
        lesions=lesion_sizes.sizes_of(patient, on=on),
        on=on,
    )
    if course:
        made.facts["course"] = f"course-{number}"
        made.drawings[f"course-{number}"] = course.encode()
    if begun:
        procedure, kept = begun[-1]
        drawn, says = drawings.vessels(kept)
        made.facts |= {
            "map": f"map-{number}",
            "map_says": says,
            "map_of": _when_and_what(procedure, kept, patient),
        }
        made.drawings[f"map-{number}"] = drawn.encode()


def _begun(patient: Patient) -> list[tuple[Procedure, Kept]]:
    """The procedures that were begun, the first one first, each as signed or as it stands."""
    rows = patient.procedures.filter(started_at__isnull=False).select_related("patient__team", "assessment")
    found = []
    for procedure in rows.order_by("started_at", "pk"):
        version = record_page.latest_version(procedure)
        found.append((procedure, version.record if version else kept_record.record_of(procedure)))
    return found


def _banner(patient: Patient, *, on: date) -> list[str]:
    said = [patient.mrn, str(patient.get_sex_display())]
    born = patient.birth_date or patient.birth_year
    if born:
        shown = date_format(patient.birth_date, "j M Y") if patient.birth_date else str(patient.birth_year)
        said.insert(1, _("born %(day)s (%(age)s)") % {"day": shown, "age": age_on(patient, on)})
    return said


def age_on(patient: Patient, on: date) -> str:
    """Say the age on a day; two where only the year of birth is known."""
    ages = patient.age_range(on=on) or ()
    return "–".join(str(age) for age in dict.fromkeys(ages))


def _allergies(patient: Patient) -> str:
    known = [one.substance for one in patient.allergies.filter(retracted_at=None)]
    if known:
        return _("Allergies: %(list)s") % {"list": "; ".join(known)}
    asked = StandingRisks.objects.filter(patient=patient, allergies_asked_on__isnull=False).exists()
    return _("No known allergies") if asked else _("Allergies not asked")


def _assessment(patient: Patient) -> dict[str, Any] | None:
    """The last signed assessment as it was signed."""
    rows = patient.assessments.filter(status__in=current_step.SIGNED).select_related(
        "edition_settings", "signed_by"
    )
    last = rows.order_by("-signed_at", "-pk").first()
    if last is None:
        return None
    version = record.latest_version(last)
    shown = record.panel_of(last, version)
    held = version.record["facts"] if version else last.facts
    return {
        "of": _signed(last),
        "verdict": shown.verdict_words,
        "modality": shown.modality_words,
        "decision": str(last.get_decision_display()),
        "plan": last.individual_plan,
        "scores": [_score(one) for one in shown.scores],
        "more_scores": [_score(one) for one in shown.more_scores[:MOST_LINES]],
        "values": _values(held, last),
        # Whole, however long: what speaks against is what the meeting has to know.
        "against": [_finding(one) for one in shown.against],
        "for": [_finding(one) for one in shown.speaks_for[:MOST_LINES]],
        "conditions": [str(one["words"]) for one in shown.conditions],
        "missing": [one.label for one in shown.missing],
        "edition": str(last.edition_settings),
    }


def _signed(last: Assessment) -> str:
    day = date_format(last.made_on, "j M Y") if last.made_on else ""
    return _("Assessment of %(day)s, signed by %(person)s") % {"day": day, "person": last.signed_by}


def _score(one: Any) -> dict[str, str]:
    return {"label": one.label, "value": one.value, "parts": "; ".join(one.parts), "note": one.note}


def _finding(one: panel.Finding) -> dict[str, str]:
    return {
        "clause": one.clause,
        "says": one.says,
        "verdict": one.verdict_words,
        "decided": "; ".join(one.decided),
    }


def _values(held: dict[str, Any], last: Assessment) -> list[list[str]]:
    limit = last.edition_settings.lab_age_limit_days
    parts = record.parts_of(held, on=last.made_on, lab_age_limit_days=limit)
    rows = {row.name: row for part in parts for row in part.rows}
    known = [rows[name] for name in VALUES if name in rows][:MOST_VALUES]
    unknown = [name for name in VALUES[:8] if name not in rows]
    told = [
        [row.label, row.value, row.day, row.source + (f", {_('old')}" if row.is_stale else "")]
        for row in known
    ]
    return told + [[words.label_of(name), _("Not known"), "", ""] for name in unknown]


def _responses(readings: Sequence[Reading]) -> dict[str, Any]:
    """The readings that stand side by side, the latest on the right: responses, sums, every lesion."""
    shown = readings[-MOST_RESPONSES:]
    lesions = [_lesions(one) for one in shown]
    labels = sorted({label for each in lesions for label in each}, key=lambda label: (len(label), label))
    rows = [
        ["mRECIST", *(one.mrecist or "–" for one in shown)],
        [_("Sum of viable diameters"), *(_mm(one.viable_sum_mm) for one in shown)],
        ["RECIST 1.1", *(one.recist_1_1 or "–" for one in shown)],
        [_("Sum of longest diameters"), *(_mm(one.longest_sum_mm) for one in shown)],
    ]
    rows += [
        [label, *(reading_page.lesion_in_words(each.get(label)) for each in lesions)]
        for label in labels[:MOST_LINES]
    ]
    return {
        "days": [f"{date_format(one.imaged_on, 'j M Y')}, {one.get_modality_display()}" for one in shown],
        "rows": rows if shown else [],
        "lesions_left_out": max(len(labels) - MOST_LINES, 0),
    }


def _lesions(reading: Reading) -> dict[str, Any]:
    version = reading.versions.order_by("-number").first()
    return {one["label"]: one for one in version.record["lesions"]} if version else {}


def _mm(millimetres: Any) -> str:
    return "?" if millimetres is None else f"{as_text(millimetres)} mm"


def _next(readings: Sequence[Reading], patient: Patient, *, on: date) -> dict[str, Any] | None:
    """What section 7 suggests after the reading that nobody has decided on yet."""
    review = patient.reviews.filter(closed_at=None, read_at__isnull=False).first()
    reading = next((one for one in readings if review and one.review_id == review.pk), None)
    if reading is None:
        return None
    card = decision_card.card_of(reading, on=on)
    return {
        "words": card.words,
        "options": card.options,
        "findings": [
            {"clause": one.clause, "says": one.says, "verdict": one.verdict_words, "decided": ""}
            for one in card.findings
            if one.verdict in ("met", "applies", "unknown")
        ],
        "missing": [f"{one.label}: {one.settled_by}" for one in card.missing],
        "failures": [f"{one['name']}: {one['verdict_words']}" for one in card.definitions],
    }


def _session(procedure: Procedure, kept: Kept, patient: Patient) -> dict[str, Any]:
    rows = record_words.target_rows(kept)
    return {
        "what": _when_and_what(procedure, kept, patient),
        "where": ", ".join(row.artery for row in rows if row.state == "treated"),
        "given": "; ".join(record_words.totals(kept)),
        "events": "; ".join(_events(procedure)),
        "is_signed": procedure.signed_at is not None,
    }


def _when_and_what(procedure: Procedure, kept: Kept, patient: Patient) -> str:
    if procedure.started_at is None:
        return record_words.modality_in_words(kept)
    day = procedure.started_at.astimezone(ZoneInfo(patient.team.time_zone)).date()
    return f"{date_format(day, 'j M Y')}: {record_words.modality_in_words(kept)}"


def _events(procedure: Procedure) -> Iterable[str]:
    """The gravest first; those that are not told are counted."""
    rows = procedure.adverse_events.filter(retracted_at=None)
    in_order = sorted(rows, key=lambda each: -(each.ctcae_grade or 0))
    for one in in_order[:MOST_EVENTS]:
        grade = one.ctcae_grade if one.ctcae_grade is not None else "?"
        named = one.other_term or event_words.term_words(one.term)
        yield _("%(term)s, grade %(grade)s") % {"term": named, "grade": grade}
    if in_order[MOST_EVENTS:]:
        yield _("and %(n)d more") % {"n": len(in_order) - MOST_EVENTS}
