"""The pages of laboratory values: entering, pasting, correcting, the export; bad input is answered, never lost."""

from datetime import timedelta
from pathlib import Path

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
SAMPLE = (Path(__file__).parent / "lab_reports" / "english_si.txt").read_text(encoding="utf-8")


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


def rows_of(response):
    return response.context["confirmation"].rows


def confirmed(response, text, **changed):
    """What the browser sends when the confirmation is saved as it stands, with some answers changed."""
    sent = {"report": text}
    for row in rows_of(response):
        if row["keep"].value():
            sent[f"{row.prefix}-keep"] = "on"
        value, unit, _sure = row["value"].value()
        day = row["taken_on"].value()
        sent |= {f"{row.prefix}-value": value, f"{row.prefix}-value_unit": unit}
        sent[f"{row.prefix}-taken_on"] = day.isoformat() if day else ""
        if "control" in row.fields:
            sent[f"{row.prefix}-control"] = row["control"].value()
    return sent | changed


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


class TestPaste:
    def test_shows_what_was_understood_and_saves_nothing(self, client, patient):
        response = client.post(url("paste_labs", patient), {"report": SAMPLE})

        assert len(rows_of(response)) == 10
        assert "Urine albumin" in response.content.decode()
        assert patient.lab_results.count() == 0

    def test_saves_the_ticked_lines_together(self, client, patient):
        shown = client.post(url("paste_labs", patient), {"report": SAMPLE})
        sent = confirmed(shown, SAMPLE)
        del sent["row-2-keep"]

        response = client.post(url("confirm_labs", patient), sent)

        assert response.status_code == 302
        kept = set(patient.lab_results.values_list("analyte", flat=True))
        assert len(kept) == 9
        assert "alt_u_per_l" not in kept
        albumin = patient.lab_results.get(analyte="albumin_g_per_l")
        assert (albumin.reference_low, albumin.reference_high, albumin.source) == (35, 50, "pasted")

    def test_saves_nothing_while_one_line_is_wrong(self, client, patient):
        shown = client.post(url("paste_labs", patient), {"report": SAMPLE})
        sent = confirmed(shown, SAMPLE, **{"row-0-value": "19000", "row-1-value": "37"})

        response = client.post(url("confirm_labs", patient), sent)

        page = response.content.decode()
        assert response.status_code == 422
        assert "Line 7: Bilirubin must be between 1 and 1500" in page
        assert 'value="37"' in page
        assert patient.lab_results.count() == 0

    def test_saves_the_value_as_it_was_mended(self, client, patient):
        shown = client.post(url("paste_labs", patient), {"report": SAMPLE})

        client.post(url("confirm_labs", patient), confirmed(shown, SAMPLE, **{"row-0-value": "21"}))

        assert patient.lab_results.get(analyte="bilirubin_umol_per_l").value == 21

    def test_leaves_out_what_is_recorded_already(self, client, patient):
        text = "Collected 18 Feb 2026\nBilirubin 19 umol/L\nINR 1.1"
        first = client.post(url("paste_labs", patient), {"report": text})
        client.post(url("confirm_labs", patient), confirmed(first, text))

        again = client.post(url("paste_labs", patient), {"report": text})

        assert [row["keep"].value() for row in rows_of(again)] == [False, False]
        assert "Recorded already." in again.content.decode()

    def test_saved_twice_records_once(self, client, patient):
        shown = client.post(url("paste_labs", patient), {"report": SAMPLE})
        for _time in range(2):
            client.post(url("confirm_labs", patient), confirmed(shown, SAMPLE))

        assert patient.lab_results.count() == 10

    def test_asks_for_the_day_that_is_unclear(self, client, patient):
        text = "Date: 03/02/2026\nINR 1.1"
        shown = client.post(url("paste_labs", patient), {"report": text})

        open_day = client.post(url("confirm_labs", patient), confirmed(shown, text))
        chosen = client.post(
            url("confirm_labs", patient), confirmed(shown, text, **{"days-day_0": "2026-03-02"})
        )

        assert "Say on which day the sample was taken." in open_day.content.decode()
        assert chosen.status_code == 302
        assert patient.lab_results.get().taken_on.isoformat() == "2026-03-02"

    def test_takes_another_day_than_those_on_the_report(self, client, patient):
        text = "Date: 03/02/2026\nINR 1.1"
        shown = client.post(url("paste_labs", patient), {"report": text})
        other = {"days-day_0": "other", "days-other_0": "2026-01-05"}

        client.post(url("confirm_labs", patient), confirmed(shown, text, **other))

        assert patient.lab_results.get().taken_on.isoformat() == "2026-01-05"

    def test_asks_for_the_unit_that_is_missing(self, client, patient):
        text = "Collected 18 Feb 2026\nPlatelets 118"
        shown = client.post(url("paste_labs", patient), {"report": text})

        asked = client.post(url("confirm_labs", patient), confirmed(shown, text))
        given = client.post(
            url("confirm_labs", patient), confirmed(shown, text, **{"row-0-value_unit": "10⁹/L"})
        )

        assert "choose the unit" in asked.content.decode()
        assert given.status_code == 302

    def test_leaves_the_tick_off_a_line_with_a_foreign_unit(self, client, patient):
        text = "Collected 18 Feb 2026\nNeutrophils 65 %\nINR 1.1"
        shown = client.post(url("paste_labs", patient), {"report": text})

        response = client.post(url("confirm_labs", patient), confirmed(shown, text))

        assert response.status_code == 302
        assert patient.lab_results.get().analyte == "inr"

    def test_drops_a_meaning_of_the_date_that_lies_ahead(self, client, patient):
        ahead = timezone.localdate() + timedelta(days=40)
        if ahead.day > 12:
            ahead = ahead.replace(day=12)
        text = f"Date {ahead.day:02}/{ahead.month:02}/{ahead.year}\nINR 1.1"

        row = rows_of(client.post(url("paste_labs", patient), {"report": text}))[0]

        assert ahead not in row.reading.dates

    def test_goes_back_to_the_text(self, client, patient):
        response = client.post(url("paste_labs", patient), {"report": SAMPLE, "back": "1"})

        assert response.status_code == 200
        assert "Comment: sample 2 of 2" in response.content.decode()

    def test_says_so_when_no_line_is_ticked(self, client, patient):
        shown = client.post(url("paste_labs", patient), {"report": SAMPLE})
        sent = {key: value for key, value in confirmed(shown, SAMPLE).items() if not key.endswith("-keep")}

        assert "No line is ticked" in client.post(url("confirm_labs", patient), sent).content.decode()

    @pytest.mark.parametrize("text", ["", "   \n "])
    def test_asks_for_a_text(self, client, patient, text):
        response = client.post(url("paste_labs", patient), {"report": text})

        assert response.status_code == 422
        assert "Paste the text of the report here." in response.content.decode()

    def test_refuses_five_megabytes_kindly(self, client, patient):
        response = client.post(url("paste_labs", patient), {"report": "ALT 45 U/L\n" * 480_000})

        assert response.status_code == 422
        assert "characters; 200,000 are the most" in response.content.decode()

    def test_answers_binary_rubbish(self, client, patient):
        response = client.post(
            url("paste_labs", patient), {"report": "\x00\x01\x89PNG\r\n\x1a\n\x00\uffff" * 50}
        )

        assert response.status_code == 200
        assert "No laboratory value was understood" in response.content.decode()

    def test_shows_two_hundred_values_and_says_how_many_are_left(self, client, patient):
        text = "Collected 18 Feb 2026\n" + "\n".join(f"AFP {number} ng/mL" for number in range(1, 206))

        response = client.post(url("paste_labs", patient), {"report": text})

        assert len(rows_of(response)) == 200
        assert "5 more values are not shown" in response.content.decode()

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(
        text=st.text(max_size=80),
        answers=st.dictionaries(
            st.sampled_from(["row-0-value", "row-0-value_unit", "row-0-taken_on", "row-0-control", "row-0-keep",
                             "row-0-value_sure", "days-day_0", "days-other_0"]),
            st.text(max_size=30),
        ),
    )  # fmt: skip
    def test_never_breaks_on_any_answer(self, client, patient, text, answers):
        sent = {"report": f"PT 15.2 s (control 12.1)\n{text}", **answers}

        assert client.post(url("confirm_labs", patient), sent).status_code in {302, 422}


class TestPanelAnswers:
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
