"""The pages of laboratory values: trends, entering, correcting, the export; bad input is answered, never lost."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEntry
from patients.actions import labs as actions
from patients.models import LabResult
from patients.views import labs as views
from tests.factories.patients import LabResultFactory, PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(team):
    return PatientFactory(team=team)


@pytest.fixture
def client(signed_in, clinician):
    return signed_in(clinician)


def url(name, patient, *more):
    return reverse(f"patients:{name}", args=[patient.pk, *more])


def yesterday():
    return timezone.localdate() - timedelta(days=1)


def panel(**values):
    return {"taken_on": yesterday().isoformat(), **values}


def _taken_back_meanwhile(load, colleague):
    """Load a value as before, then let a colleague take it back."""

    def loaded(*arguments, **keywords):
        result = load(*arguments, **keywords)
        same = LabResult.objects.get(pk=result.pk)
        actions.retract_lab(result=same, by=colleague, at=timezone.now(), because="Seen first")
        return result

    return loaded


class TestLabsPage:
    def test_says_what_to_do_while_there_is_nothing(self, client, patient):
        response = client.get(url("labs", patient))

        assert "No laboratory values yet" in response.content.decode()

    def test_shows_the_newest_value_and_the_others(self, client, patient):
        LabResultFactory(patient=patient, value=27, taken_on=yesterday() - timedelta(days=7))
        LabResultFactory(patient=patient, value=19, taken_on=yesterday())

        trend = client.get(url("labs", patient)).context["trends"][0]

        assert trend.latest.text == "19 µmol/L"
        assert trend.age_days == 1
        assert len(trend.chart.points) == 2

    def test_shows_a_value_that_was_taken_back_struck_through(self, client, patient, clinician):
        LabResultFactory(
            patient=patient,
            retracted_at=timezone.now(),
            retracted_by=clinician,
            retracted_because="Wrong <b>patient",
        )

        page = client.get(url("labs", patient)).content.decode()

        assert "<del>19 µmol/L</del>" in page
        assert "Wrong &lt;b&gt;patient" in page
        assert "Every value was taken back." in page

    def test_offers_an_observer_nothing_to_change(self, signed_in, observer, patient):
        LabResultFactory(patient=patient)

        page = signed_in(observer).get(url("labs", patient)).content.decode()

        assert url("enter_labs", patient) not in page
        assert url("export_labs", patient) not in page

    def test_marks_above_and_below_the_limits_of_the_laboratory(self, client, patient):
        for value, day in ((21, 3), (22, 2), (2, 1)):
            LabResultFactory(
                patient=patient, value=value, reference_low=3, reference_high=21,
                taken_on=yesterday() - timedelta(days=day),
            )  # fmt: skip

        values = client.get(url("labs", patient)).context["trends"][0].values

        assert [value.side for value in values] == ["below", "above", ""]

    def test_asks_the_database_no_more_for_many_values(self, client, patient, django_assert_max_num_queries):
        LabResultFactory.create_batch(30, patient=patient)

        with django_assert_max_num_queries(30):
            client.get(url("labs", patient))


class TestPanel:
    def test_records_what_was_filled_in(self, client, patient):
        sent = panel(
            bilirubin_umol_per_l="1,2", bilirubin_umol_per_l_unit="mg/dL", inr="1.1", inr_unit="ratio",
            afp_ng_per_ml=">60500", afp_ng_per_ml_unit="ng/mL",
        )  # fmt: skip

        response = client.post(url("enter_labs", patient), sent)

        assert response.status_code == 302
        kept = {r.analyte: (r.comparator, float(r.value), r.unit) for r in patient.lab_results.all()}
        assert kept == {
            "bilirubin_umol_per_l": ("", 1.2, "mg/dL"),
            "inr": ("", 1.1, "ratio"),
            "afp_ng_per_ml": (">", 60500, "ng/mL"),
        }

    def test_asks_once_more_about_an_unusual_value(self, client, patient):
        sent = panel(bilirubin_umol_per_l="1.2", bilirubin_umol_per_l_unit="µmol/L")

        asked = client.post(url("enter_labs", patient), sent)
        sure = client.post(url("enter_labs", patient), sent | {"bilirubin_umol_per_l_sure": "1.2 µmol/L"})

        assert asked.status_code == 422
        assert "Did you mean 1.2 mg/dL?" in asked.content.decode()
        assert sure.status_code == 302
        assert patient.lab_results.count() == 1

    def test_asks_again_when_the_value_was_changed_after_the_tick(self, client, patient):
        sent = panel(
            bilirubin_umol_per_l="1.3",
            bilirubin_umol_per_l_unit="µmol/L",
            bilirubin_umol_per_l_sure="1.2 µmol/L",
        )

        assert client.post(url("enter_labs", patient), sent).status_code == 422

    def test_refuses_the_impossible_and_keeps_what_was_typed(self, client, patient):
        sent = panel(sodium_mmol_per_l="1370", sodium_mmol_per_l_unit="mmol/L", inr="1.1", inr_unit="ratio")

        response = client.post(url("enter_labs", patient), sent)

        page = response.content.decode()
        assert response.status_code == 422
        assert "Did you mean 137?" in page
        assert 'value="1370"' in page
        assert 'value="1.1"' in page
        assert patient.lab_results.count() == 0

    @pytest.mark.parametrize(
        ("days", "message"),
        [(1, "This day is in the future."), (-40_000, "This day is before the patient was born.")],
    )
    def test_refuses_a_day_that_cannot_be(self, client, patient, days, message):
        day = timezone.localdate() + timedelta(days=days)

        response = client.post(url("enter_labs", patient), {"taken_on": day.isoformat(), "inr": "1.1"})

        assert message in response.content.decode()

    def test_asks_for_at_least_one_value(self, client, patient):
        assert "Give at least one value." in client.post(url("enter_labs", patient), panel()).content.decode()

    def test_sent_twice_records_once(self, client, patient):
        for _time in range(2):
            client.post(url("enter_labs", patient), panel(inr="1.1", inr_unit="ratio"))

        assert patient.lab_results.count() == 1

    def test_keeps_the_control_of_a_prothrombin_time(self, client, patient):
        client.post(url("enter_labs", patient), panel(prothrombin_time_s="15.2", control="12,1"))

        assert float(patient.lab_results.get().control_value) == 12.1

    @pytest.mark.parametrize(
        ("sent", "message"),
        [
            ({"inr": "1.1", "control": "12"}, "Give the prothrombin time too"),
            ({"prothrombin_time_s": "15", "control": "x"}, "Write the control in seconds"),
            ({"prothrombin_time_s": "15", "control": "60"}, "a time over control that cannot be"),
        ],
    )
    def test_refuses_a_control_that_cannot_be(self, client, patient, sent, message):
        assert message in client.post(url("enter_labs", patient), panel(**sent)).content.decode()

    def test_begins_with_the_unit_that_was_used_last(self, client, patient):
        LabResultFactory(patient=patient, value=1, unit="mg/dL", canonical_value="17.1")

        form = client.get(url("enter_labs", patient)).context["form"]

        assert form["bilirubin_umol_per_l"].field.widget.default_unit == "mg/dL"

    def test_can_ask_for_one_analyte_only(self, client, patient):
        form = client.get(url("enter_labs", patient) + "?only=inr").context["form"]

        assert [analyte.name for analyte in form.asked] == ["inr"]


class TestPanelAnswers:
    def test_that_are_no_number_are_told_how_one_is_written_and_offered_no_range(self, client, patient):
        response = client.post(url("enter_labs", patient), panel(inr="abc", inr_unit="ratio"))

        assert response.status_code == 422
        error = str(response.context["form"].errors["inr"])
        assert "“abc” is not a number. Write a number such as 1.2" in error
        assert "range" not in error
        assert response.context["form"]["inr"].value()[0] == "abc"

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(
        st.dictionaries(
            st.sampled_from(["taken_on", "inr", "inr_unit", "control", "afp_ng_per_ml", "afp_ng_per_ml_unit",
                             "afp_ng_per_ml_sure", "unknown_key"]),
            st.text(max_size=40) | st.sampled_from(["1.1", "<0.2", "2026-02-18", "1e400", "9" * 39]),
        )
    )  # fmt: skip
    def test_never_break_the_page(self, client, patient, sent):
        assert client.post(url("enter_labs", patient), sent).status_code in {302, 422, 200}


class TestCorrection:
    def test_puts_the_right_value_in_the_place_of_the_wrong_one(self, client, patient):
        wrong = LabResultFactory(patient=patient, taken_on=yesterday(), reference_high=21)
        sent = {
            "value": "91", "value_unit": "µmol/L", "taken_on": yesterday().isoformat(), "reason": "Digits exchanged"
        }  # fmt: skip

        response = client.post(url("correct_lab", patient, wrong.pk), sent)

        assert response.status_code == 302
        right = patient.lab_results.get(retracted_at=None)
        assert (right.value, right.corrects, right.reference_high) == (91, wrong, 21)

    def test_asks_for_the_reason(self, client, patient):
        wrong = LabResultFactory(patient=patient)

        response = client.post(url("correct_lab", patient, wrong.pk), {"value": "91", "value_unit": "µmol/L"})

        assert response.status_code == 422
        assert patient.lab_results.count() == 1

    def test_says_so_when_nothing_was_changed(self, client, patient):
        wrong = LabResultFactory(patient=patient, taken_on=yesterday())
        sent = {"value": "19", "value_unit": "µmol/L", "taken_on": yesterday().isoformat(), "reason": "?"}

        response = client.post(url("correct_lab", patient, wrong.pk), sent)

        assert "This is what is recorded already." in response.content.decode()

    def test_takes_back_with_a_reason(self, client, patient):
        wrong = LabResultFactory(patient=patient)

        client.post(url("retract_lab", patient, wrong.pk), {"reason": "Wrong patient"})

        assert LabResult.objects.get().retracted_because == "Wrong patient"

    @pytest.mark.parametrize("name", ["correct_lab", "retract_lab"])
    def test_does_not_find_what_was_taken_back_before(self, client, patient, clinician, name):
        gone = LabResultFactory(
            patient=patient, retracted_at=timezone.now(), retracted_by=clinician, retracted_because="Wrong"
        )

        assert client.get(url(name, patient, gone.pk)).status_code == 404

    @pytest.mark.parametrize("name", ["correct_lab", "retract_lab"])
    def test_does_not_find_the_value_of_another_patient(self, client, patient, team, name):
        other = LabResultFactory(patient=PatientFactory(team=team))

        assert client.get(url(name, patient, other.pk)).status_code == 404

    @pytest.mark.parametrize("name", ["correct_lab", "retract_lab"])
    def test_says_so_when_somebody_else_was_faster(self, client, patient, clinician, name, monkeypatch):
        wrong = LabResultFactory(patient=patient, taken_on=yesterday())
        # Between loading the page's value and changing it, a colleague takes it back.
        monkeypatch.setattr(
            views, "get_object_or_404", _taken_back_meanwhile(views.get_object_or_404, clinician)
        )
        sent = {"value": "91", "value_unit": "µmol/L", "taken_on": yesterday().isoformat(), "reason": "Wrong"}

        response = client.post(url(name, patient, wrong.pk), sent)

        assert response.status_code == 422
        assert "Somebody else has just taken this value back." in response.content.decode()
        assert patient.lab_results.count() == 1


class TestExport:
    def test_gives_every_value_and_neutralises_formulas(self, client, patient, clinician):
        LabResultFactory(patient=patient, value=19)
        LabResultFactory(
            patient=patient, value=27, retracted_at=timezone.now(), retracted_by=clinician,
            retracted_because="=HYPERLINK(1)",
        )  # fmt: skip

        lines = client.get(url("export_labs", patient)).content.decode("utf-8-sig").splitlines()

        assert lines[0].startswith("taken_on,analyte,comparator,value,unit")
        assert len(lines) == 3
        assert "'=HYPERLINK(1)" in lines[1] + lines[2]
        assert AuditEntry.objects.filter(kind=AuditEntry.Kind.EXPORT).count() == 1
