"""Finding patients by name, record number and birth date."""

from datetime import date

import pytest

from patients import dates, search
from tests.factories.accounts import TeamFactory
from tests.factories.patients import PatientFactory


def found(team, text):
    return search.find_ids(team=team, text=text).patient_ids


@pytest.fixture
def people(team):
    """Return patients by a short name."""
    return {
        "okafor": PatientFactory(team=team, mrn="7041 2296", family_name="Okafor", given_name="Daniel"),
        "muller": PatientFactory(
            team=team, mrn="A-100", family_name="Müller", given_name="Åse", birth_date=date(1950, 4, 3)
        ),
        "obrien": PatientFactory(
            team=team, mrn="B200", family_name="O'Brien", given_name="Seán", birth_date=date(1948, 12, 1)
        ),
        "wang": PatientFactory(
            team=team, mrn="C300", family_name="王", given_name="小明", birth_date=None, birth_year=1970
        ),
    }


class TestFolded:
    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("Łódź", "lodz"),
            ("STRAẞE", "strasse"),
            ("Ｏｋａｆｏｒ", "okafor"),
            ("Nguyễn", "nguyen"),
            ("Bjørk", "bjork"),
        ],
    )
    def test_takes_away_case_accents_and_width(self, written, expected):
        assert search.folded(written) == expected


class TestFindIds:
    @pytest.mark.parametrize(
        "text",
        [
            "okafor", "OKAF", "Okafor, Daniel", "daniel okafor", "dan ok", "70412296", "7041 2296", "7041-2296",
            "1961-03-14", "14.3.1961", "14/03/1961", "14 March 1961", "14 Mar 1961", "19610314", "1961年3月14日",
            "okafor 14.3.1961", "okafor 1961", "704122",
        ],
    )  # fmt: skip
    def test_finds_by_name_number_and_birth_date(self, team, people, text):
        assert found(team, text) == [people["okafor"].pk]

    @pytest.mark.parametrize("text", ["muller", "Müller", "Mueller", "MULLER ase", "Aase", "a100", "A-100"])
    def test_finds_a_name_with_an_umlaut_however_it_is_typed(self, team, people, text):
        assert found(team, text) == [people["muller"].pk]

    @pytest.mark.parametrize("text", ["obrien", "O'Brien", "o brien", "O’Brien", "sean"])
    def test_finds_a_name_with_an_apostrophe(self, team, people, text):
        assert found(team, text) == [people["obrien"].pk]

    @pytest.mark.parametrize("text", ["王", "王小明", "小明", "明", "王 小明", "小明 王", "1970"])
    def test_finds_a_chinese_name_by_any_part(self, team, people, text):
        assert found(team, text) == [people["wang"].pk]

    def test_takes_a_date_with_slashes_both_ways(self, team, people):
        assert found(team, "3/4/1950") == [people["muller"].pk]
        assert found(team, "4/3/1950") == [people["muller"].pk]

    @pytest.mark.parametrize(
        "text", ["", "   ", "%", "_", "\x00", "kafor", "okafor müller", "31.2.1961", "'--"]
    )
    def test_finds_nobody_for_what_matches_nothing(self, team, people, text):
        assert found(team, text) == []

    def test_never_finds_a_patient_of_another_team(self, people):
        assert found(TeamFactory(), "okafor") == []

    def test_puts_the_exact_word_before_longer_ones(self, team):
        longer = PatientFactory(team=team, family_name="Liang", given_name="Bo")
        exact = PatientFactory(team=team, family_name="Li", given_name="Cheng")

        assert found(team, "li") == [exact.pk, longer.pk]

    def test_says_that_there_were_more(self, team):
        for _each in range(3):
            PatientFactory(team=team, family_name="Okafor", given_name="Oka")

        answer = search.find_ids(team=team, text="oka", most=2)

        assert len(answer.patient_ids) == 2
        assert answer.is_cut

    def test_survives_any_length(self, team, people):
        assert found(team, "x" * 100_000) == []


class TestPossibleDates:
    @pytest.mark.parametrize(
        "text", ["1961-03-14", "14.3.1961", "14-Mar-1961", "14 march 1961", "1961年03月14日"]
    )
    def test_reads_the_usual_notations(self, text):
        assert dates.possible_dates(text) == [date(1961, 3, 14)]

    def test_gives_both_readings_of_an_ambiguous_date(self):
        assert dates.possible_dates("3/4/1961") == [date(1961, 4, 3), date(1961, 3, 4)]

    @pytest.mark.parametrize("text", ["1961", "31.2.1961", "1961-13-01", "soon", ""])
    def test_gives_none_for_no_date(self, text):
        assert dates.possible_dates(text) == []


@pytest.mark.django_db
class TestFewQueries:
    @pytest.mark.parametrize("text", ["7041 2296", "Okafor", "Okafor 7041", "1950 A-100"])
    def test_look_up_what_few_words_begin_with_together(self, team, people, django_assert_num_queries, text):
        with django_assert_num_queries(2):
            found(team, text)

    def test_put_the_record_number_before_a_year(self, team):
        born = PatientFactory(team=team, mrn="X-22961", birth_date=date(1941, 2, 3))
        numbered = PatientFactory(team=team, mrn="1941 2296", birth_date=date(1970, 1, 1))
        both = PatientFactory(team=team, mrn="2296-7", birth_date=date(1941, 2, 3))

        assert found(team, "1941 2296") == [numbered.pk, both.pk]
        assert born.pk not in found(team, "1941 2296")
