"""The lesions day by day: what a map shows, what was treated before it, what nobody measured."""

from datetime import date, timedelta

import pytest

from pathway import lesion_history
from patients import lesion_sizes
from tests.factories.patients import LesionFactory, LesionMeasurementFactory, PatientFactory

TODAY = date(2026, 3, 2)


@pytest.fixture
def patient(team):
    return PatientFactory(team=team)


@pytest.fixture
def lesion(patient):
    return LesionFactory(patient=patient, number=1, segments=["8"])


def measure(lesion, days, longest_mm, viable_mm):
    return LesionMeasurementFactory(
        lesion=lesion, measured_on=TODAY - timedelta(days=days), longest_mm=longest_mm, viable_mm=viable_mm
    )


def treated(days, *lesions):
    on = TODAY - timedelta(days=days)
    return lesion_history.Treatment(on, f"TACE {days}", "/", frozenset(one.pk for one in lesions))


def history_of(patient, *treatments):
    return lesion_history.history_of(lesion_sizes.sizes_of(patient, on=TODAY), treatments)


class TestDays:
    def test_hold_each_lesion_as_it_was_measured(self, patient, lesion):
        measure(lesion, 90, 44, 40)
        measure(lesion, 30, 36, 12)

        first, last = history_of(patient).days

        assert [one.words for one in first.lesions] == ["40 / 44"]
        assert [one.words for one in last.lesions] == ["12 / 36"]
        assert last.lesions[0].mark.radius < first.lesions[0].mark.radius

    def test_keep_the_place_of_a_lesion_when_another_is_found_later(self, patient, lesion):
        other = LesionFactory(patient=patient, number=2, segments=["8"])
        measure(lesion, 90, 44, 40)
        measure(lesion, 30, 40, 40)
        measure(other, 30, 12, 12)

        first, last = history_of(patient).days

        assert [one.mark.label for one in first.lesions] == ["L1"]
        assert [one.mark.label for one in last.lesions] == ["L1", "L2"]
        assert first.lesions[0].mark.x == last.lesions[0].mark.x
        assert first.cells == ["40 / 44", ""]

    def test_say_of_a_lesion_that_nobody_measured_that_it_is_carried(self, patient, lesion):
        other = LesionFactory(patient=patient, number=2, segments=["5"])
        measure(lesion, 90, 44, 40)
        measure(other, 90, 20, 20)
        measure(lesion, 30, 40, 30)

        last = history_of(patient).days[-1]

        assert [one.is_measured for one in last.lesions] == [True, False]
        assert last.cells == ["30 / 40", ""]

    @pytest.mark.parametrize(
        ("viable_mm", "state", "words"),
        [(None, "unknown", "? / 30"), (0, "gone", "0 / 30"), (1, "viable", "1 / 30")],
    )
    def test_tell_unknown_from_gone(self, patient, lesion, viable_mm, state, words):
        measure(lesion, 30, 30, viable_mm)

        (drawn,) = history_of(patient).days[0].lesions

        assert (drawn.mark.state, drawn.words) == (state, words)

    def test_count_what_was_taken_back_nowhere(self, patient, lesion):
        wrong = measure(lesion, 60, 99, 99)
        wrong.retracted_at, wrong.retracted_because = wrong.entered_at, "Another patient"
        wrong.save()
        measure(lesion, 30, 30, 30)

        assert [day.on for day in history_of(patient).days] == [TODAY - timedelta(days=30)]


class TestTreatments:
    @pytest.mark.parametrize(("days", "marked"), [(91, "first"), (90, "last"), (31, "last"), (30, "since")])
    def test_are_marked_on_the_first_map_after_them(self, patient, lesion, days, marked):
        measure(lesion, 90, 44, 40)
        measure(lesion, 30, 40, 10)

        found = history_of(patient, treated(days, lesion))

        seen = {"first": found.days[0].treated, "last": found.days[1].treated, "since": found.since}
        assert [name for name, held in seen.items() if held] == [marked]

    def test_mark_only_the_lesions_that_they_supplied(self, patient, lesion):
        other = LesionFactory(patient=patient, number=2, segments=["5"])
        for each in (lesion, other):
            measure(each, 90, 44, 40)
            measure(each, 30, 40, 10)

        last = history_of(patient, treated(60, other)).days[-1]

        assert [one.is_treated for one in last.lesions] == [False, True]
        assert [one.lesions for one in last.treated] == ["L2"]


class TestWhatIsDrawn:
    @pytest.mark.parametrize(("days", "drawn", "left_out"), [(1, 1, 0), (8, 8, 0), (9, 8, 1), (20, 8, 12)])
    def test_is_the_first_and_the_last_days(self, patient, lesion, days, drawn, left_out):
        for number in range(days):
            measure(lesion, 10 + number, 40, 40)

        found = history_of(patient)

        assert (len(found.drawn), found.left_out) == (drawn, left_out)
        assert found.drawn[0] is found.days[0]
        assert found.drawn[-1] is found.days[-1]
        assert found.is_course is (days > 1)

    def test_names_what_was_never_measured(self, patient, lesion):
        assert history_of(patient).never_measured == ["L1"]
        assert history_of(patient).days == []
