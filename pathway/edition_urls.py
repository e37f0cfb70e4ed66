"""Addresses of the dry run of a draft of the edition's settings."""

from django.urls import path

from pathway.views import edition_runs

urlpatterns = [
    path("guideline/editions/elsewhere/", edition_runs.numbers_elsewhere, name="numbers_elsewhere"),
    path("guideline/editions/<int:version>/dry-run/", edition_runs.edition_dry_run, name="edition_dry_run"),
    path(
        "guideline/editions/<int:version>/dry-run/start/",
        edition_runs.start_edition_dry_run,
        name="start_edition_dry_run",
    ),
    path(
        "guideline/editions/<int:version>/dry-run.csv",
        edition_runs.export_edition_dry_run,
        name="export_edition_dry_run",
    ),
]
