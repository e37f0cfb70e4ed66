"""A clause of technique: first whether it applies, then whether it was kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from guidelines.clause import Clause, Judge
from guidelines.settings import EDITION, Settings

DOES_NOT_APPLY = "does_not_apply"


def always(facts: Any, holds: Mapping[str, bool], settings: Settings) -> bool:
    """Whatever the record says."""
    return True


@dataclass(frozen=True, slots=True)
class TechniqueClause(Clause):
    """`needs` names the parts (`guidelines.procedure_parts`) that `applies` and `judge` read together."""

    applies: Judge = always

    def outcome(self, parts: Any, settings: Settings) -> str:
        """The verdict on a case in which every part is known."""
        if not self.applies(parts, {}, settings):
            return DOES_NOT_APPLY
        return self.verdict(self.judge(parts, {}, settings))


class TechniqueSection:
    """Collects the clauses of one section in the order in which they are written down."""

    def __init__(self, section: str) -> None:
        self.section = section
        self.clauses: list[TechniqueClause] = []

    def clause(self, clause_id: str, kind: str, **declared: Any) -> Callable[[Judge], Judge]:
        """Declare a clause; the decorated function judges it where `applies` holds."""

        def keep(judge: Judge) -> Judge:
            declared.setdefault("source", EDITION)
            self.clauses.append(TechniqueClause(clause_id, kind, self.section, judge=judge, **declared))
            return judge

        return keep

    def text(self, clause_id: str, kind: str, **declared: Any) -> None:
        """Declare a clause that only explains: it always applies."""
        self.clause(clause_id, kind, **declared)(always)
