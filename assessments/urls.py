from django.urls import path

from assessments.views import drafts, edition, editions, reading, signing

app_name = "assessments"
urlpatterns = [
    path("guideline/", edition.guideline, name="guideline"),
    path("guideline/editions/", editions.list_editions, name="editions"),
    path("guideline/editions/new/", editions.draft_edition, name="draft_edition"),
    path("guideline/editions/compare/", editions.compare_editions, name="compare_editions"),
    path("guideline/editions/<int:version>/", editions.show_edition, name="edition"),
    path("guideline/editions/<int:version>/edit/", editions.edit_edition, name="edit_edition"),
    path("guideline/editions/<int:version>/approve/", editions.approve_edition, name="approve_edition"),
    path("guideline/editions/<int:version>/discard/", editions.discard_edition, name="discard_edition"),
    path("guideline/<str:clause_id>/", edition.clause, name="clause"),
    path("patients/<int:patient_id>/assessments/", reading.list_assessments, name="list"),
    path("patients/<int:patient_id>/assessments/start/", drafts.start, name="start"),
    path("patients/<int:patient_id>/assessments/<int:assessment_id>/", reading.detail, name="detail"),
    path("patients/<int:patient_id>/assessments/<int:assessment_id>/edit/", drafts.edit, name="edit"),
    path("patients/<int:patient_id>/assessments/<int:assessment_id>/save/", drafts.save, name="save"),
    path(
        "patients/<int:patient_id>/assessments/<int:assessment_id>/findings/",
        drafts.findings,
        name="findings",
    ),
    path(
        "patients/<int:patient_id>/assessments/<int:assessment_id>/none/<str:section_key>/",
        drafts.none_of_these,
        name="none_of_these",
    ),
    path(
        "patients/<int:patient_id>/assessments/<int:assessment_id>/settle/<str:name>/",
        drafts.settle,
        name="settle",
    ),
    path(
        "patients/<int:patient_id>/assessments/<int:assessment_id>/newer/",
        drafts.take_newer,
        name="take_newer",
    ),
    path(
        "patients/<int:patient_id>/assessments/<int:assessment_id>/discard/", drafts.discard, name="discard"
    ),
    path("patients/<int:patient_id>/assessments/<int:assessment_id>/sign/", signing.sign, name="sign"),
    path("patients/<int:patient_id>/assessments/<int:assessment_id>/amend/", signing.amend, name="amend"),
    path(
        "patients/<int:patient_id>/assessments/<int:assessment_id>/recheck/", signing.recheck, name="recheck"
    ),
    path(
        "patients/<int:patient_id>/assessments/<int:assessment_id>/print/", reading.print_sheet, name="print"
    ),
]
