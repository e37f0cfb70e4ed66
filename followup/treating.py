"""Which clinicians treat a patient: who did the procedure, signed it or recorded it, in this order."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from procedures.models import Procedure

_COLUMNS = ("pk", "patient_id", "signed_by_id", "created_by_id")


def of_patients(patient_ids: Iterable[int]) -> dict[int, list[int]]:
    """Return for each patient the people of the latest procedure that was begun."""
    begun = Procedure.objects.filter(patient__in=patient_ids, started_at__isnull=False)
    latest = {row["patient_id"]: row for row in begun.order_by("started_at", "pk").values(*_COLUMNS)}
    people = _people(latest.values())
    return {patient: people[row["pk"]] for patient, row in latest.items()}


def of_procedures(procedure_ids: Iterable[int]) -> dict[int, list[int]]:
    """Return for each procedure its people."""
    rows: QuerySet = Procedure.objects.filter(pk__in=procedure_ids).values(*_COLUMNS)
    return dict(_people(rows))


def _people(rows: Iterable[dict]) -> dict[int, list[int]]:
    rows = list(rows)
    through = Procedure.operators.through.objects.filter(procedure__in=[row["pk"] for row in rows])
    found: dict[int, list[int]] = defaultdict(list)
    for procedure, user in through.order_by("pk").values_list("procedure_id", "user_id"):
        found[procedure].append(user)
    for row in rows:
        found[row["pk"]] += [key for key in (row["signed_by_id"], row["created_by_id"]) if key]
    return found
