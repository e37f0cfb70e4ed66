"""The pack of a meeting: read back from the PDF, page by page; made at once or by the worker; who may take it."""

import io
from datetime import timedelta

import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Membership
from accounts.roles import Role
from pathway import tasks
from pathway.actions import jobs, packs
from pathway.models import Job, MeetingPack
from pathway.papers import drawings, pack, typesetting
from procedures import record_page
from tests.factories.accounts import member
from tests.factories.meetings import MeetingFactory
from tests.factories.patients import NOW, TODAY, AllergyFactory, LabResultFactory, PatientFactory
from tests.factories.procedures import AdverseEventFactory
from tests.followup import deciding
from tests.pathway import meeting_world as world
from tests.procedures.performed import performed

MISSING_GLYPH = "\ufffd"


@pytest.fixture
def meeting(team, clinician):
    return MeetingFactory(team=team, created_by=clinician, attended="Surgery: K. Ito")


def pages_of(meeting, by):
    made = pack.make(meeting, packs.discussed(meeting), by=by, on=TODAY, at=NOW, step=lambda _count: None)
    return read(made.pages)


def read(pages):
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(bytes(pages))).pages]


class TestThePages:
    def test_begin_with_the_list_and_say_whose_they_are(self, meeting, team, clinician):
        for name, question in (("Okafor", "Embolise again?"), ("Weiss", "Surgery?")):
            patient = PatientFactory(team=team, family_name=name, mrn=f"MRN-{name}")
            world.listed(patient, clinician, meeting=meeting, question=question)

        first, *others = pages_of(meeting, clinician)

        assert "Multidisciplinary meeting, Mon 2 Mar 2026" in first
        assert "1 OKAFOR, Daniel MRN-Okafor 64 Embolise again?" in first
        assert "2 WEISS, Daniel MRN-Weiss 64 Surgery?" in first
        assert "Surgery: K. Ito" in first
        assert [page.split(" Question:")[0].startswith(("1. OKAFOR", "2. WEISS")) for page in others] == [
            True
        ] * 2
        for number, page in enumerate((first, *others), start=1):
            assert "Northfield, meeting of 2 Mar 2026" in page
            assert "cn-2011, settings version 1" in page
            assert "made at 2 Mar 2026, 09:30 by Dr S. Lindqvist" in page
            assert f"{number} / 3" in page

    def test_say_of_a_patient_about_whom_nothing_is_known_that_it_is_not_known(
        self, meeting, team, clinician
    ):
        world.listed(PatientFactory(team=team), clinician, meeting=meeting)

        page = pages_of(meeting, clinician)[1]

        for said in (
            "Allergies not asked", "No assessment is signed yet.", "No reading stands yet.",
            "Nothing was done here yet.", "Decision of the meeting", "Who does it, by when",
        ):  # fmt: skip
            assert said in page

    def test_hold_the_signed_assessment_with_clauses_scores_values_and_what_is_missing(
        self, meeting, team, clinician
    ):
        facts = {"bilirubin_umol_per_l": {"value": 60, "unit": "µmol/L"}, "platelets_10e9_per_l": None}
        row = world.referred(team, clinician, verdict_facts=facts)
        world.listed(row.patient, clinician, meeting=meeting, why="referred")

        text = " ".join(pages_of(meeting, clinician)[1:])

        assert "Assessment of 27 Feb 2026, signed by Dr S. Lindqvist" in text
        assert "Child-Pugh" in text
        assert "ALBI" in text
        assert "Bilirubin 60 µmol/L 2 Mar 2026 Laboratory" in text
        assert "Platelets Not known" in text
        assert "Missing Platelets" in text
        assert "(Referred by an assessment)" in text

    def test_hold_the_response_lesions_and_what_the_guideline_suggests_after_the_reading(
        self, meeting, team, clinician
    ):
        reading = world.course(team, clinician, deciding.VIABLE, deciding.PROGRESSED, deciding.PROGRESSED)
        type(reading).objects.filter(pk=reading.pk).update(viable_sum_mm=44, longest_sum_mm=61)
        world.listed(reading.review.patient, clinician, meeting=meeting)

        text = " ".join(pages_of(meeting, clinician)[1:])

        assert "mRECIST PR PD PD" in text
        assert "Sum of viable diameters ? ? 44 mm" in text
        assert "Sum of longest diameters ? ? 61 mm" in text
        assert "The guideline suggests: Switch or combine" in text
        assert "7.8" in text

    def test_hold_the_course_the_last_vessel_map_and_what_was_done(self, meeting, team, clinician):
        patient = PatientFactory(team=team)
        AllergyFactory(patient=patient, substance="Iodine")
        LabResultFactory(patient=patient, taken_on=TODAY)
        performed(patient, clinician)
        world.listed(patient, clinician, meeting=meeting)

        text = " ".join(pages_of(meeting, clinician)[1:])

        assert "Allergies: Iodine" in text
        assert "Last vessel map 2 Mar 2026: TACE" in text
        assert "Arteries:" in text
        assert "Doxorubicin" in text
        assert "Treated:" in text

    def test_name_the_gravest_events_by_their_own_words_and_count_the_rest(self, meeting, team, clinician):
        patient = PatientFactory(team=team)
        procedure = performed(patient, clinician)
        AdverseEventFactory(
            procedure=procedure, term="other", other_term="Biloma", ctcae_grade=3, entered_by=clinician
        )
        for grade in (2, 2, 1, 1, 1):
            AdverseEventFactory(procedure=procedure, ctcae_grade=grade, entered_by=clinician)
        world.listed(patient, clinician, meeting=meeting)

        text = " ".join(pages_of(meeting, clinician)[1:])

        assert "Adverse events: Biloma, grade 3; Fever, grade 2" in text
        assert "Fever, grade 1; and 2 more" in text

    def test_draw_what_the_page_draws_in_the_colours_of_the_day(self, team, clinician):
        procedure = performed(PatientFactory(team=team), clinician)

        drawn, says = drawings.vessels(record_page.kept_of(procedure, None))

        assert drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg" width="780" height="630"')
        assert 'class="vm-mark" data-state="treated"' in drawn
        assert "var(--" not in drawn
        assert says.startswith("Treated: ")

    @pytest.mark.parametrize(
        ("family_name", "question"),
        [
            ("Nguyễn", "Weiter? Größe 4 × 10⁹/L ≤ 5 µm"),
            ("#import <b>", "$x^2$ *bold* [link] \\ end"),
            ("Łukasiewicz", "“…”"),
        ],
    )
    def test_print_every_letter_as_it_was_typed(self, meeting, team, clinician, family_name, question):
        patient = PatientFactory(team=team, family_name=family_name)
        world.listed(patient, clinician, meeting=meeting, question=question)

        first = pages_of(meeting, clinician)[0]

        assert family_name.upper() in first
        assert question in first
        assert MISSING_GLYPH not in first

    def test_print_chinese_where_the_machine_has_the_font_and_else_name_its_package(
        self, meeting, team, clinician
    ):
        patient = PatientFactory(team=team, family_name="王", given_name="小明")
        world.listed(patient, clinician, meeting=meeting, question="手术？")

        if typesetting.has_chinese_font():
            assert "手术？" in pages_of(meeting, clinician)[0]
        else:
            with pytest.raises(typesetting.FontMissing, match="fonts-noto-cjk"):
                pages_of(meeting, clinician)

    def test_leave_out_who_was_taken_off_and_whose_course_ended(self, meeting, team, clinician):
        kept, taken_off, ended = (
            world.listed(PatientFactory(team=team, family_name=name), clinician, meeting=meeting)
            for name in ("Kept", "Taken", "Ended")
        )
        taken_off.taken_off_at, taken_off.taken_off_by = NOW, clinician
        taken_off.save()
        ended.patient.ended_because, ended.patient.ended_on = "died", TODAY
        ended.patient.save()

        made = pack.make(
            meeting, packs.discussed(meeting), by=clinician, on=TODAY, at=NOW, step=lambda _n: None
        )

        assert made.patient_ids == [kept.patient_id]
        assert "TAKEN" not in " ".join(read(made.pages))


class TestMakingIt:
    @pytest.fixture
    def client(self, signed_in, clinician):
        return signed_in(clinician)

    def listed(self, meeting, by, count):
        return [
            world.listed(PatientFactory(team=meeting.team), by, meeting=meeting) for _each in range(count)
        ]

    @pytest.mark.parametrize(("count", "asks"), [(2, False), (3, False), (4, True)])
    def test_takes_the_worker_for_more_than_a_few(self, client, meeting, clinician, count, asks):
        self.listed(meeting, clinician, count)

        client.post(reverse("pathway:meeting_make_pack", args=[meeting.pk]))

        assert Job.objects.exists() == asks
        assert MeetingPack.objects.exists() != asks

    def test_is_done_by_the_worker_with_progress_and_opened(self, client, meeting, clinician):
        rows = self.listed(meeting, clinician, 4)
        make = reverse("pathway:meeting_make_pack", args=[meeting.pk])
        client.post(make)
        client.post(make)
        waiting = client.get(reverse("pathway:meeting_pack_state", args=[meeting.pk])).content.decode()

        jobs.run_waiting_jobs(kinds=tasks.KINDS, clock=timezone.now)

        job = Job.objects.get()
        opened = client.get(reverse("pathway:meeting_pack", args=[meeting.pk]))
        done = client.get(reverse("pathway:meeting_pack_state", args=[meeting.pk])).content.decode()
        assert "hx-get" in waiting
        assert "hx-get" not in done
        assert (job.state, job.done_steps) == (Job.State.DONE, 4)
        assert opened["Content-Type"] == "application/pdf"
        assert len(read(opened.content)) == 5
        kept = AuditEntry.objects.filter(kind=AuditEntry.Kind.EXPORT)
        assert {entry.what for entry in kept} == {"pathway.make_pack", "pathway:pack"}
        assert all(entry.listed_ids == [row.patient_id for row in rows] for entry in kept)

    def test_is_refused_to_somebody_who_left_the_team_meanwhile(self, client, meeting, clinician):
        self.listed(meeting, clinician, 4)
        client.post(reverse("pathway:meeting_make_pack", args=[meeting.pk]))
        Membership.objects.filter(user=clinician).update(is_active=False)

        jobs.run_waiting_jobs(kinds=tasks.KINDS, clock=timezone.now)

        assert Job.objects.get().state == Job.State.FAILED
        assert not MeetingPack.objects.exists()

    def test_keeps_the_pages_of_the_last_one_only_and_says_when_the_list_has_changed(
        self, client, meeting, clinician
    ):
        self.listed(meeting, clinician, 1)
        make = reverse("pathway:meeting_make_pack", args=[meeting.pk])
        client.post(make)
        client.post(make)
        state = reverse("pathway:meeting_pack_state", args=[meeting.pk])
        before = client.get(state).context["is_pack_old"]
        self.listed(meeting, clinician, 1)

        assert [bool(one.content) for one in MeetingPack.objects.all()] == [True, False]
        assert (before, client.get(state).context["is_pack_old"]) == (False, True)

    def test_opens_the_one_that_the_worker_made_last_though_it_was_asked_for_first(
        self, client, meeting, clinician
    ):
        rows = self.listed(meeting, clinician, 4)
        make = reverse("pathway:meeting_make_pack", args=[meeting.pk])
        client.post(make)
        client.post(reverse("pathway:meeting_take_off", args=[meeting.pk, rows[0].pk]))
        client.post(make)

        jobs.run_waiting_jobs(kinds=tasks.KINDS, clock=timezone.now)

        assert MeetingPack.objects.count() == 2
        assert len(read(client.get(reverse("pathway:meeting_pack", args=[meeting.pk])).content)) == 4

    def test_is_for_nobody_where_nobody_is_on_the_list(self, client, meeting):
        answer = client.post(reverse("pathway:meeting_make_pack", args=[meeting.pk]), follow=True)

        assert "Nobody who is in care is on the list." in answer.content.decode()
        assert client.get(reverse("pathway:meeting_pack", args=[meeting.pk])).status_code == 404

    def test_tells_which_package_brings_a_missing_font(self, client, meeting, clinician, monkeypatch):
        self.listed(meeting, clinician, 1)

        def without(*_arguments, **_keywords):
            raise typesetting.FontMissing("Please install the Debian package fonts-noto-cjk.")

        monkeypatch.setattr(typesetting, "typeset", without)
        answer = client.post(reverse("pathway:meeting_make_pack", args=[meeting.pk]), follow=True)

        assert "fonts-noto-cjk" in answer.content.decode()

    @pytest.mark.parametrize("role", [Role.OBSERVER, Role.ADMIN])
    def test_is_not_for_who_may_not_export(self, signed_in, meeting, role):
        client = signed_in(member(meeting.team, role))

        assert client.get(reverse("pathway:meeting_pack", args=[meeting.pk])).status_code == 403
        assert client.post(reverse("pathway:meeting_make_pack", args=[meeting.pk])).status_code == 403

    def test_is_old_news_to_nobody_of_another_team(self, signed_in, meeting, stranger):
        client = signed_in(stranger)

        assert client.get(reverse("pathway:meeting_pack", args=[meeting.pk])).status_code == 404


def test_a_second_run_on_the_same_facts_gives_the_same_pages(meeting, team, clinician):
    world.listed(PatientFactory(team=team), clinician, meeting=meeting)
    again = [
        pack.make(
            meeting, packs.discussed(meeting), by=clinician, on=TODAY, at=NOW, step=lambda _n: None
        ).pages
        for _each in range(2)
    ]
    later = pack.make(
        meeting, packs.discussed(meeting), by=clinician, on=TODAY, at=NOW + timedelta(minutes=1), step=lambda _n: None
    )  # fmt: skip

    assert again[0] == again[1] != later.pages
