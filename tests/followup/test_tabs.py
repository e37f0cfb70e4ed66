"""Every page of a patient's follow-up is found under its tab."""

import re

import pytest
from django.urls import reverse

from tests.factories import followup as factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision(team):
    return factories.DecisionFactory(reading__review__patient__team=team)


def current_tabs(answer) -> list[str]:
    tabs = answer.content.decode().partition('class="patient-tabs')[2].partition("</nav>")[0]
    return re.findall(r'aria-current="[a-z]+"[^>]*>([^<]+)<', tabs)


class TestFollowUpTab:
    @pytest.mark.parametrize("name", ["reviews", "review_readings", "decision"])
    def test_is_marked_on_its_pages(self, signed_in, clinician, decision, name):
        patient_id = decision.review.patient_id
        keys = {"reviews": [], "review_readings": [decision.review_id], "decision": [decision.pk]}
        address = reverse(f"followup:{name}", args=[patient_id, *keys[name]])

        answer = signed_in(clinician).get(address)

        assert current_tabs(answer) == ["Follow-up"]

    def test_is_not_marked_beside_the_overview(self, signed_in, clinician, decision):
        address = reverse("pathway:patient", args=[decision.review.patient_id])

        assert current_tabs(signed_in(clinician).get(address)) == ["Overview"]
