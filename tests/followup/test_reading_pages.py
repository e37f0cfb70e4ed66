"""The screen of a reading saves itself and is signed as it stands; readings are shown side by side when they may be."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from followup.actions import readings
from followup.models import Reading
from tests import asked as asked_of
from tests.factories import accounts as account_factories
from tests.factories import followup as factories
from tests.factories import patients as patient_factories
from tests.factories.patients import NOW, TODAY
from tests.followup.reading_world import (
    PARTIAL,
    PROGRESSED,
    TREATED_ON,
    again,
    draft,
    imaged,
    lesion,
    lesions_of,
    next_review,
    sign,
    sizes,
    treat,
)
from tests.procedures import screens

pytestmark = pytest.mark.django_db
# Session, person, patient and the reading's own; whatever the number of lesions.
MOST_QUERIES = 24
PANEL_QUERIES = 16


@pytest.fixture
def review(team):
    return imaged(team)


@pytest.fixture
def second(team):
    return account_factories.member(team, Role.CLINICIAN, name="Dr B. Varga")


@pytest.fixture
def reading(review, clinician):
    return readings.start_reading(review=review, by=clinician, at=NOW)


@pytest.fixture
def screen(reading, clinician, signed_in):
    return Screen(signed_in(clinician), reading)


class Screen:
    """The reading in a browser: what stands in its boxes, to be changed and sent."""

    def __init__(self, client, reading):
        self.client, self.keys = client, (reading.review.patient_id, reading.pk)
        self.boxes = {}

    def url(self, name):
        return reverse(f"followup:{name}", args=self.keys)

    def read(self):
        page = self.client.get(self.url("reading"))
        parser = screens.Boxes("reading")
        parser.feed(page.content.decode())
        self.boxes = parser.sent
        return page

    def fill(self, **boxes):
        self.boxes |= {name.replace("__", "-"): [value] for name, value in boxes.items()}
        return self

    def send(self, name, htmx=False, **more):
        headers = {"HX-Request": "true"} if htmx else {}
        return self.client.post(self.url(name), {**self.boxes, **more}, headers=headers)


def measured(screen, review, *each, unit="mm"):
    for row, (longest, viable) in zip(lesions_of(review), each, strict=False):
        screen.fill(**{f"l{row.pk}__longest": longest, f"l{row.pk}__viable": viable})
    return screen.fill(dynamic_enhanced="yes", new_lesions="no", unit=unit)


class TestReadingScreen:
    def test_shows_each_lesion_with_its_sizes_before_treatment(self, screen, review, clinician):
        first = lesions_of(review)[0]
        treat(review.after_procedure, first)
        page = screen.read().content.decode()

        assert "50 / 50 mm" in page
        assert "34 / 30 mm" in page
        assert f"treated {TREATED_ON.day} Feb 2026" in page

    def test_is_prefilled_from_nothing(self, screen, review):
        screen.read()

        asked = [name for name in screen.boxes if name.endswith(("-longest", "-viable"))]
        assert [screen.boxes[name] for name in asked] == [[""]] * 4
        assert screen.boxes["necrosis"] == [""]
        assert screen.boxes["dynamic_enhanced"] == [""]

    def test_proposes_the_targets_of_the_criteria(self, screen, review):
        lesion(review.patient, 3, 8, 8)
        screen.read()

        assert sorted(name for name in screen.boxes if name.endswith("-target")) == sorted(
            f"l{row.pk}-target" for row in lesions_of(review)[:2]
        )

    def test_saves_what_cannot_be_read_and_shows_it_again(self, screen, review):
        row = lesions_of(review)[0]
        screen.read()
        screen.fill(**{f"l{row.pk}__longest": "4O"}).send("save_reading", htmx=True)
        page = screen.read()

        assert screen.boxes[f"l{row.pk}-longest"] == ["4O"]
        assert "Write one number, such as 44 or 4.4 cm." in page.content.decode()

    def test_reads_centimetres_where_the_page_is_switched(self, screen, review, reading):
        screen.read()
        measured(screen, review, ("4", "2,5"), unit="cm").send("save_reading", htmx=True)

        row = lesions_of(review)[0]
        assert again(reading).typed[f"l{row.pk}-longest"] == {"value": 40}
        assert again(reading).typed[f"l{row.pk}-viable"] == {"value": 25}

    @pytest.mark.parametrize(
        ("typed", "is_read"),
        [("0", True), ("500", True), ("500.1", False), ("-1", False), ("44.5", True), ("44.55", False),
         ("4.45 cm", True), ("20-30", False), ("<5", False), ("44 kg", False)],
    )  # fmt: skip
    def test_reads_a_diameter(self, screen, review, reading, typed, is_read):
        row = lesions_of(review)[0]
        screen.read()
        screen.fill(**{f"l{row.pk}__longest": typed}).send("save_reading", htmx=True)

        assert ("value" in again(reading).typed[f"l{row.pk}-longest"]) is is_read

    def test_refuses_a_viable_part_longer_than_the_lesion(self, screen, review, reading):
        screen.read()
        measured(screen, review, ("20", "21")).send("save_reading", htmx=True)

        row = lesions_of(review)[0]
        assert again(reading).typed[f"l{row.pk}-viable"] == {"raw": "21"}

    def test_takes_a_request_without_the_form_for_no_change(self, screen, review, reading):
        screen.read()
        measured(screen, review, *PARTIAL).send("save_reading", htmx=True)
        screen.boxes = {}
        screen.send("save_reading", htmx=True)

        assert again(reading).typed["dynamic_enhanced"] == {"value": "yes"}

    def test_says_what_another_window_changed(self, screen, review, reading, clinician):
        screen.read()
        other = {"necrosis": {"value": "partial"}}
        readings.save_reading(reading=reading, given=other, base={}, by=clinician, at=NOW)
        answer = screen.fill(spread="none").send("save_reading", htmx=True)

        assert "1 answer was changed in another window." in answer.content.decode()
        assert again(reading).typed["necrosis"] == {"value": "partial"}

    def test_is_not_shown_to_write_in_to_anybody_else(self, screen, reading, second, signed_in):
        answer = signed_in(second).get(screen.url("reading"))

        assert answer.status_code == 302
        assert answer.url.endswith(f"/reviews/{reading.review_id}/readings/")

    def test_asks_few_queries_whatever_the_number_of_lesions(self, screen, review):
        for number in range(3, 11):
            lesion(review.patient, number, 20, 20)
        screen.read()
        with CaptureQueriesContext(connection) as queries:
            screen.client.get(screen.url("reading"))
        asked = asked_of.by_the_page(queries)

        assert len(asked) <= MOST_QUERIES, "\n".join(asked)


class TestLivePanel:
    def test_shows_the_arithmetic_of_both_criteria(self, screen, review):
        screen.read()
        panel = measured(screen, review, *PARTIAL).send("weigh_reading", htmx=True).content.decode()

        assert "mRECIST: PR, partial response" in panel
        assert "RECIST 1.1: SD, stable disease" in panel
        assert "−62.5 % from baseline" in panel
        assert "30 mm is 56 mm or less: 30 % or more under the baseline, 80 mm." in panel

    def test_says_what_the_table_answers_where_the_question_is_open(self, screen, review):
        screen.read()
        panel = measured(screen, review, *PARTIAL).send("weigh_reading", htmx=True).content.decode()
        assert "Viable tumour: yes, a viable part is measured" in panel

        screen.fill(viable_tumour="yes")

        assert "Signed as the table says" not in screen.send("weigh_reading", htmx=True).content.decode()

    def test_writes_nothing(self, screen, review, reading):
        screen.read()
        measured(screen, review, *PARTIAL).send("weigh_reading", htmx=True)

        assert again(reading).typed == reading.typed

    def test_says_what_is_missing(self, screen, review):
        screen.read()
        panel = measured(screen, review, ("40", ""), ("30", "10")).send("weigh_reading", htmx=True)

        assert "L1: viable diameter" in panel.content.decode()

    def test_calls_mrecist_not_evaluable_on_a_plain_scan(self, screen, review):
        screen.read()
        measured(screen, review, ("40", ""), ("30", "")).fill(dynamic_enhanced="no")
        panel = screen.send("weigh_reading", htmx=True).content.decode()

        assert "mRECIST: NE, not evaluable" in panel
        assert "dynamic enhanced CT or MRI is needed" in panel
        assert ">7.7</a>" in panel

    def test_says_which_lesion_was_never_measured_before_treatment(self, screen, review):
        unmeasured = lesion(review.patient, 3)
        screen.read()
        panel = screen.send("weigh_reading", htmx=True).content.decode()

        assert reverse("patients:measure_lesion", args=[review.patient_id, unmeasured.pk]) in panel

    def test_works_out_li_rads(self, screen, review):
        row = lesions_of(review)[0]
        screen.read()
        screen.fill(**{f"l{row.pk}__lr_is_evaluable": "yes", f"l{row.pk}__lr_enhancement": "mass_like"})

        assert "LR-TR viable" in screen.send("weigh_reading", htmx=True).content.decode()

    def test_says_that_a_lesion_merged_into_itself_cannot_be(self, screen, review):
        first, other = lesions_of(review)
        screen.read()
        for row, into in ((first, other), (other, first)):
            screen.fill(**{f"l{row.pk}__state": "merged", f"l{row.pk}__merged_into": f"l{into.pk}"})
        answer = screen.send("weigh_reading", htmx=True)

        assert answer.status_code == 200
        assert "Nothing can be worked out" in answer.content.decode()

    def test_asks_few_queries_whatever_the_number_of_lesions(self, screen, review):
        for number in range(3, 11):
            lesion(review.patient, number, 20, 20)
        screen.read()
        measured(screen, review, *[("20", "10")] * 10)
        with CaptureQueriesContext(connection) as queries:
            screen.send("weigh_reading", htmx=True)
        asked = [query["sql"][:100] for query in queries if "SAVEPOINT" not in query["sql"]]

        assert len(asked) <= PANEL_QUERIES, "\n".join(asked)


class TestRowsOfTheScreen:
    def test_are_added_and_removed(self, screen, reading):
        screen.read()
        assert "N1" in screen.send("change_rows", htmx=True, do="add").content.decode()

        screen.read()
        screen.fill(n1__longest="12").send("change_rows", htmx=True, do="drop:n1")

        assert "n1-longest" not in again(reading).typed

    def test_take_over_the_last_reading_where_nothing_changed(self, review, clinician, signed_in):
        first = lesions_of(review)[0]
        features = {f"l{first.pk}-lr_is_evaluable": {"value": "yes"}, f"l{first.pk}-oil": {"value": "dense"}}
        answers = sizes(review, *PARTIAL, lipiodol_deposition="dense", necrosis="complete") | features
        sign(review, clinician, answers)
        later = next_review(review)
        reading = readings.start_reading(review=later, by=clinician, at=NOW)
        screen = Screen(signed_in(clinician), reading)
        screen.read()
        screen.send("change_rows", htmx=True, do="last")
        screen.read()

        assert screen.boxes[f"l{first.pk}-longest"] == ["40"]
        assert screen.boxes[f"l{first.pk}-oil"] == ["dense"]
        assert screen.boxes["necrosis"] == ["complete"]
        assert (screen.boxes["enlargement"], screen.boxes["new_lesions"]) == (["no"], ["no"])
        assert screen.boxes["dynamic_enhanced"] == [""]

    def test_let_an_adjudication_begin_with_the_answers_of_one_reader(
        self, review, clinician, second, signed_in
    ):
        sign(review, clinician, sizes(review, *PARTIAL))
        other = sign(review, second, sizes(review, *PROGRESSED))
        reading = readings.start_adjudication(review=review, by=clinician, at=NOW)
        screen = Screen(signed_in(clinician), reading)
        assert "Begin with the answers of Dr B. Varga (mRECIST PD)" in screen.read().content.decode()

        screen.send("change_rows", htmx=True, do=f"of:{other.pk}")
        screen.read()
        screen.fill(why="Washout is clear").send("sign_reading")

        assert again(reading).mrecist == "PD"

    def test_take_nothing_from_the_reading_of_somebody_else(self, review, clinician, second, signed_in):
        other = sign(review, second, sizes(review, *PROGRESSED))
        reading = readings.start_reading(review=review, by=clinician, at=NOW)
        screen = Screen(signed_in(clinician), reading)
        screen.read()
        screen.send("change_rows", htmx=True, do=f"of:{other.pk}")

        assert not [name for name in again(reading).typed if name.endswith("-longest")]


class TestSignature:
    def test_signs_what_stands_on_the_screen(self, screen, review, reading):
        screen.read()
        answer = measured(screen, review, *PARTIAL).send("sign_reading")

        assert answer.status_code == 302
        assert (again(reading).mrecist, again(review).read_at is not None) == ("PR", True)

    def test_lists_what_is_open_and_keeps_what_was_typed(self, screen, review, reading):
        screen.read()
        answer = measured(screen, review, ("40", "20"), ("3O", "")).send("sign_reading")

        assert answer.status_code == 422
        assert "L2: a diameter cannot be read." in answer.content.decode()
        assert again(reading).signed_at is None
        assert 'value="3O"' in answer.content.decode()

    def test_asks_why_it_is_corrected(self, screen, review, reading, clinician):
        sign(review, clinician, sizes(review, *PARTIAL))
        screen.client.post(screen.url("correct_reading"))
        screen.read()
        answer = screen.send("sign_reading")
        assert "Say why it is corrected." in answer.content.decode()

        screen.fill(why="Slice thickness").send("sign_reading")

        assert [version.reason for version in reading.versions.all()] == ["", "Slice thickness"]

    def test_tells_of_a_course_that_ended_meanwhile(self, screen, review, reading):
        screen.read()
        review.patient.ended_on, review.patient.ended_because = TODAY, "died"
        review.patient.save()
        answer = measured(screen, review, *PARTIAL).send("sign_reading")

        assert answer.status_code == 302
        assert again(reading).signed_at is None

    def test_of_what_is_signed_already_changes_nothing(self, screen, review, reading):
        screen.read()
        measured(screen, review, *PARTIAL).send("sign_reading")
        answer = screen.fill(necrosis="complete").send("sign_reading")

        assert answer.status_code == 302
        assert again(reading).necrosis == ""

    def test_is_left_as_it_was_signed(self, screen, review, reading, clinician):
        sign(review, clinician, sizes(review, *PARTIAL))
        screen.client.post(screen.url("correct_reading"))
        screen.send("leave_correction")

        assert again(reading).typed == {}

    def test_keeps_nul_and_nonsense_out(self, screen, review, reading):
        screen.read()
        screen.fill(impression="quiet\x00", base=json.dumps({"necrosis": 5}), unit="furlong")

        assert screen.send("save_reading", htmx=True).status_code == 200
        assert again(reading).typed["impression"] == {"value": "quiet"}


class TestSideBySide:
    def page(self, client, review, query=""):
        address = reverse("followup:review_readings", args=[review.patient_id, review.pk])
        return client.get(address + query).content.decode()

    def test_keeps_the_first_readers_numbers_from_who_is_to_read(self, review, clinician, second, signed_in):
        sign(review, clinician, sizes(review, *PARTIAL))
        draft(review, second, {})
        page = self.page(signed_in(second), review, "?show=1")

        assert "1 signed reading is folded away" in page
        assert "partial response" not in page

    def test_shows_them_to_who_asks_and_remembers_it(self, review, clinician, second, signed_in):
        sign(review, clinician, sizes(review, *PARTIAL))
        client = signed_in(second)
        assert "PR, partial response" in self.page(client, review, "?show=1")

        start = reverse("followup:start_reading", args=[review.patient_id, review.pk])
        client.post(start, {"has_seen_others": "1"})

        reading = Reading.objects.get(review=review, reader=second)
        assert reading.typed["seen_others"] == {"value": "yes"}

    def test_marks_where_readers_differ(self, review, clinician, second, signed_in):
        sign(review, clinician, sizes(review, *PARTIAL))
        sign(review, second, sizes(review, *PROGRESSED))
        page = self.page(signed_in(second), review)

        assert "The readers disagree" in page
        assert page.count('class="differs"') == 5
        assert reverse("followup:adjudicate", args=[review.patient_id, review.pk]) in page

    def test_offers_the_decision_once_it_is_read(self, review, clinician, signed_in):
        sign(review, clinician, sizes(review, *PARTIAL))

        decide = reverse("followup:decide", args=[review.patient_id, review.pk])
        assert decide in self.page(signed_in(clinician), review)

    def test_offers_nothing_to_do_to_a_coordinator(self, review, clinician, coordinator, signed_in):
        sign(review, clinician, sizes(review, *PARTIAL))
        page = self.page(signed_in(coordinator), review)

        assert "PR, partial response" in page
        assert "/correct/" not in page

    def test_says_that_there_is_nothing_to_read_yet(self, team, clinician, signed_in):
        review = factories.ImagingReviewFactory(patient__team=team)
        page = self.page(signed_in(clinician), review)

        assert "it is not recorded as done" in page
        assert "Read the images" not in page

    def test_shows_the_report_from_elsewhere(self, team, clinician, signed_in):
        review = imaged(team, is_elsewhere=True, outside_report="Dense oil, nothing new.")

        assert "Dense oil, nothing new." in self.page(signed_in(clinician), review)

    def test_keeps_what_was_taken_back_with_its_reason(self, review, clinician, signed_in):
        reading = sign(review, clinician, sizes(review, *PARTIAL))
        client = signed_in(clinician)
        address = reverse("followup:retract_reading", args=[review.patient_id, reading.pk])
        client.post(address, {"reason": "Wrong images"})

        assert "Wrong images" in self.page(client, review)
        assert again(review).read_at is None

    def test_shows_a_reading_of_no_lesion(self, team, coordinator, signed_in):
        reading = factories.ReadingFactory(review__patient__team=team)

        assert "No lesion was read." in self.page(signed_in(coordinator), reading.review)


class TestDiscard:
    def test_of_a_draft_is_for_its_reader(self, review, clinician, second, signed_in):
        reading = draft(review, clinician, {})
        address = reverse("followup:retract_reading", args=[review.patient_id, reading.pk])
        signed_in(second).post(address, {"reason": "Not mine"})
        assert again(reading).retracted_at is None

        signed_in(clinician).post(address, {"reason": "Wrong patient"})

        assert again(reading).retracted_because == "Wrong patient"


class TestAfp:
    def test_shows_the_newest_and_takes_a_newer_one(self, screen, review, reading):
        patient_factories.LabResultFactory(
            patient=review.patient, analyte="afp_ng_per_ml", value=380, unit="ng/mL", taken_on=TREATED_ON
        )
        page = screen.read().content.decode()
        assert "Newest AFP: 380 ng/mL" in page

        measured(screen, review, *PARTIAL).fill(afp=">60500", afp_unit="ng/mL", afp_on="2026-02-27")
        screen.send("sign_reading")

        newest = review.patient.lab_results.order_by("-taken_on").first()
        assert (newest.comparator, newest.value) == (">", 60500)

    def test_asks_for_its_day(self, screen, review):
        screen.read()
        answer = measured(screen, review, *PARTIAL).fill(afp="420", afp_unit="ng/mL").send("sign_reading")

        assert "Say on which day AFP was taken." in answer.content.decode()
