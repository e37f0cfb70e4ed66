"""Eleven reports of different kinds, read from the first line to the last."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from patients.lab_report import report as reports

SAMPLES = Path(__file__).parent / "lab_reports"
FEB_11, FEB_18 = date(2026, 2, 11), date(2026, 2, 18)

# analyte, comparator and value as given, unit, day
EXPECTED = {
    "english_si": [
        ("bilirubin_umol_per_l", "19", "µmol/L", FEB_18),
        ("albumin_g_per_l", "38", "g/L", FEB_18),
        ("alt_u_per_l", "62", "U/L", FEB_18),
        ("ast_u_per_l", "71", "U/L", FEB_18),
        ("alkaline_phosphatase_u_per_l", "134", "U/L", FEB_18),
        ("creatinine_umol_per_l", "84", "µmol/L", FEB_18),
        ("egfr_ml_per_min_1_73m2", "89", "mL/min/1.73 m²", FEB_18),
        ("sodium_mmol_per_l", "137", "mmol/L", FEB_18),
        ("inr", "1.1", "ratio", FEB_18),
        ("afp_ng_per_ml", "412", "ng/mL", FEB_18),
    ],
    "english_conventional": [
        ("bilirubin_umol_per_l", "1.2", "mg/dL", FEB_18),
        ("albumin_g_per_l", "3.4", "g/dL", FEB_18),
        ("creatinine_umol_per_l", "0.95", "mg/dL", FEB_18),
        ("platelets_10e9_per_l", "118", "10³/µL", FEB_18),
        ("leukocytes_10e9_per_l", "4.6", "10³/µL", FEB_18),
        ("haemoglobin_g_per_l", "11.8", "g/dL", FEB_18),
        ("afp_ng_per_ml", ">60500", "ng/mL", FEB_18),
        ("urea_mmol_per_l", "14", "mg/dL BUN", FEB_18),
        ("crp_mg_per_l", "0.4", "mg/dL", FEB_18),
    ],
    "chinese": [
        ("bilirubin_umol_per_l", "23.5", "µmol/L", FEB_18),
        ("direct_bilirubin_umol_per_l", "8.1", "µmol/L", FEB_18),
        ("albumin_g_per_l", "36.2", "g/L", FEB_18),
        ("alt_u_per_l", "58", "U/L", FEB_18),
        ("ast_u_per_l", "66", "U/L", FEB_18),
        ("creatinine_umol_per_l", "71", "µmol/L", FEB_18),
        ("afp_ng_per_ml", "412.30", "ng/mL", FEB_18),
        ("platelets_10e9_per_l", "96", "10⁹/L", FEB_18),
        ("leukocytes_10e9_per_l", "3.12", "10⁹/L", FEB_18),
        ("prothrombin_time_s", "14.9", "s", FEB_18),
        ("prothrombin_activity_pct", "68", "%", FEB_18),
        ("inr", "1.25", "ratio", FEB_18),
    ],
    "german_decimal_comma": [
        ("bilirubin_umol_per_l", "1.3", "mg/dL", FEB_18),
        ("albumin_g_per_l", "3.42", "g/dL", FEB_18),
        ("creatinine_umol_per_l", "0.98", "mg/dL", FEB_18),
        ("sodium_mmol_per_l", "137", "mmol/L", FEB_18),
        ("platelets_10e9_per_l", "118", "10⁹/L", FEB_18),
        ("leukocytes_10e9_per_l", "4.6", "10⁹/L", FEB_18),
        ("prothrombin_activity_pct", "72", "%", FEB_18),
        ("inr", "1.21", "ratio", FEB_18),
        ("crp_mg_per_l", "<0.2", "mg/dL", FEB_18),
        ("alt_u_per_l", "62", "U/L", FEB_18),
        ("ast_u_per_l", "71", "U/L", FEB_18),
    ],
    "two_dates": [
        ("bilirubin_umol_per_l", "27", "µmol/L", FEB_11),
        ("bilirubin_umol_per_l", "19", "µmol/L", FEB_18),
        ("albumin_g_per_l", "36", "g/L", FEB_11),
        ("albumin_g_per_l", "38", "g/L", FEB_18),
        ("platelets_10e9_per_l", "112", "10⁹/L", FEB_11),
        ("afp_ng_per_ml", ">60500", "ng/mL", FEB_11),
        ("afp_ng_per_ml", "58200", "ng/mL", FEB_18),
        ("sodium_mmol_per_l", "131", "mmol/L", FEB_11),
        ("sodium_mmol_per_l", "137", "mmol/L", FEB_18),
    ],
    "two_dates_in_spaces": [
        ("bilirubin_umol_per_l", "27", "µmol/L", FEB_11),
        ("bilirubin_umol_per_l", "19", "µmol/L", FEB_18),
        ("albumin_g_per_l", "36", "g/L", FEB_11),
        ("albumin_g_per_l", "38", "g/L", FEB_18),
        ("platelets_10e9_per_l", "112", "10⁹/L", FEB_11),
        ("alt_u_per_l", "62", "U/L", None),
    ],
    "prothrombin": [
        ("prothrombin_time_s", "15.2", "s", FEB_18),
        ("prothrombin_activity_pct", "71", "%", FEB_18),
        ("inr", "1.31", "ratio", FEB_18),
        ("aptt_s", "38.4", "s", FEB_18),
        ("fibrinogen_g_per_l", "1.9", "g/L", FEB_18),
    ],
    "one_line": [
        ("sodium_mmol_per_l", "137", "mmol/L", FEB_18),
        ("potassium_mmol_per_l", "4.1", "mmol/L", FEB_18),
        ("creatinine_umol_per_l", "84", "µmol/L", FEB_18),
        ("bilirubin_umol_per_l", "19", "µmol/L", FEB_18),
        ("albumin_g_per_l", "38", "g/L", FEB_18),
        ("platelets_10e9_per_l", "118", "10⁹/L", FEB_18),
        ("leukocytes_10e9_per_l", "4.6", "10⁹/L", FEB_18),
        ("inr", "1.1", "ratio", FEB_18),
    ],
    "comma_separated": [
        ("bilirubin_umol_per_l", "19", "µmol/L", FEB_18),
        ("albumin_g_per_l", "38", "g/L", FEB_18),
        ("platelets_10e9_per_l", "118", "10⁹/L", FEB_11),
    ],
    "marks_and_full_width": [
        ("bilirubin_umol_per_l", "19", "µmol/L", None),
        ("albumin_g_per_l", "38", "g/L", None),
        ("afp_ng_per_ml", "60500", "ng/mL", None),
    ],
}


def sample(name):
    return (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")


class TestSamples:
    @pytest.mark.parametrize("name", EXPECTED)
    def test_reads_every_value_with_its_unit_and_day(self, name):
        read = [
            (
                reading.analyte.name,
                f"{reading.comparator}{reading.values[0]}",
                reading.unit.symbol,
                reading.dates[0] if reading.date_is_certain else None,
            )
            for reading in reports.read(sample(name)).readings
        ]

        assert read == EXPECTED[name]

    def test_keeps_limits_and_flags(self):
        by_name = {reading.analyte.name: reading for reading in reports.read(sample("chinese")).readings}

        albumin = by_name["albumin_g_per_l"]
        assert (albumin.reference_low, albumin.reference_high, albumin.flag) == (
            Decimal(40),
            Decimal(55),
            "L",
        )

    def test_keeps_one_sided_limits(self):
        by_name = {reading.analyte.name: reading for reading in reports.read(sample("english_si")).readings}

        afp = by_name["afp_ng_per_ml"]
        assert (afp.reference_low, afp.reference_high, afp.flag) == (None, Decimal(7), "H")

    def test_shows_the_lines_that_it_did_not_understand(self):
        rest = [(other.line_number, other.why) for other in reports.read(sample("english_si")).not_understood]

        assert (17, "other_specimen") in rest
        assert (18, "no_name") in rest

    def test_offers_every_day_of_the_columns_to_a_value_that_stands_alone(self):
        alt = reports.read(sample("two_dates_in_spaces")).readings[-1]

        assert alt.dates == (FEB_11, FEB_18)
        assert not alt.date_is_certain
