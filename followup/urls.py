"""The addresses of the follow-up."""

from django.urls import path

from followup.views import start

app_name = "followup"
urlpatterns = [
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/start/",
        start.start_procedure,
        name="start_procedure",
    ),
]
