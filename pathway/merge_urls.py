"""The addresses of records that are merged and taken apart."""

from django.urls import path

from pathway.views import merge

urlpatterns = [
    path("duplicates/", merge.duplicates, name="duplicates"),
    path("patients/<int:patient_id>/merge/", merge.choose_other, name="merge"),
    path("patients/<int:patient_id>/merge/<int:other_id>/", merge.merge_with, name="merge_with"),
    path("patients/<int:patient_id>/merge/<int:other_id>/two/", merge.say_distinct, name="say_distinct"),
    path("patients/<int:patient_id>/merges/", merge.merges, name="merges"),
    path("patients/<int:patient_id>/merges/<int:merge_id>/undo/", merge.undo_merge, name="undo_merge"),
]
