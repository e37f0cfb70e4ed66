"""The pages of an assessment: form, live findings, save, sign, amend, read."""

import json
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

import guidelines
from accounts.models import AuditEntry
from accounts.roles import Role
from assessments import answers, entries
from assessments.models import Assessment
from patients.models import Patient, Task
from tests.factories import accounts as account_factories
from tests.factories import assessments as factory
from tests.factories import patients as patient_factories

HTMX = {"HX-Request": "true"}


@pytest.fixture
def patient(team):
    return patient_factories.PatientFactory(team=team)


@pytest.fixture
def draft(patient, clinician):
    return factory.draft(patient, clinician, on=timezone.localdate(), at=timezone.now())


@pytest.fixture
def screen(draft, clinician, signed_in):
    return Screen(signed_in(clinician), draft)


class Screen:
    """What a person has on the screen: the form's fields, and the address of each button."""

    def __init__(self, client, assessment):
        self.client, self.assessment = client, assessment
        self.data = {}
        self.open()

    def open(self, name="edit"):
        response = self.client.get(self.url(name))
        self.data = response.context["form"].data.copy()
        self.data["base"] = response.context["base"]
        if name == "amend":
            self.data["revision"] = str(response.context["assessment"].revision)
        return response

    def url(self, name, *more):
        return reverse(f"assessments:{name}", args=[self.assessment.patient_id, self.assessment.pk, *more])

    def type(self, **changed):
        for name, value in changed.items():
            self.data[name] = value

    def post(self, name, *more, htmx=False, **extra):
        data = self.data.copy()
        data.update(extra)
        return self.client.post(self.url(name, *more), data, headers=HTMX if htmx else None)

    def stored(self):
        self.assessment.refresh_from_db()
        return self.assessment


class TestStart:
    def test_opens_a_form_with_what_the_record_knows(self, patient, clinician, signed_in):
        patient_factories.LabResultFactory(
            patient=patient, value=19, taken_on=timezone.localdate(), entered_at=timezone.now()
        )

        response = signed_in(clinician).post(reverse("assessments:start", args=[patient.pk]), follow=True)

        assert response.status_code == 200
        assert response.context["form"].data["bilirubin_umol_per_l"] == "19"
        assert response.context["panel"].verdict == "insufficient_data"

    def test_is_not_for_a_coordinator(self, patient, coordinator, signed_in):
        response = signed_in(coordinator).post(reverse("assessments:start", args=[patient.pk]))

        assert response.status_code == 403

    def test_says_when_the_course_has_ended(self, patient, clinician, signed_in):
        patient.ended_because = "research_case"
        patient.save()

        response = signed_in(clinician).post(reverse("assessments:start", args=[patient.pk]), follow=True)

        assert "This course has ended" in response.content.decode()


class TestFindings:
    def told(self, response):
        panel = response.context["panel"]
        return panel.answer.says

    def test_are_the_engines_own_answer(self, screen):
        response = screen.post("findings", htmx=True)

        told = self.told(response)
        assert told == guidelines.eligibility(factory.facts())
        assert told["verdict"] == "eligible"

    @pytest.mark.parametrize(
        ("typed", "changed"),
        [
            ({"platelets_10e9_per_l": "59"}, {"platelets_10e9_per_l": 59}),
            (
                {"bilirubin_umol_per_l": "2,1", "bilirubin_umol_per_l_unit": "mg/dL"},
                {"bilirubin_umol_per_l": {"value": 2.1, "unit": "mg/dL"}},
            ),
            (
                {"tumour_fraction_pct": "25", "tumour_fraction_pct_to": "80"},
                {"tumour_fraction_pct": {"min": 25, "max": 80}},
            ),
            ({"ecog": "not_known"}, {"ecog": None}),
            (
                {"portal_trunk": "complete", "portal_collaterals": "few"},
                {"portal_trunk": "complete", "portal_collaterals": "few"},
            ),
            ({"tumour_rupture_bleeding": "yes"}, {"tumour_rupture_bleeding": True}),
            ({"inr": ""}, {"inr": None}),
        ],
    )
    def test_follow_what_is_typed_as_the_engine_would(self, screen, typed, changed):
        screen.type(**typed)

        told = self.told(screen.post("findings", htmx=True))

        assert told == guidelines.eligibility(factory.facts(**changed))

    def test_leave_out_what_was_not_asked(self, screen):
        screen.type(fistula="none", fistula_kind="arterioportal")

        told = self.told(screen.post("findings", htmx=True))

        assert told == guidelines.eligibility(factory.facts())

    def test_count_an_unreadable_answer_as_unknown_and_say_so(self, screen):
        screen.type(platelets_10e9_per_l="11800000")

        response = screen.post("findings", htmx=True)

        assert self.told(response)["missing"] == ["platelets_10e9_per_l"]
        assert 'data-error-for="platelets_10e9_per_l"' in response.content.decode()

    def test_tell_a_contradiction_at_its_fact(self, screen):
        screen.type(pvtt="vp3", macrovascular_invasion="no")

        response = screen.post("findings", htmx=True)

        assert response.status_code == 200
        assert set(response.context["form"].errors) & {"pvtt", "macrovascular_invasion"}

    def test_write_nothing(self, screen):
        before = AuditEntry.objects.count()
        screen.type(ecog="3")

        screen.post("findings", htmx=True)

        assert screen.stored().facts["ecog"]["value"] == 1
        assert screen.stored().revision == 0
        assert AuditEntry.objects.count() == before

    def test_say_call_now_for_a_bleed(self, screen, settings):
        settings.ON_CALL = "Interventional radiology: 4711"
        screen.type(tumour_rupture_bleeding="yes")

        content = screen.post("findings", htmx=True).content.decode()

        assert "Bleeding: call now" in content
        assert "Interventional radiology: 4711" in content

    def test_say_which_number_is_not_in_source(self, screen):
        screen.type(tumour_fraction_pct="72")

        content = screen.post("findings", htmx=True).content.decode()

        assert "Eligible with conditions" in content
        assert "Lifted:" in content
        assert "not-in-source" in content

    def test_offer_the_recheck_under_a_refusal(self, screen):
        screen.type(platelets_10e9_per_l="52")

        content = screen.post("findings", htmx=True).content.decode()

        assert "Platelets 52 → 60 × 10⁹/L" in content

    def test_count_the_answers_of_each_section(self, screen):
        screen.type(ecog="")

        parts = screen.post("findings", htmx=True).context["parts"]

        condition = next(part for part in parts if part.section.key == "condition")
        assert (condition.answered_count, condition.asked_count) == (5, 6)


class TestSave:
    def test_answers_an_htmx_request_with_the_time_and_the_new_base(self, screen):
        screen.type(ecog="2")

        response = screen.post("save", htmx=True)

        assert "Draft saved at" in response.content.decode()
        assert screen.stored().facts["ecog"]["value"] == 2
        assert json.loads(response.context["base"])["ecog"] == {"value": 2}

    def test_keeps_what_cannot_be_read_in_its_box(self, screen):
        screen.type(inr="one point two")
        screen.post("save", htmx=True)

        response = screen.open()

        assert screen.data["inr"] == "one point two"
        assert "inr" in response.context["form"].errors

    def test_keeps_a_chosen_not_known(self, screen):
        screen.type(hypersplenism="not_known")
        screen.post("save", htmx=True)

        screen.open()

        assert screen.data["hypersplenism"] == "not_known"

    def test_keeps_the_provenance_of_what_was_not_touched(self, screen):
        before = screen.stored().facts

        screen.post("save", htmx=True)

        assert screen.stored().facts == before
        assert screen.stored().revision == 0

    def test_shows_the_second_editor_both_values(self, screen, team, signed_in):
        other = Screen(
            signed_in(account_factories.member(team, Role.CLINICIAN, name="Dr T. Adeyemi")), screen.assessment
        )
        screen.type(ecog="2")
        screen.post("save", htmx=True)
        other.type(ecog="3")

        content = other.post("save", htmx=True).content.decode()

        assert 'id="asks-ecog"' in content
        assert "<b>Dr T. Adeyemi</b> answered" in content
        assert "Use 3" in content
        assert screen.stored().facts["ecog"]["value"] == 2

    def test_brings_what_another_changed_onto_the_screen(self, screen, team, signed_in):
        other = Screen(
            signed_in(account_factories.member(team, Role.CLINICIAN, name="Dr T. Adeyemi")), screen.assessment
        )
        screen.type(pvtt="vp1", macrovascular_invasion="yes")
        screen.post("save", htmx=True)

        response = other.post("save", htmx=True)

        assert {item.name for item in response.context["items"]} == {"pvtt", "macrovascular_invasion"}

    def test_settles_a_difference(self, screen, team, signed_in):
        other = Screen(
            signed_in(account_factories.member(team, Role.CLINICIAN, name="Dr T. Adeyemi")), screen.assessment
        )
        screen.type(ecog="2")
        screen.post("save", htmx=True)
        other.type(ecog="3")
        other.post("save", htmx=True)
        screen.open()

        response = screen.post("settle", "ecog", htmx=True, use="second")

        assert response.status_code == 200
        assert screen.stored().facts["ecog"]["value"] == 3
        assert screen.stored().conflicts == {}

    def test_does_not_take_a_request_without_a_form_for_a_blank_one(self, screen):
        before = screen.stored().facts

        screen.client.post(screen.url("save"), {})

        assert screen.stored().facts == before

    @pytest.mark.parametrize("base", ["", "not json", "[1, 2]", '"x"'])
    def test_lives_with_a_damaged_base(self, screen, base):
        screen.type(ecog="2", base=base)

        response = screen.post("save", htmx=True)

        assert response.status_code == 200
        assert screen.stored().facts["ecog"]["value"] == 2

    def test_says_so_when_it_was_signed_meanwhile(self, screen):
        screen.type(decision="proceed", why_not_surgery="Age")
        screen.post("sign")
        screen.type(ecog="2")

        response = screen.post("save", htmx=True)

        assert "Not saved" in response.content.decode()
        assert screen.stored().facts["ecog"]["value"] == 1

    def test_leaves_the_page_on_request(self, screen):
        response = screen.post("save", leave="1")

        assert response.url == screen.url("detail")


class TestNoneOfThese:
    def test_saves_and_writes_the_noes(self, patient, clinician, signed_in):
        client = signed_in(clinician)
        client.post(reverse("assessments:start", args=[patient.pk]))
        screen = Screen(client, patient.assessments.get())
        screen.type(ecog="1")

        response = screen.post("none_of_these", "condition", htmx=True)

        facts = screen.stored().facts
        assert facts["ecog"]["value"] == 1
        assert facts["cachexia"]["source"] == entries.NONE_OF_THESE
        assert {"cachexia", "multi_organ_failure", "infection"} <= {
            item.name for item in response.context["items"]
        }

    def test_returns_to_the_section_without_htmx(self, screen):
        response = screen.post("none_of_these", "condition")

        assert response.url == screen.url("edit") + "#condition"

    def test_knows_its_sections_only(self, screen):
        assert screen.post("none_of_these", "elsewhere").status_code == 404


class TestSign:
    def test_keeps_what_is_typed_when_the_course_has_ended_meanwhile(self, screen):
        screen.type(ecog="2", decision="proceed", why_not_surgery="Age 84")
        Patient.objects.update(ended_because="research_case")

        response = screen.post("sign")

        assert response.status_code == 422
        assert "This course has ended" in response.content.decode()
        assert screen.stored().is_draft
        assert screen.stored().facts["ecog"]["value"] == 2

    def test_signs_what_is_on_the_screen(self, screen):
        screen.type(ecog="2", decision="proceed", why_not_surgery="Age 84")

        response = screen.post("sign")

        assert response.url == screen.url("detail")
        stored = screen.stored()
        assert stored.status == Assessment.Status.SIGNED
        assert stored.facts["ecog"]["value"] == 2
        assert stored.versions.get().record["why_not_surgery"] == "Age 84"

    @pytest.mark.parametrize(
        ("typed", "asked"),
        [
            ({"why_not_surgery": "Age"}, {"decision"}),
            ({"decision": "proceed"}, {"why_not_surgery"}),
            ({"decision": "do_not_proceed", "why_not_surgery": "Age"}, {"reason_against_finding"}),
            (
                {"decision": "proceed", "why_not_surgery": "Age", "platelets_10e9_per_l": "59"},
                {"reason_against_finding"},
            ),
            ({"decision": "refer", "why_not_surgery": "Age"}, {"meeting_owner", "meeting_on"}),
            (
                {"decision": "proceed", "why_not_surgery": "Age", "inr": "x"},
                {"inr", "reason_against_finding"},
            ),
        ],
    )
    def test_says_what_is_still_open_and_keeps_the_draft(self, screen, typed, asked):
        screen.type(**typed)

        response = screen.post("sign")

        assert response.status_code == 422
        assert set(response.context["form"].errors) == asked
        assert "error-summary" in response.content.decode()
        assert screen.stored().is_draft

    def test_refuses_a_meeting_in_the_past(self, screen, clinician):
        yesterday = timezone.localdate() - timedelta(days=1)
        screen.type(
            decision="refer", why_not_surgery="Age", meeting_owner=str(clinician.pk),
            meeting_on=yesterday.isoformat(),
        )  # fmt: skip

        response = screen.post("sign")

        assert set(response.context["form"].errors) == {"meeting_on"}

    def test_does_nothing_twice(self, screen):
        screen.type(decision="proceed", why_not_surgery="Age")
        screen.post("sign")

        response = screen.post("sign")

        assert response.url == screen.url("detail")
        assert screen.stored().versions.count() == 1

    def test_offers_an_amendment_for_what_was_typed_while_another_signed(self, screen):
        screen.type(decision="proceed", why_not_surgery="Age")
        screen.post("sign")
        screen.type(ecog="2")

        response = screen.post("sign")

        assert response.status_code == 409
        assert response.context["form"].data["ecog"] == "2"
        assert "amend with a reason" in response.content.decode()

    def test_waits_while_two_people_differ(self, screen, team, signed_in):
        other = Screen(
            signed_in(account_factories.member(team, Role.CLINICIAN, name="Dr T. Adeyemi")), screen.assessment
        )
        screen.type(ecog="2")
        screen.post("save", htmx=True)
        other.type(ecog="0", decision="proceed", why_not_surgery="Age")

        response = other.post("sign")

        assert response.status_code == 422
        assert "Two people answered differently" in response.content.decode()
        assert screen.stored().is_draft

    def test_records_a_bleed_with_what_is_known(self, patient, clinician, signed_in):
        client = signed_in(clinician)
        client.post(reverse("assessments:start", args=[patient.pk]))
        screen = Screen(client, patient.assessments.get())
        screen.type(tumour_rupture_bleeding="yes", decision="proceed", reason_against_finding="Bleeding")

        screen.post("sign")

        stored = screen.stored()
        assert stored.status == Assessment.Status.SIGNED
        assert stored.verdict == "insufficient_data"
        assert stored.is_urgent is True


class TestAmend:
    @pytest.fixture
    def signed(self, screen):
        screen.type(decision="proceed", why_not_surgery="Age")
        screen.post("sign")
        screen.open("amend")
        return screen

    def test_needs_a_reason(self, signed):
        signed.type(ecog="2")

        response = signed.post("amend")

        assert response.status_code == 422
        assert set(response.context["form"].errors) == {"amendment_reason"}

    def test_shows_what_changed_and_keeps_the_first_version(self, signed):
        signed.type(ecog="2", amendment_reason="Asked again")

        signed.post("amend")

        content = signed.client.get(signed.url("detail")).content.decode()
        assert "Asked again" in content
        assert "<del>1</del> → <ins>2</ins>" in content
        assert signed.stored().versions.count() == 2

    def test_keeps_what_was_typed_when_another_amended_first(self, signed):
        signed.type(ecog="2", amendment_reason="Asked again")
        signed.post("amend")
        signed.type(ecog="3", amendment_reason="Asked once more", reason_against_finding="x")

        response = signed.post("amend")

        assert response.status_code == 409
        assert response.context["form"].data["ecog"] == "3"
        assert signed.stored().versions.count() == 2

    def test_is_only_for_what_is_signed(self, screen):
        assert screen.client.get(screen.url("amend")).url == screen.url("detail")


class TestRecheck:
    def test_makes_a_task_from_what_is_on_the_screen(self, screen, clinician):
        screen.type(platelets_10e9_per_l="52")

        response = screen.post("recheck", htmx=True, fact="platelets_10e9_per_l")

        task = Task.objects.get(patient=screen.assessment.patient)
        today = timezone.localdate()
        assert task.title == "Platelets 52 → 60 × 10⁹/L: recheck in 1–2 weeks"
        assert (task.due_from, task.due_to) == (today + timedelta(days=7), today + timedelta(days=14))
        assert task.owner == clinician
        assert task.fact == "platelets_10e9_per_l"
        assert task.title in response.content.decode()

    def test_is_not_made_twice(self, screen):
        screen.type(platelets_10e9_per_l="52")

        screen.post("recheck", htmx=True, fact="platelets_10e9_per_l")
        screen.post("recheck", htmx=True, fact="platelets_10e9_per_l")

        assert Task.objects.filter(patient=screen.assessment.patient).count() == 1

    def test_makes_nothing_where_nothing_would_change(self, screen):
        response = screen.post("recheck", htmx=True, fact="platelets_10e9_per_l")

        assert "would no longer change" in response.content.decode()
        assert not Task.objects.exists()

    def test_works_on_the_signed_page_without_a_script(self, screen):
        screen.type(
            platelets_10e9_per_l="52", decision="do_not_proceed", why_not_surgery="Age",
        )  # fmt: skip
        screen.post("sign")

        response = screen.client.post(screen.url("recheck"), {"fact": "platelets_10e9_per_l"})

        assert response.status_code == 302
        assert Task.objects.get().fact == "platelets_10e9_per_l"

    def test_is_not_offered_nor_made_once_the_course_has_ended(self, screen):
        screen.type(platelets_10e9_per_l="52", decision="do_not_proceed", why_not_surgery="Age")
        screen.post("sign")
        Patient.objects.update(ended_because="research_case")

        page = screen.client.get(screen.url("detail")).content.decode()
        screen.client.post(screen.url("recheck"), {"fact": "platelets_10e9_per_l"})

        assert "What would change it" in page
        assert "Task: recheck" not in page
        assert not Task.objects.exists()

    def test_survives_a_fact_that_nothing_hangs_on(self, screen):
        response = screen.client.post(screen.url("recheck"), {"fact": "nonsense"})

        assert response.status_code == 302


class TestReading:
    def test_lists_the_reason_for_going_against_the_finding(self, screen):
        screen.type(decision="do_not_proceed", reason_against_finding="Wants to wait", why_not_surgery="Age")
        screen.post("sign")

        listed = screen.client.get(reverse("assessments:list", args=[screen.assessment.patient_id]))
        detail = screen.client.get(screen.url("detail"))
        sheet = screen.client.get(screen.url("print"))

        for response in (listed, detail, sheet):
            assert "Wants to wait" in response.content.decode()

    def test_shows_the_signed_answer_and_not_a_new_one(self, screen):
        screen.type(decision="proceed", why_not_surgery="Age")
        screen.post("sign")
        Assessment.objects.filter(pk=screen.assessment.pk).update(facts={})

        response = screen.client.get(screen.url("detail"))

        assert response.context["panel"].verdict == "eligible"

    @pytest.mark.parametrize("name", ["detail", "print"])
    def test_is_open_to_those_who_only_read(self, screen, observer, coordinator, signed_in, name):
        for reader in (observer, coordinator):
            assert signed_in(reader).get(screen.url(name)).status_code == 200

    @pytest.mark.parametrize("name", ["edit", "amend", "discard"])
    def test_is_not_edited_by_those_who_only_read(self, screen, observer, coordinator, signed_in, name):
        for reader in (observer, coordinator):
            assert signed_in(reader).get(screen.url(name)).status_code == 403

    def test_is_hidden_from_another_team(self, screen, stranger, signed_in):
        for name in ("edit", "detail", "print", "amend", "discard"):
            assert signed_in(stranger).get(screen.url(name)).status_code == 404

    def test_is_404_under_another_patients_address(self, screen, team):
        other = patient_factories.PatientFactory(team=team)

        response = screen.client.get(reverse("assessments:detail", args=[other.pk, screen.assessment.pk]))

        assert response.status_code == 404

    def test_says_what_to_do_when_there_is_none(self, patient, clinician, observer, signed_in):
        url = reverse("assessments:list", args=[patient.pk])

        assert "Start an assessment" in signed_in(clinician).get(url).content.decode()
        assert "Start an assessment" not in signed_in(observer).get(url).content.decode()

    def test_opens_the_draft_for_reading_too(self, screen):
        content = screen.client.get(screen.url("detail")).content.decode()

        assert "Go on with the draft" in content


class TestDiscard:
    def test_asks_for_a_reason(self, screen):
        response = screen.client.post(screen.url("discard"), {"because": ""})

        assert response.status_code == 422
        assert screen.stored().is_draft

    def test_ends_the_draft(self, screen):
        screen.client.post(screen.url("discard"), {"because": "Wrong patient"})

        assert screen.stored().status == Assessment.Status.DISCARDED
        assert screen.client.get(screen.url("edit")).url == screen.url("detail")


class TestBadInput:
    @pytest.mark.parametrize(
        "typed",
        [
            {"decision": "perhaps"},
            {"meeting_owner": "999999", "decision": "refer"},
            {"meeting_on": "31.2.2026", "decision": "refer"},
            {"ecog": "7"},
            {"ecog_possible": ["0", "9"]},
            {"sex": "weird"},
            {"bilirubin_umol_per_l_unit": "stone"},
            {"individual_plan": "x" * 10_000},
            {"lesion_diameters_mm": "44, -3"},
            {"inr": "\x00"},
            {"tumour_fraction_pct": "0.72"},
        ],
    )
    def test_is_told_and_kept_and_never_a_crash(self, screen, typed):
        for name, value in typed.items():
            if isinstance(value, list):
                screen.data.setlist(name, value)
            else:
                screen.type(**{name: value})

        assert screen.post("findings", htmx=True).status_code == 200
        assert screen.post("save", htmx=True).status_code == 200
        assert screen.post("sign").status_code == 422
        assert screen.client.get(screen.url("edit")).status_code == 200
        assert screen.client.get(screen.url("detail")).status_code == 200

    def test_keeps_a_text_that_is_too_long(self, screen):
        screen.type(individual_plan="x" * 5000)
        screen.post("save", htmx=True)

        screen.open()

        assert screen.data["individual_plan"] == "x" * 5000

    def test_reads_every_kind_of_line_end_as_one(self, screen):
        screen.type(individual_plan="One.\r\nTwo.")

        screen.post("save", htmx=True)

        assert screen.stored().individual_plan == "One.\nTwo."

    def test_writes_equal_answers_as_equal_json(self, screen):
        form = screen.client.get(screen.url("edit")).context["form"]

        assert form.given == answers.answers_of(screen.stored())
        assert date.fromisoformat(screen.stored().facts["inr"]["on"]) == timezone.localdate()
