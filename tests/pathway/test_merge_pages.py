"""The pages of a merge: who may be registered twice, both records side by side, what became of them."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from pathway.actions import merge, unmerge
from pathway.merge import candidates
from pathway.merge.rows import MergeRecord
from patients import history
from tests.factories import patients as patient_factories
from tests.factories.merges import merge_into
from tests.factories.patients import NOW, TODAY, PatientFactory
from tests.pathway import merging

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(team, clinician):
    kept = merging.record(team, clinician, ["lesions", "procedure"], mrn="7041 2296", phone="0700 1")
    return kept, merging.record(team, clinician, ["lesions", "procedure"], mrn="9915 0001", phone="0700 2")


def address(kept, other) -> str:
    return reverse("pathway:merge_with", args=[kept.pk, other.pk])


def answers(page, **changed) -> dict[str, str]:
    """Return what the form of the page would send, with the reason and the tick."""
    form = page.context["form"]
    sent = {name: form[name].value() or "kept" for name in form.preview.to_choose}
    return sent | {"seen": form.preview.digest, "reason": "Identity card seen", "is_same": "on"} | changed


class TestSideBySide:
    def test_shows_what_each_says_and_what_goes_over(self, two, clinician, signed_in):
        page = signed_in(clinician).get(address(*two)).content.decode()

        for words in ("0700 1", "0700 2", "Lesions <b>2</b>", "Procedures <b>1</b>", "closed as replaced"):
            assert words in page

    def test_merges_and_says_so(self, two, clinician, signed_in):
        client = signed_in(clinician)
        page = client.get(address(*two))

        answer = client.post(address(*two), answers(page, phone="other"), follow=True)

        assert "9915 0001 is merged into 7041 2296." in answer.content.decode()
        two[0].refresh_from_db()
        assert two[0].phone == "0700 2"

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"phone": ""}, "Choose one."),
            ({"reason": ""}, "This field is required."),
            ({"is_same": ""}, "Say that you compared them."),
            ({"seen": "of an hour ago"}, "was changed since you looked"),
        ],
    )
    def test_keeps_what_was_said_and_asks_for_what_is_missing(
        self, two, clinician, signed_in, changed, words
    ):
        client = signed_in(clinician)
        page = client.get(address(*two))

        answer = client.post(address(*two), answers(page, **changed))

        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not MergeRecord.objects.exists()

    def test_asks_again_where_messages_would_go_nowhere(self, team, clinician, signed_in):
        kept = PatientFactory(team=team, consents_to_messages="no")
        other = PatientFactory(team=team, consents_to_messages="yes", message_channel="sms")
        client = signed_in(clinician)

        answer = client.post(address(kept, other), answers(client.get(address(kept, other)), consent="other"))

        assert answer.status_code == 422
        assert "need a phone number" in answer.content.decode()

    def test_never_chooses_beforehand_whether_messages_are_agreed_to(self, team, clinician, signed_in):
        kept = PatientFactory(team=team, consents_to_messages="yes")
        other = PatientFactory(team=team, consents_to_messages="no")

        page = signed_in(clinician).get(address(kept, other))

        assert page.context["form"]["consent"].value() is None

    def test_of_a_record_with_itself_is_not_there(self, two, clinician, signed_in):
        assert signed_in(clinician).get(address(two[0], two[0])).status_code == 404

    def test_of_a_record_of_another_team_is_not_there(self, two, other_team, clinician, signed_in):
        stranger = PatientFactory(team=other_team)

        assert signed_in(clinician).get(address(two[0], stranger)).status_code == 404
        assert signed_in(clinician).get(address(stranger, two[0])).status_code == 404

    def test_is_for_clinicians_and_leads(self, two, coordinator, signed_in):
        assert signed_in(coordinator).get(address(*two)).status_code == 403

    def test_says_that_somebody_is_writing_to_one_of_them(self, two, clinician, signed_in, monkeypatch):
        client = signed_in(clinician)
        page = client.get(address(*two))

        def in_use(*_records):
            raise merge.InUse

        monkeypatch.setattr(merge, "hold_both", in_use)

        answer = client.post(address(*two), answers(page))

        assert answer.status_code == 422
        assert "Try again." in answer.content.decode()


class TestMergedRecord:
    def test_leads_from_each_of_its_pages_to_the_same_page_of_the_kept_one(self, two, clinician, signed_in):
        merged = merge_into(two[0], clinician).duplicate

        answer = signed_in(clinician).get(reverse("patients:labs", args=[merged.pk]), follow=True)

        assert answer.redirect_chain == [(reverse("patients:labs", args=[two[0].pk]), 302)]
        assert f"Record {merged.mrn} was merged into 7041 2296" in answer.content.decode()

    def test_leads_a_request_of_a_page_there_whole(self, two, clinician, signed_in):
        merged = merge_into(two[0], clinician).duplicate

        answer = signed_in(clinician).get(
            reverse("pathway:patient", args=[merged.pk]), headers={"HX-Request": "true"}
        )

        assert answer.headers["HX-Redirect"] == reverse("pathway:patient", args=[two[0].pk])

    @pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
    def test_takes_nothing_that_was_sent_for_it_and_says_so(self, two, clinician, signed_in, headers):
        merged = merge_into(two[0], clinician).duplicate
        sent = {"because": "died", "ended_on": TODAY.isoformat()}

        answer = signed_in(clinician).post(
            reverse("patients:end_course", args=[merged.pk]), sent, headers=headers
        )

        assert answer.status_code == 409
        assert "Nothing was saved" in answer.content.decode()
        merged.refresh_from_db()
        assert merged.ended_because == "merged"

    def test_is_not_told_of_to_another_team(self, two, clinician, stranger, signed_in):
        merged = merge_into(two[0], clinician).duplicate

        assert signed_in(stranger).get(reverse("patients:labs", args=[merged.pk])).status_code == 404

    def test_has_its_trail_shown_with_that_of_the_kept_one(self, two, clinician, people_admin, signed_in):
        merged = merge_into(two[0], clinician).duplicate
        AuditEntry.objects.create(
            at=NOW, by=clinician, team=two[0].team, patient_id=merged.pk, kind="read", what="x:seen"
        )

        for mrn in (two[0].mrn, merged.mrn):
            page = signed_in(people_admin).get(
                reverse("patients:audit"), {"mrn": mrn, "day_from": "2026-01-01"}
            )
            assert "x:seen" in {entry.what for entry, _words in page.context["rows"]}

    def test_is_named_on_the_record_of_the_kept_one(self, two, clinician, observer, signed_in):
        merged = merge_into(two[0], clinician).duplicate

        page = signed_in(observer).get(reverse("patients:record", args=[two[0].pk])).content.decode()

        assert f"Record {merged.mrn} was merged into this one" in page
        assert "Merge with another record" not in page


class TestHistory:
    def test_tells_of_the_merge_and_that_it_was_taken_back(self, two, clinician):
        record = merge_into(two[0], clinician)
        unmerge.undo_merge(record=record, because="Two sisters", by=clinician, at=NOW)

        for patient in (record.kept, record.duplicate):
            told = {event.says: event.reason for event in history.events_of(patient) if "erge" in event.says}
            assert told == {
                f"Record {record.duplicate.mrn} merged into 7041 2296": "One person",
                f"Merge of {record.duplicate.mrn} into 7041 2296 taken back": "Two sisters",
            }


class TestUndoPage:
    def address(self, record) -> str:
        return reverse("pathway:undo_merge", args=[record.kept_id, record.pk])

    def test_gives_back_two_records(self, two, clinician, signed_in):
        record = merge_into(two[0], clinician)

        answer = signed_in(clinician).post(self.address(record), {"reason": "Two sisters"}, follow=True)

        assert "are two records again" in answer.content.decode()
        record.duplicate.refresh_from_db()
        assert record.duplicate.merged_into is None

    def test_asks_to_look_through_what_was_recorded_since(self, two, clinician, signed_in):
        record = merge_into(two[0], clinician)
        patient_factories.LabResultFactory(patient=two[0])
        client = signed_in(clinician)

        refused = client.post(self.address(record), {"reason": "Two sisters"})

        assert refused.status_code == 422
        assert "Laboratory values <b>1</b>" in refused.content.decode()
        sent = {"reason": "Two sisters", "is_looked_at": "on"}
        assert client.post(self.address(record), sent).status_code == 302

    def test_says_what_stands_in_the_way_and_offers_nothing_else(self, two, team, clinician, signed_in):
        record = merge_into(two[0], clinician)
        later = merge_into(two[0], clinician)

        page = signed_in(clinician).get(self.address(record)).content.decode()

        assert f"Take back the later merge first: {later.duplicate.mrn}" in page
        assert "<textarea" not in page
        assert 'name="reason"' not in page

    def test_of_another_patient_is_not_there(self, two, clinician, signed_in):
        record = merge_into(two[0], clinician)

        answer = signed_in(clinician).get(reverse("pathway:undo_merge", args=[two[1].pk, record.pk]))

        assert answer.status_code == 404


class TestLikelyDuplicates:
    def test_are_pairs_of_one_birth_and_a_name_much_alike(self, team):
        born = date(1950, 2, 3)
        older = PatientFactory(team=team, family_name="Berg", given_name="Ana", birth_date=born)
        newer = PatientFactory(team=team, family_name="Bergh", given_name="Ana", birth_date=born)
        PatientFactory(team=team, family_name="Silva", given_name="João", birth_date=born)
        PatientFactory(team=team, family_name="Berg", given_name="Ana", birth_date=date(1951, 2, 3))

        assert candidates.of_team(team).pairs == [candidates.Pair(older=older, newer=newer)]

    def test_leave_out_who_was_found_to_be_two_people(self, two, team, clinician, signed_in):
        client = signed_in(clinician)
        assert "Compare" in client.get(reverse("pathway:duplicates")).content.decode()

        answer = client.post(reverse("pathway:say_distinct", args=[two[0].pk, two[1].pk]), follow=True)

        assert "No likely duplicates here" in answer.content.decode()

    def test_leave_out_what_was_merged(self, two, team, clinician):
        said = merging.choose(*two)
        merge.merge_records(kept=two[0], duplicate=two[1], chosen=said, reason="One", by=clinician, at=NOW)

        assert candidates.of_team(team).pairs == []

    def test_are_looked_for_a_stretch_at_a_time(self, team, monkeypatch, clinician, signed_in):
        monkeypatch.setattr(candidates, "STRETCH", 2)
        made = [PatientFactory(team=team, birth_date=date(1950 + n, 1, 1)) for n in range(5)]
        made.append(PatientFactory(team=team, birth_date=date(1950, 1, 1)))

        first = candidates.of_team(team)

        assert [(pair.older, pair.newer) for pair in first.pairs] == [(made[0], made[5])]
        assert (first.looked_at, first.before) == (2, made[4].pk)
        page = (
            signed_in(clinician).get(reverse("pathway:duplicates"), {"before": first.before}).content.decode()
        )
        assert "No likely duplicates here" in page

    def test_ask_no_more_of_the_database_for_many(self, team, django_assert_max_num_queries):
        for number in range(12):
            PatientFactory(team=team, birth_date=date(1950 + number // 2, 1, 1))

        with django_assert_max_num_queries(6):
            assert len(candidates.of_team(team).pairs) == 6

    def test_are_not_made_of_a_day_that_stands_for_not_known(self, team, monkeypatch):
        monkeypatch.setattr(candidates, "MOST_OF_A_DAY", 2)
        for _number in range(3):
            PatientFactory(team=team)

        assert candidates.of_team(team).pairs == []


class TestChooseTheOther:
    def test_offers_the_likely_ones_and_what_a_search_finds(self, two, team, clinician, signed_in):
        found = PatientFactory(team=team, family_name="Novak", birth_date=date(1940, 1, 1))

        page = signed_in(clinician).get(reverse("pathway:merge", args=[two[0].pk]), {"q": "novak"})

        assert page.context["likely"] == [two[1]]
        assert page.context["others"] == [found]
