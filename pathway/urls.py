from django.urls import path

from pathway import edition_urls, letter_urls, meeting_urls, merge_urls, registry_urls
from pathway.views import board, cohort, home, imports, patient

app_name = "pathway"
urlpatterns = [
    path("", home.home, name="home"),
    path("patients/<int:patient_id>/", patient.patient, name="patient"),
    path("patients/<int:patient_id>/vessels/", patient.last_vessel_map, name="last_vessel_map"),
    path("patients/<int:patient_id>/doses/", patient.doses, name="lifetime_doses"),
    *letter_urls.urlpatterns,
    *meeting_urls.urlpatterns,
    *merge_urls.urlpatterns,
    *edition_urls.urlpatterns,
    path("board/", board.loop_board, name="board"),
    path("cohort/", cohort.cohort, name="cohort"),
    path("cohort/survival.<str:file_format>", cohort.export_survival, name="export_survival"),
    path("cohort/<slug:page_key>/", cohort.cohort_page, name="cohort_page"),
    path("cohort/<slug:page_key>.<str:file_format>", cohort.export_cohort, name="export_cohort"),
    *registry_urls.urlpatterns,
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:cohort_id>/", imports.import_detail, name="import_detail"),
    path("imports/<int:cohort_id>/columns/", imports.import_columns, name="import_columns"),
    path("imports/<int:cohort_id>/columns/<int:number>/", imports.import_column, name="import_column"),
    path("imports/<int:cohort_id>/check/", imports.start_check, name="start_check"),
    path("imports/<int:cohort_id>/import/", imports.start_import, name="start_import"),
    path("imports/<int:cohort_id>/give-up/", imports.give_up_import, name="give_up_import"),
]
