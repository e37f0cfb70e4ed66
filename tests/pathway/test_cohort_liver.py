"""What the procedures cost the liver, read at once: the same as one by one, who came back, who is not shown it."""

import csv
import io
import random
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from pathway.cohort import liver, liver_page, people
from procedures import course, liver_cost
from tests.factories.assessments import draft
from tests.factories.patients import LabResultFactory
from tests.factories.procedures import SymptomEntryFactory
from tests.pathway.cohort_world import FIRST, TODAY, asked, begin, table, treated

SIGNS = {"ascites": "none", "encephalopathy": "none"}
UNITS = {"bilirubin_umol_per_l": "umol/L", "albumin_g_per_l": "g/L", "inr": "ratio"}


def measured(procedure, days, *, bilirubin=20, albumin=40, inr=1.1, **more):
    """Values so many days after the procedure."""
    day = procedure.started_at.date() + timedelta(days=days)
    for analyte, value in (("bilirubin_umol_per_l", bilirubin), ("albumin_g_per_l", albumin), ("inr", inr)):
        LabResultFactory(
            patient=procedure.patient, analyte=analyte, unit=UNITS[analyte], value=value, taken_on=day, **more
        )


def looked_for(procedure, days, **answers):
    moment = procedure.started_at + timedelta(days=days)
    SymptomEntryFactory(procedure=procedure, asked_at=moment, answers=answers or SIGNS)


def signed(patient, by, day, **signs):
    """An assessment signed on a day, with signs that were looked for on that day."""
    found = draft(patient, by)
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    found.facts = {name: {"value": said, "on": day.isoformat()} for name, said in signs.items()}
    found.made_on, found.status, found.signed_at, found.signed_by = day, "signed", moment, by
    found.decision, found.verdict = "proceed", "eligible"
    found.save()
    return found


def whole(team, *, review_bilirubin=20):
    """A procedure with all that its cost needs, and a bilirubin at the review."""
    (procedure,) = treated(team)
    measured(procedure, -3)
    procedure.assessment = signed(procedure.patient, procedure.created_by, FIRST - timedelta(days=7), **SIGNS)
    procedure.save()
    measured(procedure, 35, bilirubin=review_bilirubin)
    looked_for(procedure, 35)
    return procedure


def only(team):
    (cost,) = liver.costs_of(people.begun_by(asked(team).people), time_zone=team.time_zone, on=TODAY)
    return cost


def at_random(team, by, numbers):
    """A patient with two procedures and whatever was measured, looked for and assessed on whatever day."""
    first, second = treated(team, FIRST, FIRST + timedelta(days=numbers.choice([20, 60, 120])))
    first.assessment = signed(
        first.patient, by, FIRST - timedelta(days=9), ascites=numbers.choice(["none", "slight"])
    )
    first.save()
    for _n in range(numbers.randrange(12)):
        analyte = numbers.choice(list(UNITS))
        value = {"inr": numbers.choice([1.0, 1.8]), "albumin_g_per_l": numbers.randint(22, 45)}
        LabResultFactory(
            patient=first.patient, analyte=analyte, unit=UNITS[analyte], comparator=numbers.choice(["", "", "", "<"]),
            value=value.get(analyte, numbers.randint(5, 70)),
            taken_on=FIRST + timedelta(days=numbers.randint(-100, 150)),
        )  # fmt: skip
    LabResultFactory(
        patient=first.patient, analyte="prothrombin_time_s", unit="s", value=15,
        control_value=numbers.choice([12, None]), taken_on=FIRST + timedelta(days=numbers.randint(0, 60)),
    )  # fmt: skip
    for days in (6, 33, 70):
        looked_for(numbers.choice([first, second]), days, ascites=numbers.choice(["none", "slight"]))
    signed(first.patient, by, FIRST + timedelta(days=numbers.randint(1, 60)), encephalopathy="none")
    return [first, second]


class TestTheReading:
    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_is_that_of_each_procedure_by_itself(self, team, clinician, seed):
        numbers = random.Random(seed)
        procedures = [one for _n in range(4) for one in at_random(team, clinician, numbers)]

        together = liver.costs_of(people.begun_by(asked(team).people), time_zone=team.time_zone, on=TODAY)

        by_itself = {one.pk: liver_cost.cost_of(course.course_of(one, on=TODAY)) for one in procedures}
        assert len(together) == len(procedures)
        for cost in together:
            ours = [(m.on, m.albi, m.child_pugh) for m in (cost.before, cost.day_7, cost.review)]
            theirs = [(m.on, m.albi, m.child_pugh) for m in by_itself[cost.begun.pk]]
            assert ours == theirs

    def test_asks_as_often_for_many_as_for_few(self, team, django_assert_num_queries):
        for _n in range(3):
            whole(team)
        begun = people.begun_by(asked(team).people)

        with django_assert_num_queries(5):
            liver.costs_of(begun, time_zone=team.time_zone, on=TODAY)

    def test_of_nobody_asks_nothing(self, team, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert liver.costs_of([], time_zone=team.time_zone, on=TODAY) == []


class TestComingBack:
    @pytest.mark.parametrize(("bilirubin", "kind"), [(20, "back"), (16, "back"), (70, "worse")])
    def test_is_no_worse_grade_and_no_worse_class(self, team, bilirubin, kind):
        whole(team, review_bilirubin=bilirubin)

        assert liver_page.kind_of(only(team)) == kind

    def test_is_not_settled_without_the_signs(self, team):
        (procedure,) = treated(team)
        measured(procedure, -3)
        measured(procedure, 35)

        assert liver_page.kind_of(only(team)) == "unknown"

    @pytest.mark.parametrize(("days", "kind"), [(89, ""), (90, ""), (91, "missed")])
    def test_is_missed_only_when_its_days_are_over(self, team, days, kind):
        treated(team, TODAY - timedelta(days=days))

        assert liver_page.kind_of(only(team)) == kind

    def test_is_over_with_the_next_procedure(self, team):
        (procedure,) = treated(team, TODAY - timedelta(days=40))
        begin(procedure.patient, TODAY - timedelta(days=5))

        costs = liver.costs_of(people.begun_by(asked(team).people), time_zone=team.time_zone, on=TODAY)

        assert [liver_page.kind_of(cost) for cost in costs] == ["missed", ""]

    def test_ends_where_values_are_no_longer_of_the_procedure(self, team):
        procedure = whole(team)
        begin(procedure.patient, FIRST + timedelta(days=34))

        first, _second = liver.costs_of(
            people.begun_by(asked(team).people), time_zone=team.time_zone, on=TODAY
        )

        assert first.review.on is None


class TestThePage:
    def page(self, client, **query):
        return client.get(reverse("pathway:cohort_page", args=["liver"]), query)

    def test_says_what_is_missing_when_there_is_nobody(self, signed_in, clinician):
        assert "No procedure was begun yet" in self.page(signed_in(clinician)).content.decode()

    def test_lists_whose_liver_is_worse_with_the_way_to_them(self, signed_in, clinician, team):
        procedure = whole(team, review_bilirubin=70)

        found = self.page(signed_in(clinician))

        assert found.context["page"].named_ids == [procedure.patient_id]
        assert f'href="/patients/{procedure.patient_id}/"' in found.content.decode()
        assert "A 5 → B 7" in found.content.decode()

    def test_shows_the_change_with_its_sign(self, team):
        whole(team, review_bilirubin=70)

        found = table(liver_page.page_of(asked(team)).figure("liver-bilirubin"))

        assert found["First review: all, µmol/L"] == ["1", "50", "50 – 50", "50 – 50"]

    def test_lists_nobody_to_an_observer(self, signed_in, observer, team):
        for _n in range(5):
            whole(team, review_bilirubin=70)

        found = self.page(signed_in(observer)).context["page"]

        assert found.figure("liver-worse") is None
        assert table(found.figure("liver-back"))["First procedure"][:2] == ["0", "5"]
        assert table(found.figure("liver-albi"))["First review: all"] == ["5", "–", "–", "–"]

    def test_says_when_only_the_newest_are_worked_out(self, team, monkeypatch):
        monkeypatch.setattr(liver_page, "MOST_WORKED_OUT", 1)
        treated(team, FIRST, FIRST + timedelta(days=60))

        words = liver_page.page_of(asked(team)).figure("liver-back").words

        assert (
            "The newest 1 of 2 procedures are worked out here; the filter by days leads to others." in words
        )

    def test_gives_a_line_a_procedure_as_a_file(self, signed_in, clinician, team):
        procedure = whole(team, review_bilirubin=70)

        address = reverse("pathway:export_cohort", args=["liver", "csv"])
        answer = signed_in(clinician).get(address, {"plot": "liver-albi"})

        (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert (row["MRN"], row["Came back"]) == (procedure.patient.mrn, "worse")
        assert (row["Day, review"], row["Bilirubin µmol/L, review"]) == ("35", "70.0")
        assert row["ALBI, day 7"] == ""
