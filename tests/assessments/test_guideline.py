"""The guideline's pages: the whole edition, and each clause."""

import pytest
from django.urls import reverse

from guidelines import clauses


class TestGuideline:
    def test_shows_every_clause_with_an_anchor(self, clinician, signed_in):
        content = signed_in(clinician).get(reverse("assessments:guideline")).content.decode()

        for clause_id in clauses.ALL:
            assert f'id="clause-{clause_id}"' in content

    def test_shows_what_is_not_in_source(self, clinician, signed_in):
        content = signed_in(clinician).get(reverse("assessments:guideline")).content.decode()

        assert "eGFR under 30" in content
        assert "Not yet clinically reviewed" in content

    def test_is_not_for_those_who_are_not_signed_in(self, client):
        assert client.get(reverse("assessments:guideline")).status_code == 302


class TestClause:
    @pytest.mark.parametrize("clause_id", list(clauses.ALL))
    def test_has_a_page(self, clinician, signed_in, clause_id):
        response = signed_in(clinician).get(reverse("assessments:clause", args=[clause_id]))

        content = response.content.decode()
        assert response.status_code == 200
        assert clauses.ALL[clause_id].locator in content
        assert "Not yet clinically reviewed" in content

    def test_that_does_not_exist_is_not_found(self, clinician, signed_in):
        assert signed_in(clinician).get(reverse("assessments:clause", args=["9.9"])).status_code == 404
