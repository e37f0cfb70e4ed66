"""Adverse events: proposed from numbers, graded by a clinician in three schemes, never lost."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from guidelines import adverse_events
from patients.actions import rows
from procedures import course, event_words, proposals
from procedures.actions import adverse_events as actions
from procedures.models import AdverseEvent
from tests.factories.patients import NOW, TODAY, LabResultFactory, PatientFactory
from tests.factories.procedures import AdverseEventFactory, ProcedureFactory, SymptomEntryFactory

pytestmark = pytest.mark.django_db


def date_of(day: int) -> date:
    return TODAY + timedelta(days=day)


@pytest.fixture
def procedure(team):
    return ProcedureFactory(patient=PatientFactory(team=team), started_at=NOW, modality="TACE")


def lab(procedure, analyte, day, value, unit="U/L", factor=1, **more):
    LabResultFactory(
        patient=procedure.patient,
        analyte=analyte,
        value=value,
        unit=unit,
        canonical_value=value * factor,
        taken_on=date_of(day),
        **more,
    )


def proposed(procedure, day=9) -> dict:
    followed = course.course_of(procedure, on=date_of(day))
    found = proposals.proposals_for(followed, list(procedure.adverse_events.all()))
    return {proposal.term: proposal for proposal in found}


class TestProposals:
    @pytest.mark.parametrize(("value", "grade"), [(119, 1), (120, 1), (121, 2)])
    def test_grade_a_rise_over_a_normal_baseline_by_the_upper_limit(self, procedure, value, grade):
        lab(procedure, "alt_u_per_l", -1, 30)
        lab(procedure, "alt_u_per_l", 2, value, reference_high=40)

        assert proposed(procedure)["alt_increased"].grade == grade

    @pytest.mark.parametrize(("value", "grade"), [(299, 1), (300, 1), (301, 2)])
    def test_grade_a_rise_over_an_abnormal_baseline_by_the_baseline(self, procedure, value, grade):
        lab(procedure, "alt_u_per_l", -1, 100)
        lab(procedure, "alt_u_per_l", 2, value, reference_high=40)

        assert proposed(procedure)["alt_increased"].grade == grade

    def test_convert_limits_that_stand_in_the_unit_of_entry(self, procedure):
        lab(procedure, "bilirubin_umol_per_l", -1, 1, "mg/dL", 17)
        lab(procedure, "bilirubin_umol_per_l", 2, 2, "mg/dL", 17, reference_high=1)

        graded = proposed(procedure)["blood_bilirubin_increased"].graded
        assert graded.grade == 2
        assert graded.graded_from["upper_limit"] == pytest.approx(17.1, abs=0.1)

    def test_take_the_gravest_value_and_the_first_day(self, procedure):
        lab(procedure, "platelets_10e9_per_l", 2, 70, "10^9/L", reference_low=150)
        lab(procedure, "platelets_10e9_per_l", 4, 40, "10^9/L", reference_low=150)
        lab(procedure, "platelets_10e9_per_l", 6, 90, "10^9/L", reference_low=150)

        found = proposed(procedure)["platelet_count_decreased"]
        assert (found.grade, found.onset_on) == (3, date_of(2))

    def test_leave_open_what_waits_for_a_limit(self, procedure):
        lab(procedure, "alt_u_per_l", 2, 60)

        found = proposed(procedure)["alt_increased"]
        assert found.grade is None
        assert not found.is_there
        assert event_words.ProposalRow(found).waits_for == ["the upper limit of the laboratory"]

    def test_compare_nothing_with_a_limit_of_zero(self, procedure):
        lab(procedure, "alt_u_per_l", -1, 0)
        lab(procedure, "alt_u_per_l", 2, 130, reference_low=0, reference_high=40)

        assert "lower_limit" not in proposed(procedure)["alt_increased"].graded.graded_from

    @pytest.mark.parametrize(("temperature", "grade"), [("38.9", 1), ("39.0", 1), ("39.1", 2), ("40.0", 2)])
    def test_grade_fever(self, procedure, temperature, grade):
        SymptomEntryFactory(procedure=procedure, temperature_c=temperature)

        assert proposed(procedure)["fever"].grade == grade

    def test_are_none_for_a_normal_temperature_and_no_pain(self, procedure):
        SymptomEntryFactory(procedure=procedure, temperature_c="37.4", pain=0, answers={"nausea": "no"})

        assert proposed(procedure) == {}

    def test_leave_to_the_clinician_what_no_number_grades(self, procedure):
        SymptomEntryFactory(procedure=procedure, pain=6, answers={"vomiting": "yes", "urination": "yes"})

        found = proposed(procedure)
        assert set(found) == {"abdominal_pain", "vomiting", "urinary_retention"}
        assert {one.grade for one in found.values()} == {None}

    def test_are_not_repeated_for_what_is_recorded(self, procedure):
        SymptomEntryFactory(procedure=procedure, temperature_c="38.4")
        AdverseEventFactory(procedure=procedure, term="fever", ctcae_grade=1)

        assert proposed(procedure) == {}

    def test_say_when_the_numbers_have_become_graver(self, procedure):
        event = AdverseEventFactory(procedure=procedure, term="fever", ctcae_grade=1)
        SymptomEntryFactory(procedure=procedure, temperature_c="39.4")

        assert proposed(procedure)["fever"].standing == event

    def test_come_back_when_the_event_was_taken_back(self, procedure, clinician):
        SymptomEntryFactory(procedure=procedure, temperature_c="38.4")
        event = AdverseEventFactory(procedure=procedure, term="fever", ctcae_grade=1)
        actions.retract_event(event=event, because="Other patient", by=clinician, at=NOW)

        assert "fever" in proposed(procedure)

    def test_name_terms_that_are_declared(self):
        assert set(proposals.BY_ANSWER.values()) <= set(adverse_events.TERMS)

    def test_have_words_for_every_class_and_everything_missing(self):
        assert set(event_words.SIR) == set(adverse_events.SIR)
        assert set(event_words.MISSING) == {
            "upper_limit",
            "lower_limit",
            "baseline",
            "hours_over_40_c",
            "value",
        }


class TestRecordEvent:
    def record(self, procedure, by, term="fever", form_key=None, **said) -> AdverseEvent:
        event = actions.Event(onset_on=TODAY, **said)
        return actions.record_event(
            procedure=procedure, term=term, event=event, by=by, at=NOW, form_key=form_key
        )

    def test_keeps_each_scheme_with_its_version(self, procedure, clinician):
        event = self.record(procedure, clinician, ctcae_grade=2, cirse_grade=3, sir_class="moderate")

        event.refresh_from_db()
        assert (event.ctcae_grade, event.ctcae_version) == (2, "5.0")
        assert (event.cirse_grade, event.cirse_version) == (3, "2017")
        assert (event.sir_class, event.sir_version) == ("moderate", "2017")
        assert (event.graded_by, event.graded_at) == (clinician, NOW)

    def test_says_of_nobody_that_they_graded_it_while_nobody_did(self, procedure, clinician):
        event = self.record(procedure, clinician)

        assert (event.graded_by, event.graded_at) == (None, None)

    def test_makes_one_of_a_form_sent_twice(self, procedure, clinician):
        key = "4a6e1f0e-1a7c-4b67-9a53-1f5f2ed1d1b1"

        assert self.record(procedure, clinician, form_key=key) == self.record(
            procedure, clinician, form_key=key
        )
        assert AdverseEvent.objects.count() == 1

    def test_keeps_the_numbers_of_the_grade_when_something_else_changes(self, procedure, clinician):
        event = self.record(procedure, clinician, ctcae_grade=1, graded_from={"value": 38.4})
        said = actions.Event(onset_on=TODAY, ctcae_grade=1, note="Paracetamol", graded_from={"value": 40.4})

        changed = actions.change_event(event=event, said=said, by=clinician, at=NOW + timedelta(days=1))

        assert changed.graded_from == {"value": 38.4}
        assert changed.graded_at == NOW

    def test_takes_the_new_numbers_with_a_new_grade(self, procedure, clinician):
        event = self.record(procedure, clinician, ctcae_grade=1, graded_from={"value": 38.4})
        said = actions.Event(onset_on=TODAY, ctcae_grade=3, graded_from={"value": 40.4})
        later = NOW + timedelta(days=1)

        changed = actions.change_event(event=event, said=said, by=clinician, at=later)

        assert (changed.graded_from, changed.graded_at) == ({"value": 40.4}, later)
        assert [row.ctcae_grade for row in changed.history.all()] == [3, 1]

    def test_is_not_changed_after_it_was_taken_back(self, procedure, clinician):
        event = self.record(procedure, clinician)
        actions.retract_event(event=event, because="Other patient", by=clinician, at=NOW)

        with pytest.raises(rows.UnableToChange):
            actions.change_event(event=event, said=actions.Event(onset_on=TODAY), by=clinician, at=NOW)
        with pytest.raises(rows.UnableToRetract):
            actions.retract_event(event=event, because="Again", by=clinician, at=NOW)


class TestEventRow:
    @pytest.mark.parametrize(("day", "is_late"), [(6, False), (7, False), (8, True)])
    def test_is_late_while_it_is_open_after_day_seven(self, procedure, day, is_late):
        event = AdverseEventFactory(procedure=procedure)

        followed = course.course_of(procedure, on=date_of(day))

        assert event_words.EventRow(event, followed).is_late is is_late

    def test_is_never_late_once_it_is_resolved(self, procedure):
        event = AdverseEventFactory(procedure=procedure, resolved_on=date_of(5))

        assert not event_words.EventRow(event, course.course_of(procedure, on=date_of(20))).is_late

    def test_says_where_the_clinician_grades_otherwise_than_the_numbers(self, procedure):
        event = AdverseEventFactory(
            procedure=procedure, ctcae_grade=3, graded_from={"grade": 2, "value": 39.4}
        )
        row = event_words.EventRow(event, course.course_of(procedure, on=TODAY))

        assert row.differs == "the numbers come to grade 2"
        assert row.numbers == "value 39.4"


@pytest.fixture
def lately(team):
    """A procedure nine days ago."""
    began = timezone.now() - timedelta(days=9)
    return ProcedureFactory(patient=PatientFactory(team=team), started_at=began, modality="TACE")


def url(name, procedure, *more):
    return reverse(f"procedures:{name}", args=[procedure.patient_id, procedure.pk, *more])


def day(ago: int) -> str:
    return (timezone.localdate() - timedelta(days=ago)).isoformat()


def form(**changed):
    said = {"onset_on": day(2), "expected": "no", "causality": "probable", "ctcae_grade": "3"}
    return {**said, "cirse_grade": "3", "sir_class": "severe", "treatment": "Drained", **changed}


class TestEventPages:
    def test_show_the_grade_of_the_numbers_and_keep_them(self, lately, clinician, signed_in):
        asked_at = datetime.now(tz=timezone.get_current_timezone()) - timedelta(days=1)
        SymptomEntryFactory(procedure=lately, temperature_c="39.4", asked_at=asked_at)
        client = signed_in(clinician)

        page = client.get(url("add_event", lately, "fever")).content.decode()
        client.post(url("add_event", lately, "fever"), form(ctcae_grade="2"))

        assert "CTCAE grade 2 by the numbers: value 39.4 °C" in page
        assert "Over 39.0 to 40.0 °C" in page
        assert AdverseEvent.objects.get().graded_from["value"] == 39.4

    def test_show_an_event_with_three_schemes_side_by_side(self, lately, clinician, observer, signed_in):
        signed_in(clinician).post(url("add_event", lately, "liver_abscess"), form())

        page = signed_in(observer).get(url("watch", lately)).content.decode()

        for said in (
            "Liver abscess",
            "CTCAE v5.0",
            "CIRSE 2017",
            "SIR 2017",
            "Severe",
            "Still open after day 7",
        ):
            assert said in page
        assert url("choose_event", lately) not in page

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"onset_on": day(10)}, "This is before the procedure."),
            ({"onset_on": day(-1)}, "This day is in the future."),
            ({"onset_on": ""}, "Give the day."),
            ({"resolved_on": day(3)}, "This is before it began."),
            ({"ctcae_grade": "6"}, "Select a valid choice"),
            ({"cirse_grade": "x"}, "Select a valid choice"),
            ({"expected": ""}, "“Not known” is an answer"),
        ],
    )
    def test_refuse_what_cannot_be_and_keep_what_was_typed(self, lately, clinician, signed_in, changed, said):
        answered = signed_in(clinician).post(url("add_event", lately, "liver_abscess"), form(**changed))

        page = answered.content.decode()
        assert answered.status_code == 422
        assert said in page
        assert "Drained" in page
        assert not AdverseEvent.objects.exists()

    @pytest.mark.parametrize("term", ["nausea", "abdominal_pain"])
    def test_offer_no_grade_four_of_nausea_and_pain(self, lately, clinician, signed_in, term):
        answered = signed_in(clinician).post(url("add_event", lately, term), form(ctcae_grade="4"))

        assert answered.status_code == 422

    def test_ask_which_event_another_one_is(self, lately, clinician, signed_in):
        client = signed_in(clinician)

        refused = client.post(url("add_event", lately, "other"), form())
        client.post(url("add_event", lately, "other"), form(other_term="Hiccups"))

        assert "Write which event it is." in refused.content.decode()
        assert AdverseEvent.objects.get().other_term == "Hiccups"

    def test_know_no_term_that_is_not_declared(self, lately, clinician, signed_in):
        assert signed_in(clinician).get(url("add_event", lately, "nonsense")).status_code == 404

    def test_open_an_event_as_it_is_and_resolve_it(self, lately, clinician, signed_in):
        client = signed_in(clinician)
        client.post(url("add_event", lately, "liver_abscess"), form())
        event = AdverseEvent.objects.get()

        page = client.get(url("edit_event", lately, event.pk)).content.decode()
        client.post(url("edit_event", lately, event.pk), form(resolved_on=day(0)))

        assert "Drained" in page
        assert 'value="severe" id="id_sir_class_2" checked' in page
        assert "Still open" not in client.get(url("watch", lately)).content.decode()

    def test_keep_what_was_taken_back_with_its_reason(self, lately, clinician, signed_in):
        client = signed_in(clinician)
        event = AdverseEventFactory(procedure=lately, onset_on=timezone.localdate())

        client.post(url("retract_event", lately, event.pk), {"reason": "Other patient"})

        assert "Other patient" in client.get(url("watch", lately)).content.decode()
        assert client.get(url("edit_event", lately, event.pk)).status_code == 404

    def test_leave_grading_to_clinicians(self, lately, coordinator, signed_in):
        assert signed_in(coordinator).get(url("add_event", lately, "fever")).status_code == 403
