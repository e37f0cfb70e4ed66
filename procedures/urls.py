from django.urls import path

from procedures.views import (
    adverse_events,
    lookup,
    plan,
    reading,
    record,
    reference,
    reference_changes,
    reference_files,
    repeat,
    signing,
    watch,
)

app_name = "procedures"
urlpatterns = [
    path("patients/<int:patient_id>/procedures/", plan.list_procedures, name="list"),
    path("patients/<int:patient_id>/procedures/plan/", plan.plan, name="plan"),
    path("patients/<int:patient_id>/procedures/<int:procedure_id>/plan/", plan.edit_plan, name="edit_plan"),
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/checklist/",
        plan.show_checklist,
        name="checklist",
    ),
    path("patients/<int:patient_id>/procedures/<int:procedure_id>/cancel/", plan.cancel, name="cancel"),
    path("patients/<int:patient_id>/procedures/<int:procedure_id>/record/", record.record, name="record"),
    path("patients/<int:patient_id>/procedures/<int:procedure_id>/record/save/", record.save, name="save"),
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/record/findings/",
        record.findings,
        name="findings",
    ),
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/targets/add/",
        record.target_add,
        name="target_add",
    ),
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/targets/close/",
        record.target_close,
        name="target_close",
    ),
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/targets/<int:target_id>/open/",
        record.target_open,
        name="target_open",
    ),
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/targets/<int:target_id>/discard/",
        record.target_discard,
        name="target_discard",
    ),
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/targets/<int:target_id>/confirm/",
        record.target_confirm,
        name="target_confirm",
    ),
    path("reference/", reference.reference, name="reference"),
    path("reference/<str:reference_kind>/add/", reference_changes.add_reference, name="add_reference"),
    path("reference/<str:reference_kind>/import/", reference_files.import_reference, name="import_reference"),
    path(
        "reference/<str:reference_kind>/take-in/", reference_files.take_in_reference, name="take_in_reference"
    ),
    path(
        "reference/<str:reference_kind>/export.<str:file_format>",
        reference.export_reference,
        name="export_reference",
    ),
    path("reference/<str:reference_kind>/row/<slug:code>/", reference.reference_row, name="reference_row"),
    path(
        "reference/<str:reference_kind>/row/<slug:code>/edit/",
        reference_changes.edit_reference,
        name="edit_reference",
    ),
    path(
        "reference/<str:reference_kind>/row/<slug:code>/sign-off/",
        reference_changes.sign_off_reference,
        name="sign_off_reference",
    ),
    path(
        "reference/<str:reference_kind>/row/<slug:code>/retire/",
        reference_changes.retire_reference,
        name="retire_reference",
    ),
    path("patients/<int:patient_id>/procedures/<int:procedure_id>/watch/", watch.watch, name="watch"),
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/watch/log/",
        watch.log_symptoms,
        name="log_symptoms",
    ),
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/watch/log/<int:entry_id>/take-back/",
        watch.retract_symptoms,
        name="retract_symptoms",
    ),
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/watch/calls/",
        watch.open_calls,
        name="open_calls",
    ),
    path("patients/<int:patient_id>/procedures/map/", reading.show_map, name="map"),
    path("patients/<int:patient_id>/procedures/<int:procedure_id>/", reading.detail, name="detail"),
    path("patients/<int:patient_id>/procedures/<int:procedure_id>/report/", reading.report, name="report"),
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/repeat/",
        repeat.repeat_last,
        name="repeat_last",
    ),
    path("patients/<int:patient_id>/procedures/<int:procedure_id>/sign/", signing.sign, name="sign"),
    path("patients/<int:patient_id>/procedures/<int:procedure_id>/amend/", signing.amend, name="amend"),
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/amend/give-up/",
        signing.give_up_amendment,
        name="give_up_amendment",
    ),
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/watch/events/",
        adverse_events.choose_event,
        name="choose_event",
    ),
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/watch/events/add/<slug:term>/",
        adverse_events.add_event,
        name="add_event",
    ),
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/watch/events/<int:event_id>/",
        adverse_events.edit_event,
        name="edit_event",
    ),
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/watch/events/<int:event_id>/take-back/",
        adverse_events.retract_event,
        name="retract_event",
    ),
    path("procedures/look-up/", lookup.lookup, name="lookup"),
    path("procedures/look-up/export/", lookup.export_lookup, name="export_lookup"),
]
