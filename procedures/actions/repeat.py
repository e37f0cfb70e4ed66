"""Same as last time: open a record with the last procedure's targets, greyed until each is confirmed."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from procedures import kept_record
from procedures.actions import record
from procedures.models import Administration, Embolisation, Procedure, TargetVessel

# Where the catheter was and what the vessel is like. How it ended, and by which lot, only today can say.
OF_TARGET = (
    "artery", "level", "microcatheter", "calibre_mm", "is_markedly_thick", "beyond_cystic", "beyond_right_gastric",
    "beyond_gastroepiploic", "speed",
)  # fmt: skip
OF_AGENT = ("agent", "dose_mg", "carrier", "order")
OF_MATERIAL = ("material", "size_low_um", "size_high_um", "volume_ml", "order")
# Of the procedure, what lasts: only where this record does not say it yet.
LASTING = ("technique", "access", "michels_type", "variant_note")


class NothingToRepeat(Exception):
    """No earlier procedure of this patient has a target, or this record has targets of its own already."""


def last_before(procedure: Procedure) -> Procedure | None:
    """Return the patient's last performed procedure before this one that has a confirmed target."""
    earlier = Procedure.objects.filter(
        patient_id=procedure.patient_id, targets__is_confirmed=True, targets__discarded_at=None
    ).exclude(pk=procedure.pk)
    if procedure.started_at:
        earlier = earlier.filter(started_at__lt=procedure.started_at)
    return earlier.filter(started_at__isnull=False).order_by("-started_at", "-pk").first()


@transaction.atomic
def repeat_last(*, procedure: Procedure, by: User, at: datetime) -> list[TargetVessel]:
    """Copy the targets of the last procedure into this open record, none of them confirmed.

    What is copied counts nowhere and cannot be signed until a person confirmed it. Raises NothingToRepeat, and
    record.UnableToSave where the record is not open.
    """
    row = record.locked_record(procedure)
    last = last_before(row)
    if last is None or row.targets.filter(discarded_at=None).exists():
        raise NothingToRepeat
    for name in LASTING:
        setattr(row, name, getattr(row, name) or getattr(last, name))
    confirmed = [target for target in kept_record.targets_of(last) if target.is_confirmed]
    copies = [_copy(target, row, number) for number, target in enumerate(confirmed, start=1)]
    record.keep(row, by=by, at=at)
    return copies


def _copy(target: TargetVessel, procedure: Procedure, number: int) -> TargetVessel:
    copy = TargetVessel.objects.create(
        procedure=procedure, number=number, is_confirmed=False, **_values(target, OF_TARGET)
    )
    copy.lesions.set(target.lesions.filter(retracted_at=None))
    for given in target.administrations.all():
        Administration.objects.create(target=copy, **_values(given, OF_AGENT))
    for embolised in target.embolisations.all():
        Embolisation.objects.create(target=copy, **_values(embolised, OF_MATERIAL))
    return copy


def _values(row: TargetVessel | Administration | Embolisation, names: tuple[str, ...]) -> dict:
    return {name: getattr(row, name) for name in names}
