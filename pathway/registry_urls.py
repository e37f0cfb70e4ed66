"""Addresses of the registry, which `pathway.urls` takes in."""

from django.urls import path

from pathway.views import registry

_OF_PATIENT = "patients/<int:patient_id>"

urlpatterns = [
    path("registry/", registry.registry, name="registry"),
    path("registry/completeness/", registry.registry_completeness, name="registry_completeness"),
    path("registry/<int:export_id>/again/", registry.begin_registry_again, name="begin_registry_again"),
    path("registry/<int:export_id>.zip", registry.download_registry, name="download_registry"),
    path(
        f"{_OF_PATIENT}/assessments/<int:assessment_id>/meter/",
        registry.assessment_meter,
        name="assessment_meter",
    ),
    path(
        f"{_OF_PATIENT}/procedures/<int:procedure_id>/meter/",
        registry.procedure_meter,
        name="procedure_meter",
    ),
    path(f"{_OF_PATIENT}/readings/<int:reading_id>/meter/", registry.reading_meter, name="reading_meter"),
]
