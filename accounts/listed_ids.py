"""Whether a JSON list of numbers holds one: Django's own look-up for it does not work on SQLite."""

import json

from django.db.models import BooleanField, Func


class Holds(Func):
    """True where the list in the column `field` holds `number`; the same answer on both databases."""

    output_field = BooleanField()

    def __init__(self, field: str, number: int, **extra) -> None:
        self.number = number
        super().__init__(field, **extra)

    def __repr__(self) -> str:
        return f"Holds({self.source_expressions[0]}, {self.number})"

    def as_sqlite(self, compiler, connection, **extra) -> tuple[str, tuple]:
        column, parameters = compiler.compile(self.source_expressions[0])
        return f"EXISTS(SELECT 1 FROM json_each({column}) WHERE value = %s)", (*parameters, self.number)  # noqa: S608  # nosec B608 - the column is a name that Django quoted

    def as_postgresql(self, compiler, connection, **extra) -> tuple[str, tuple]:
        column, parameters = compiler.compile(self.source_expressions[0])
        return f"({column} @> %s::jsonb)", (*parameters, json.dumps([self.number]))
