"""The versions of a signed record, and what each changed of the one before: from what to what, in words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from assessments.record import Difference
from procedures import checklist, record_words
from procedures.kept_record import Kept
from procedures.models import Amendment, Procedure, SignedVersion

NOTHING = "–"
_TEXTS = {
    "place": gettext_lazy("Room"),
    "emergency_reason": gettext_lazy("Emergency"),
    "plan_note": gettext_lazy("Plan"),
    "access_note": gettext_lazy("Access, closure"),
    "michels_type": gettext_lazy("Michels type"),
    "variant_note": gettext_lazy("Variant anatomy"),
    "narrative": gettext_lazy("Narrative"),
}
_LISTS = {
    "operators": gettext_lazy("Operators"),
    "planned_lesions": gettext_lazy("Planned lesions"),
    "planned_agents": gettext_lazy("Planned agents"),
}


# What is read of a procedure, in as many statements for many as for one.
LOADED = ("versions__signed_by", "amendments__opened_by", "amendments__given_up_by")


@dataclass(frozen=True)
class Told:
    """One version, or an amendment that was given up: `number` is empty then."""

    at: datetime
    by: User | None
    reason: str
    number: int | None = None
    opened_at: datetime | None = None
    opened_by: User | None = None
    differences: list[Difference] = field(default_factory=list)


def told_of(procedure: Procedure) -> list[Told]:
    """Return the versions and what was given up, the newest first, each with what it changed of the version before."""
    prefetch_related_objects([procedure], *LOADED)
    signed = sorted(procedure.versions.all(), key=lambda one: one.number)
    amendments = list(procedure.amendments.all())
    opened = {one.version_id: one for one in amendments if one.version_id}
    before = [None, *signed]
    told = [_signed(one, before[place], opened.get(one.pk)) for place, one in enumerate(signed)]
    told += [_given_up(one, signed) for one in amendments if one.given_up_at]
    return sorted(told, key=lambda one: (one.at, one.number or 0), reverse=True)


def _signed(version: SignedVersion, before: SignedVersion | None, amendment: Amendment | None) -> Told:
    return Told(
        version.signed_at,
        version.signed_by,
        version.reason,
        version.number,
        amendment.opened_at if amendment else None,
        amendment.opened_by if amendment else None,
        differences(before.record, version.record) if before else [],
    )


def _given_up(amendment: Amendment, signed: list[SignedVersion]) -> Told:
    """What stood in an amendment beside the version from which it was opened."""
    standing = [version.record for version in signed if version.signed_at <= amendment.opened_at]
    return Told(
        amendment.given_up_at or amendment.opened_at,
        amendment.given_up_by,
        amendment.given_up_because,
        None,
        amendment.opened_at,
        amendment.opened_by,
        differences(standing[-1], amendment.given_up_record) if standing else [],
    )


def differences(before: Kept, after: Kept) -> list[Difference]:
    """Return what two records answer differently; nothing is a dash."""
    old, new = dict(_answers(before)), dict(_answers(after))
    return [
        Difference(label, old.get(label) or NOTHING, new.get(label) or NOTHING)
        for label in {**old, **new}
        if (old.get(label) or NOTHING) != (new.get(label) or NOTHING)
    ]


def _answers(kept: Kept) -> Iterator[tuple[str, str]]:
    """Every answer of a record by what it answers, as the page says it."""
    yield from _plan(kept)
    yield from _session(kept)
    for target in kept["targets"]:
        yield from _target(target)
    for name, reason in kept["ceiling_reasons"].items():
        yield _("Why a ceiling was passed: %(name)s") % {"name": _ceiling(name, kept)}, str(reason or "")


def _plan(kept: Kept) -> Iterator[tuple[str, str]]:
    yield _("Planned on"), _day(kept["planned_on"])
    yield _("Planned modality"), kept["planned_modality"]
    for name, label in _LISTS.items():
        yield str(label), ", ".join(kept[name])
    yield _("Expected feeders"), ", ".join(one["artery_name"] for one in kept["expected_feeders"])
    for point in checklist.USUAL:
        yield str(point.label), _checked(kept["checklist"].get(point.key))


def _checked(held: dict[str, Any] | None) -> str:
    if not held:
        return ""
    answer = str(checklist.ANSWERS.get(held.get("answer", ""), ""))
    return ", ".join(part for part in (answer, held.get("note", "")) if part)


def _session(kept: Kept) -> Iterator[tuple[str, str]]:
    yield _("Started"), _moment(kept["started_at"])
    yield _("Ended"), _moment(kept["ended_at"])
    yield _("Modality"), record_words.modality_in_words(kept)
    yield _("Access"), record_words.label_of(Procedure.Access, kept["access"])
    for name, label in _TEXTS.items():
        yield str(label), kept[name]
    for row in record_words.step_rows(kept):
        yield row["label"], _with_reason(row["answer"], row["because"])
    for artery, phases in record_words.angiography_rows(kept):
        yield _("Angiography: %(artery)s") % {"artery": artery}, phases or _("no phase recorded")
    yield from record_words.exposure_rows(kept)
    yield _("Height, weight"), record_words.body_in_words(kept)


def _with_reason(answer: str, because: str) -> str:
    return _("%(answer)s, because %(why)s") % {"answer": answer, "why": because} if because else answer


def _target(target: Kept) -> Iterator[tuple[str, str]]:
    row = record_words.target_row(target)
    said = {
        _("artery"): row.artery,
        _("lesions"): row.lesions,
        _("level, catheter"): row.catheter,
        _("agents"): _given(row.agents),
        _("embolic materials"): _given(row.materials),
        _("end-point"): row.end,
        _("tip"): row.tip,
        _("note"): row.note,
        _("confirmed"): "" if target["is_confirmed"] else _("not yet"),
    }
    for name, words in said.items():
        yield _("Target %(number)s: %(name)s") % {"number": row.number, "name": name}, words


def _given(given: list[record_words.Given]) -> str:
    return "; ".join(f"{one.what} ({one.more})" if one.more else one.what for one in given)


def _ceiling(key: str, kept: Kept) -> str:
    """Name the ceiling as its meter does; the key of one that is not weighed any more."""
    for meter in kept.get("meters", []):
        if meter["key"] == key:
            return ", ".join(part for part in (meter["of"], _(meter["name"])) if part)
    return key


def _moment(at: str | None) -> str:
    if not at:
        return ""
    moment = datetime.fromisoformat(at).astimezone(timezone.get_current_timezone())
    return date_format(moment, "j M Y, H:i")


def _day(on: str | None) -> str:
    return date_format(datetime.fromisoformat(on), "j M Y") if on else ""
