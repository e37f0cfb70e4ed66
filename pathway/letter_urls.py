"""Addresses of letters, which `pathway.urls` takes in."""

from django.urls import path

from pathway.views import letters

urlpatterns = [
    path("patients/<int:patient_id>/letters/", letters.letters, name="letters"),
    path(
        "patients/<int:patient_id>/letters/start/<slug:letter_kind>/",
        letters.start_letter,
        name="start_letter",
    ),
    path(
        "patients/<int:patient_id>/letters/drafts/<int:letter_draft_id>/",
        letters.edit_letter,
        name="edit_letter",
    ),
    path(
        "patients/<int:patient_id>/letters/drafts/<int:letter_draft_id>/paper.pdf",
        letters.preview_letter,
        name="preview_letter",
    ),
    path(
        "patients/<int:patient_id>/letters/drafts/<int:letter_draft_id>/give-up/",
        letters.give_up_letter,
        name="give_up_letter",
    ),
    path("patients/<int:patient_id>/letters/<int:letter_id>/", letters.letter, name="letter"),
    path("patients/<int:patient_id>/letters/<int:letter_id>/sent/", letters.send_letter, name="send_letter"),
    path(
        "patients/<int:patient_id>/letters/<int:letter_id>/paper.pdf",
        letters.print_letter,
        name="print_letter",
    ),
    path("teams/<int:team_id>/letterhead/", letters.letterhead, name="letterhead"),
]
