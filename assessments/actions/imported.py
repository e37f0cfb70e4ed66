"""Keep an imported case: weighed like any other, with nobody's decision and nobody's signature."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import User
from assessments import entries, guidance
from assessments.actions import edition
from assessments.models import Assessment
from patients.models import Patient


@transaction.atomic
def record_imported_assessment(
    *, patient: Patient, facts: Mapping[str, Any], by: User | None, at: datetime, made_on: date | None = None
) -> Assessment:
    """Record facts in the contract's shape, with the date that the import gave, if any: none is invented.

    Its status is `imported`: it is no draft and nobody signed it. Facts that contradict one another are the
    importer's to refuse; `guidance.weigh` would leave them out of the answer.
    """
    assessment = Assessment(
        patient=patient,
        status=Assessment.Status.IMPORTED,
        made_on=made_on,
        facts={
            name: entries.entry_of(entries.normal(name, value), on=made_on, source=entries.IMPORTED)
            for name, value in facts.items()
            if value is not None
        },
        edition_settings=edition.settings_in_force(on=made_on or at.date(), at=at),
        created_at=at,
        created_by=by,
        saved_at=at,
        saved_by=by,
    )
    guidance.copy_to_columns(assessment)
    assessment.save()
    audit.record_change(
        by=by, team=patient.team, patient_id=patient.pk, what="assessments.record_imported_assessment", at=at
    )
    return assessment
