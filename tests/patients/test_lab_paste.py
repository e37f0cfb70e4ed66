"""Pasting a laboratory report: shown for confirmation, saved together, and nothing is lost or guessed on the way."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db
SAMPLE = (Path(__file__).parent / "lab_reports" / "english_si.txt").read_text(encoding="utf-8")


@pytest.fixture
def patient(team):
    return PatientFactory(team=team)


@pytest.fixture
def client(signed_in, clinician):
    return signed_in(clinician)


def url(name, patient):
    return reverse(f"patients:{name}", args=[patient.pk])


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


class TestTwoValuesOfOneDay:
    REPORT = "Collected: 01 Mar 2026\nBilirubin 19 umol/L\nAlbumin 38 g/L\nBilirubin, total 23 umol/L\n"

    def test_are_both_shown_with_the_other(self, client, patient):
        page = client.post(url("paste_labs", patient), {"report": self.REPORT}).content.decode()

        assert "Line 4 gives 23 µmol/L for the same day" in page
        assert "Line 2 gives 19 µmol/L for the same day" in page

    def test_are_not_saved_both(self, client, patient):
        shown = client.post(url("paste_labs", patient), {"report": self.REPORT})

        answer = client.post(url("confirm_labs", patient), confirmed(shown, self.REPORT))

        assert answer.status_code == 422
        assert "Bilirubin of 1 March 2026: 19 µmol/L, 23 µmol/L. Leave one ticked." in answer.content.decode()
        assert patient.lab_results.count() == 0

    def test_are_saved_as_the_one_chosen_and_the_other_stays_left_out(self, client, patient):
        shown = client.post(url("paste_labs", patient), {"report": self.REPORT})
        sent = confirmed(shown, self.REPORT)
        del sent["row-0-keep"]

        client.post(url("confirm_labs", patient), sent)
        again = client.post(url("paste_labs", patient), {"report": self.REPORT})

        saved = set(patient.lab_results.values_list("analyte", "value"))
        assert saved == {("bilirubin_umol_per_l", 23), ("albumin_g_per_l", 38)}
        assert not any(row["keep"].value() for row in rows_of(again))

    def test_are_asked_for_where_the_days_were_typed(self, client, patient):
        text = "Bilirubin 19 umol/L\nBilirubin 23 umol/L\n"
        shown = client.post(url("paste_labs", patient), {"report": text})
        days = {"row-0-taken_on": "2026-03-01", "row-1-taken_on": "2026-03-01"}

        same = client.post(url("confirm_labs", patient), confirmed(shown, text, **days))
        other = client.post(
            url("confirm_labs", patient), confirmed(shown, text, **days | {"row-1-taken_on": "2026-03-02"})
        )

        assert (same.status_code, other.status_code) == (422, 302)

    def test_are_one_value_when_they_are_the_same(self, client, patient):
        text = "Collected: 01 Mar 2026\nBilirubin 1 mg/dL\nBilirubin 17.1 umol/L\n"
        shown = client.post(url("paste_labs", patient), {"report": text})

        answer = client.post(url("confirm_labs", patient), confirmed(shown, text))

        assert answer.status_code == 302
        assert patient.lab_results.count() == 1
