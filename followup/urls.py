"""The addresses of the follow-up."""

from django.urls import path

from followup.views import decisions, start

app_name = "followup"
urlpatterns = [
    path(
        "patients/<int:patient_id>/procedures/<int:procedure_id>/start/",
        start.start_procedure,
        name="start_procedure",
    ),
    path("patients/<int:patient_id>/reviews/<int:review_id>/decide/", decisions.decide, name="decide"),
    path("patients/<int:patient_id>/decisions/<int:decision_id>/", decisions.decision, name="decision"),
    path(
        "patients/<int:patient_id>/decisions/<int:decision_id>/withdraw/",
        decisions.withdraw,
        name="withdraw_decision",
    ),
]
