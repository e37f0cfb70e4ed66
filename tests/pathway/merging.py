"""Two records of one person with something of everything on them, and all their rows for comparison."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.apps import apps

from pathway.merge import preview
from pathway.merge.questions import KEPT
from patients.models import Patient, Task
from tests.factories import assessments as assessment_factories
from tests.factories import followup as followup_factories
from tests.factories import patients as patient_factories
from tests.factories import procedures as procedure_factories
from tests.factories.patients import NOW, TODAY
from tests.house import sources

LATER = NOW + timedelta(days=1)
# Only ever added to, or counted up by purpose: what was done stays told after it was taken back.
ADDED_TO = {"accounts.AuditEntry", "followup.ReviewEvent", "pathway.MergeRecord"}
COUNTED_UP = {"revision"}


def contact(patient: Patient, by: Any) -> None:
    followup_factories.ContactFactory(patient=patient, by=by)


def disease(patient: Patient, by: Any) -> None:
    by_number = patient.pk % 2
    patient_factories.DiagnosisFactory(
        patient=patient,
        basis=["imaging", "histology"][by_number],
        pathology=f"Report {patient.pk}",
        diabetes="yes",
    )


def risks(patient: Patient, by: Any) -> None:
    answer = ["yes", "no"][patient.pk % 2]
    patient_factories.StandingRisksFactory(
        patient=patient, antithrombotics=answer, allergies_asked_on=TODAY - timedelta(days=patient.pk % 7)
    )


def lesions(patient: Patient, by: Any) -> None:
    for number in (1, 2):
        lesion = patient_factories.LesionFactory(patient=patient, number=number, note="Near the dome")
        patient_factories.LesionMeasurementFactory(lesion=lesion)


def values(patient: Patient, by: Any) -> None:
    first = patient_factories.LabResultFactory(
        patient=patient, retracted_at=NOW, retracted_because="Wrong tube"
    )
    patient_factories.LabResultFactory(patient=patient, corrects=first)


def history(patient: Patient, by: Any) -> None:
    patient_factories.PriorTreatmentFactory(patient=patient)
    patient_factories.AllergyFactory(patient=patient)


def tasks(patient: Patient, by: Any) -> None:
    patient_factories.TaskFactory(patient=patient, owner=by)
    patient_factories.TaskFactory(patient=patient, closed_at=NOW, closed_by=by, outcome="done")


def draft(patient: Patient, by: Any) -> None:
    assessment_factories.draft(patient, by)


def procedure(patient: Patient, by: Any) -> None:
    """A procedure with its target, and its open review, due later the higher the number of the record."""
    made = procedure_factories.ProcedureFactory(patient=patient, started_at=NOW, modality="TACE")
    target = procedure_factories.TargetVesselFactory(procedure=made)
    target.lesions.set(patient.lesions.all())
    review = followup_factories.ImagingReviewFactory(
        patient=patient,
        after_procedure=made,
        opened_by=by,
        counts_from=TODAY - timedelta(days=patient.pk % 9),
    )
    followup_factories.ContactFactory(patient=patient, review=review, by=by)


def told(patient: Patient, by: Any) -> None:
    message = apps.get_model("followup.Message").objects.create(
        team=patient.team, patient=patient, channel="email", slot="2026-03-02T09", language="en", subject="1",
        template_key="patient", body="Please call", message_id=f"<{patient.pk}@example.org>", gathered_at=NOW,
        send_after=NOW, sent_at=NOW,
    )  # fmt: skip
    task = Task.objects.filter(patient=patient).first() or patient_factories.TaskFactory(patient=patient)
    apps.get_model("followup.Reminder").objects.create(
        team=patient.team, task=task, rung="task", rung_on=TODAY, patient=patient, message=message, made_at=NOW,
        key=f"task:{task.pk}/task/{TODAY}/patient:{patient.pk}",
    )  # fmt: skip


def ended(patient: Patient, by: Any) -> None:
    Patient.objects.filter(pk=patient.pk).update(ended_because="discharged", ended_on=TODAY)


# In the order in which they can be made: what rests on another comes after it, the end last.
FURNISHINGS: dict[str, Callable[[Patient, Any], None]] = {
    "contact": contact, "disease": disease, "risks": risks, "lesions": lesions, "values": values, "history": history,
    "tasks": tasks, "draft": draft, "procedure": procedure, "told": told, "ended": ended,
}  # fmt: skip


def record(team: Any, by: Any, furnished: Iterable[str] = (), **columns: Any) -> Patient:
    """Return a patient with these on the record."""
    patient = patient_factories.PatientFactory(team=team, **columns)
    for name in FURNISHINGS:
        if name in furnished:
            FURNISHINGS[name](patient, by)
    patient.refresh_from_db()
    return patient


def choose(kept: Patient, other: Patient, whose: str = KEPT) -> dict[str, str]:
    """Answer everything that has to be chosen in one way."""
    return dict.fromkeys(preview.preview_of(kept, other).to_choose, whose)


def everything() -> dict[str, dict[Any, dict[str, Any]]]:
    """Return every row of every table of the product, the ones that are only added to aside."""
    found: dict[str, dict[Any, dict[str, Any]]] = {}
    for model in apps.get_models():
        is_ours = model.__module__.split(".")[0] in sources.ROOMS and not hasattr(model, "history_id")
        if is_ours and model._meta.label not in ADDED_TO:
            found[model._meta.label] = _rows(model)
    return found


def _rows(model: Any) -> dict[Any, dict[str, Any]]:
    if model._meta.label == "patients.SearchWord":
        return {
            key: {}
            for key in sorted(
                (bytes(word), who) for word, who in model.objects.values_list("word", "patient")
            )
        }
    many = [field.name for field in model._meta.many_to_many]
    rows = {}
    for row in model._default_manager.all():
        columns = {
            f.attname: getattr(row, f.attname)
            for f in model._meta.concrete_fields
            if f.name not in COUNTED_UP
        }
        columns |= {name: sorted(getattr(row, name).values_list("pk", flat=True)) for name in many}
        rows[row.pk] = columns
    return rows
