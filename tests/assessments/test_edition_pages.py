"""The pages of the settings' versions: everybody reads them, site admins change them, nobody loses what was typed."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.actions import editions
from assessments.forms.editions import PAGE_BOUNDS, SECTIONS, EditionForm
from assessments.models import EditionSettings
from guidelines import settings as engine_settings
from tests.factories import assessments as factory
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

NEW = reverse("assessments:draft_edition")


@pytest.fixture
def author():
    return UserFactory(is_site_admin=True, name="P. Varga")


@pytest.fixture
def second():
    return UserFactory(is_site_admin=True, name="T. Halloran")


@pytest.fixture
def first():
    return EditionSettings.objects.get(version=1)


def typed(**changed):
    """What a browser sends of the defaults."""
    sent = {}
    for name, declared in engine_settings.DECLARED.items():
        value = declared.default
        if value is not False:
            sent[name] = "on" if value is True else "" if value is None else value
    page = {"lab_age_limit_days": 28, "recheck_from_days": 7, "recheck_to_days": 14}
    return {**sent, **page, "reason": "Agreed", **changed}


def address(name, draft):
    return reverse(f"assessments:{name}", args=[draft.version])


class TestForm:
    def test_asks_for_every_setting_once(self):
        asked = [name for _title, names in SECTIONS.values() for name in names]

        assert sorted(asked) == sorted([*engine_settings.DECLARED, *PAGE_BOUNDS])

    def test_reads_the_defaults_back_as_they_are(self, first):
        form = EditionForm(typed(), begins_with=first, compared_with=first)

        assert form.is_valid(), form.errors
        assert form.content() == {name: form.initial[name] for name in form.content()}

    @pytest.mark.parametrize(
        ("name", "value", "says"),
        [
            ("local_platelets_under_10e9_per_l", "19", "greater than or equal to 20"),
            ("local_platelets_under_10e9_per_l", "151", "less than or equal to 150"),
            ("local_platelets_under_10e9_per_l", "50.5", "A whole number."),
            ("local_leukocytes_under_10e9_per_l", "2.55", "One decimal at most."),
            ("local_fraction_cut_pct", "nan", "Enter a number."),
            ("several_interventions", "", "This field is required."),
            ("several_interventions", "1", "greater than or equal to 2"),
            ("superselective_levels", [], "This field is required."),
            ("superselective_levels", ["hepatic"], "hepatic is not one of the available choices"),
            ("recheck_to_days", "6", "Not before the first day"),
            ("reason", " ", "This field is required."),
        ],
    )
    def test_refuses_what_cannot_be_at_its_field(self, first, name, value, says):
        form = EditionForm(typed(**{name: value}), begins_with=first, compared_with=first)

        assert not form.is_valid()
        assert says in form.errors[name][0]

    @pytest.mark.parametrize(
        ("name", "value", "read"),
        [
            ("local_platelets_under_10e9_per_l", "20", 20),
            ("local_platelets_under_10e9_per_l", "150", 150),
            ("local_leukocytes_under_10e9_per_l", "2,5", 2.5),
            ("local_fraction_cut_pct", "", None),
            ("superselective_levels", ["extrahepatic", "lobar"], ["lobar", "extrahepatic"]),
        ],
    )
    def test_reads_what_can_be(self, first, name, value, read):
        form = EditionForm(typed(**{name: value}), begins_with=first, compared_with=first)

        assert form.is_valid(), form.errors
        assert form.content()[name] == read


class TestList:
    def test_is_for_everybody_who_is_signed_in_and_offers_a_draft_to_site_admins(
        self, clinician, author, signed_in
    ):
        read, admin = (signed_in(who).get(reverse("assessments:editions")) for who in (clinician, author))

        assert read.status_code == admin.status_code == 200
        assert NEW not in read.content.decode()
        assert NEW in admin.content.decode()

    def test_offers_no_second_draft(self, author, signed_in):
        factory.edition_draft(author)

        content = signed_in(author).get(reverse("assessments:editions")).content.decode()

        assert NEW not in content
        assert "Finer catheters" in content


class TestDrafting:
    def test_leads_to_the_draft(self, author, signed_in):
        response = signed_in(author).post(NEW, typed(local_platelets_under_10e9_per_l="50"))

        draft = EditionSettings.objects.drafts().get()
        assert response.url == address("edition", draft)
        assert draft.values == {"local_platelets_under_10e9_per_l": 50}
        assert draft.drafted_by == author

    def test_keeps_what_was_typed_where_something_is_wrong(self, author, signed_in):
        response = signed_in(author).post(NEW, typed(several_interventions="many", reason="Because"))

        assert response.status_code == 422
        assert 'value="many"' in response.content.decode()
        assert "Because" in response.content.decode()

    def test_says_so_where_somebody_was_faster(self, author, second, signed_in):
        factory.edition_draft(second)

        response = signed_in(author).post(NEW, typed())

        assert response.status_code == 422
        assert "Another draft is open" in response.content.decode()

    def test_begins_with_an_older_version_to_go_back(self, author, signed_in):
        factory.published_edition(values={"several_interventions": 5})

        content = signed_in(author).get(NEW + "?from=1").content.decode()

        assert "It begins with the values of version 1." in content
        assert "Version 2: 5." in content

    @pytest.mark.parametrize("asked", ["9", "99999999999", "²", "1' OR 1"])
    def test_of_a_version_that_is_none_is_not_found_or_begins_with_the_newest(self, author, signed_in, asked):
        response = signed_in(author).get(NEW, {"from": asked})

        assert response.status_code == (404 if asked == "9" else 200)

    def test_is_changed_by_its_author_only(self, author, second, signed_in):
        draft = factory.edition_draft(author)

        stranger = signed_in(second).post(address("edit_edition", draft), typed(several_interventions="4"))
        own = signed_in(author).post(address("edit_edition", draft), typed(several_interventions="4"))

        assert stranger.url == own.url == address("edition", draft)
        draft.refresh_from_db()
        assert draft.values == {"several_interventions": 4}


class TestSteps:
    def test_tell_the_author_that_another_approves(self, author, signed_in):
        draft = factory.weighed_edition_draft(author)

        content = signed_in(author).get(address("edition", draft)).content.decode()

        assert "another site admin approves it" in content
        assert address("approve_edition", draft) not in content

    def test_offer_the_approval_to_a_second_person_after_the_dry_run(self, author, second, signed_in):
        draft = factory.edition_draft(author, values={"several_interventions": 4})
        client = signed_in(second)
        before = client.get(address("edition", draft)).content.decode()
        factory.weighed_edition_draft(author)

        after = client.get(address("edition", draft)).content.decode()

        assert address("approve_edition", draft) not in before
        assert address("approve_edition", draft) in after


class TestApproving:
    @pytest.fixture
    def draft(self, author):
        factory.edition_draft(author, values={"several_interventions": 4})
        return factory.weighed_edition_draft(author)

    def sent(self, draft, day):
        return {"effective_from": day.isoformat(), "dry_run": editions.latest_dry_run(draft).pk}

    def test_publishes(self, draft, second, signed_in):
        day = timezone.localdate() + timedelta(days=7)

        signed_in(second).post(address("approve_edition", draft), self.sent(draft, day))

        draft.refresh_from_db()
        assert (draft.approved_by, draft.effective_from) == (second, day)

    def test_says_at_the_field_that_a_day_is_past(self, draft, second, signed_in):
        day = timezone.localdate() - timedelta(days=1)

        response = signed_in(second).post(address("approve_edition", draft), self.sent(draft, day))

        assert response.status_code == 422
        assert "the past keeps its version" in response.content.decode()

    def test_tells_the_author_why_not(self, draft, author, signed_in):
        sent = self.sent(draft, timezone.localdate())

        response = signed_in(author).post(address("approve_edition", draft), sent)

        assert response.status_code == 422
        assert "you wrote this draft yourself" in response.content.decode()

    @pytest.mark.parametrize("number", ["", "x", "99999999999999999999999"])
    def test_of_a_dry_run_that_is_none_is_refused(self, draft, second, signed_in, number):
        sent = {"effective_from": timezone.localdate().isoformat(), "dry_run": number}

        response = signed_in(second).post(address("approve_edition", draft), sent)

        assert response.status_code == 422
        draft.refresh_from_db()
        assert draft.is_draft


class TestDiscarding:
    def test_asks_why(self, author, signed_in):
        draft = factory.edition_draft(author)
        client = signed_in(author)

        refused = client.post(address("discard_edition", draft), {"because": ""})
        done = client.post(address("discard_edition", draft), {"because": "Not agreed"})

        assert refused.status_code == 422
        assert done.url == reverse("assessments:editions")
        draft.refresh_from_db()
        assert draft.discarded_because == "Not agreed"
        assert "Not agreed" in client.get(address("edition", draft)).content.decode()


class TestVersion:
    def test_offers_to_go_back_where_it_is_not_in_force(self, author, first, signed_in):
        latest = factory.published_edition(effective_from=timezone.localdate())
        client = signed_in(author)

        older, newer = (client.get(address("edition", row)).content.decode() for row in (first, latest))

        assert f"{NEW}?from=1" in older
        assert f"{NEW}?from=2" not in newer

    @pytest.mark.parametrize("version", [99, 2**31, 10**30])
    def test_that_does_not_exist_is_not_found(self, author, signed_in, version):
        assert signed_in(author).get(f"/guideline/editions/{version}/").status_code == 404


class TestComparing:
    def test_shows_two_versions_side_by_side(self, clinician, signed_in):
        factory.published_edition(effective_from=date(2026, 1, 1), values={"several_interventions": 5})
        client, url = signed_in(clinician), reverse("assessments:compare_editions")

        differing = client.get(url).content.decode()
        everything = client.get(url, {"before": "2", "after": "1", "all": "1"}).content.decode()

        assert "1 setting differs between version 1 and version 2." in differing
        assert "Tolerance round" not in differing
        assert "1 setting differs between version 2 and version 1." in everything
        assert "Tolerance round" in everything

    @pytest.mark.parametrize("asked", [{}, {"before": "x", "after": "9"}, {"after": "1"}])
    def test_of_what_is_none_answers_all_the_same(self, clinician, signed_in, asked):
        assert signed_in(clinician).get(reverse("assessments:compare_editions"), asked).status_code == 200


class TestGoingBack:
    def test_is_offered_of_the_version_in_force_while_another_is_to_come(self, author, signed_in):
        """Whoever regrets an approval goes back to what is in force; the one to come is no place to go back to."""
        coming = factory.published_edition(
            effective_from=timezone.localdate() + timedelta(days=5), values={"small_lesion_up_to_mm": 25}
        )
        client = signed_in(author)

        pages = [
            client.get(reverse("assessments:edition", args=[version])).content.decode()
            for version in (1, coming.version)
        ]

        assert ["Go back to this version" in page for page in pages] == [True, False]

    def test_of_what_never_took_effect_says_so(self, author, signed_in):
        day = date(2026, 3, 9)
        replaced, _last = (
            factory.published_edition(effective_from=day, values={"small_lesion_up_to_mm": size})
            for size in (25, 22)
        )

        page = signed_in(author).get(reverse("assessments:edition", args=[replaced.version]))

        assert "It was to be in force from 9 March 2026, and was replaced before." in page.content.decode()
