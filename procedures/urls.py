from django.urls import path

from procedures.views import reference, reference_changes, reference_files, watch

app_name = "procedures"
urlpatterns = [
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
]
