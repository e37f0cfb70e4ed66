"""The days after: what is logged, how it is judged, the calls, and the call to a clinician."""

from datetime import date, datetime, timedelta

import pytest

from guidelines import embolisation_syndrome as syndrome
from patients.actions import rows, tasks
from patients.models import Task
from procedures import course, symptoms, watch_words
from procedures.actions import watch
from procedures.models import SymptomEntry
from procedures.tasks import keep_watch
from tace_site import celery
from tests.factories.patients import NOW, TODAY, LabResultFactory, PatientFactory
from tests.factories.procedures import ProcedureFactory, SymptomEntryFactory

pytestmark = pytest.mark.django_db
CREATININE = "creatinine_umol_per_l"


def on_day(day: int) -> datetime:
    return NOW + timedelta(days=day)


def date_of(day: int) -> date:
    return TODAY + timedelta(days=day)


@pytest.fixture
def procedure(team, clinician):
    made = ProcedureFactory(patient=PatientFactory(team=team), started_at=NOW, modality="TACE")
    made.operators.add(clinician)
    return made


def log(procedure, by, day, form_key=None, **said) -> SymptomEntry:
    asked = watch.Asked(asked_at=on_day(day), channel="phone", **said)
    return watch.log_symptoms(procedure=procedure, asked=asked, by=by, at=on_day(day), form_key=form_key)


def judged(procedure, day):
    return course.course_of(procedure, on=date_of(day)).judgement


def calls(procedure) -> list[Task]:
    return watch.calls_of(procedure)


class TestScript:
    def test_asks_for_every_sign_that_is_judged(self):
        asked = {question.key for question in symptoms.QUESTIONS}

        assert asked == {"nausea", "vomiting", *syndrome.SIGNS}

    @pytest.mark.parametrize(("answer", "meant"), [("yes", True), ("no", False), ("", None)])
    def test_takes_no_answer_for_no(self, answer, meant):
        assert symptoms.answer_of({"nausea": answer}, "nausea") is meant
        assert symptoms.answer_of({}, "nausea") is None


class TestCourse:
    def test_counts_days_where_the_team_works(self, procedure):
        procedure.patient.team.time_zone = "Asia/Tokyo"
        procedure.started_at = datetime.fromisoformat("2026-03-02T20:00:00+00:00")

        assert course.local_date(procedure, procedure.started_at) == date(2026, 3, 3)

    def test_has_no_days_before_the_procedure_began(self, procedure):
        procedure.started_at = None

        with pytest.raises(course.NotStarted):
            course.course_of(procedure, on=TODAY)

    def test_takes_the_last_value_before_for_the_baseline(self, procedure):
        for day, value in ((-30, 70), (-1, 80), (1, 90)):
            LabResultFactory(
                patient=procedure.patient,
                analyte=CREATININE,
                value=value,
                unit="umol/L",
                taken_on=date_of(day),
            )

        followed = course.course_of(procedure, on=date_of(3))

        assert followed.baseline_of(CREATININE).value == 80
        assert [result.value for result in followed.after(CREATININE)] == [90]

    @pytest.mark.parametrize(("day", "is_baseline"), [(-89, True), (-90, True), (-91, False)])
    def test_takes_no_old_value_for_a_baseline(self, procedure, day, is_baseline):
        LabResultFactory(patient=procedure.patient, analyte=CREATININE, value=80, taken_on=date_of(day))

        found = course.course_of(procedure, on=TODAY).baseline_of(CREATININE)

        assert (found is not None) is is_baseline

    @pytest.mark.parametrize(("day", "counts"), [(29, True), (30, True), (31, False)])
    def test_ends_after_thirty_days(self, procedure, day, counts):
        LabResultFactory(patient=procedure.patient, analyte=CREATININE, value=80, taken_on=date_of(day))

        found = course.course_of(procedure, on=date_of(60)).after(CREATININE)

        assert bool(found) is counts

    def test_ends_where_the_next_procedure_begins(self, procedure):
        ProcedureFactory(patient=procedure.patient, started_at=on_day(10))
        LabResultFactory(patient=procedure.patient, analyte=CREATININE, value=80, taken_on=date_of(12))

        assert course.course_of(procedure, on=date_of(20)).after(CREATININE) == []

    def test_leaves_out_what_was_taken_back(self, procedure, clinician):
        entry = log(procedure, clinician, 2, answers={"jaundice": "yes"})
        watch.retract_symptoms(entry=entry, because="Other patient", by=clinician, at=on_day(2))

        assert judged(procedure, 2).verdict == "not_known"


class TestJudgement:
    def test_calls_fever_and_pain_of_the_first_days_expected(self, procedure, clinician):
        log(procedure, clinician, 2, temperature_c=38.2, pain=4, answers={"nausea": "yes", "vomiting": "no"})

        assert judged(procedure, 2).verdict == "expected"

    @pytest.mark.parametrize(("day", "verdict"), [(6, "expected"), (7, "expected"), (8, "red")])
    def test_is_red_for_fever_after_day_seven(self, procedure, clinician, day, verdict):
        log(procedure, clinician, 2, temperature_c=38.2)
        log(procedure, clinician, day, temperature_c=38.2)

        assert judged(procedure, day).verdict == verdict

    @pytest.mark.parametrize(("value", "is_red"), [(119, False), (120, True), (121, True)])
    def test_is_red_for_creatinine_of_one_and_a_half_times_the_baseline(self, procedure, value, is_red):
        for day, number in ((-3, 80), (3, value)):
            LabResultFactory(
                patient=procedure.patient, analyte=CREATININE, value=number, taken_on=date_of(day)
            )

        assert (judged(procedure, 3).verdict == "red") is is_red

    def test_is_not_known_while_nobody_asked(self, procedure):
        assert judged(procedure, 3).verdict == "not_known"

    def test_is_said_with_what_to_look_for(self, procedure, clinician):
        log(procedure, clinician, 9, temperature_c=38.9)

        said = watch_words.judged(judged(procedure, 9))

        assert said.reasons[0].sentence == "Fever on day 9, after day 7."
        assert any("abscess" in one for one in said.reasons[0].look_for)
        assert "pain" in said.missing

    def test_can_be_said_whatever_it_is(self):
        verdicts = {syndrome.RED, syndrome.WATCH, syndrome.EXPECTED, syndrome.NOTHING, syndrome.NOT_KNOWN}

        for table in (watch_words.HEADINGS, watch_words.TEXTS, watch_words.ICONS, watch_words.COLOURS):
            assert set(table) == verdicts

    def test_names_everything_that_can_be_missing(self):
        names = (*syndrome.SYMPTOMS, *syndrome.SIGNS, *syndrome.ANALYTES)

        assert all(watch_words.missing_words(names))


class TestLogSymptoms:
    def test_keeps_who_asked_what_when(self, procedure, coordinator):
        entry = log(
            procedure, coordinator, 3, temperature_c=37.4, pain=0, answers={"nausea": "no"}, note="Well"
        )

        entry.refresh_from_db()
        assert (float(entry.temperature_c), entry.pain, entry.answers) == (37.4, 0, {"nausea": "no"})
        assert (entry.entered_by, entry.asked_at) == (coordinator, on_day(3))
        assert entry.history.get().history_user == coordinator

    def test_makes_one_entry_of_a_form_sent_twice(self, procedure, coordinator):
        key = "4a6e1f0e-1a7c-4b67-9a53-1f5f2ed1d1b1"

        assert log(procedure, coordinator, 3, key, pain=1) == log(procedure, coordinator, 3, key, pain=1)
        assert SymptomEntry.objects.count() == 1

    def test_refuses_a_procedure_that_has_not_begun(self, procedure, coordinator):
        procedure.started_at = None

        with pytest.raises(course.NotStarted):
            log(procedure, coordinator, 3, pain=1)

    def test_is_taken_back_once_only(self, procedure, clinician):
        entry = log(procedure, clinician, 3, pain=1)
        watch.retract_symptoms(entry=entry, because="Other patient", by=clinician, at=on_day(3))

        with pytest.raises(rows.UnableToRetract):
            watch.retract_symptoms(entry=entry, because="Again", by=clinician, at=on_day(3))


class TestCalls:
    def test_are_made_for_the_days_of_the_script(self, procedure, coordinator):
        watch.open_watch_calls(procedure=procedure, by=coordinator, at=NOW)

        found = [((call.due_from - TODAY).days, (call.due_to - TODAY).days) for call in calls(procedure)]
        assert found == [(1, 2), (3, 4), (7, 8), (14, 16)]

    def test_are_made_once_even_when_one_is_closed(self, procedure, coordinator):
        first = watch.open_watch_calls(procedure=procedure, by=coordinator, at=NOW)[0]
        tasks.close_task(task=first, by=coordinator, at=on_day(1), outcome="done")

        assert watch.open_watch_calls(procedure=procedure, by=coordinator, at=on_day(1)) == []
        assert len(calls(procedure)) == 4

    @pytest.mark.parametrize(("day", "number"), [(3, 3), (4, 3), (5, 2)])
    def test_are_not_made_for_days_that_are_over(self, procedure, coordinator, day, number):
        made = watch.open_watch_calls(procedure=procedure, by=coordinator, at=on_day(day))

        assert len(made) == number

    def test_are_not_made_after_the_end_of_the_course(self, procedure, coordinator):
        procedure.patient.ended_on, procedure.patient.ended_because = TODAY, "died"
        procedure.patient.save()

        assert watch.open_watch_calls(procedure=procedure, by=coordinator, at=NOW) == []

    def test_are_closed_by_what_is_logged(self, procedure, coordinator):
        watch.open_watch_calls(procedure=procedure, by=coordinator, at=NOW)

        log(procedure, coordinator, 3, pain=0)

        assert [call.outcome for call in calls(procedure)] == ["done", "done", "", ""]

    def test_of_another_procedure_stay_open(self, procedure, coordinator):
        other = ProcedureFactory(patient=procedure.patient, started_at=on_day(-20))
        watch.open_watch_calls(procedure=other, by=coordinator, at=on_day(-20))

        log(procedure, coordinator, 3, pain=0)

        assert {call.outcome for call in calls(other)} == {""}


class TestCallToAClinician:
    def flags(self, procedure):
        return Task.objects.filter(patient=procedure.patient, kind="other")

    def test_is_made_for_a_red_flag_and_goes_to_the_operator(self, procedure, coordinator, clinician):
        log(procedure, coordinator, 4, answers={"jaundice": "yes"})

        flag = self.flags(procedure).get()
        assert (flag.owner, flag.due_to) == (clinician, date_of(4))
        assert "Red flag" in flag.title

    def test_is_made_once_while_it_is_open(self, procedure, coordinator):
        log(procedure, coordinator, 4, answers={"jaundice": "yes"})
        log(procedure, coordinator, 5, answers={"jaundice": "yes"})

        assert self.flags(procedure).count() == 1

    def test_is_made_anew_when_the_first_is_closed_and_it_is_red_again(
        self, procedure, coordinator, clinician
    ):
        log(procedure, coordinator, 4, answers={"jaundice": "yes"})
        tasks.close_task(task=self.flags(procedure).get(), by=clinician, at=on_day(4), outcome="done")
        log(procedure, coordinator, 6, answers={"jaundice": "yes"})

        assert self.flags(procedure).count() == 2

    def test_is_not_made_for_the_expected_course(self, procedure, coordinator):
        log(procedure, coordinator, 2, temperature_c=38.2, pain=4)

        assert not self.flags(procedure).exists()

    def test_belongs_to_nobody_when_the_operator_has_left(self, procedure, coordinator, clinician):
        clinician.memberships.update(is_active=False)

        log(procedure, coordinator, 4, answers={"chills": "yes"})

        assert self.flags(procedure).get().owner is None


class TestKeepWatch:
    def flags(self, procedure):
        return Task.objects.filter(patient=procedure.patient, kind="other")

    def worsen(self, procedure, day, value):
        LabResultFactory(
            patient=procedure.patient,
            analyte=CREATININE,
            value=value,
            taken_on=date_of(day),
            entered_at=on_day(day),
        )

    def test_makes_the_calls_of_a_procedure_that_has_begun(self, procedure):
        assert watch.keep_watch(at=NOW) == 1
        assert len(calls(procedure)) == 4

    def test_calls_a_clinician_to_a_laboratory_value(self, procedure, clinician):
        self.worsen(procedure, -1, 80)
        self.worsen(procedure, 3, 130)

        watch.keep_watch(at=on_day(3))
        watch.keep_watch(at=on_day(3))

        assert self.flags(procedure).get().owner == clinician

    def test_does_not_call_again_for_what_was_looked_at(self, procedure, clinician):
        self.worsen(procedure, -1, 80)
        self.worsen(procedure, 3, 130)
        watch.keep_watch(at=on_day(3))
        tasks.close_task(task=self.flags(procedure).get(), by=clinician, at=on_day(4), outcome="done")

        watch.keep_watch(at=on_day(5))
        assert self.flags(procedure).count() == 1

        self.worsen(procedure, 6, 180)
        watch.keep_watch(at=on_day(6))
        assert self.flags(procedure).count() == 2

    @pytest.mark.parametrize(("day", "looked_at"), [(30, 1), (31, 1), (32, 0)])
    def test_ends_with_the_days_that_are_looked_at(self, procedure, day, looked_at):
        assert watch.keep_watch(at=on_day(day)) == looked_at

    def test_leaves_a_plan_and_an_ended_course_alone(self, procedure):
        procedure.patient.ended_on, procedure.patient.ended_because = TODAY, "died"
        procedure.patient.save()
        ProcedureFactory(patient=PatientFactory(team=procedure.patient.team))

        assert watch.keep_watch(at=NOW) == 0

    def test_is_on_the_timetable(self):
        timed = {entry["task"] for entry in celery.app.conf.beat_schedule.values()}

        assert keep_watch.name in timed


class TestSymptomEntry:
    def test_says_its_day(self, procedure):
        assert str(SymptomEntryFactory(procedure=procedure)) == "Symptoms on 2026-03-02"
