"""The form fields of facts: what they accept, how they say no, and that the engine accepts what they clean."""

from datetime import date

import pytest
from django import forms
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from guidelines import facts
from patients import fields, measured, written_numbers

TODAY = date(2026, 3, 2)


def form_of(*names, **options):
    """A form class with one field for each fact."""
    made = {name: fields.for_fact(facts.ALL[name], **options) for name in names}
    return type("FactForm", (forms.Form,), made)


def cleaned(name, query, **options):
    form = form_of(name, **options)(QueryDict(query))
    assert form.is_valid(), form.errors
    return form.cleaned_data[name]


def error(name, query, **options):
    form = form_of(name, **options)(query if isinstance(query, dict) else QueryDict(query))
    assert not form.is_valid()
    return form.errors[name][0]


class TestMeasureField:
    def test_gives_the_value_with_its_unit_of_entry(self):
        given_value = cleaned(
            "bilirubin_umol_per_l", "bilirubin_umol_per_l=2.1&bilirubin_umol_per_l_unit=mg/dL"
        )

        assert given_value == {"value": 2.1, "unit": "mg/dL"}

    def test_leaves_an_empty_box_unknown(self):
        assert cleaned("inr", "inr=&inr_unit=ratio") is None

    def test_reads_a_decimal_comma(self):
        assert cleaned("inr", "inr=1,3&inr_unit=ratio") == {"value": 1.3, "unit": "ratio"}

    def test_reads_full_width_digits(self):
        assert cleaned("inr", "inr=１.３&inr_unit=ratio") == {"value": 1.3, "unit": "ratio"}

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("99999999999999999", "too large to be right"),
            ("9999999999999999", "too large to be right"),
            ("1 000 000 000 000 000 000", "too large to be right"),
            ("999999999999999", "must be between"),
            ("1.1234567890123456", "too many digits behind the point"),
        ],
    )
    def test_says_in_words_that_a_number_has_too_many_digits(self, typed, said):
        told = error(
            "bilirubin_umol_per_l", {"bilirubin_umol_per_l": typed, "bilirubin_umol_per_l_unit": "mg/dL"}
        )

        assert said in told
        assert "unit" not in told

    def test_takes_a_unit_typed_behind_the_number(self):
        query = "albumin_g_per_l=3.8 g/dL&albumin_g_per_l_unit=g/L"

        assert cleaned("albumin_g_per_l", query) == {"value": 3.8, "unit": "g/dL"}

    @pytest.mark.parametrize(
        ("typed", "shape"),
        [
            ("25-50", {"min": 25, "max": 50, "unit": "%"}),
            ("25–50", {"min": 25, "max": 50, "unit": "%"}),
            ("about 25 to 50 %", {"min": 25, "max": 50, "unit": "%"}),
            ("<50", {"max": 50, "unit": "%"}),
            (">= 70", {"min": 70, "unit": "%"}),
        ],
    )
    def test_reads_a_range_in_one_box(self, typed, shape):
        assert cleaned("tumour_fraction_pct", f"tumour_fraction_pct={typed}".replace("%", "%25")) == shape

    def test_reads_a_range_from_two_boxes(self):
        query = "tumour_fraction_pct=25&tumour_fraction_pct_to=50"

        assert cleaned("tumour_fraction_pct", query) == {"min": 25, "max": 50, "unit": "%"}

    def test_reads_the_second_box_alone_as_at_most(self):
        query = "tumour_fraction_pct=&tumour_fraction_pct_to=50"

        assert cleaned("tumour_fraction_pct", query) == {"max": 50, "unit": "%"}

    def test_refuses_a_range_that_runs_backwards(self):
        message = error("tumour_fraction_pct", "tumour_fraction_pct=50&tumour_fraction_pct_to=25")

        assert message == "Tumour share of liver: from 50 is more than to 25."

    def test_suggests_the_misplaced_decimal_point(self):
        message = error("sodium_mmol_per_l", "sodium_mmol_per_l=1370&sodium_mmol_per_l_unit=mmol/L")

        assert message == "Sodium must be between 90 and 200 mmol/L. You gave 1370. Did you mean 137?"

    def test_suggests_the_other_unit(self):
        message = error("albumin_g_per_l", "albumin_g_per_l=3.8&albumin_g_per_l_unit=g/L")

        assert message == "Albumin must be between 10 and 70 g/L. You gave 3.8. Did you mean 3.8 g/dL?"

    def test_suggests_nothing_when_two_slips_are_as_likely(self):
        message = error("bilirubin_umol_per_l", "bilirubin_umol_per_l=19000&bilirubin_umol_per_l_unit=µmol/L")

        assert message == "Bilirubin must be between 1 and 1500 µmol/L. You gave 19000."

    def test_asks_for_the_unit_when_there_are_several(self):
        assert error("bilirubin_umol_per_l", "bilirubin_umol_per_l=12") == (
            "Bilirubin: choose the unit, µmol/L or mg/dL."
        )

    def test_refuses_a_unit_that_is_not_of_this_fact(self):
        message = error("inr", "inr=1.3 mg/dL&inr_unit=ratio")

        assert message.startswith("INR: the unit “mg/dL” is not known here.")

    def test_does_not_guess_whether_a_comma_parts_thousands(self):
        message = error("afp_ng_per_ml", "afp_ng_per_ml=60,500&afp_ng_per_ml_unit=ng/mL")

        assert "can mean 60.500 or 60500" in message

    @pytest.mark.parametrize("typed", ["abc", "1.2.3", "--5", "about 40", "12 34", "1e5", "NaN", "inf", "٣"])
    def test_refuses_what_is_no_number(self, typed):
        assert (
            "sodium_mmol_per_l"
            in form_of("sodium_mmol_per_l")(
                {"sodium_mmol_per_l": typed, "sodium_mmol_per_l_unit": "mmol/L"}
            ).errors
        )

    def test_refuses_half_a_lesion(self):
        assert error("lesion_count", "lesion_count=2.5") == (
            "Number of lesions must be a whole number between 0 and 1000. You gave 2.5."
        )

    def test_refuses_a_share_that_is_a_fraction(self):
        message = error("tumour_fraction_pct", "tumour_fraction_pct=0.72")

        assert message == "Tumour share of liver must be 0, or between 1 and 100 %. You gave 0.72."

    def test_keeps_what_was_typed_in_the_box(self):
        form = form_of("inr")(QueryDict("inr=1.x&inr_unit=ratio"))

        assert 'value="1.x"' in str(form["inr"])

    @pytest.mark.parametrize(
        "value",
        [
            {"value": 1.2, "unit": "mg/dL"},
            {"min": 1.1, "max": 2, "unit": "mg/dL"},
            {"max": 0.2, "unit": "mg/dL"},
            {"min": 3, "unit": "µmol/L"},
        ],
    )
    def test_shows_an_initial_value_so_that_it_is_read_back_the_same(self, value):
        field = fields.for_fact(facts.ALL["bilirubin_umol_per_l"])
        text, unit = field.widget.decompress(value)

        assert field.clean([text, unit]) == value

    @pytest.mark.parametrize("value", [{"value": 40}, {"min": 25, "max": 50}, {"min": 25}, {"max": 50}])
    def test_shows_an_initial_estimate_so_that_it_is_read_back_the_same(self, value):
        field = fields.for_fact(facts.ALL["tumour_fraction_pct"])

        assert field.clean(field.widget.decompress(value)) == {**value, "unit": "%"}

    @pytest.mark.parametrize("fact", [fact for fact in facts.ALL.values() if fact.kind == "number"], ids=str)
    @settings(max_examples=25)
    @given(data=st.data())
    def test_accepts_what_the_engine_accepts_and_nothing_else(self, fact, data):
        unit = data.draw(st.sampled_from(fact.units))
        low, high = unit.from_canonical(fact.low), unit.from_canonical(fact.high)
        value = round(data.draw(st.floats(low - 5, high + 5)), 3)
        try:
            facts.read(fact.name, {"value": value, "unit": unit.symbol})
            engine_accepts = True
        except facts.FactError:
            engine_accepts = False

        assert measured.is_possible(fact, written_numbers.Decimal(str(value)), unit) == engine_accepts


class TestDiametersField:
    @pytest.mark.parametrize("typed", ["44, 27, 12", "44 27 12", "44;27;12", "44,27,12", "44 + 27 + 12"])
    def test_reads_the_usual_ways_to_list_them(self, typed):
        form = form_of("lesion_diameters_mm")(
            {"lesion_diameters_mm": typed, "lesion_diameters_mm_unit": "mm"}
        )

        assert form.is_valid(), form.errors
        assert form.cleaned_data["lesion_diameters_mm"] == [44, 27, 12]

    def test_keeps_centimetres(self):
        query = "lesion_diameters_mm=4,4 2.7&lesion_diameters_mm_unit=cm"

        assert cleaned("lesion_diameters_mm", query) == [
            {"value": 4.4, "unit": "cm"},
            {"value": 2.7, "unit": "cm"},
        ]

    @pytest.mark.parametrize("typed", ["44 0", "44 -2", "44 <3", "44 900", "x"])
    def test_refuses_what_cannot_be_a_diameter(self, typed):
        form = form_of("lesion_diameters_mm")(
            {"lesion_diameters_mm": typed, "lesion_diameters_mm_unit": "mm"}
        )

        assert not form.is_valid()

    def test_shows_an_initial_list(self):
        form = form_of("lesion_diameters_mm")(initial={"lesion_diameters_mm": [44, 27]})

        assert 'value="44 27"' in str(form["lesion_diameters_mm"])


class TestKnownChoiceField:
    def test_gives_the_answer(self):
        assert cleaned("ascites", "ascites=slight") == "slight"

    @pytest.mark.parametrize("query", ["", "ascites=", "ascites=not_known"])
    def test_gives_none_where_it_is_not_known(self, query):
        assert cleaned("ascites", query) is None

    def test_gives_a_list_where_it_is_one_of_several(self):
        query = "ascites=not_known&ascites_possible=none&ascites_possible=slight"

        assert cleaned("ascites", query, several=True) == ["none", "slight"]

    def test_takes_the_one_possible_answer_as_the_answer(self):
        assert cleaned("ascites", "ascites_possible=slight", several=True) == "slight"

    def test_lets_a_single_answer_win(self):
        query = "ascites=none&ascites_possible=slight&ascites_possible=moderate_to_severe"

        assert cleaned("ascites", query, several=True) == "none"

    def test_ticks_the_boxes_and_no_radio_for_a_list(self):
        form = form_of("ascites", several=True)(initial={"ascites": ["none", "slight"]})

        boxes = [box["value"] for box in form["ascites"].possible_boxes if box["checked"]]
        assert boxes == ["none", "slight"]
        assert "checked" not in str(form["ascites"])

    def test_names_the_answers_when_given_another(self):
        assert error("ascites", "ascites=much") == (
            "Ascites: “much” is not one of the answers: None, Slight, Moderate to severe, Not known."
        )


class TestKnownYesNoField:
    @pytest.mark.parametrize(
        ("chosen", "meaning"), [("yes", True), ("no", False), ("not_known", None), ("", None)]
    )
    def test_gives_yes_no_or_none(self, chosen, meaning):
        assert cleaned("cachexia", f"cachexia={chosen}") is meaning

    def test_shows_a_no(self):
        form = form_of("cachexia")(initial={"cachexia": False})

        assert form["cachexia"].subwidgets[1].data["selected"]


class TestKnownNumberField:
    def test_gives_a_number(self):
        assert cleaned("ecog", "ecog=2") == 2

    def test_gives_a_range_for_one_of_several(self):
        assert cleaned("ecog", "ecog_possible=1&ecog_possible=2", several=True) == {"min": 1, "max": 2}

    def test_shows_a_range_as_boxes(self):
        form = form_of("ecog", several=True)(initial={"ecog": {"min": 1, "max": 2}})

        assert [box["value"] for box in form["ecog"].possible_boxes if box["checked"]] == ["1", "2"]


class TestEveryFact:
    @pytest.mark.parametrize("fact", facts.ALL.values(), ids=str)
    def test_has_a_field_with_its_label(self, fact):
        assert fields.for_fact(fact).label == fact.label


class TestProvenance:
    @pytest.mark.parametrize(("days", "is_stale"), [(27, False), (28, False), (29, True)])
    def test_turns_stale_after_the_limit(self, days, is_stale):
        field = fields.for_fact(facts.ALL["inr"])

        fields.attach_provenance(
            field, today=TODAY, on=date.fromordinal(TODAY.toordinal() - days), stale_after_days=28
        )

        assert field.provenance["age_days"] == days
        assert field.provenance["is_stale"] is is_stale
        assert bool(field.provenance["stale_note"]) is is_stale

    def test_says_the_same_amount_in_the_other_unit(self):
        fact = facts.ALL["bilirubin_umol_per_l"]

        assert measured.equivalent_of(fact, {"value": 19, "unit": "µmol/L"}) == "1.11 mg/dL"
        assert measured.equivalent_of(fact, {"min": 19, "unit": "µmol/L"}) == ""
        assert measured.equivalent_of(facts.ALL["inr"], {"value": 1.1}) == ""


class TestReadingOfNumbers:
    @given(st.text(max_size=40))
    def test_never_fails_otherwise_than_by_saying_so(self, text):
        try:
            entry = written_numbers.read_entry(text)
        except written_numbers.NotANumber:
            return

        assert entry.low is not None or entry.high is not None

    @given(st.decimals(min_value=0, max_value=10**9, places=3))
    def test_reads_back_every_number_that_it_writes(self, number):
        entry = written_numbers.read_entry(written_numbers.as_text(number))

        assert entry.low == entry.high == number
