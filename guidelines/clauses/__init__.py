"""The clauses of the edition: one module a section, each clause a small function with its text, source and needs."""

from collections.abc import Mapping

from guidelines.clause import Clause
from guidelines.clauses import applicability, contraindications, figure, follow_up, indications

# Those that an eligibility answer shows, in the order of the source.
ELIGIBILITY: Mapping[str, Clause] = {
    clause.id: clause
    for section in (applicability, indications, contraindications, figure)
    for clause in section.section.clauses
}
SCHEDULE: Mapping[str, Clause] = {clause.id: clause for clause in follow_up.schedule.clauses}
NEXT_STEP: Mapping[str, Clause] = {clause.id: clause for clause in follow_up.section.clauses}

ALL: Mapping[str, Clause] = {**ELIGIBILITY, **SCHEDULE, **NEXT_STEP}
