"""Letters from draft to post: begun once, kept, issued as they were read, sealed, printed, sent, told of later."""

import hashlib
import io
import uuid
from datetime import timedelta

import pypdf
import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from pathway.actions import letters as actions
from pathway.letters import history, obstacles, pages, writing
from pathway.letters.rows import Kind, Letter, LetterDraft, Letterhead, LetterSending
from pathway.papers import typesetting
from tests.factories import letters as factories
from tests.factories import patients as patient_factories
from tests.factories import procedures as procedure_factories
from tests.factories.patients import NOW, TODAY
from tests.pathway import letter_world as world
from tests.pathway.letter_world import chinese_font

__all__ = ["chinese_font"]  # a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def patient(team, clinician):
    found = patient_factories.PatientFactory(
        team=team, mrn="4410 8823", language="zh-hans", referrer="Dr A. Smith"
    )
    world.treated(found, clinician)
    return found


@pytest.fixture
def head(team):
    return factories.LetterheadFactory(team=team)


@pytest.fixture
def draft(patient, clinician):
    return actions.start_letter(patient=patient, kind=Kind.REFERRER, by=clinician, at=NOW)


def url(name, *arguments):
    return reverse(f"pathway:{name}", args=arguments)


def seen_of(draft, by) -> str:
    return pages.context_of(draft, by=by, on=TODAY)["digest"]


def issue(draft, by) -> Letter:
    return actions.issue_letter(draft=draft, seen=seen_of(draft, by), by=by, on=TODAY, at=NOW)


def written(draft, **changed):
    return {"language": draft.language, "recipient": draft.recipient, "added": draft.added} | changed


class TestBeginning:
    def test_fills_in_to_whom_and_in_which_language(self, patient, clinician, draft):
        to_patient = actions.start_letter(patient=patient, kind=Kind.PATIENT, by=clinician, at=NOW)

        assert (draft.recipient, draft.language) == ("Dr A. Smith", "en")
        assert (to_patient.recipient, to_patient.language) == ("Daniel Okafor", "zh-hans")

    def test_twice_is_one_letter(self, patient, clinician, draft):
        again = actions.start_letter(patient=patient, kind=Kind.REFERRER, by=clinician, at=NOW)

        assert again == draft
        assert LetterDraft.objects.count() == 1

    def test_of_an_unknown_kind_is_not_found(self, signed_in, clinician, patient):
        assert signed_in(clinician).post(url("start_letter", patient.pk, "lawyer")).status_code == 404


class TestKeeping:
    def test_shows_the_added_sentence_in_the_letter(self, signed_in, clinician, patient, draft):
        client = signed_in(clinician)
        given = {"revision": 0, "recipient": "Dr A. Smith", "added": "Thank you for\nyour patience."}

        answer = client.post(url("edit_letter", patient.pk, draft.pk), given, follow=True)

        assert "Thank you for<br>your patience." in answer.content.decode()
        assert answer.redirect_chain

    def test_tells_of_what_another_kept_meanwhile_and_loses_nothing(
        self, signed_in, clinician, patient, draft
    ):
        actions.save_letter(
            draft=draft, written=written(draft, added="Theirs."), revision=0, by=clinician, at=NOW
        )
        client = signed_in(clinician)
        given = {"revision": 0, "recipient": "Dr A. Smith", "added": "Mine."}

        answer = client.post(url("edit_letter", patient.pk, draft.pk), given)
        again = client.post(url("edit_letter", patient.pk, draft.pk), given | {"revision": 1})

        page = answer.content.decode()
        assert answer.status_code == 409
        assert "while you had it open: Theirs." in page
        assert ">Mine.</textarea>" in page.replace("\n", "")
        assert again.status_code == 302
        assert LetterDraft.objects.get().added == "Mine."

    @pytest.mark.parametrize(
        "field, value, complaint",
        [
            ("added", "x" * 601, "at most 600"),
            ("recipient", "a\nb\nc\nd\ne\nf\ng", "At most 6 lines"),
            ("added", "nul\x00", "Null characters are not allowed"),
            ("revision", "", "required"),
            ("revision", "99999999999", "less than or equal"),
        ],
    )
    def test_refuses_at_the_field(self, signed_in, clinician, patient, draft, field, value, complaint):
        given = {"revision": 0, "recipient": "Dr A. Smith", "added": ""} | {field: value}

        answer = signed_in(clinician).post(url("edit_letter", patient.pk, draft.pk), given)

        assert answer.status_code == 422
        assert complaint in answer.content.decode()

    def test_says_which_language_the_patient_reads_where_the_letter_is_in_another(self, clinician, patient):
        draft = actions.start_letter(patient=patient, kind=Kind.PATIENT, by=clinician, at=NOW)
        draft.language = "en"

        note = pages.context_of(draft, by=clinician, on=TODAY)["language_note"]

        assert note == "The patient reads Simplified Chinese, and this letter is in English."

    @pytest.mark.parametrize("reads, says", [("", "Nobody has recorded"), ("sv", "There is no letter in")])
    def test_says_that_a_letter_is_in_english_for_want_of_another(self, clinician, team, reads, says):
        patient = patient_factories.PatientFactory(team=team, language=reads)
        draft = actions.start_letter(patient=patient, kind=Kind.PATIENT, by=clinician, at=NOW)

        assert says in pages.context_of(draft, by=clinician, on=TODAY)["language_note"]


class TestPaper:
    def test_of_a_draft_is_shown_in_the_browser(self, signed_in, clinician, patient, draft):
        answer = signed_in(clinician).get(url("preview_letter", patient.pk, draft.pk))

        paper = pypdf.PdfReader(io.BytesIO(answer.content))
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("inline")
        assert answer["Cache-Control"] == "no-store"
        assert len(paper.pages) == 1
        assert "TACE, conventional, with oil" in " ".join(paper.pages[0].extract_text().split())

    def test_says_which_package_is_missing_rather_than_print_boxes(
        self, signed_in, clinician, patient, monkeypatch
    ):
        bare = typesetting.typst.Fonts(include_system_fonts=False)
        monkeypatch.setattr(typesetting, "_fonts", lambda: bare)
        draft = actions.start_letter(patient=patient, kind=Kind.PATIENT, by=clinician, at=NOW)

        answer = signed_in(clinician).get(url("preview_letter", patient.pk, draft.pk), follow=True)

        assert answer.status_code == 200
        assert answer.content.decode().count("fonts-noto-cjk") == 2


class TestIssuing:
    def test_keeps_the_letter_its_text_its_paper_and_who(self, clinician, patient, head, draft):
        letter = issue(draft, clinician)

        assert (letter.issued_by, letter.issued_at, letter.language) == (clinician, NOW, "en")
        assert letter.pdf_sha256 == hashlib.sha256(bytes(letter.pdf)).hexdigest()
        assert "Dear colleague," in letter.text
        assert letter.content["signer"] == "Dr S. Lindqvist\nNorthfield"
        assert bytes(letter.pdf) == writing.pdf_of(letter.content, at=NOW)
        assert LetterDraft.objects.get().closed_by == clinician

    def test_of_a_letter_in_chinese_gives_a_paper_that_reads_in_chinese(
        self, clinician, patient, head, chinese_font
    ):
        draft = actions.start_letter(patient=patient, kind=Kind.PATIENT, by=clinician, at=NOW)

        letter = issue(draft, clinician)

        paper = pypdf.PdfReader(io.BytesIO(bytes(letter.pdf)))
        read = "".join(paper.pages[0].extract_text().split())
        assert len(paper.pages) == 1
        assert "您接受了一次肝脏治疗" in read
        assert "皮肤或眼睛发黄" in read
        assert "工作日电话\uff1a02079460100" in read

    def test_refuses_what_reads_otherwise_than_it_was_seen(self, clinician, patient, head, draft):
        seen = seen_of(draft, clinician)
        world.booked(patient.procedures.get(), on=TODAY + timedelta(days=20))

        with pytest.raises(actions.ReadsOtherwise):
            actions.issue_letter(draft=draft, seen=seen, by=clinician, on=TODAY, at=NOW)

        assert not Letter.objects.exists()
        assert LetterDraft.objects.get().closed_at is None

    def test_keeps_what_was_typed_and_asks_to_read_it_first(self, signed_in, clinician, patient, head, draft):
        given = {"revision": 0, "recipient": "Dr A. Smith", "added": "Typed last.", "issue": "yes"}
        given["seen"] = seen_of(draft, clinician)

        answer = signed_in(clinician).post(url("edit_letter", patient.pk, draft.pk), given, follow=True)

        assert "Look at it once more" in answer.content.decode()
        assert LetterDraft.objects.get().added == "Typed last."
        assert not Letter.objects.exists()

    def test_goes_to_the_letter_and_happens_once(self, signed_in, clinician, patient, head, draft):
        client = signed_in(clinician)
        given = {"revision": 0, "recipient": "Dr A. Smith", "added": "", "issue": "yes"}
        given["seen"] = seen_of(draft, clinician)

        first = client.post(url("edit_letter", patient.pk, draft.pk), given)
        second = client.post(url("edit_letter", patient.pk, draft.pk), given)

        letter = Letter.objects.get()
        assert first.url == second.url == url("letter", patient.pk, letter.pk)

    def test_waits_for_the_phone_of_the_team(self, clinician, draft):
        with pytest.raises(actions.UnableToIssue, match="phone number"):
            issue(draft, clinician)

    def test_waits_for_to_whom_the_letter_goes(self, clinician, head, draft):
        kept = actions.save_letter(
            draft=draft, written=written(draft, recipient=""), revision=0, by=clinician, at=NOW
        )

        with pytest.raises(actions.UnableToIssue, match="to whom"):
            issue(kept, clinician)

    def test_never_writes_to_a_patient_who_died(self, signed_in, clinician, patient, head):
        draft = actions.start_letter(patient=patient, kind=Kind.PATIENT, by=clinician, at=NOW)
        patient.ended_because, patient.ended_on = "died", TODAY
        patient.save()

        page = signed_in(clinician).get(url("letters", patient.pk)).content.decode()

        assert "has died" in obstacles.why_not(draft)
        assert "Write to the patient" not in page
        assert "Write to the referrer" in page

    @pytest.mark.parametrize(
        ("graded", "is_retracted", "goes"),
        [
            ({"ctcae_grade": 4, "cirse_grade": 5, "sir_class": "life_threatening"}, False, True),
            ({"ctcae_grade": 5}, False, False),
            ({"cirse_grade": 6}, False, False),
            ({"sir_class": "death"}, False, False),
            ({"ctcae_grade": 5}, True, True),
        ],
    )
    def test_never_writes_to_a_patient_of_whom_a_fatal_event_is_on_record(
        self, signed_in, clinician, patient, head, graded, is_retracted, goes
    ):
        draft = actions.start_letter(patient=patient, kind=Kind.PATIENT, by=clinician, at=NOW)
        event = procedure_factories.AdverseEventFactory(
            procedure=patient.procedures.get(), graded_at=NOW, graded_by=clinician, **graded
        )
        if is_retracted:
            event.retracted_at, event.retracted_by, event.retracted_because = NOW, clinician, "Not this one"
            event.save()

        page = signed_in(clinician).get(url("letters", patient.pk)).content.decode()

        assert (obstacles.why_not(draft) == "") is goes
        assert ("Write to the patient" in page) is goes

    def test_is_not_for_a_closed_research_case(self, signed_in, clinician, patient, head, draft):
        patient.ended_because = "research_case"
        patient.save()

        page = signed_in(clinician).get(url("letters", patient.pk)).content.decode()

        assert "research case" in obstacles.why_not(draft)
        assert "it gets no letters" in page
        assert "Write to the" not in page

    def test_waits_for_a_font(self, clinician, patient, head, monkeypatch):
        bare = typesetting.typst.Fonts(include_system_fonts=False)
        monkeypatch.setattr(typesetting, "_fonts", lambda: bare)
        draft = actions.start_letter(patient=patient, kind=Kind.PATIENT, by=clinician, at=NOW)

        with pytest.raises(actions.UnableToIssue, match="fonts-noto-cjk"):
            issue(draft, clinician)

        assert LetterDraft.objects.get().closed_at is None

    def test_is_over_once_a_letter_was_given_up(self, signed_in, clinician, patient, head, draft):
        signed_in(clinician).post(url("give_up_letter", patient.pk, draft.pk))

        with pytest.raises(actions.LetterClosed):
            issue(draft, clinician)
        assert actions.start_letter(patient=patient, kind=Kind.REFERRER, by=clinician, at=NOW) != draft


class TestSeal:
    @pytest.mark.parametrize("change", [{"text": "x"}, {"pdf": b"x"}, {"content": {}}, {"language": "fr"}])
    def test_lets_nothing_be_changed(self, clinician, head, draft, change):
        letter = issue(draft, clinician)

        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            Letter.objects.filter(pk=letter.pk).update(**change)

    def test_leaves_an_issued_letter_as_it_was_when_the_record_goes_on(self, clinician, patient, head, draft):
        letter = issue(draft, clinician)
        patient.family_name = "Changed"
        patient.save()
        Letterhead.objects.update(phone="999")

        assert "OKAFOR" in Letter.objects.get().text
        assert bytes(letter.pdf) == bytes(Letter.objects.get().pdf)


class TestAfterwards:
    @pytest.fixture
    def letter(self, clinician, head, draft):
        return issue(draft, clinician)

    def test_a_coordinator_prints_it_and_notes_how_it_was_sent(self, signed_in, coordinator, patient, letter):
        client = signed_in(coordinator)

        paper = client.get(url("print_letter", patient.pk, letter.pk))
        client.post(url("send_letter", patient.pk, letter.pk), {"way": "post", "sent_on": "2026-03-02"})

        assert hashlib.sha256(paper.content).hexdigest() == letter.pdf_sha256
        sending = LetterSending.objects.get()
        assert (sending.way, sending.sent_on, sending.recorded_by) == ("post", TODAY, coordinator)

    def test_an_observer_reads_it_and_takes_no_copy(self, signed_in, observer, patient, letter):
        client = signed_in(observer)

        page = client.get(url("letter", patient.pk, letter.pk)).content.decode()

        assert "Dear colleague," in page
        assert url("print_letter", patient.pk, letter.pk) not in page
        assert url("send_letter", patient.pk, letter.pk) not in page

    @pytest.mark.parametrize(
        "day, complaint",
        [("2026-03-03", "still to come"), ("2026-03-01", "issued after that day"), ("", "required")],
    )
    def test_it_is_sent_on_a_day_that_can_be(self, signed_in, coordinator, patient, letter, day, complaint):
        answer = signed_in(coordinator).post(
            url("send_letter", patient.pk, letter.pk), {"way": "post", "sent_on": day}
        )

        assert answer.status_code == 422
        assert complaint in answer.content.decode()

    def test_the_same_form_twice_is_noted_once(self, signed_in, coordinator, patient, letter):
        given = {"way": "hand", "sent_on": "2026-03-02", "form_key": "7f1a1c9e-7f2d-4a0f-9d0e-3f7a3a5c1b11"}

        for _time in range(2):
            signed_in(coordinator).post(url("send_letter", patient.pk, letter.pk), given)

        assert LetterSending.objects.count() == 1

    def test_the_form_of_another_letter_notes_it_all_the_same(self, clinician, patient, letter, head):
        draft = actions.start_letter(patient=patient, kind=Kind.PATIENT, by=clinician, at=NOW)
        other, key = issue(draft, clinician), uuid.uuid4()
        sent = {"way": "post", "sent_on": TODAY, "form_key": key, "by": clinician, "at": NOW}

        noted = [actions.record_sending(letter=one, **sent) for one in (letter, other)]

        assert [one.letter_id for one in noted] == [letter.pk, other.pk]

    def test_the_history_of_the_patient_tells_of_it(self, clinician, patient, letter):
        actions.record_sending(letter=letter, way="post", sent_on=TODAY, form_key=None, by=clinician, at=NOW)
        other = actions.start_letter(patient=patient, kind=Kind.PATIENT, by=clinician, at=NOW)
        actions.give_up_letter(draft=other, by=clinician, at=NOW)

        told = [event.says for event in history.events_of(patient)]

        assert told == [
            "Letter to the referrer issued",
            "Letter sent: By post, 2 Mar 2026",
            "Letter given up",
        ]

    def test_the_audit_trail_tells_of_each_step(self, signed_in, clinician, patient, letter):
        signed_in(clinician).get(url("print_letter", patient.pk, letter.pk))

        kept = AuditEntry.objects.filter(what__startswith="pathway").values_list("what", "kind")
        assert {
            ("pathway.start_letter", "change"),
            ("pathway.issue_letter", "change"),
            ("pathway:print_letter", "export"),
        } <= set(kept)

    def test_the_list_asks_for_no_paper_however_many_letters(self, signed_in, clinician, patient, letter):
        client = signed_in(clinician)
        client.get(url("letters", patient.pk))
        with CaptureQueriesContext(connection) as one:
            client.get(url("letters", patient.pk))
        few = len(one)

        for _number in range(5):
            factories.LetterFactory(draft__patient=patient)
        with CaptureQueriesContext(connection) as many:
            client.get(url("letters", patient.pk))

        assert len(many) == few
        assert not any('"pdf"' in query["sql"] for query in many)

    def test_a_draft_that_went_out_leads_to_its_letter(self, signed_in, clinician, patient, letter, draft):
        for name in ("edit_letter", "preview_letter"):
            answer = signed_in(clinician).get(url(name, patient.pk, draft.pk))

            assert answer.url == url("letter", patient.pk, letter.pk)

    def test_a_letter_of_another_patient_is_not_found(self, signed_in, clinician, team, letter):
        other = patient_factories.PatientFactory(team=team)

        for name in ("letter", "print_letter"):
            assert signed_in(clinician).get(url(name, other.pk, letter.pk)).status_code == 404


class TestLetterhead:
    def test_is_kept_with_its_history(self, signed_in, people_admin, team):
        client = signed_in(people_admin)
        for phone in ("020 7946 0100", "+46 8 123 45 67"):
            client.post(url("letterhead", team.pk), {"phone": phone, "urgent_phone": "", "address": "A\nB"})

        head = Letterhead.objects.get()
        assert (head.phone, head.address, head.saved_by) == ("+46 8 123 45 67", "A\nB", people_admin)
        assert head.history.count() == 2

    @pytest.mark.parametrize("phone", ["", "call me", "12", "x" * 41])
    def test_refuses_what_nobody_can_call(self, signed_in, people_admin, team, phone):
        answer = signed_in(people_admin).post(url("letterhead", team.pk), {"phone": phone})

        assert answer.status_code == 422
        assert not Letterhead.objects.exists()

    def test_is_asked_for_where_it_is_missing(self, signed_in, clinician, patient, draft):
        page = signed_in(clinician).get(url("edit_letter", patient.pk, draft.pk)).content.decode()

        assert "which phone number" in page
        assert "Sign and issue" not in page
