"""The rows of a record as they were signed, each with its key: what giving up an amendment brings back."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models

from procedures.models import Administration, Embolisation, Exposure, Procedure, TargetVessel


def rows_of(procedure: Procedure) -> list[dict[str, Any]]:
    """Return the procedure with its targets, what was given there and the exposure, as plain JSON."""
    rows = [procedure, *_exposure(procedure)]
    for target in _targets(procedure):
        rows += [target, *_given(target)]
    return [_row(row) for row in rows]


def bring_back(procedure: Procedure, rows: Iterable[dict[str, Any]], *, at: datetime) -> None:
    """Write the rows as they were; what was added since is discarded and stays in the database."""
    for target in _targets(procedure):
        for row in [*_given(target), target]:
            row.discarded_at = at
            row.save()
    held = {(one["model"], one["key"]) for one in rows}
    for exposure in _exposure(procedure):
        if (exposure._meta.label, exposure.pk) not in held:
            _empty(exposure)
    for one in rows:
        _write(one)


def _exposure(procedure: Procedure) -> list[Exposure]:
    return list(Exposure.objects.filter(procedure=procedure))


def _targets(procedure: Procedure) -> list[TargetVessel]:
    return list(procedure.targets.filter(discarded_at=None))


def _given(target: TargetVessel) -> list[Administration | Embolisation]:
    return [
        *target.administrations.filter(discarded_at=None),
        *target.embolisations.filter(discarded_at=None),
    ]


def _row(row: models.Model) -> dict[str, Any]:
    columns = {field.attname: _plain(field.value_from_object(row)) for field in row._meta.concrete_fields}
    links = {
        field.name: list(getattr(row, field.name).values_list("pk", flat=True))
        for field in row._meta.many_to_many
    }
    return {"model": row._meta.label, "key": row.pk, "columns": columns, "links": links}


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it, moments to the microsecond."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, dict | list) else json.loads(json.dumps(value, default=str))


def _write(held: dict[str, Any]) -> None:
    row = apps.get_model(held["model"])._default_manager.get(pk=held["key"])
    for field in row._meta.concrete_fields:
        if field.attname in held["columns"]:
            setattr(row, field.attname, field.to_python(held["columns"][field.attname]))
    row.save()
    for name, keys in held["links"].items():
        getattr(row, name).set(keys)


def _empty(exposure: Exposure) -> None:
    """A dose report that came with the amendment says nothing any more."""
    for name in ("dose_area_product_gy_cm2", "air_kerma_mgy", "fluoroscopy_min", "contrast_ml"):
        setattr(exposure, name, None)
    exposure.entered = {}
    exposure.save()
