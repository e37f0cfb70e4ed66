"""The clauses of the edition: one module a section, each clause a small function with its text, source and needs."""

from collections.abc import Mapping

from guidelines.clause import Clause
from guidelines.clauses import (
    adverse_effects,
    angiography,
    applicability,
    contraindications,
    figure,
    follow_up,
    indications,
    technique,
)
from guidelines.technique_clause import TechniqueClause

# Those that an eligibility answer shows, in the order of the source.
ELIGIBILITY: Mapping[str, Clause] = {
    clause.id: clause
    for section in (applicability, indications, contraindications, figure)
    for clause in section.section.clauses
}
SCHEDULE: Mapping[str, Clause] = {clause.id: clause for clause in follow_up.schedule.clauses}
NEXT_STEP: Mapping[str, Clause] = {clause.id: clause for clause in follow_up.section.clauses}
# Those that a procedure's record shows.
PRINCIPLES: Mapping[str, TechniqueClause] = {clause.id: clause for clause in angiography.principles.clauses}
PROCEDURE: Mapping[str, TechniqueClause] = {
    clause.id: clause
    for section in (angiography, technique, adverse_effects)
    for clause in section.section.clauses
}

ALL: Mapping[str, Clause] = {**PRINCIPLES, **ELIGIBILITY, **PROCEDURE, **SCHEDULE, **NEXT_STEP}
