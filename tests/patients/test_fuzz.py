"""Whatever is typed: a form answers, a search answers, and nothing is a 500."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients import cells, dates, search
from patients.forms import lesions, record, register
from patients.models import Patient
from tests.factories.patients import TODAY

ODD = st.sampled_from(
    [
        "",
        " ",
        "\x00",
        "٣",
        "１９６１",
        "-0",
        "1e999",
        "NaN",
        "Infinity",
        "9" * 400,
        "31.2.1961",
        "0000-00-00",
        "王",
        "🫀",
        "‮x",
    ]
)
TYPED = st.one_of(st.text(max_size=60), ODD)


def answered(*names: str):
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, TYPED))


class TestForms:
    @settings(max_examples=60, deadline=None)
    @given(answered(*register.RegisterForm.base_fields))
    def test_of_registering_answer_whatever_is_typed(self, typed):
        form = register.RegisterForm(typed, on=TODAY)

        if form.is_valid():
            assert 1900 < form.who()["birth_year"] <= TODAY.year
            assert form.diagnosis()["diagnosed_on"] is None or form.diagnosis()["diagnosed_on"] <= TODAY
        assert form.is_valid() or set(form.errors) <= set(form.fields)

    @settings(max_examples=60, deadline=None)
    @given(answered(*record.TreatmentForm.base_fields))
    def test_of_earlier_treatments_answer_whatever_is_typed(self, typed):
        form = record.TreatmentForm(typed, on=TODAY)

        if form.is_valid():
            treated = form.cleaned_data["treated"]
            assert treated.earliest is None or treated.earliest <= TODAY
        assert form.is_valid() or set(form.errors) <= set(form.fields)

    @settings(max_examples=60, deadline=None)
    @given(answered(*lesions.AddLesionForm.base_fields))
    def test_of_lesions_answer_whatever_is_typed(self, typed):
        form = lesions.AddLesionForm(typed, on=TODAY)

        if form.is_valid() and form.size():
            assert 0 <= form.size()["longest_mm"] <= 500
        assert form.is_valid() or set(form.errors) <= set(form.fields)

    @settings(max_examples=60, deadline=None)
    @given(
        answered("doses-TOTAL_FORMS", "doses-INITIAL_FORMS", "doses-0-agent", "doses-0-dose", "doses-0-per")
    )
    def test_of_doses_answer_whatever_is_typed(self, typed):
        rows = record.DoseFormSet(typed, prefix="doses")

        if rows.is_valid():
            assert all(dose["agent"] for dose in rows.doses())
        else:
            assert rows.non_form_errors() or any(rows.errors)


class TestSearch:
    @settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(TYPED)
    @pytest.mark.django_db
    def test_answers_whatever_is_typed(self, team, typed):
        assert search.find_ids(team=team, text=typed).patient_ids == []

    @settings(max_examples=200, deadline=None)
    @given(st.text(max_size=40), st.text(max_size=40))
    def test_folds_a_name_the_same_way_in_the_table_and_in_the_question(self, family_name, given_name):
        words = search.words_of(Patient(mrn="1", family_name=family_name, given_name=given_name))
        asked = [
            term for term in search.terms_of(f"{family_name} {given_name}") if not term[0].startswith(b"@")
        ]

        assert all(any(word.startswith(prefix) for word in words for prefix in term) for term in asked)

    @settings(max_examples=200, deadline=None)
    @given(st.dates())
    def test_reads_back_every_day_that_it_writes(self, day):
        if day.year >= 1000:
            assert dates.possible_dates(day.isoformat()) == [day]


class TestCells:
    @settings(max_examples=200, deadline=None)
    @given(st.text(max_size=40))
    def test_never_begin_a_formula(self, written):
        cell = cells.neutral(written)

        assert not cell.startswith(("=", "@", "\t", "\r", "\n"))
        assert cell.endswith(written)
