"""What the pages of one record show: of a signed record its last version, word for word; else the rows as they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from guidelines import reference
from patients.models import Patient
from procedures import kept_record, record_words, vessel_map, weighing
from procedures.kept_record import Kept
from procedures.models import Procedure, SignedVersion

# What the clauses of technique may say of a record; the rest explains.
DEPARTS, OPEN, KEPT_TO = "not_kept", "unknown", "kept"


@dataclass(frozen=True)
class Finding:
    """One clause as it reads for this record."""

    clause: str
    says: str
    verdict: str


@dataclass(frozen=True)
class Ceiling:
    """One meter in words, with the reason why it was passed."""

    name: str
    says: str
    verdict: str
    because: str


def latest_version(procedure: Procedure) -> SignedVersion | None:
    return procedure.versions.select_related("signed_by").order_by("-number").first()


def kept_of(procedure: Procedure, version: SignedVersion | None) -> Kept:
    """Return the signed record; without one the record as it stands, weighed now once it has begun."""
    if version:
        return version.record
    kept = kept_record.record_of(procedure)
    if procedure.started_at is None:
        return kept | {"findings": [], "meters": []}
    weighed = weighing.weigh(procedure.patient, procedure)
    return kept | {"findings": weighed.findings, "meters": weighing.meters_of(weighed.meters)}


def context_of(patient: Patient, procedure: Procedure, version: SignedVersion | None) -> dict[str, Any]:
    """Return what the page, the sheet and the review before signing show."""
    kept = kept_of(procedure, version)
    asked = record_words.step_rows(kept)
    return {
        "patient": patient,
        "procedure": procedure,
        "version": version,
        "kept": kept,
        "modality_words": record_words.modality_in_words(kept),
        "step_rows": asked,
        "steps_kept": [row for row in asked if row["answer"] and not row["is_departure"]],
        "steps_departed": [row for row in asked if row["is_departure"]],
        "steps_open": [row for row in asked if not row["answer"]],
        "exposure_rows": record_words.exposure_rows(kept),
        "angiography_rows": record_words.angiography_rows(kept),
        "body": record_words.body_in_words(kept),
        "access_words": record_words.label_of(Procedure.Access, kept["access"]),
        "assessed_on": _assessed_on(kept),
        "is_being_amended": version is not None and procedure.signed_at is None,
        "departures": findings_of(kept, DEPARTS),
        "open_findings": findings_of(kept, OPEN),
        "kept_to": findings_of(kept, KEPT_TO),
        "ceilings": ceilings_of(kept),
        **map_context(kept),
    }


def _assessed_on(kept: Kept) -> date | None:
    made_on = (kept["assessment"] or {}).get("made_on")
    return date.fromisoformat(made_on) if made_on else None


def map_context(kept: Kept) -> dict[str, Any]:
    """Return what `_map_and_table.html` shows."""
    rows = record_words.target_rows(kept)
    marks = record_words.marks_of(kept)
    return {
        "target_rows": rows,
        "totals": record_words.totals(kept),
        "vessels": vessel_map.vessels_for(marks, variants_of([kept["michels_type"]])),
        "vessel_marks": marks,
        "lesion_marks": record_words.lesion_marks(kept["lesions"]),
        "has_unconfirmed": any(row.state == vessel_map.UNCONFIRMED for row in rows),
        "map_summary": summary_of(rows),
    }


def variants_of(michels_types: Iterable[str]) -> set[str]:
    """Return the variant arteries of those types."""
    return {code for one in michels_types for code in reference.ARTERIES_OF_MICHELS_TYPE.get(one, ())}


def summary_of(rows: Iterable[Any]) -> str:
    """Say in one breath what the map shows; a row is of the table of one procedure or of all."""
    rows = list(rows)
    treated = [row.artery for row in rows if row.state == vessel_map.TREATED]
    untreated = [row.artery for row in rows if row.state == vessel_map.UNTREATED]
    return treated_in_words(treated, untreated)


def treated_in_words(treated: list[str], untreated: list[str]) -> str:
    """Name the arteries that were treated, and the feeders that were not."""
    parts = [_("Treated: %(arteries)s.") % {"arteries": ", ".join(treated)} if treated else ""]
    if untreated:
        parts.append(_("Not treated, though feeding: %(arteries)s.") % {"arteries": ", ".join(untreated)})
    return " ".join(part for part in parts if part)


def findings_of(kept: Kept, verdict: str) -> list[Finding]:
    """Return the clauses with that verdict, in the order of the source."""
    return [
        Finding(one["clause"], _(one["says"]), one["verdict"])
        for one in kept["findings"]
        if one["verdict"] == verdict
    ]


def ceilings_of(kept: Kept) -> list[Ceiling]:
    """Return every ceiling with its reason where it was passed."""
    return [
        Ceiling(
            name=", ".join(part for part in (one["of"], _(one["name"])) if part),
            says=_(one["says"]).format(**one["values"]) if one["says"] else "",
            verdict=one["verdict"],
            because=str(kept["ceiling_reasons"].get(one["key"]) or ""),
        )
        for one in kept["meters"]
    ]
