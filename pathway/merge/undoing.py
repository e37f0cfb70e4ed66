"""What stands in the way of taking a merge back, and what was recorded since and stays with the kept record."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from assessments.models import Assessment
from followup.models import ImagingReview
from pathway.merge import change_log, covered
from pathway.merge.rows import MergeRecord
from patients.models import Patient

ROOMS = {"patients", "assessments", "procedures", "followup", "pathway"}


@dataclass(frozen=True)
class Link:
    """A key from one row of a patient to another: both must hang on one record after the merge was taken back."""

    model: type[models.Model]
    # The way from the row to the row that hangs on the patient itself, empty for that row; and from the other end.
    root: str
    target: str
    root_label: str
    target_label: str


def blocks(record: MergeRecord) -> list[str]:
    """Say in words what forbids to take this merge back; nothing where it can be done."""
    if record.undone_at is not None:
        return [_("This merge was taken back already.")]
    later = _later_merges(record)
    if later:
        return later
    return [*_changed_since(record), *_joined_since(record), *_two_where_one_may_be(record)]


def _later_merges(record: MergeRecord) -> list[str]:
    later = MergeRecord.objects.filter(undone_at=None, pk__gt=record.pk).filter(
        models.Q(kept=record.kept) | models.Q(duplicate=record.kept)
    )
    return [
        _("Take back the later merge first: %(other)s into %(kept)s.")
        % {"other": merge.duplicate.mrn, "kept": merge.kept.mrn}
        for merge in later.select_related("kept", "duplicate")
    ]


def _changed_since(record: MergeRecord) -> Iterator[str]:
    """What the merge wrote and somebody wrote over would be lost: only they can say what is right."""
    for entry in record.changed:
        row = change_log.row_of(entry)
        now = change_log.written(row, entry["after"])
        names = [name for name, value in entry["after"].items() if now[name] != value]
        if names:
            fields = ", ".join(
                str(getattr(row._meta.get_field(name), "verbose_name", name)) for name in names
            )
            told = {"row": _words_of(row), "fields": fields}
            yield _("%(row)s was changed since the merge: %(fields)s.") % told


def _joined_since(record: MergeRecord) -> Iterator[str]:
    """A row made since that rests on rows of both records cannot be with one of them."""
    for link in links():
        for row in crossing(link, record):
            yield _("%(row)s was recorded since and rests on both records.") % {"row": _words_of(row)}


def crossing(link: Link, record: MergeRecord) -> list[models.Model]:
    """Return the rows of the kept record whose ends would hang on two records."""
    own = f"{link.root}__" if link.root else ""
    of_kept = {f"{own}patient": record.kept_id, f"{link.target}__patient": record.kept_id}
    rows = link.model._default_manager.filter(**of_kept)
    ours, theirs = set(record.moved.get(link.root_label, [])), set(record.moved.get(link.target_label, []))
    ends = rows.values_list("pk", f"{own}pk", f"{link.target}__pk")
    keys = {pk for pk, root, target in ends if (root in ours) != (target in theirs)}
    return list(link.model._default_manager.filter(pk__in=keys).order_by("pk")) if keys else []


@cache
def links() -> tuple[Link, ...]:
    """Every key between two rows of patients: found from the models, so that a new one is never forgotten."""
    ways = _ways_to_patient()
    return tuple(_links_of(ways))


def _ways_to_patient() -> dict[type[models.Model], str]:
    """For each kind of row the keys that lead from it to the row with the patient; only keys that are never empty."""
    every = [m for m in apps.get_models() if m._meta.app_label in ROOMS and not hasattr(m, "history_id")]
    ways = {covered.model_of(label): "" for label in covered.MOVES}
    grows = True
    while grows:
        grows = False
        for model in every:
            key = next((f for f in _keys(model) if not f.null and f.related_model in ways), None)
            if model not in ways and key is not None and model._meta.label not in covered.STAYS:
                ways[model] = "__".join(filter(None, [key.name, ways[key.related_model]]))
                grows = True
    return ways


def _keys(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.get_fields() if isinstance(field, models.ForeignKey)]


def _links_of(ways: dict[type[models.Model], str]) -> Iterator[Link]:
    apart = {*covered.FOLLOWS, *covered.SAID_THEN}
    for model, root in ways.items():
        keys = () if model._meta.label in apart else (*_keys(model), *model._meta.many_to_many)
        for field in keys:
            if field.related_model in ways:
                way = ways[field.related_model]
                target = "__".join(filter(None, [field.name, way]))
                labels = _root_label(model, root), _root_label(field.related_model, way)
                if target != root:
                    yield Link(model, root, target, *labels)


def _root_label(model: Any, way: str) -> str:
    for name in filter(None, way.split("__")):
        model = model._meta.get_field(name).related_model
    return str(model._meta.label)


def _two_where_one_may_be(record: MergeRecord) -> Iterator[str]:
    """Both get back what was closed for the other's sake: neither may have a new one by then."""
    for model, is_open, words in (
        (ImagingReview, {"closed_at": None}, _("Another imaging review was opened since.")),
        (Assessment, {"status": Assessment.Status.DRAFT}, _("Another assessment was begun since.")),
    ):
        moved = set(record.moved.get(model._meta.label, []))
        ours, theirs = (_open_after(record, model, is_open, moved, is_moved=side) for side in (False, True))
        if len(ours) > 1 or len(theirs) > 1:
            yield words


def _open_after(
    record: MergeRecord, model: Any, is_open: dict[str, Any], moved: set[int], *, is_moved: bool
) -> set[int]:
    """The keys that would be open of one record: open now, or opened again by taking the merge back."""
    again = {
        entry["key"]
        for entry in record.changed
        if entry["row"] == model._meta.label
        and any(entry["before"].get(name, "") == value for name, value in is_open.items())
    }
    now = set(model._default_manager.filter(patient=record.kept_id, **is_open).values_list("pk", flat=True))
    return {key for key in now | again if (key in moved) == is_moved}


def followers(record: MergeRecord) -> dict[str, list[int]]:
    """Return the rows recorded since about rows that went over: they go back with them."""
    found = {}
    for label, (key, to) in covered.FOLLOWS.items():
        about = {"patient": record.kept_id, f"{key}__in": record.moved.get(to, [])}
        rows = covered.model_of(label)._default_manager.filter(**about)
        found[label] = list(rows.exclude(pk__in=record.moved.get(label, [])).values_list("pk", flat=True))
    return found


def recorded_since(record: MergeRecord) -> list[tuple[str, int]]:
    """What was recorded after the merge, in words with its number: it stays with the kept record."""
    found, going_back = [], followers(record)
    for label, words in covered.MOVES.items():
        newer = covered.model_of(label)._default_manager.filter(
            patient=record.kept_id, pk__gt=record.newest.get(label, 0)
        )
        count = newer.exclude(pk__in=going_back.get(label, [])).count()
        if count:
            found.append((str(words), count))
    return found


def _words_of(row: models.Model) -> str:
    """The kind of row and its own name, without the patient's."""
    if isinstance(row, Patient):
        return _("Record %(mrn)s") % {"mrn": row.mrn}
    return f"{capfirst(str(row._meta.verbose_name))} {row.pk}"
