"""Adverse events of the cohort: worst grades, what is not known, and what who may not export is not shown."""

import csv
import io
from datetime import date, timedelta
from xml.dom import minidom

import pytest
from django.urls import reverse
from scipy import stats

from accounts.models import AuditEntry
from pathway.cohort import bars_plot, counts, events, masking
from pathway.cohort.counts import Count, Kind, Row
from tests.factories.procedures import AdverseEventFactory, SymptomEntryFactory
from tests.pathway.cohort_world import FIRST, TODAY, asked, table, treated

KINDS = (Kind("g1", "One"), Kind("g2", "Two"))


def event(procedure, term="fever", grade=1, **more):
    return AdverseEventFactory(
        procedure=procedure, term=term, ctcae_grade=grade, onset_on=procedure.started_at.date(), **more
    )


def by_term(team, **more):
    return events.page_of(asked(team, **more)).figure("events")


class TestEvents:
    def test_count_a_procedure_once_at_its_worst_grade(self, team):
        (procedure,) = treated(team)
        for grade in (1, 3, None):
            event(procedure, grade=grade)

        (row,) = by_term(team).table.rows

        assert row[:9] == ["Fever", "0", "0", "1", "0", "0", "0", "1", "1"]

    def test_leave_out_what_was_taken_back_and_what_lies_ahead(self, team):
        (procedure,) = treated(team)
        event(procedure, retracted_at=procedure.started_at, retracted_because="Wrong patient")
        AdverseEventFactory(procedure=procedure, onset_on=TODAY + timedelta(days=1))

        assert by_term(team).drawn is None

    def test_count_no_other_team(self, team, other_team):
        treated(team)
        event(*treated(other_team))

        assert by_term(team).table is None

    def test_of_an_unknown_grade_are_not_graded(self, team):
        (procedure,) = treated(team)
        event(procedure, grade=None)

        assert table(by_term(team))["Fever"][5] == "1"

    def test_never_show_words_of_their_own(self, team):
        (procedure,) = treated(team)
        event(procedure, term="other", other_term="Fell down the stairs of Mr Berg")

        found = by_term(team)

        assert list(table(found)) == ["Other"]
        assert "Berg" not in str(list(found.rows()))

    def test_say_that_silence_is_not_health(self, team):
        heard, _silent = (treated(team)[0] for _n in range(2))
        SymptomEntryFactory(procedure=heard)

        assert any("nobody asked and nothing was recorded: 1." in words for words in by_term(team).words)

    @pytest.mark.parametrize(("days", "is_young"), [(29, True), (30, False), (31, False)])
    def test_say_how_many_are_too_young(self, team, days, is_young):
        treated(team, TODAY - timedelta(days=days))

        assert any("Begun less than 30 days ago" in words for words in by_term(team).words) == is_young

    def test_stand_by_the_number_of_the_procedure(self, team):
        procedures = treated(team, *(FIRST + timedelta(days=60 * n) for n in range(5)))
        event(procedures[0], grade=2)
        event(procedures[4], grade=4, term="nausea")

        found = table(events.page_of(asked(team)).figure("events-by-procedure"))

        assert {name: row[:8] for name, row in found.items()} == {
            "First procedure": ["0", "1", "0", "0", "0", "0", "1", "1"],
            "Second procedure": ["0", "0", "0", "0", "0", "0", "0", "1"],
            "Third procedure": ["0", "0", "0", "0", "0", "0", "0", "1"],
            "Fourth or later": ["0", "0", "0", "1", "0", "0", "1", "2"],
        }


class TestBands:
    @pytest.mark.parametrize(("number", "of"), [(0, 1), (1, 1), (0, 20), (3, 20), (20, 20), (41, 1000)])
    def test_are_those_of_the_exact_test(self, number, of):
        exact = stats.binomtest(number, of).proportion_ci(0.95, method="exact")

        assert counts.band(number, of) == pytest.approx((exact.low, exact.high))


class TestSmallNumbers:
    @pytest.mark.parametrize(("patients", "shown"), [(0, "0"), (4, "<5"), (5, "5"), (6, "6")])
    def test_are_hidden_below_five_patients(self, patients, shown):
        assert masking.counted(Count(patients, patients), is_masked=True) == shown

    def test_are_small_where_many_events_are_of_few_patients(self):
        assert masking.counted(Count(9, 4), is_masked=True) == "<5"
        assert masking.counted(Count(9, 4), is_masked=False) == "9"

    def test_cannot_be_worked_out_from_the_sum(self):
        row = Row("Fever", [Count(9, 9), Count(3, 3)], Count(12, 12), Count(40, 40))

        assert masking.together(row, is_masked=True) == "≥9"
        assert masking.together(row, is_masked=False) == "12"

    def test_are_not_told_by_the_share_of_few(self):
        row = Row("Third", [Count(), Count()], Count(), Count(2, 2))

        (bar,) = bars_plot.draw([row], KINDS, is_masked=True).bars

        assert (bar.end_words, bar.title) == ("0", "Third: none, of <5")
        assert masking.hides_any([row], is_masked=True)

    def test_say_no_less_than_five_where_every_part_is_small(self):
        row = Row("Fever", [Count(3, 3), Count(3, 3)], Count(6, 6), Count(40, 40))

        assert masking.together(row, is_masked=True) == "≥5"

    def test_are_not_drawn(self):
        row = Row("Fever", [Count(9, 9), Count(3, 3)], Count(12, 12), Count(40, 40))

        (bar,) = bars_plot.draw([row], KINDS, is_masked=True).bars

        assert [part.kind for part in bar.parts] == ["g1"]
        assert (bar.end_words, bar.title) == ("≥9", "Fever: One 9, Two <5, of 40")

    @pytest.mark.parametrize(
        ("share", "patients", "may"), [(0.5, 9, False), (0.5, 10, True), (0.9, 50, True)]
    )
    def test_of_a_percentile_lie_on_its_outer_side(self, share, patients, may):
        assert masking.shows_share(share, patients, is_masked=True) == may


class TestThePage:
    def page(self, client, **query):
        return client.get(reverse("pathway:cohort_page", args=["events"]), query)

    def test_says_what_is_missing_when_there_is_nobody(self, signed_in, clinician):
        assert "No procedure was begun yet" in self.page(signed_in(clinician)).content.decode()

    def test_draws_and_tells_each_bar(self, signed_in, clinician, team):
        event(*treated(team), grade=2)

        said = self.page(signed_in(clinician)).content.decode()

        assert "Fever: Grade 2 1, of 1" in said
        assert "CTCAE v5.0" in said

    def test_names_nobody_and_so_records_nobody(self, signed_in, clinician, team):
        event(*treated(team))

        self.page(signed_in(clinician))

        assert AuditEntry.objects.get(what="pathway:cohort_events").listed_ids == []

    @pytest.mark.parametrize(("patients", "is_drawn"), [(4, False), (5, True)])
    def test_shows_an_observer_nothing_of_fewer_than_five(
        self, signed_in, observer, team, patients, is_drawn
    ):
        for _n in range(patients):
            event(*treated(team))

        found = self.page(signed_in(observer))

        assert bool(found.context["page"].figures) == is_drawn
        assert ".csv" not in found.content.decode()

    def test_shows_an_observer_no_small_number_anywhere(self, signed_in, observer, team):
        for number in range(7):
            event(*treated(team), grade=1 if number < 5 else 3)

        said = self.page(signed_in(observer)).content.decode()

        assert "Fever: Grade 1 5, Grade 3 &lt;5, of 7" in said
        assert "28.6" not in said

    def test_is_kept_by_the_filter(self, signed_in, clinician, team):
        event(*treated(team, date(2024, 1, 8)))

        found = self.page(signed_in(clinician), since="2025-01-01")

        assert not found.context["page"].figures
        assert found.context["count"] == "0"

    def test_is_not_there_under_another_name(self, signed_in, clinician):
        client = signed_in(clinician)

        assert client.get(reverse("pathway:cohort_page", args=["nothing"])).status_code == 404
        assert client.get(reverse("pathway:export_cohort", args=["nothing", "csv"])).status_code == 404


class TestTheFiles:
    def ask(self, client, file_format, **query):
        return client.get(reverse("pathway:export_cohort", args=["events", file_format]), query)

    def test_hold_the_numbers_and_say_whose_left(self, signed_in, clinician, team):
        (procedure,) = treated(team)
        event(procedure, grade=2)

        answer = self.ask(signed_in(clinician), "csv")

        (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert (row["Event"], row["Grade 2"], row["Procedures"]) == ("Fever", "1", "1")
        assert AuditEntry.objects.get(what="pathway:export_events").listed_ids == [procedure.patient_id]

    def test_are_a_drawing_that_stands_alone(self, signed_in, clinician, team):
        event(*treated(team))

        answer = self.ask(signed_in(clinician), "svg", plot="events-by-procedure")

        drawing = minidom.parseString(answer.content)  # noqa: S318 - our own answer
        assert drawing.documentElement.namespaceURI == "http://www.w3.org/2000/svg"
        assert "var(" not in answer.content.decode()

    @pytest.mark.parametrize(("file_format", "plot"), [("pdf", ""), ("csv", "x"), ("svg", "events")])
    def test_that_are_not_there_are_not_found(self, signed_in, clinician, team, file_format, plot):
        treated(team)

        assert self.ask(signed_in(clinician), file_format, plot=plot).status_code == 404

    def test_go_back_to_the_page_where_the_filter_cannot_be_read(self, signed_in, clinician):
        answer = self.ask(signed_in(clinician), "csv", since="soon")

        assert answer.headers["Location"] == "/cohort/events/?since=soon"

    def test_of_nobody_lead_to_the_page_that_says_so(self, signed_in, clinician):
        assert self.ask(signed_in(clinician), "csv").status_code == 302

    def test_are_not_for_observers(self, signed_in, observer):
        assert self.ask(signed_in(observer), "csv").status_code == 403
