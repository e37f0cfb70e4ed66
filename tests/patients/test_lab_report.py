"""Pasted laboratory reports: what is read, what must not be guessed, and what no text may bring about."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from patients import written_numbers
from patients.lab_report import report as reports

SAMPLES = Path(__file__).parent / "lab_reports"
FEB_11, FEB_18 = date(2026, 2, 11), date(2026, 2, 18)


def sample(name):
    return (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")


def only_reading(text):
    """The one result of the text."""
    (reading,) = reports.read(text).readings
    return reading


def reason(text):
    """Why the one line of the text was not understood."""
    report = reports.read(text)
    assert report.readings == []
    (other,) = report.not_understood
    return other.why


class TestUnits:
    @pytest.mark.parametrize(
        ("written", "symbol"),
        [
            ("PLT 118 x10^9/L", "10⁹/L"),
            ("PLT 118 ×10⁹/L", "10⁹/L"),
            ("PLT 118 10*9/L", "10⁹/L"),
            ("PLT 60x109/L", "10⁹/L"),
            ("PLT 118 G/L", "10⁹/L"),
            ("PLT 118 K/uL", "10³/µL"),
            ("PLT 118 10^3/mm3", "10³/µL"),
            ("PLT 118000 /µL", "/µL"),
            ("PLT 118000 /mm3", "/µL"),
            ("Bili 19 μmol/L", "µmol/L"),
            ("Bili 1.1 mg%", "mg/dL"),
            ("Bili (mg/dL) 1.1", "mg/dL"),
            ("Bili 1.1 (0.2-1.2 mg/dL)", "mg/dL"),
        ],
    )
    def test_knows_the_spellings_of_reports(self, written, symbol):
        assert only_reading(written).unit.symbol == symbol

    @pytest.mark.parametrize(
        "text", ["Bilirubin 19", "Albumin 38", "Platelets 118", "PT 15.2", "AFP 412", "CRP 5"]
    )
    def test_does_not_guess_a_unit_that_is_not_there(self, text):
        assert only_reading(text).unit is None

    @pytest.mark.parametrize(
        "text", ["Neutrophils 65 %", "AFP 412 IU/mL", "Creatinine 8.5 mmol/L", "PCT 0.21 %"]
    )
    def test_does_not_take_a_foreign_unit(self, text):
        reading = only_reading(text)

        assert reading.unit is None
        assert reading.unit_as_written

    def test_reads_the_per_cent_of_a_prothrombin_time_as_activity(self):
        assert only_reading("PT 75 %").analyte.name == "prothrombin_activity_pct"

    def test_tells_urea_from_its_nitrogen(self):
        assert only_reading("BUN 14 mg/dL").unit.symbol == "mg/dL BUN"
        assert only_reading("Urea 30 mg/dL").unit is None


class TestNumbers:
    def test_leaves_a_comma_open_that_can_mean_two_things(self):
        assert only_reading("AFP 60,500 ng/mL").values == (Decimal("60.500"), Decimal(60500))

    def test_reads_the_comma_as_the_rest_of_the_report_does(self):
        points = reports.read("INR 1.1\nPLT 193,000 /uL").readings[1]
        commas = reports.read("INR 1,1\nAFP 1,234 ng/mL").readings[1]

        assert points.values == (Decimal(193000),)
        assert commas.values == (Decimal("1.234"),)

    def test_leaves_a_point_open_in_a_report_with_decimal_commas(self):
        afp = reports.read("INR 1,1\nAFP 60.500 ng/mL").readings[1]

        assert afp.values == (Decimal("60.500"), Decimal(60500))

    @pytest.mark.parametrize(
        ("written", "comparator", "value"),
        [
            ("<0.2", "<", "0.2"),
            ("< 0.2", "<", "0.2"),
            (">60500", ">", "60500"),
            ("≥400", "≥", "400"),
            ("<=5", "≤", "5"),
        ],
    )
    def test_keeps_the_comparator(self, written, comparator, value):
        reading = only_reading(f"AFP {written} ng/mL")

        assert (reading.comparator, reading.values) == (comparator, (Decimal(value),))

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("Bilirubin 19 22 umol/L", "several_numbers"),
            ("Bilirubin 19 (previous 22) umol/L", "unexplained"),
            ("Creatinine 88 umol/L see note 3", "unexplained"),
            ("AFP 1.2x10^3 ng/mL", "power_of_ten"),
            ("ALT 9-50 U/L", "no_number"),
            ("Albumin pending", "no_number"),
            ("ALT 45abc", "number_in_word"),
            ("Glucose 2+", "number_in_word"),
            ("AFP-L3 5 %", "no_number"),
            ("Bilirubin 1.2.3 mg/dL", "not_a_number"),
        ],
    )
    def test_refuses_a_line_with_a_number_that_nothing_explains(self, text, why):
        assert reason(text) == why

    def test_reads_exponents(self):
        assert only_reading("AFP 1.2E3 ng/mL").values == (Decimal(1200),)

    def test_keeps_words_behind_a_result_as_a_remark(self):
        assert only_reading("Potassium 5.9 mmol/L haemolysed").remark == "haemolysed"

    def test_finds_the_value_behind_the_limits(self):
        reading = only_reading("Bilirubin 0.2-1.2 1.5 mg/dL")

        assert reading.values == (Decimal("1.5"),)
        assert (reading.reference_low, reading.reference_high) == (Decimal("0.2"), Decimal("1.2"))


class TestNames:
    @pytest.mark.parametrize(
        "text",
        [
            "AST/ALT 1.2",
            "Albumin/globulin ratio 1.5",
            "Prealbumin 200 mg/L",
            "前白蛋白 180 mg/L",
            "Microalbumin 12 mg/L",
            "Corrected calcium (albumin) 2.3 mmol/L",
            "HBV DNA 1.2E3 IU/mL",
            "HbA1c 42 mmol/mol",
            "Na/K 33",
            "Urine creatinine 8.5 mmol/L",
            "24h urine albumin 30 g/L",
            "Ascitic albumin 12 g/L",
            "尿白蛋白 12 mg/L",
        ],
    )
    def test_does_not_take_another_analyte_for_one_that_it_knows(self, text):
        assert reports.read(text).readings == []

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("Alpha-Fetoprotein (AFP), serum: 412 ng/mL", "afp_ng_per_ml"),
            ("S-Bilirubin 19 umol/L", "bilirubin_umol_per_l"),
            ("Bilirubin, direct 5 umol/L", "direct_bilirubin_umol_per_l"),
            ("T.Bil 19 umol/L", "bilirubin_umol_per_l"),
            ("12. 谷丙转氨酶(ALT) 45 U/L", "alt_u_per_l"),
            ("PT-INR 1.3", "inr"),
            ("Cr 88 umol/L", "creatinine_umol_per_l"),
            ("CRP 5 mg/L", "crp_mg_per_l"),
        ],
    )
    def test_knows_the_usual_names(self, text, name):
        assert only_reading(text).analyte.name == name

    def test_leaves_a_section_of_another_specimen_alone(self):
        report = reports.read("Urinalysis\nCreatinine 85 umol/L\nSerum chemistry\nCreatinine 88 umol/L")

        assert [reading.values for reading in report.readings] == [(Decimal(88),)]


class TestDates:
    @pytest.mark.parametrize(
        "written",
        ["2026-02-18", "2026/02/18", "18/02/2026", "02/18/2026", "18.02.2026", "18 Feb 2026", "Feb 18, 2026",
         "18-Feb-2026", "18 February 2026", "2026年2月18日", "2026-02-18T08:15", "18.02.26"],
    )  # fmt: skip
    def test_reads_the_usual_notations(self, written):
        reading = only_reading(f"Collected: {written}\nINR 1.1")

        assert (reading.dates, reading.date_is_certain) == ((FEB_18,), True)

    @pytest.mark.parametrize(
        ("written", "days"),
        [
            ("03/02/2026", (date(2026, 2, 3), date(2026, 3, 2))),
            ("11-02-18", (date(2018, 2, 11), date(2018, 11, 2), date(2011, 2, 18))),
        ],
    )
    def test_leaves_a_date_open_that_can_mean_several_days(self, written, days):
        reading = only_reading(f"Date: {written}\nINR 1.1")

        assert (reading.dates, reading.date_is_certain) == (days, False)

    def test_lets_another_date_of_the_report_settle_the_order(self):
        report = reports.read("Date 03/02/2026\nINR 1.1\nDate 18/02/2026\nINR 1.2")

        assert [reading.dates for reading in report.readings] == [(date(2026, 2, 3),), (FEB_18,)]

    def test_takes_the_day_of_the_sample_and_not_of_the_report(self):
        reading = only_reading("Collected 11 Feb 2026 Reported 18 Feb 2026\nINR 1.1")

        assert (reading.dates, reading.date_is_certain) == ((FEB_11,), True)

    def test_only_offers_the_day_of_the_report_where_there_is_no_other(self):
        reading = only_reading("Reported 18 Feb 2026\nINR 1.1")

        assert (reading.dates, reading.date_is_certain) == ((FEB_18,), False)

    def test_never_takes_the_day_of_birth(self):
        assert only_reading("DOB 14/03/1961\nINR 1.1").dates == ()
        assert only_reading("Born 14 Mar 1999\nINR 1.1").dates == ()

    def test_takes_the_date_on_the_line_before_that_above_it(self):
        assert only_reading("Date 11 Feb 2026\nINR 1.1 (18 Feb 2026)").dates == (FEB_18,)

    def test_finds_a_date_below_the_values(self):
        assert only_reading("INR 1.1\nCollected 18 Feb 2026").dates == (FEB_18,)


class TestProthrombinTime:
    def test_keeps_the_control_beside_the_seconds(self):
        reading = only_reading("PT 15.2 s (control 12.1 s)")

        assert (reading.analyte.name, reading.control) == ("prothrombin_time_s", Decimal("12.1"))

    def test_never_takes_limits_for_the_control(self):
        assert only_reading("PT 15.2 s (11.0-14.5)").control is None


def _numbers_of(reading):
    return [
        reading.values[0],
        *(
            number
            for number in (reading.reference_low, reading.reference_high, reading.control)
            if number is not None
        ),
    ]


PIECES = st.sampled_from(
    ["Bilirubin", "ALB", "AFP", "PT", "总胆红素", "19", "1,2", "60,500", "<0.2", ">60500", "3-21", "(3.5 - 5.0)",
     "umol/L",
     "mg/dL", "g/L", "x10^9/L", "%", "s", "H", "↑", "2026-02-18", "03/04/2026", "Collected", "control 12.1", "|", "\t",
     "\n", "\n", ";", ",", "-", "/", "ratio", "urine", "1.2E3", "x10^3", "\u202b", "Previous", "Result", "Unit", "Test"]
)  # fmt: skip


class TestAnyText:
    @settings(max_examples=150)
    @given(st.lists(PIECES, max_size=40).map(" ".join) | st.text(max_size=300))
    @example("\x00\x01PNG\r\n\x1a\n")
    @example("1" * 5000)
    @example("Bilirubin " + "1" * 400 + " umol/L")
    @example("AFP 1E99 ng/mL")
    @example("Date 00/00/0000\nALT 45 U/L")
    def test_never_fails_and_never_invents_a_number(self, text):
        written = re.findall(r"[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?", written_numbers.plain(text))
        there = {number for word in written for number in _meanings(word)}

        for reading in reports.read(text).readings:
            for number in _numbers_of(reading):
                assert abs(number) in there
            for day in reading.dates:
                assert str(day.day) in text or f"{day.day:02}" in text

    def test_reads_the_longest_report_in_time(self):
        text = (sample("english_si") + sample("chinese")) * 150

        assert len(reports.read(text[: reports.LONGEST_REPORT]).readings) > 1000

    def test_is_not_slowed_down_by_a_hostile_line(self):
        text = "\n".join(
            ["ALT " + "1 " * 400, "(" * 900, "-" * 900, "1-" * 450, "Bilirubin" * 100, "," * 900]
        )

        assert reports.read(text).readings == []


def _meanings(word):
    """Every number that a word of digits can mean, in the test's own reading."""
    word = word.rstrip(".,")
    mantissa, _e, power = word.lower().partition("e")
    forms = {mantissa, mantissa.replace(",", ""), mantissa.replace(",", "."), mantissa.replace(".", "")}
    forms |= {mantissa.replace(".", "").replace(",", ".")}
    numbers = {Decimal(form) for form in forms if re.fullmatch(r"[0-9]+(\.[0-9]+)?", form)}
    pieces = {Decimal(piece) for piece in re.findall(r"[0-9]+(?:\.[0-9]+)?", word)}
    return numbers | pieces | {number.scaleb(int(power)) for number in numbers if power}
