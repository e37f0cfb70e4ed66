"""The dry run of a draft: what would flip, from what to what, by which clause; who may see it, and what it names."""

import csv
import dataclasses
import io
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from assessments.actions import editions, signing
from assessments.models import Assessment, EditionFlip
from followup import guidance as followup_guidance
from guidelines import facts as declared
from pathway import tasks
from pathway.actions import edition_runs, jobs
from pathway.models import Job
from procedures import symptoms
from tests.factories import assessments as factory
from tests.factories import followup as followup_factories
from tests.factories.accounts import UserFactory
from tests.factories.patients import NOW, TODAY, PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return UserFactory(is_site_admin=True, name="P. Varga")


def assessed(team, by, **changed):
    return factory.draft(PatientFactory(team=team, family_name="Kowalski"), by, **changed)


def run(draft, by, team=None):
    """Ask for the dry run and let a worker do what waits."""
    job = edition_runs.ask_for_dry_run(draft=draft, team=team, by=by, at=NOW)
    jobs.run_waiting_jobs(kinds=edition_runs.JOB_KINDS, clock=timezone.now)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.failure
    return editions.latest_dry_run(draft)


def flips_of(found):
    return [(flip.record_id, flip.before, flip.after, flip.kind) for flip in found.flips.all()]


class TestAssessments:
    def test_flip_with_the_clause_that_decides(self, team, clinician, author):
        between, above = (
            assessed(team, clinician, platelets_10e9_per_l=52),
            assessed(team, clinician, platelets_10e9_per_l=62),
        )
        draft = factory.edition_draft(author, values={"local_platelets_under_10e9_per_l": 50})

        found = run(draft, author)

        assert flips_of(found) == [(between.pk, "not_eligible", "eligible", "verdict")]
        flip = found.flips.get()
        assert flip.clauses == [["4.8b", "present", "absent"]]
        assert (flip.team, flip.state, flip.on) == (team, "draft", TODAY)
        assert found.counts == {"assessments": 2, "verdict": 1}
        assert above.pk != flip.record_id

    def test_flip_the_other_way_under_a_stricter_number(self, team, clinician, author):
        row = assessed(team, clinician, platelets_10e9_per_l=70)
        draft = factory.edition_draft(author, values={"local_platelets_under_10e9_per_l": 75})

        assert flips_of(run(draft, author)) == [(row.pk, "eligible", "not_eligible", "verdict")]

    def test_with_other_conditions_only_are_told_apart(self, team, clinician, author):
        # Child-Pugh B with a fistula: one condition of two goes.
        row = assessed(team, clinician, albumin_g_per_l=30, bilirubin_umol_per_l=40, fistula="mild")
        draft = factory.edition_draft(author, values={"superselective_reduced": False})

        found = run(draft, author)

        assert flips_of(found) == [
            (row.pk, "eligible_with_conditions", "eligible_with_conditions", "conditions")
        ]
        assert found.flips.get().conditions == [["superselective_reduced", "applies", "does_not_apply"]]

    def test_that_lose_their_answer_name_what_was_not_recorded(self, team, clinician, author):
        row = assessed(team, clinician, platelets_10e9_per_l={"min": 65, "max": 80})
        draft = factory.edition_draft(author, values={"local_platelets_under_10e9_per_l": 75})

        found = run(draft, author)

        assert flips_of(found) == [(row.pk, "eligible", "insufficient_data", "not_recorded")]
        assert found.flips.get().missing == ["platelets_10e9_per_l"]

    @pytest.mark.parametrize(
        ("since", "kind"),
        [("2026-03-01", "not_recorded"), ("2026-03-02", "not_recorded"), ("2026-03-03", "not_asked")],
    )
    def test_are_told_apart_where_the_fact_was_asked_only_later(
        self, team, clinician, author, monkeypatch, since, kind
    ):
        name = "platelets_10e9_per_l"
        assessed(team, clinician, platelets_10e9_per_l={"min": 65, "max": 80})
        monkeypatch.setitem(declared.ALL, name, dataclasses.replace(declared.ALL[name], asked_since=since))
        draft = factory.edition_draft(author, values={"local_platelets_under_10e9_per_l": 75})

        assert [flip.kind for flip in run(draft, author).flips.all()] == [kind]

    def test_that_are_discarded_are_passed_over(self, team, clinician, author):
        row = assessed(team, clinician, platelets_10e9_per_l=52)
        Assessment.objects.filter(pk=row.pk).update(status="discarded", discarded_because="Wrong patient")
        draft = factory.edition_draft(author, values={"local_platelets_under_10e9_per_l": 50})

        assert run(draft, author).counts == {}

    def test_keep_their_own_version_and_their_record(self, team, clinician, author):
        row = assessed(team, clinician, platelets_10e9_per_l=52)
        Assessment.objects.filter(pk=row.pk).update(
            decision="proceed", reason_against_finding="Transfusion is planned"
        )
        row.refresh_from_db()
        signed = signing.sign_assessment(assessment=row, by=clinician, on=TODAY, at=NOW)
        draft = factory.edition_draft(author, values={"local_platelets_under_10e9_per_l": 50})

        run(draft, author)

        row.refresh_from_db()
        assert (row.verdict, row.edition_settings.version) == ("not_eligible", 1)
        assert signed.record["answer"]["verdict"] == "not_eligible"


class TestReadings:
    @pytest.fixture
    def decision(self, team, clinician):
        """After a second progression in a row and two interventions."""
        return followup_factories.DecisionFactory(
            reading__review__patient=PatientFactory(team=team), reading__reader=clinician
        )

    def test_are_weighed_only_where_section_7_moves(self, decision, author):
        draft = factory.edition_draft(author, values={"local_platelets_under_10e9_per_l": 50})

        assert "readings" not in run(draft, author).counts

    def test_flip_where_several_and_continues_mean_less(self, decision, author):
        reading = decision.reading
        type(reading).objects.filter(pk=reading.pk).update(enlargement="yes", new_lesions="yes")
        draft = factory.edition_draft(
            author, values={"several_interventions": 2, "continued_progressions": 1}
        )

        found = run(draft, author)

        assert found.counts["readings"] == 1
        flip = found.flips.get()
        # Nobody asked how often the patient was treated elsewhere: two may be reached, and three need not.
        assert (flip.before, flip.after) == ("consider_repeat", "insufficient_data")
        assert (flip.kind, flip.missing) == ("not_recorded", ["interventions_done"])
        assert flip.clauses == [["7.8", "does_not_apply", "unknown"]]
        assert flip.conditions == [["refractoriness", "not_met", "unknown"]]
        assert (flip.about, flip.state) == (EditionFlip.About.READING, "hold")

    def test_are_asked_of_what_was_known_on_the_day_where_the_team_works(
        self, team, clinician, author, monkeypatch
    ):
        team.time_zone = "Asia/Shanghai"
        team.save()
        followup_factories.DecisionFactory(
            reading__review__patient=PatientFactory(team=team),
            reading__reader=clinician,
            decided_at=datetime(2026, 3, 2, 22, 0, tzinfo=UTC),
        )
        asked_on = []
        ask = followup_guidance.next_step_of

        def noted(reading, *, on, **keywords):
            asked_on.append(on)
            return ask(reading, on=on, **keywords)

        monkeypatch.setattr(followup_guidance, "next_step_of", noted)

        run(factory.edition_draft(author, values={"several_interventions": 2}), author)

        assert asked_on == [date(2026, 3, 3)] * 2


class TestAsking:
    def test_twice_finds_the_first_job(self, author, team):
        draft = factory.edition_draft(author)

        asked = [
            edition_runs.ask_for_dry_run(draft=draft, team=None, by=author, at=NOW).pk for _click in range(2)
        ]

        assert len(set(asked)) == 1

    def test_again_after_a_change_is_another_job(self, author, team):
        draft = factory.edition_draft(author)
        first = edition_runs.ask_for_dry_run(draft=draft, team=team, by=author, at=NOW)
        draft.values = {"several_interventions": 4}
        draft.save()

        assert edition_runs.ask_for_dry_run(draft=draft, team=team, by=author, at=NOW) != first

    def test_of_what_is_no_draft_is_refused(self, author, team):
        row = factory.published_edition()

        with pytest.raises(edition_runs.UnableToRun, match="no draft"):
            edition_runs.ask_for_dry_run(draft=row, team=team, by=author, at=NOW)

    def test_without_any_team_is_refused(self, author):
        with pytest.raises(edition_runs.UnableToRun, match="no team"):
            edition_runs.ask_for_dry_run(draft=factory.edition_draft(author), team=None, by=author, at=NOW)

    def test_fails_in_words_where_the_draft_was_discarded_meanwhile(self, author, team):
        draft = factory.edition_draft(author)
        job = edition_runs.ask_for_dry_run(draft=draft, team=team, by=author, at=NOW)
        editions.discard_draft(draft=draft, because="Not agreed", by=author, at=NOW)

        jobs.run_waiting_jobs(kinds=edition_runs.JOB_KINDS, clock=timezone.now)

        job.refresh_from_db()
        assert (job.state, job.failure) == (Job.State.FAILED, "This version is no draft any more.")

    def test_is_a_job_that_the_worker_knows(self):
        assert edition_runs.DRY_RUN in tasks.KINDS


class TestPage:
    @pytest.fixture
    def draft(self, team, other_team, clinician, stranger, author):
        self.own = assessed(team, clinician, platelets_10e9_per_l=52)
        self.other = assessed(other_team, stranger, platelets_10e9_per_l=55)
        row = factory.edition_draft(author, values={"local_platelets_under_10e9_per_l": 50})
        run(row, author)
        return row

    def url(self, draft, name="edition_dry_run"):
        return reverse(f"pathway:{name}", args=[draft.version])

    def test_names_no_patient_and_leads_only_to_the_persons_own_teams(self, draft, clinician, signed_in):
        clinician.is_site_admin = True
        clinician.save()

        content = signed_in(clinician).get(self.url(draft)).content.decode()

        assert "kowalski" not in content.lower()
        assert self.own.patient.mrn not in content
        assert reverse("assessments:detail", args=[self.own.patient_id, self.own.pk]) in content
        assert reverse("assessments:detail", args=[self.other.patient_id, self.other.pk]) not in content
        assert f"Assessment {self.other.pk}" in content

    def test_is_recorded_with_the_numbers_that_it_showed(self, draft, author, signed_in):
        signed_in(author).get(self.url(draft))

        entry = AuditEntry.objects.get(by=author, what="pathway:edition_dry_run")
        assert sorted(entry.listed_ids) == sorted([self.own.patient_id, self.other.patient_id])

    @pytest.mark.parametrize(
        ("asked", "rows"),
        [
            ({}, 2),
            ({"kind": "verdict"}, 2),
            ({"kind": "conditions"}, 0),
            ({"kind": "nothing"}, 2),
            ({"way": "assessment:not_eligible:eligible"}, 2),
            ({"way": "assessment:eligible:not_eligible"}, 0),
            ({"way": "a\0:b:c"}, 2),
            ({"team": "99999999999999"}, 2),
            ({"page": "x"}, 2),
        ],
    )
    def test_shows_what_its_address_asks_for(self, draft, author, signed_in, asked, rows):
        assert signed_in(author).get(self.url(draft), asked).context["count"] == rows

    def test_narrows_to_a_team(self, draft, author, signed_in, team):
        response = signed_in(author).get(self.url(draft), {"team": team.pk})

        assert [row.flip.record_id for row in response.context["rows"]] == [self.own.pk]

    def test_is_a_file_without_names(self, draft, author, signed_in):
        response = signed_in(author).get(self.url(draft, "export_edition_dry_run"))

        rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert [row["Record"] for row in rows] == [f"Assessment {one.pk}" for one in (self.own, self.other)]
        assert rows[0]["Why"] == "4.8b: present → absent"
        assert {rows[0]["Before"], rows[0]["After"]} == {"Not eligible", "Eligible"}
        assert "Kowalski" not in response.content.decode()
        assert AuditEntry.objects.filter(kind=AuditEntry.Kind.EXPORT, by=author).count() == 1

    def test_polls_while_the_job_waits_and_no_longer(self, draft, author, signed_in):
        client = signed_in(author)
        assert (
            "hx-trigger"
            not in client.get(self.url(draft)).content.decode().split('id="edition-run"')[1][:200]
        )

        client.post(self.url(draft, "start_edition_dry_run"))

        fragment = client.get(self.url(draft), headers={"HX-Request": "true"}).content.decode()
        assert "hx-trigger" in fragment
        assert "<html" not in fragment

    def test_says_that_a_dry_run_is_of_an_older_draft(self, draft, author, signed_in):
        draft.values = {"local_platelets_under_10e9_per_l": 45}
        draft.save()

        content = signed_in(author).get(self.url(draft)).content.decode()

        assert "This dry run is not of the draft as it is." in content

    def test_offers_to_run_where_none_was_made(self, author, team, signed_in):
        row = factory.edition_draft(author)
        client = signed_in(author)

        content = client.get(self.url(row)).content.decode()

        assert "Run it over all assessments" in content
        assert client.get(self.url(row, "export_edition_dry_run")).status_code == 404

    def test_is_for_site_admins(self, draft, clinician, signed_in):
        assert signed_in(clinician).get(self.url(draft)).status_code == 403


class TestHome:
    def test_tells_a_second_person_that_a_draft_waits(self, team, author, signed_in):
        factory.edition_draft(author, values={"several_interventions": 4})
        draft = factory.weighed_edition_draft(author)
        second = UserFactory(is_site_admin=True)

        content = signed_in(second).get(reverse("pathway:home")).content.decode()

        assert "Version 2 by P. Varga waits for your approval." in content
        assert reverse("assessments:edition", args=[draft.version]) in content

    def test_tells_nobody_else(self, clinician, signed_in):
        assert (
            "Settings of the guideline"
            not in signed_in(clinician).get(reverse("pathway:home")).content.decode()
        )


class TestNumbersElsewhere:
    def test_are_those_that_the_product_keeps(self, clinician, signed_in):
        content = signed_in(clinician).get(reverse("pathway:numbers_elsewhere")).content.decode()

        for value in (", ".join(map(str, symptoms.CALLS)), str(symptoms.WATCHED_FOR_DAYS), "7, 14, 28", "48"):
            assert f"<b>{value}</b>" in content
