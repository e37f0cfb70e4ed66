"""Registering, changing, ending and reopening: the actions and their pages."""

import uuid
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from patients import search
from patients.actions import register, tasks
from patients.forms.register import RegisterForm
from patients.models import Patient, Task
from tests.factories.patients import NOW, TODAY, PatientFactory, TaskFactory

REGISTER = "/patients/register/"


def answers(**changed) -> dict:
    """Return what a clinician sends to register a patient."""
    sent = {
        "form_key": str(uuid.uuid4()),
        "mrn": "7041 2296",
        "family_name": "Okafor",
        "given_name": "Daniel",
        "birth": "14 Mar 1961",
        "sex": "male",
        "basis": "imaging",
        "diagnosed_on": "2026-01-20",
        "aetiology": ["hepatitis_b"],
        "cirrhosis": "compensated",
        "segments": ["8"],
        "longest_mm": "44,5",
        "measured_on": "2026-01-20",
        "measured_source": "CT",
    }
    return sent | changed


def who(**changed) -> dict:
    return {
        "mrn": "7041 2296",
        "family_name": "Okafor",
        "given_name": "Daniel",
        "birth_date": date(1961, 3, 14),
        "sex": "male",
        **changed,
    }


def errors_of(**changed) -> dict:
    form = RegisterForm(answers(**changed), on=TODAY)
    form.is_valid()
    return dict(form.errors)


class TestRegisterForm:
    def test_takes_the_least_that_must_be_known(self):
        least = {"segments": [], "longest_mm": "", "measured_on": "", "diagnosed_on": "", "aetiology": []}

        assert errors_of(**least, birth="1961", given_name="") == {}

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"mrn": ""}, "mrn"),
            ({"mrn": "--"}, "mrn"),
            ({"mrn": "x" * 41}, "mrn"),
            ({"mrn": "1\x002"}, "mrn"),
            ({"family_name": "", "given_name": ""}, "family_name"),
            ({"family_name": "x" * 5_000_000}, "family_name"),
            ({"birth": ""}, "birth"),
            ({"birth": "2026-03-03"}, "birth"),
            ({"birth": "1900"}, "birth"),
            ({"birth": "31.2.1961"}, "birth"),
            ({"birth": "3/4/1961"}, "birth"),
            ({"birth": "soon"}, "birth"),
            ({"sex": ""}, "sex"),
            ({"sex": "other"}, "sex"),
            ({"basis": ""}, "basis"),
            ({"cirrhosis": ""}, "cirrhosis"),
            ({"diagnosed_on": "2026-03-03"}, "diagnosed_on"),
            ({"diagnosed_on": "1961-03-13"}, "diagnosed_on"),
            ({"diagnosed_on": "yesterday"}, "diagnosed_on"),
            ({"measured_on": "2026-03-03"}, "measured_on"),
            ({"measured_on": ""}, "measured_on"),
            ({"longest_mm": "-1"}, "longest_mm"),
            ({"longest_mm": "500.1"}, "longest_mm"),
            ({"longest_mm": "NaN"}, "longest_mm"),
            ({"longest_mm": "large"}, "longest_mm"),
            ({"segments": ["9"]}, "segments"),
            ({"aetiology": ["luck"]}, "aetiology"),
        ],
    )
    def test_says_at_the_field_what_cannot_be(self, changed, field):
        assert list(errors_of(**changed)) == [field]

    def test_says_what_an_ambiguous_date_may_mean(self):
        assert "3 April 1961 or 4 March 1961" in str(errors_of(birth="3/4/1961")["birth"])

    @pytest.mark.parametrize(
        "written", ["1961-03-14", "14.3.1961", "14 March 1961", "14/03/1961", "19610314"]
    )
    def test_reads_the_date_of_birth_as_people_write_it(self, written):
        form = RegisterForm(answers(birth=written), on=TODAY)

        assert form.is_valid(), form.errors
        assert form.who()["birth_date"] == date(1961, 3, 14)

    def test_takes_the_day_of_birth_itself_for_the_diagnosis(self):
        assert errors_of(diagnosed_on="1961-03-14") == {}

    def test_never_takes_an_unticked_cause_for_no(self):
        form = RegisterForm(answers(aetiology=["hepatitis_b"]), on=TODAY)
        form.is_valid()

        diagnosis = form.diagnosis()

        assert diagnosis["hepatitis_b"] == "yes"
        assert diagnosis["hepatitis_c"] == "not_known"

    def test_writes_no_for_the_others_when_the_person_says_so(self):
        form = RegisterForm(answers(aetiology=["hepatitis_b", "no_other"]), on=TODAY)
        form.is_valid()

        assert form.diagnosis()["hepatitis_c"] == "no"


@pytest.mark.django_db
class TestRegisterPatient:
    def register(self, team, by, **more) -> Patient:
        return register.register_patient(team=team, by=by, at=NOW, who=who(), **more)

    def test_keeps_who_it_is_the_disease_the_lesion_and_who_registered(self, team, clinician):
        lesion = {"seen": {"segments": ["8"]}, "size": {"longest_mm": 44, "measured_on": TODAY}}

        patient = self.register(team, clinician, diagnosis={"cirrhosis": "compensated"}, lesion=lesion)

        assert patient.search_name == "okafor daniel"
        assert patient.diagnosis.cirrhosis == "compensated"
        assert patient.lesions.get().first_seen_on == TODAY
        assert patient.history.get().history_user == clinician
        assert AuditEntry.objects.filter(patient_id=patient.pk, what="patients.register_patient").count() == 1

    def test_makes_one_patient_of_one_form(self, team, clinician):
        key = uuid.uuid4()

        first = self.register(team, clinician, form_key=key)

        assert self.register(team, clinician, form_key=key) == first
        assert Patient.objects.count() == 1

    def test_refuses_a_number_that_somebody_has(self, team, clinician):
        first = self.register(team, clinician)

        with pytest.raises(register.MrnTaken) as refusal:
            self.register(team, clinician)

        assert refusal.value.patient == first

    def test_keeps_nothing_when_a_part_cannot_be_kept(self, team, clinician):
        wrong = {
            "seen": {"segments": ["8"]},
            "size": {"longest_mm": 20, "viable_mm": 30, "measured_on": TODAY},
        }

        with pytest.raises(Exception, match=r"."):
            self.register(team, clinician, lesion=wrong)

        assert not Patient.objects.exists()
        assert not AuditEntry.objects.exists()


@pytest.mark.django_db
class TestLikelyDuplicates:
    def alike(self, team, **changed):
        asked = {
            "family_name": "Okafor",
            "given_name": "Daniel",
            "birth_date": date(1961, 3, 14),
            "birth_year": 1961,
        }
        return register.likely_duplicates(team=team, **{**asked, **changed})

    @pytest.mark.parametrize(
        "names",
        [
            ("Okafor", "Daniel"),
            ("Okafór", "Daniél"),
            ("Daniel", "Okafor"),
            ("Okafor", "Danielle"),
            ("Okaffor", "Daniel"),
        ],
    )
    def test_finds_a_name_much_alike_born_on_the_same_day(self, team, names):
        patient = PatientFactory(team=team)

        assert self.alike(team, family_name=names[0], given_name=names[1]) == [patient]

    @pytest.mark.parametrize(
        "other",
        [{"family_name": "Lindqvist", "given_name": "Eva"}, {"birth_date": date(1961, 3, 15)}],
    )
    def test_leaves_other_people_alone(self, team, other):
        PatientFactory(team=team)

        assert self.alike(team, **other) == []

    def test_compares_a_year_of_birth_with_a_date_in_it(self, team):
        patient = PatientFactory(team=team)
        by_year = PatientFactory(team=team, birth_date=None, birth_year=1961)

        assert set(self.alike(team, birth_date=None)) == {patient, by_year}
        assert set(self.alike(team)) == {patient, by_year}

    def test_never_looks_into_another_team(self, team, other_team):
        PatientFactory(team=other_team)

        assert self.alike(team) == []


@pytest.mark.django_db
class TestRegisterPage:
    def test_registers_and_opens_the_patient(self, team, clinician, signed_in):
        answer = signed_in(clinician).post(REGISTER, answers())

        patient = Patient.objects.get(team=team)
        assert answer.url == reverse("pathway:patient", args=[patient.pk])
        assert patient.birth_date == date(1961, 3, 14)
        assert str(patient.lesions.get().measurements.get().longest_mm) == "44.5"

    def test_makes_one_patient_of_a_form_sent_twice(self, clinician, signed_in):
        client, sent = signed_in(clinician), answers()

        first, second = client.post(REGISTER, sent), client.post(REGISTER, sent)

        assert (first.status_code, second.status_code) == (302, 302)
        assert first.url == second.url
        assert Patient.objects.count() == 1

    @pytest.mark.parametrize("mrn", ["7041 2296", "70412296", "7041-2296"])
    def test_refuses_a_number_of_the_team_with_a_link_and_keeps_what_was_typed(
        self, team, clinician, signed_in, mrn
    ):
        other = PatientFactory(team=team, mrn="7041 2296", family_name="Weiss", given_name="Miriam")

        answer = signed_in(clinician).post(REGISTER, answers(mrn=mrn))

        assert answer.status_code == 422
        assert reverse("pathway:patient", args=[other.pk]) in answer.content.decode()
        assert 'value="14 Mar 1961"' in answer.content.decode()
        assert Patient.objects.count() == 1

    def test_asks_about_somebody_alike_and_goes_on_when_told(self, team, clinician, signed_in):
        PatientFactory(team=team, mrn="1")
        client, sent = signed_in(clinician), answers()

        asked = client.post(REGISTER, sent)

        assert asked.status_code == 422
        assert "Is this the same person?" in asked.content.decode()
        assert Patient.objects.count() == 1
        assert client.post(REGISTER, sent | {"is_somebody_else": "1"}).status_code == 302
        assert Patient.objects.count() == 2

    def test_takes_the_same_number_in_another_team(self, other_team, clinician, signed_in):
        PatientFactory(team=other_team, mrn="7041 2296")

        assert signed_in(clinician).post(REGISTER, answers()).status_code == 302

    def test_says_what_is_wrong_at_the_field_and_keeps_what_was_typed(self, clinician, signed_in):
        answer = signed_in(clinician).post(REGISTER, answers(birth="31.2.1961", segments=["8", "5"]))

        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'id="id_birth_error"' in page
        assert 'value="Okafor"' in page
        assert page.count("checked") >= 4

    def test_survives_what_is_no_form(self, clinician, signed_in):
        client = signed_in(clinician)

        assert client.post(REGISTER, {}).status_code == 422
        assert (
            client.post(REGISTER, {"form_key": "x", "birth": "\x00", "segments": "\uffff"}).status_code == 422
        )
        assert (
            client.post(
                REGISTER,
                urlencode({"mrn": "é"}, encoding="latin-1"),
                content_type="application/x-www-form-urlencoded",
            ).status_code
            == 422
        )

    def test_is_closed_to_an_observer(self, observer, signed_in):
        client = signed_in(observer)

        assert client.get(REGISTER).status_code == 403
        assert client.post(REGISTER, answers()).status_code == 403
        assert not Patient.objects.exists()


@pytest.mark.django_db
class TestEdit:
    def sent(self, **changed) -> dict:
        return {
            "mrn": "7041 2296",
            "family_name": "Okafor-Hughes",
            "given_name": "Daniel",
            "birth": "1961-03-14",
            "sex": "male",
            "phone": "020 7946 0999",
            "consents_to_messages": "not_known",
            **changed,
        }

    def test_changes_and_finds_by_the_new_name(self, team, clinician, signed_in):
        patient = PatientFactory(team=team, mrn="7041 2296")

        answer = signed_in(clinician).post(reverse("patients:edit", args=[patient.pk]), self.sent())

        assert answer.url == reverse("patients:record", args=[patient.pk])
        assert search.find_ids(team=team, text="hughes").patient_ids == [patient.pk]
        assert patient.history.first().history_user == clinician

    def test_refuses_the_number_of_another_patient(self, team, clinician, signed_in):
        PatientFactory(team=team, mrn="A-100")
        patient = PatientFactory(team=team)

        answer = signed_in(clinician).post(
            reverse("patients:edit", args=[patient.pk]), self.sent(mrn="a 100")
        )

        assert answer.status_code == 422
        assert 'id="id_mrn_error"' in answer.content.decode()

    @pytest.mark.parametrize(("channel", "field"), [("email", "email"), ("sms", "phone")])
    def test_asks_for_the_address_of_the_chosen_channel(self, team, clinician, signed_in, channel, field):
        patient = PatientFactory(team=team)
        sent = self.sent(message_channel=channel, email="", phone="")

        answer = signed_in(clinician).post(reverse("patients:edit", args=[patient.pk]), sent)

        assert f'id="id_{field}_error"' in answer.content.decode()

    def test_forgets_the_old_date_when_only_the_year_is_kept(self, team, clinician, signed_in):
        patient = PatientFactory(team=team)

        signed_in(clinician).post(reverse("patients:edit", args=[patient.pk]), self.sent(birth="1961"))

        patient.refresh_from_db()
        assert (patient.birth_date, patient.birth_year) == (None, 1961)


@pytest.mark.django_db
class TestCourse:
    def test_ends_with_its_open_tasks_closed(self, team, clinician):
        patient = PatientFactory(team=team)
        task = TaskFactory(patient=patient)

        register.end_course(patient=patient, by=clinician, at=NOW, because="died", on=TODAY, reason="At home")

        task.refresh_from_db()
        assert (patient.ended_because, patient.ended_on) == ("died", TODAY)
        assert (task.outcome, task.closed_by) == (Task.Outcome.NOT_NEEDED, clinician)
        assert patient.history.get(ended_because="died").history_change_reason == "At home"

    def test_stays_ended_when_an_older_page_changes_the_name(self, team, clinician, coordinator):
        patient = PatientFactory(team=team)
        old = Patient.objects.get(pk=patient.pk)
        register.end_course(patient=patient, by=clinician, at=NOW, because="died", on=TODAY)

        register.edit_patient(patient=old, by=coordinator, at=NOW, who={"given_name": "Danielle"})

        patient.refresh_from_db()
        assert (patient.given_name, patient.ended_because) == ("Danielle", "died")

    def test_ends_once(self, team, clinician):
        patient = PatientFactory(team=team, ended_on=TODAY, ended_because="died")

        with pytest.raises(register.UnableToEnd):
            register.end_course(patient=patient, by=clinician, at=NOW, because="declined", on=TODAY)

    def test_opens_again_with_its_reason(self, team, clinician, signed_in):
        patient = PatientFactory(team=team, ended_on=TODAY, ended_because="transferred")

        answer = signed_in(clinician).post(
            reverse("patients:reopen_course", args=[patient.pk]), {"reason": "Came back"}
        )

        patient.refresh_from_db()
        assert answer.status_code == 302
        assert (patient.ended_on, patient.ended_because) == (None, "")
        assert patient.history.first().history_change_reason == "Came back"

    def test_does_not_open_what_is_open(self, team, clinician, signed_in):
        patient = PatientFactory(team=team)

        answer = signed_in(clinician).post(
            reverse("patients:reopen_course", args=[patient.pk]), {"reason": "x"}
        )

        assert answer.status_code == 422

    @pytest.mark.parametrize(
        ("ended_on", "is_taken"),
        [("tomorrow", False), ("today", True), ("1961-03-13", False), ("1961-03-14", True), ("", False)],
    )
    def test_ends_between_birth_and_today(self, team, clinician, signed_in, ended_on, is_taken):
        patient = PatientFactory(team=team)
        today = timezone.localdate()
        days = {"today": today.isoformat(), "tomorrow": (today + timedelta(days=1)).isoformat()}

        answer = signed_in(clinician).post(
            reverse("patients:end_course", args=[patient.pk]),
            {"because": "died", "ended_on": days.get(ended_on, ended_on)},
        )

        assert (answer.status_code == 302) is is_taken

    @pytest.mark.parametrize("because", ["died", "transferred", "discharged", "declined", "lost"])
    def test_leaves_it_to_a_clinician_to_say_that_a_patient_declined_or_is_lost(
        self, team, clinician, coordinator, signed_in, because
    ):
        patient = PatientFactory(team=team)
        page = reverse("patients:end_course", args=[patient.pk])
        posted = {"because": because, "ended_on": timezone.localdate().isoformat()}

        answer = signed_in(coordinator).post(page, posted)

        if because in ("declined", "lost"):
            assert answer.status_code == 422
            assert "A clinician says this" in answer.content.decode()
            assert signed_in(clinician).post(page, posted).status_code == 302
        else:
            assert answer.status_code == 302
        patient.refresh_from_db()
        assert patient.ended_because == because

    def test_takes_no_task_for_an_ended_course(self, team, clinician):
        patient = PatientFactory(team=team, ended_on=TODAY, ended_because="died")
        task = TaskFactory(patient=patient, closed_at=NOW, outcome="done")

        with pytest.raises(tasks.UnableToReopen):
            tasks.reopen_task(task=task, by=clinician, at=NOW)
