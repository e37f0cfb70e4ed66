"""Rows of several tables in one statement: each travels as one JSON array and becomes a row of its model again.

The screen of a record is read many times a minute, from ten tables; what a statement costs is mostly its journey.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Expression, JSONField, Model, QuerySet, Value


class _Columns(Expression):
    """Every column of a table as one JSON array; written here, as Django takes longer to resolve than to ask."""

    output_field = JSONField()

    def __init__(self, model: type[Model]) -> None:
        super().__init__()
        self.model = model

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        # SQLite keeps JSON as text, and would write a text into the array.
        return self._written(compiler, "JSON_ARRAY", "JSON({})"), ()

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        return self._written(compiler, "JSONB_BUILD_ARRAY", "{}"), ()

    def _written(self, compiler: Any, function: str, of_json: str) -> str:
        table = compiler.quote_name_unless_alias(self.model._meta.db_table)
        columns = [
            (of_json if isinstance(field, JSONField) else "{}").format(
                f"{table}.{compiler.quote_name_unless_alias(field.column)}"
            )
            for field in self.model._meta.concrete_fields
        ]
        return f"{function}({', '.join(columns)})"


def rows_of(*querysets: QuerySet) -> list[list[Any]]:
    """Return the rows of each queryset, in no order."""
    parts = [_as_arrays(which, queryset) for which, queryset in enumerate(querysets)]
    found: list[list[Any]] = [[] for _queryset in querysets]
    for which, told in parts[0].union(*parts[1:], all=True):
        found[which].append(_row(querysets[which].model, querysets[which].db, told))
    return found


def _as_arrays(which: int, queryset: QuerySet) -> QuerySet:
    told = queryset.order_by().annotate(of_table=Value(which), told=_Columns(queryset.model))
    return told.values_list("of_table", "told")


def _value(field: Any, told: Any) -> Any:
    value = field.to_python(told)
    if isinstance(value, Decimal):
        # JSON has no decimals, only the nearest float; the column says how many digits were meant.
        return value.quantize(Decimal(1).scaleb(-field.decimal_places))
    if isinstance(value, datetime):
        # SQLite keeps moments of UTC without saying so.
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return value


def _row(model: type[Model], database: str, told: list[Any]) -> Model:
    fields = model._meta.concrete_fields
    values = [_value(field, value) for field, value in zip(fields, told, strict=True)]
    return model.from_db(database, [field.attname for field in fields], values)
