"""Reductions of a dose, as they are written and as they are kept."""

import pytest
from django.core.exceptions import ValidationError

from guidelines import reference
from procedures.reference import reductions

ROWS = {row["code"]: row for row in reference.AGENTS}
DOXORUBICIN = "1.2–3 mg/dL: 50 %\n3.1–5 mg/dL: 25 %\n≥5.1 mg/dL: 0 %"
CISPLATIN = "<60 mL/min: reduce\n<50 mL/min: usually avoid\n<30 mL/min: avoid"


class TestWriting:
    def test_puts_one_reduction_to_a_line(self):
        assert reductions.bilirubin_text(ROWS["doxorubicin"]["bilirubin_reductions"]) == DOXORUBICIN
        assert reductions.kidney_text(ROWS["cisplatin"]["renal_reductions"]) == CISPLATIN

    def test_of_nothing_is_empty(self):
        assert reductions.bilirubin_text([]) == ""
        assert reductions.kidney_from("") == []


class TestReading:
    def test_gives_back_what_was_written(self):
        assert reductions.bilirubin_from(DOXORUBICIN) == ROWS["doxorubicin"]["bilirubin_reductions"]
        assert reductions.kidney_from(CISPLATIN) == ROWS["cisplatin"]["renal_reductions"]

    @pytest.mark.parametrize("text", ["1,2-3:50", " 1.2 – 3 MG/DL : 50% ;", "\n1.2–3 mg/dL: 50\n\n"])
    def test_takes_what_a_person_types(self, text):
        assert reductions.bilirubin_from(text) == [{"from_mg_per_dl": 1.2, "to_mg_per_dl": 3, "give_pct": 50}]

    def test_takes_the_open_end_with_two_signs(self):
        assert reductions.bilirubin_from(">=5: 0")[0]["to_mg_per_dl"] is None

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("half the dose", "cannot be read"),
            ("1.2–3 mg/dL: 150 %", "more than the whole dose"),
            ("3–1.2 mg/dL: 50 %", "ends before it begins"),
            ("1.2–3: 50; 3–5: 25", "must not overlap"),
            ("≥3: 50; 5–6: 25", "must not overlap"),
            ("1.2–3: 25; 3.1–5: 50", "larger dose"),
        ],
    )
    def test_refuses_what_cannot_be_meant_for_bilirubin(self, text, words):
        with pytest.raises(ValidationError, match=words):
            reductions.bilirubin_from(text)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("<60: halve", "“<60: halve” cannot be read"),
            ("<30: avoid; <60: reduce", "from high to low"),
            ("<60: reduce; <60: avoid", "each once"),
        ],
    )
    def test_refuses_what_cannot_be_meant_for_the_kidney(self, text, words):
        with pytest.raises(ValidationError, match=words):
            reductions.kidney_from(text)
