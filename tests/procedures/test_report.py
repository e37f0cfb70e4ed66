"""A procedure to read: the page, the sheet, and all procedures of a patient on one map."""

from datetime import timedelta

import pytest
from django.urls import reverse

from procedures import kept_record, record_words, whole_map
from procedures.actions import signing
from procedures.models import Administration
from tests.factories import patients as patient_factories
from tests.factories import procedures as factory
from tests.factories.patients import NOW
from tests.procedures.performed import add_target, performed


@pytest.fixture
def patient(team):
    return patient_factories.PatientFactory(team=team)


@pytest.fixture
def procedure(patient, clinician):
    return performed(patient, clinician)


def read(client, name, procedure):
    return client.get(
        reverse(f"procedures:{name}", args=[procedure.patient_id, procedure.pk])
    ).content.decode()


def target_of(**changed):
    words = dict.fromkeys(("beyond_cystic", "beyond_right_gastric", "beyond_gastroepiploic"), "yes")
    return words | changed


class TestTable:
    def test_has_a_row_for_each_target_under_the_number_of_its_mark(self, procedure):
        kept = kept_record.record_of(procedure)

        rows = record_words.target_rows(kept)

        assert [(row.number, row.artery, row.lesions) for row in rows] == [(1, "A8", "L1"), (2, "A5", "L2")]
        assert [mark.numbers for mark in record_words.marks_of(kept)] == [(1,), (2,)]

    def test_says_what_was_given_in_its_order_with_its_lot(self, procedure):
        row = record_words.target_rows(kept_record.record_of(procedure))[0]

        assert [(one.what, one.more) for one in row.agents] == [
            ("Doxorubicin 30 mg", "Emulsion with oil, lot D77")
        ]
        assert [(one.what, one.more) for one in row.materials] == [
            ("Ethiodised oil 6 mL", "lot G2231"),
            ("Gelatin sponge 2 mL", "lot G2231"),
        ]

    def test_says_that_a_dose_is_not_known(self, procedure):
        Administration.objects.filter(target__procedure=procedure).update(dose_mg=None)
        kept = kept_record.record_of(procedure)

        assert record_words.target_rows(kept)[0].agents[0].what == "Doxorubicin dose not known"
        assert record_words.totals(kept) == ["Ethiodised oil 12 mL", "Gelatin sponge 4 mL"]

    def test_adds_up_what_went_in_but_not_what_nobody_confirmed(self, procedure):
        add_target(procedure, 3, "a6", is_confirmed=False)

        totals = record_words.totals(kept_record.record_of(procedure))

        assert totals == ["Doxorubicin 60 mg", "Ethiodised oil 12 mL", "Gelatin sponge 4 mL"]

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({}, "beyond all three"),
            ({"beyond_cystic": "no"}, "not beyond cystic"),
            ({"beyond_cystic": "not_known"}, "not known: cystic"),
            (
                {"beyond_cystic": "no", "beyond_right_gastric": "not_known"},
                "not beyond cystic, not known: right gastric",
            ),
            (dict.fromkeys(target_of(), "not_known"), "not known"),
        ],
    )  # fmt: skip
    def test_says_where_the_tip_was(self, changed, words):
        assert record_words.tip_in_words(target_of(**changed)) == words

    def test_names_an_expected_feeder_that_was_not_treated(self, procedure):
        procedure.expected_feeders.add(factory.ArteryFactory(code="right-inferior-phrenic"))

        row = record_words.target_rows(kept_record.record_of(procedure))[-1]

        assert (row.number, row.state, row.artery) == (3, "untreated", "Right inferior phrenic artery")

    def test_names_a_feeder_of_an_earlier_procedure_that_was_not_treated_again(
        self, procedure, patient, clinician
    ):
        lesion = patient.lesions.get(number=1)
        earlier = factory.ProcedureFactory(
            patient=patient, started_at=NOW - timedelta(days=60), modality="TACE"
        )
        add_target(earlier, 1, "internal-mammary", [lesion])

        row = record_words.target_rows(kept_record.record_of(procedure))[-1]

        assert (row.artery, row.lesions, row.state) == ("Internal mammary artery", "L1", "untreated")
        assert "earlier procedure" in row.note

    def test_does_not_ask_an_earlier_procedure_for_what_a_later_one_found(self, procedure, patient):
        later = factory.ProcedureFactory(
            patient=patient, started_at=NOW + timedelta(days=60), modality="TACE"
        )
        add_target(later, 1, "internal-mammary", [patient.lesions.get(number=1)])

        assert kept_record.record_of(procedure)["earlier_feeders"] == []


class TestLineOfAnArtery:
    def test_goes_from_the_nearest_to_the_aorta(self, db):
        assert kept_record.artery_lines()["a8"] == [
            "right-anterior", "right-hepatic", "proper-hepatic", "common-hepatic", "coeliac", "aorta",
        ]  # fmt: skip

    def test_ends_where_a_ring_closes(self, db):
        one = factory.ArteryFactory(code="ring-one")
        two = factory.ArteryFactory(code="ring-two", parent=one)
        one.parent = two
        one.save()

        assert kept_record.artery_lines()["ring-one"] == ["ring-two"]


class TestDetail:
    def test_shows_map_table_steps_and_ceilings(self, procedure, observer, signed_in):
        page = read(signed_in(observer), "detail", procedure)

        assert '<path id="art-a8" class="vm vm-seg is-treated"' in page
        assert "Breath not held" in page
        assert "2410 mGy" in page
        assert "12 mL; at most 20 mL in one procedure." in page

    def test_of_a_signed_record_reads_as_it_was_signed(self, procedure, clinician, signed_in):
        signing.sign_procedure(procedure=procedure, revision=procedure.revision, by=clinician, at=NOW)
        artery = factory.ArteryFactory(code="a8")
        artery.name = "Renamed since"
        artery.save()

        page = read(signed_in(clinician), "detail", procedure)

        assert "Version 1, signed by Dr S. Lindqvist" in page
        assert "Renamed since" not in page

    def test_shows_the_signed_version_while_it_is_amended(self, procedure, clinician, signed_in):
        signing.sign_procedure(procedure=procedure, revision=procedure.revision, by=clinician, at=NOW)
        signing.open_amendment(procedure=procedure, by=clinician, at=NOW)

        page = read(signed_in(clinician), "detail", procedure)

        assert "Being amended. Below is version 1" in page
        assert "not signed." not in page

    def test_is_red_when_it_is_not_signed_after_two_days(self, procedure, clinician, signed_in):
        assert "Performed more than 48 hours ago and not signed." in read(
            signed_in(clinician), "detail", procedure
        )

    def test_of_a_plan_shows_the_plan_alone(self, patient, clinician, signed_in):
        page = read(signed_in(clinician), "detail", factory.ProcedureFactory(patient=patient))

        assert "Ruptured tumour, bleeding" in page
        assert "art-a8" not in page

    def test_of_another_team_is_not_found(self, procedure, stranger, signed_in):
        address = reverse("procedures:detail", args=[procedure.patient_id, procedure.pk])

        assert signed_in(stranger).get(address).status_code == 404

    def test_needs_few_statements_with_ten_targets(
        self, procedure, clinician, signed_in, django_assert_max_num_queries
    ):
        for number in range(3, 11):
            add_target(procedure, number, f"a{number - 1}" if number < 10 else "left-hepatic")
        client = signed_in(clinician)

        with django_assert_max_num_queries(50):
            read(client, "detail", procedure)


class TestReport:
    def test_says_that_it_is_not_signed(self, procedure, observer, signed_in):
        assert "Not signed." in read(signed_in(observer), "report", procedure)

    def test_says_who_signed(self, procedure, clinician, signed_in):
        signing.sign_procedure(procedure=procedure, revision=procedure.revision, by=clinician, at=NOW)

        assert "Signed by Dr S. Lindqvist" in read(signed_in(clinician), "report", procedure)

    def test_says_what_the_plan_rested_on(self, procedure, observer, signed_in):
        assert "Ruptured tumour, bleeding" in read(signed_in(observer), "report", procedure)


class TestWholeMap:
    def test_has_one_row_an_artery_with_what_each_procedure_gave(self, procedure, patient, clinician):
        performed(patient, clinician, at=NOW + timedelta(days=60))

        rows = whole_map.context_of(patient)["artery_rows"]

        assert [(row.number, row.artery, len(row.treatments)) for row in rows] == [(1, "A8", 2), (2, "A5", 2)]

    def test_leaves_out_what_nobody_confirmed_and_what_never_began(self, procedure, patient):
        add_target(procedure, 3, "a6", is_confirmed=False)
        add_target(factory.ProcedureFactory(patient=patient), 1, "a7")

        rows = whole_map.context_of(patient)["artery_rows"]

        assert [row.artery for row in rows] == ["A8", "A5"]

    def test_names_an_expected_feeder_until_a_later_procedure_treats_it(self, procedure, patient):
        procedure.expected_feeders.add(factory.ArteryFactory(code="omental"))
        before = whole_map.context_of(patient)["artery_rows"]
        later = factory.ProcedureFactory(
            patient=patient, started_at=NOW + timedelta(days=60), modality="TACE"
        )
        add_target(later, 1, "omental", [patient.lesions.get(number=1)])

        after = whole_map.context_of(patient)["artery_rows"]

        assert [(row.artery, row.state) for row in before[2:]] == [("Omental artery", "untreated")]
        assert [(row.artery, row.state) for row in after[2:]] == [("Omental artery", "treated")]

    def test_says_when_nothing_was_treated(self, patient, observer, signed_in):
        answer = signed_in(observer).get(reverse("procedures:map", args=[patient.pk]))

        assert "No procedure has treated an artery yet." in answer.content.decode()

    def test_shows_every_day(self, procedure, patient, observer, signed_in):
        page = signed_in(observer).get(reverse("procedures:map", args=[patient.pk])).content.decode()

        assert page.count("2 Mar 2026") == 2
