"""The site's own addresses, and the gallery beside them."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.html import escape

from patients import models, segment_map
from tace_site.urls import urlpatterns as site_addresses
from tests.house import gallery_forms

PATIENT = models.Patient(
    pk=1, mrn="7041 2296", family_name="Okafor", given_name="Daniel", birth_date=date(1961, 3, 14), sex="male"
)
ALLERGY = models.Allergy(substance="iodinated contrast", reaction="rash", since_year=2019)
LESIONS = [
    segment_map.MappedLesion("L1", ("8",), longest_mm=44, viable_mm=12, first_mm=44),
    segment_map.MappedLesion("L2", ("5",), longest_mm=27, viable_mm=0, first_mm=27),
    segment_map.MappedLesion("L3", ("3",), longest_mm=14),
    segment_map.MappedLesion("L4", ("4a",), longest_mm=20, viable_mm=20),
    segment_map.MappedLesion("L5", ("1",), longest_mm=20, viable_mm=10),
    segment_map.MappedLesion("L6", ("6", "7"), longest_mm=70, viable_mm=60),
    segment_map.MappedLesion("L7", (), longest_mm=20),
]
TYPED = {
    "bilirubin_0": "19", "bilirubin_1": "umol", "inr_0": "1.1", "inr_1": "ratio",
    "sodium_0": "1370", "sodium_1": "mmol", "platelets_0": "118", "platelets_1": "e9",
    "share_0": "25", "share_1": "50", "share_2": "pc", "ascites": "none", "infection": "",
}  # fmt: skip
VERDICTS = [
    ("eligible", "Eligible", "TACE"),
    ("eligible_with_conditions", "Eligible with conditions", "TACE, staged, small volume of oil"),
    ("not_eligible", "Not eligible", "Recoverable: platelets 52, at least 60 needed"),
    ("not_indicated", "Not indicated", "No contraindication, and no indication is met"),
    ("surgery_preferred", "Surgery preferred", "Resectable, and fit for surgery"),
    ("needs_mdt", "Needs the multidisciplinary meeting", "Bleeding, and Child-Pugh C"),
    ("insufficient_data", "Not enough known", "Measure: albumin, tumour share of liver"),
]


def gallery(request: HttpRequest, part: str) -> HttpResponse:
    """Show one part of the gallery; ?errors sends the forms wrongly filled, ?plain empties the lists."""
    wrong, plain = "errors" in request.GET, "plain" in request.GET
    marks = [] if plain else segment_map.marks_for(LESIONS)
    context = {
        "assessment": gallery_forms.AssessmentForm(TYPED if wrong else None),
        "registration": gallery_forms.RegistrationForm({} if wrong else None),
        "patient": PATIENT,
        "age": "65 y",
        "allergies": [] if plain else [ALLERGY],
        "verdicts": VERDICTS,
        "lesion_marks": marks,
        "segments_with_lesion": sorted({segment for mark in marks for segment in mark.segments}),
    }
    return render(request, f"gallery/{part}.html", context)


@login_required
def save(request: HttpRequest) -> HttpResponse:
    """Answer what was sent, so that a test sees that it arrived."""
    pressed = " by its button" if "pressed" in request.POST else ""
    return HttpResponse(f"Saved: {escape(request.POST['note'])}{pressed}")


urlpatterns = [
    path("_gallery/save/", save, name="gallery_save"),
    path("_gallery/<slug:part>/", gallery, name="gallery"),
    *site_addresses,
]
