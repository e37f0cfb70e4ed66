"""What letters say: every sentence from a row, the unknown left out or said to be so, each language complete."""

import re
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.utils import translation

from guidelines import embolisation_syndrome as syndrome
from pathway.letters import content, known, referrer, words_chinese, words_english, writing
from pathway.letters.rows import Kind
from procedures import symptoms
from tests.factories import followup as followup_factories
from tests.factories import letters as factories
from tests.factories import patients as patient_factories
from tests.factories import procedures as procedure_factories
from tests.factories.patients import NOW, TODAY
from tests.followup import deciding
from tests.pathway import letter_world as world

pytestmark = pytest.mark.django_db
HAN = re.compile("[\u4e00-\u9fff]")
# Punctuation of the Latin alphabet beside a Chinese character is a slip of the keyboard.
SLIP = re.compile("[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]")


@pytest.fixture
def patient(team):
    return patient_factories.PatientFactory(team=team, mrn="4410 8823")


@pytest.fixture
def head(team):
    return factories.LetterheadFactory(team=team)


def to_referrer(patient, *, on=TODAY):
    return referrer.letter(known.known_of(patient, on=on))


class TestLetterToThePatient:
    def test_says_what_was_done_where_and_with_which_medicine(self, patient, clinician):
        world.treated(patient, clinician)

        said = world.part_of(world.to_patient(patient), words_english.DONE)

        assert said.startswith("On 20 February 2026 you had a treatment of the liver.")
        assert "a blood vessel in your groin" in said
        assert "a medicine against the tumour (Doxorubicin)" in said or "(doxorubicin)" in said.lower()
        assert "closed the small vessels" in said

    @pytest.mark.parametrize(
        "modality, gives_medicine, closes_vessels",
        [("TACE", True, True), ("TAE", False, True), ("TAI", True, False)],
    )
    def test_tells_the_three_treatments_apart(
        self, patient, clinician, modality, gives_medicine, closes_vessels
    ):
        world.treated(patient, clinician, modality=modality)

        said = world.part_of(world.to_patient(patient), words_english.DONE)

        assert ("medicine against the tumour" in said) is gives_medicine
        assert ("closed the small vessels" in said) is closes_vessels

    def test_leaves_out_what_is_not_known(self, patient, clinician):
        procedure = procedure_factories.ProcedureFactory(
            patient=patient, started_at=NOW - timedelta(days=1), modality="", access=""
        )

        said = world.part_of(world.to_patient(patient), words_english.DONE)

        assert procedure.modality == ""
        assert "into a blood vessel and moved up" in said
        assert "medicine" not in said
        assert "closed" not in said

    @pytest.mark.parametrize("words", [words_english, words_chinese])
    @pytest.mark.parametrize("given, closed", [(False, False), (True, False), (False, True)])
    def test_says_of_one_that_was_broken_off_only_what_was_given(
        self, patient, clinician, words, given, closed
    ):
        procedure = world.treated(patient, clinician)
        kept = [target for target in procedure.targets.all() if target.is_confirmed]
        for target in kept:
            for rows, is_kept in ((target.administrations, given), (target.embolisations, closed)):
                rows.all().update(discarded_at=None if is_kept else NOW)

        said = world.part_of(world.to_patient(patient, words.LANGUAGE), words.DONE)

        assert kept
        assert ("a medicine" in said or "抗肿瘤药物" in said) is given
        assert ("closed the small vessels" in said or "堵住" in said) is closed

    def test_counts_the_treatments_from_the_second_on(self, patient, clinician):
        world.treated(patient, clinician, on=TODAY - timedelta(days=90))
        assert "treatments of this kind" not in world.part_of(world.to_patient(patient), words_english.DONE)

        world.treated(patient, clinician)

        said = world.part_of(world.to_patient(patient), words_english.DONE)
        assert "You have now had 2 treatments of this kind with us." in said

    def test_says_to_nobody_that_they_were_treated_who_were_not(self, patient):
        letter = world.to_patient(patient)

        assert world.part_of(letter, words_english.DONE) == words_english.NOT_TREATED
        assert world.part_of(letter, words_english.CALL) == ""
        assert world.part_of(letter, words_english.WHOM)

    @pytest.mark.parametrize("days, tells", [(0, True), (30, True), (31, False)])
    def test_tells_what_one_may_feel_while_the_days_after_are_watched(self, patient, clinician, days, tells):
        world.treated(patient, clinician, on=TODAY - timedelta(days=days))

        letter = world.to_patient(patient)

        assert bool(world.part_of(letter, words_english.FEEL)) is tells
        assert ("where the tube went in" in world.part_of(letter, words_english.CALL)) is tells

    def test_takes_the_days_and_the_fever_from_the_guideline(self, patient, clinician):
        world.treated(patient, clinician)

        letter = world.to_patient(patient)

        assert f"{syndrome.USUAL_FROM_DAYS} to {syndrome.USUAL_TO_DAYS} days" in world.part_of(
            letter, words_english.FEEL
        )
        assert f"over {syndrome.HIGH_FEVER_OVER_C:g} °C" in world.part_of(letter, words_english.CALL)

    @pytest.mark.parametrize("words, strong", [(words_english, "very strong"), (words_chinese, "非常剧烈")])
    @pytest.mark.parametrize("days", [1, 90])
    def test_asks_to_call_about_strong_pain_on_any_day(self, patient, clinician, words, strong, days):
        world.treated(patient, clinician, on=TODAY - timedelta(days=days))

        assert strong in world.part_of(world.to_patient(patient, words.LANGUAGE), words.CALL)

    def test_gives_whom_to_call_at_any_hour(self, patient, head):
        said = world.part_of(world.to_patient(patient), words_english.WHOM)

        assert "Phone, on working days: 020 7946 0100" in said
        assert "Phone, at night and on other days: 020 7946 0199" in said

    def test_says_that_the_phone_is_not_known_rather_than_leave_a_gap(self, patient):
        assert words_english.NO_PHONE in world.part_of(world.to_patient(patient), words_english.WHOM)

    def test_tells_nothing_of_what_the_images_showed(self, patient, clinician):
        procedure = world.treated(patient, clinician, on=TODAY - timedelta(days=40))
        deciding.read_review(procedure, clinician, **deciding.PROGRESSED)

        told = content.text_of(
            {**world.to_patient(patient), "recipient": [], "added": "", "signer": ""}
        ).lower()

        for word in ("progress", "viable", "response", "recist", "worse"):
            assert word not in told


class TestNextDate:
    def test_is_the_appointment_with_its_day_hour_and_place(self, patient, clinician):
        world.booked(world.treated(patient, clinician), on=date(2026, 3, 24))

        said = world.part_of(world.to_patient(patient), words_english.NEXT)

        assert said == "Your next scan (MRI) is on Tuesday 24 March 2026 at 09:30, MRI 2."

    def test_of_a_booking_that_gives_no_more_is_the_day_alone(self, patient, clinician):
        procedure = world.treated(patient, clinician)
        world.booked(
            procedure, on=date(2026, 3, 24), booked_modality="", booked_at_time=None, booked_place=""
        )

        said = world.part_of(world.to_patient(patient), words_english.NEXT)

        assert said == "Your next scan is on Tuesday 24 March 2026."

    @pytest.mark.parametrize(
        "first, last, said",
        [
            (TODAY + timedelta(days=1), TODAY + timedelta(days=15), "have not heard from us by 3 March 2026"),
            (TODAY, TODAY + timedelta(days=14), "should be by 16 March 2026, and it has no fixed day"),
            (TODAY - timedelta(days=14), TODAY, "should be by 2 March 2026, and it has no fixed day"),
            (TODAY - timedelta(days=15), TODAY - timedelta(days=1), "should have been by 1 March 2026"),
        ],
    )
    def test_that_is_not_booked_is_the_window_and_what_to_do(self, patient, clinician, first, last, said):
        procedure = world.treated(patient, clinician, on=TODAY - timedelta(days=60))
        world.due(procedure, first, last)

        assert said in world.part_of(world.to_patient(patient), words_english.NEXT)

    def test_of_a_missed_appointment_is_the_window_again(self, patient, clinician):
        procedure = world.treated(patient, clinician, on=TODAY - timedelta(days=30))
        world.booked(procedure, on=TODAY - timedelta(days=1))

        assert "has no fixed day" in world.part_of(world.to_patient(patient), words_english.NEXT)

    def test_after_a_scan_is_that_the_doctors_look_at_it(self, patient, clinician):
        procedure = world.treated(patient, clinician, on=TODAY - timedelta(days=30))
        followup_factories.ImagingReviewFactory(
            patient=patient, after_procedure=procedure, done=True, opened_by=clinician
        )

        said = world.part_of(world.to_patient(patient), words_english.NEXT)

        assert said.startswith("You had a scan on 2 March 2026.")

    def test_of_a_planned_treatment_is_its_day(self, patient):
        procedure_factories.ProcedureFactory(patient=patient, planned_on=date(2026, 3, 9))

        said = world.part_of(world.to_patient(patient), words_english.NEXT)

        assert said == "Your next treatment is planned for Monday 9 March 2026."

    def test_that_nobody_fixed_is_said_to_be_so(self, patient):
        assert world.part_of(world.to_patient(patient), words_english.NEXT) == words_english.NOTHING_FIXED

    def test_of_a_course_that_ended_is_that_it_has(self, patient):
        patient.ended_because, patient.ended_on = "transferred", TODAY
        patient.save()

        assert world.part_of(world.to_patient(patient), words_english.NEXT) == words_english.ENDED
        assert world.part_of(world.to_patient(patient), words_english.PLEASE) == ""

    @pytest.mark.parametrize("booked_for, keeps", [(1, False), (2, True), (24, True)])
    def test_is_asked_to_be_kept_where_a_day_is_fixed(self, patient, clinician, booked_for, keeps):
        world.booked(world.treated(patient, clinician), on=date(2026, 3, booked_for))

        said = world.part_of(world.to_patient(patient), words_english.PLEASE)

        assert (words_english.KEEP_DATES in said) is keeps
        assert words_english.BRING in said


class TestLanguages:
    @pytest.mark.parametrize("words", [words_english, words_chinese])
    def test_name_every_sign_that_a_call_asks_for_and_no_other(self, words):
        assert list(words.SIGNS) == list(syndrome.SIGNS)
        assert set(symptoms.BY_KEY) - {"nausea", "vomiting"} == set(words.SIGNS)

    def test_have_the_same_words(self):
        names = {
            language: {name for name in vars(words) if not name.startswith("_")} for language, words in
            writing.WORDS.items()
        }  # fmt: skip
        texts = {name for name in names["en"] if name.isupper() or callable(getattr(words_english, name))}

        assert texts - {"date_format"} <= names["zh-hans"]
        assert set(writing.WORDS) == {code for code, _name in settings.PATIENT_LANGUAGES}

    def test_say_the_same_of_one_patient(self, patient, clinician, head):
        world.booked(world.treated(patient, clinician), on=date(2026, 3, 24))

        english, chinese = (world.to_patient(patient, language) for language in ("en", "zh-hans"))

        shapes = [
            [(len(part["lines"]), len(part["items"]), part["is_loud"]) for part in letter["parts"]]
            for letter in (english, chinese)
        ]
        assert shapes[0] == shapes[1]

    def test_in_chinese_writes_dates_numbers_and_marks_in_its_own_manner(self, patient, clinician, head):
        world.booked(world.treated(patient, clinician), on=date(2026, 3, 24))

        letter = world.to_patient(patient, "zh-hans")
        told = content.text_of({**letter, "recipient": [], "added": "", "signer": ""})

        assert letter["date"] == "2026年3月2日"
        assert "2026年3月24日\uff08星期二\uff099:30" in world.part_of(letter, words_chinese.NEXT)
        assert "38.5°C" in told
        assert SLIP.search(told) is None
        assert all(HAN.search(part["title"]) for part in letter["parts"])

    def test_in_chinese_keep_the_names_of_medicines_as_they_are(self, patient, clinician):
        procedure = world.treated(patient, clinician)
        agent = procedure.targets.first().administrations.first().agent.name

        assert f"\uff08{agent}\uff09" in world.part_of(
            world.to_patient(patient, "zh-hans"), words_chinese.DONE
        )

    def test_write_a_chinese_name_as_one(self, team):
        patient = patient_factories.PatientFactory(team=team, family_name="王", given_name="小明")

        assert world.to_patient(patient, "zh-hans")["greeting"] == "尊敬的王小明\uff1a"
        assert world.to_patient(patient)["greeting"] == "Dear 王小明,"

    def test_of_somebody_without_a_name_greet_all_the_same(self, team):
        patient = patient_factories.PatientFactory(team=team, family_name="", given_name="")

        assert world.to_patient(patient)["greeting"] == "Dear patient,"

    @pytest.mark.parametrize(
        "reads, language", [("zh-hans", "zh-hans"), ("en", "en"), ("", "en"), ("sv", "en")]
    )
    def test_begin_with_the_patients_own_else_english(self, team, reads, language):
        patient = patient_factories.PatientFactory(team=team, language=reads)

        assert writing.language_for(patient, Kind.PATIENT) == language
        assert writing.language_for(patient, Kind.REFERRER) == "en"

    def test_in_english_use_short_words_and_short_sentences(self, patient, clinician, head):
        world.booked(world.treated(patient, clinician), on=date(2026, 3, 24))
        letter = world.to_patient(patient)

        told = [line for part in letter["parts"] for line in [*part["lines"], *part["items"]]]
        sentences = [one.split() for line in told for one in re.split(r"[.!?:]\s+", line)]

        said = " ".join(told).lower()
        assert sum(map(len, sentences)) / len(sentences) < 12
        assert max(map(len, sentences)) < 25
        for jargon in ("embolis", "chemo", "arter", "catheter", "lesion", "imaging", "hepat", "tace"):
            assert jargon not in said


def _signed(label, segments, state, baseline, *, longest_mm=None, viable_mm=None):
    """A lesion in the record of a signed reading."""
    sizes = {"longest_mm": longest_mm, "viable_mm": viable_mm}
    return {"label": label, "segments": segments, "state": state, "baseline": baseline, **sizes}


class TestLetterToTheReferrer:
    def test_says_why_in_what_is_known_of_the_disease_and_what_was_decided(self, patient, clinician):
        world.diagnosed(patient)
        world.assessed(patient, clinician)

        said = world.part_of(to_referrer(patient), "Why")

        assert "diagnosed on 20 January 2026 by imaging criteria; hepatitis B; compensated cirrhosis." in said
        assert "hepatitis C" not in said
        assert "Assessed on 18 February 2026" in said
        assert "Decision: proceed." in said

    def test_says_what_is_not_on_record(self, patient):
        letter = to_referrer(patient)

        assert "nothing more is recorded" in world.part_of(letter, "Why")
        assert "No signed assessment is on record." in world.part_of(letter, "Why")
        assert world.part_of(letter, "What was done") == "No intervention has taken place with us."
        assert world.part_of(letter, "How it went") == ""
        assert world.part_of(letter, "Response") == "No imaging has been read here yet."

    def test_says_what_was_done_vessel_by_vessel_and_in_all(self, patient, clinician):
        world.treated(patient, clinician)

        said = world.part_of(to_referrer(patient), "What was done")

        assert "TACE, conventional, with oil, on 20 February 2026, by Dr S. Lindqvist." in said
        assert "60 mg" in said
        assert said.count("30 mg") == 2
        assert "stasis" in said

    def test_says_that_a_record_is_not_signed_yet(self, patient, clinician):
        world.treated(patient, clinician)

        assert "is not signed yet" in world.part_of(to_referrer(patient), "What was done")

    def test_counts_nothing_that_is_only_a_copy(self, patient, clinician):
        procedure = world.treated(patient, clinician)
        procedure.targets.update(is_confirmed=False)

        assert "30 mg" not in world.part_of(to_referrer(patient), "What was done")

    def test_tells_how_it_went_event_by_event(self, patient, clinician):
        procedure = world.treated(patient, clinician)
        procedure_factories.AdverseEventFactory(
            procedure=procedure, term="fever", onset_on=date(2026, 2, 21), resolved_on=date(2026, 2, 24),
            ctcae_grade=1,
        )  # fmt: skip

        said = world.part_of(to_referrer(patient), "How it went")

        assert said == "Fever, CTCAE grade 1, from 21 February 2026, resolved on 24 February 2026."

    def test_tells_that_nothing_is_on_record_apart_from_that_nobody_asked(self, patient, clinician):
        procedure = world.treated(patient, clinician)
        assert "is not on record" in world.part_of(to_referrer(patient), "How it went")

        procedure_factories.SymptomEntryFactory(procedure=procedure, asked_at=NOW)

        said = world.part_of(to_referrer(patient), "How it went")
        assert said == "No adverse event is on record; last asked on 2 March 2026."

    def test_gives_the_response_by_both_criteria_with_the_sums(self, patient, clinician):
        procedure = world.treated(patient, clinician, on=TODAY - timedelta(days=40))
        deciding.read_review(
            procedure, clinician, mrecist="PR", recist_1_1="", viable_sum_mm=31, longest_sum_mm=62.5
        )

        said = world.part_of(to_referrer(patient), "Response")

        assert "CT of 2 March 2026: mRECIST partial response (PR), RECIST 1.1 not determined." in said
        assert "sum of viable diameters 31 mm, sum of longest diameters 62.5 mm" in said

    def test_says_when_the_imaging_was_before_the_last_intervention(self, patient, clinician):
        procedure = world.treated(patient, clinician, on=TODAY - timedelta(days=40))
        deciding.read_review(procedure, clinician, imaged_on=TODAY - timedelta(days=12), is_open=False)
        world.treated(patient, clinician)

        said = world.part_of(to_referrer(patient), "Response")

        assert "CT of 18 February 2026, before this intervention:" in said

    def test_gives_the_sizes_that_were_signed_before_and_now(self, patient, clinician):
        procedure = world.treated(patient, clinician, on=TODAY - timedelta(days=40))
        reading = deciding.read_review(procedure, clinician)
        baseline = {"measured_on": "2026-01-20", "longest_mm": 46, "viable_mm": 46, "source": "MRI"}
        lesions = [
            _signed("L1", ["8"], "measured", baseline, longest_mm=36, viable_mm=0),
            _signed("L2", ["5"], "disappeared", None),
            _signed("L3", [], "", None),
        ]
        reading.versions.create(number=1, record={"lesions": lesions}, signed_at=NOW, signed_by=clinician)

        table = next(part["table"] for part in to_referrer(patient)["parts"] if part["table"])

        assert table["rows"] == [
            ["L1", "S8", "46 mm / 46 mm", "36 mm / 0 mm"],
            ["L2", "S5", "not known", "not seen any more"],
        ]

    def test_says_what_was_decided_and_when_the_next_imaging_is(self, patient, clinician):
        procedure = world.treated(patient, clinician, on=TODAY - timedelta(days=40))
        reading = deciding.read_review(procedure, clinician, is_open=False)
        followup_factories.DecisionFactory(reading=reading)
        world.due(procedure, date(2026, 4, 1), date(2026, 4, 15))

        said = world.part_of(to_referrer(patient), "What comes next")

        assert "Decided on 2 March 2026: no treatment for now." in said
        assert "Imaging is due from 1 April 2026 to 15 April 2026." in said

    def test_says_no_decision_that_the_last_intervention_has_carried_out(self, patient, clinician):
        procedure = world.treated(patient, clinician, on=TODAY - timedelta(days=40))
        reading = deciding.read_review(procedure, clinician, is_open=False)
        followup_factories.DecisionFactory(reading=reading)
        world.treated(patient, clinician, on=TODAY + timedelta(days=1))

        letter = to_referrer(patient, on=TODAY + timedelta(days=2))

        assert "Decided on" not in world.part_of(letter, "What comes next")

    def test_says_that_an_appointment_has_passed(self, patient, clinician):
        world.booked(world.treated(patient, clinician), on=TODAY - timedelta(days=1))

        said = world.part_of(to_referrer(patient), "What comes next")

        assert "it was booked for 1 March 2026, and is not on record as done" in said

    @pytest.mark.parametrize(
        "title, said", [("CT of the chest", "CT of the chest"), ("Ask about alcohol", "ask about alcohol")]
    )
    def test_writes_the_next_step_inside_the_sentence(self, patient, clinician, title, said):
        world.treated(patient, clinician)
        patient_factories.TaskFactory(patient=patient, title=title)

        assert f"Next step: {said}" in world.part_of(to_referrer(patient), "What comes next")

    def test_says_that_and_why_a_course_ended(self, patient):
        patient.ended_because, patient.ended_on = "transferred", TODAY
        patient.save()

        said = world.part_of(to_referrer(patient), "What comes next")

        assert said == "The course with us ended on 2 March 2026: transferred."

    def test_is_in_english_whatever_the_page_is_in(self, patient, clinician):
        world.diagnosed(patient)
        world.treated(patient, clinician)
        with translation.override("zh-hans"):
            letter = to_referrer(patient)

        assert HAN.search(content.text_of({**letter, "recipient": [], "added": "", "signer": ""})) is None


class TestDigest:
    def test_is_another_when_a_word_of_the_letter_is(self, patient, clinician):
        draft = world.draft(patient, clinician)
        before = content.digest_of(writing.content_of(draft, by=clinician, on=TODAY))

        world.treated(patient, clinician)

        after = content.digest_of(writing.content_of(draft, by=clinician, on=TODAY))
        assert before != after
        assert after == content.digest_of(writing.content_of(draft, by=clinician, on=TODAY))


class TestPlainText:
    def test_holds_all_that_the_paper_holds(self, patient, clinician, head):
        world.treated(patient, clinician)
        draft = world.draft(patient, clinician, Kind.REFERRER, added="Please repeat the blood count.")

        letter = writing.content_of(draft, by=clinician, on=TODAY)
        told = content.text_of(letter)

        said = [letter["title"], letter["about"], letter["closing"], *letter["head"], *letter["recipient"]]
        said += [line for part in letter["parts"] for line in [part["title"], *part["lines"], *part["items"]]]
        assert all(line in told for line in said)
        assert "Please repeat the blood count." in told
        assert told.endswith("Dr S. Lindqvist\nNorthfield")
