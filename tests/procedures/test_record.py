"""The record while it is made: it saves itself, loses nothing, and two people never overwrite each other."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.roles import Role
from patients.models import Task
from procedures import answers as told
from procedures import working
from procedures.actions import plan, targets
from procedures.actions import record as actions
from procedures.models import Administration, Embolisation, Procedure
from tests.factories import accounts as account_factories
from tests.factories import patients as patient_factories
from tests.factories import procedures as factories
from tests.factories.patients import NOW
from tests.procedures import screens

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(team):
    return patient_factories.PatientFactory(team=team)


@pytest.fixture
def procedure(patient, clinician):
    return factories.ProcedureFactory(patient=patient, started_at=NOW, modality="TACE", created_by=clinician)


@pytest.fixture
def target(procedure):
    return factories.TargetVesselFactory(
        procedure=procedure, number=1, artery=factories.ArteryFactory(code="a8")
    )


@pytest.fixture
def screen(patient, procedure, clinician, signed_in):
    """The record in a browser: what stands in its boxes, to be changed and sent."""
    return Screen(signed_in(clinician), patient, procedure)


class Screen:
    def __init__(self, client, patient, procedure):
        self.client, self.keys = client, (patient.pk, procedure.pk)
        self.boxes = {}

    def url(self, name, *more):
        return reverse(f"procedures:{name}", args=[*self.keys, *more])

    def read(self, open_target=None):
        query = {"target": open_target.pk} if open_target else {}
        self.page = self.client.get(self.url("record"), query).content.decode()
        self.boxes = screens.boxes_of(self.page)
        return self

    def send(self, name="save", *more, **changed):
        """Send the screen as htmx does, some boxes changed."""
        data = self.boxes | {box.replace("__", "-"): value for box, value in changed.items()}
        return self.client.post(self.url(name, *more), data, headers={"HX-Request": "true"})


def given_of(procedure, **answers):
    """Answers on top of what the rows hold, as a screen gives them."""
    base = told.answers_of(working.load(procedure.patient, procedure))
    return base, {**base, **{name.replace("__", "-"): {"value": value} for name, value in answers.items()}}


def ended_at(procedure):
    """Five past eleven on the clock of the team."""
    zone = ZoneInfo(procedure.patient.team.time_zone)
    return datetime(2026, 3, 2, 11, 5, tzinfo=zone)


class TestSave:
    def test_of_an_untouched_screen_changes_nothing(self, screen, procedure, target):
        factories.AdministrationFactory(target=target, dose_mg=Decimal("50.00"), carrier="oil_emulsion")
        before = Procedure.objects.values().get(pk=procedure.pk)

        answer = screen.read(target).send()

        assert answer.status_code == 200
        assert Procedure.objects.values().get(pk=procedure.pk) == before
        assert Administration.objects.get().dose_mg == Decimal("50.00")

    def test_keeps_every_part_of_the_screen(self, screen, procedure, target):
        lesion = patient_factories.LesionFactory(patient=procedure.patient)
        key = f"t{target.pk}-"
        changed = {
            "ended_at": "2026-03-02T11:05", "access": "radial", "height_cm": "172", "weight_kg": "75",
            "air_kerma": "2.4", "air_kerma_unit": "Gy", "step-dsa": "yes", "step-venous_phase": "no",
            "because-venous_phase": "breath", "run1-artery": "coeliac", "run1-phases": ["arterial", "venous"],
            "michels_type": "III", "narrative": "Smooth.", f"{key}level": "segmental", f"{key}microcatheter": "yes",
            f"{key}lesions": [str(lesion.pk)], f"{key}calibre_mm": "2.4", f"{key}beyond_cystic": "yes",
            f"{key}g1-what": "agent:doxorubicin", f"{key}g1-dose": "50", f"{key}g1-carrier": "oil_emulsion",
            f"{key}g2-what": "material:ethiodised-oil", f"{key}g2-volume": "8", f"{key}g2-lot": "L77",
            f"{key}g3-what": "material:gelatin-sponge", f"{key}g3-size": "500–1000",
        }  # fmt: skip

        screen.read(target).send(**changed)

        procedure.refresh_from_db()
        target.refresh_from_db()
        assert procedure.typed == {}
        assert (
            procedure.ended_at - procedure.started_at == timedelta(hours=1, minutes=35) or procedure.ended_at
        )
        assert procedure.steps["venous_phase"] == {"answer": "no", "because": "breath"}
        assert procedure.angiography == [
            {"artery": "coeliac", "arterial": True, "parenchymal": False, "venous": True}
        ]
        assert procedure.exposure.air_kerma_mgy == 2400
        assert procedure.exposure.entered["air_kerma"] == {"value": 2.4, "unit": "Gy"}
        assert (target.level, target.calibre_mm, list(target.lesions.all())) == (
            "segmental",
            Decimal("2.4"),
            [lesion],
        )
        dose = Administration.objects.get()
        assert (dose.agent.code, dose.dose_mg, dose.carrier, dose.order) == (
            "doxorubicin",
            50,
            "oil_emulsion",
            1,
        )
        oil, sponge = Embolisation.objects.order_by("order")
        assert (oil.volume_ml, oil.lot, oil.order) == (8, "L77", 2)
        assert (sponge.size_low_um, sponge.size_high_um, sponge.order) == (500, 1000, 3)

    def test_shows_again_what_it_kept(self, screen, target):
        key = f"t{target.pk}-"
        changed = {
            f"{key}g1-what": "agent:cisplatin",
            f"{key}g1-dose": "60",
            "step-dsa": "yes",
            "contrast": "120",
        }
        screen.read(target).send(**changed)

        screen.read(target)

        assert screen.boxes[f"{key}g1-what"] == ["agent:cisplatin"]
        assert screen.boxes[f"{key}g1-dose"] == ["60"]
        assert screen.boxes["step-dsa"] == ["yes"]
        assert screen.boxes["contrast"] == ["120"]

    def test_keeps_what_cannot_be_read_as_it_was_typed(self, screen, procedure, target):
        screen.read(target).send(**{"weight_kg": "heavy", f"t{target.pk}-g1-dose": "5O"})

        screen.read(target)

        procedure.refresh_from_db()
        assert procedure.weight_kg is None
        assert screen.boxes["weight_kg"] == ["heavy"]
        assert screen.boxes[f"t{target.pk}-g1-dose"] == ["5O"]

    def test_keeps_a_dose_typed_before_its_agent(self, screen, procedure, target):
        key = f"t{target.pk}-"
        screen.read(target).send(**{f"{key}g1-dose": "50"})
        assert screen.read(target).boxes[f"{key}g1-dose"] == ["50"]

        screen.send(**{f"{key}g1-what": "agent:doxorubicin"})

        procedure.refresh_from_db()
        assert Administration.objects.get().dose_mg == 50
        assert procedure.typed == {}

    def test_discards_the_row_of_a_blanked_line(self, screen, target):
        factories.AdministrationFactory(target=target)
        factories.EmbolisationFactory(target=target, order=2)

        screen.read(target).send(**{f"t{target.pk}-g1-what": ""})

        assert Administration.objects.get().discarded_at is not None
        assert Embolisation.objects.get().discarded_at is None

    def test_puts_a_material_in_the_place_of_an_agent(self, screen, target):
        factories.AdministrationFactory(target=target)

        screen.read(target).send(**{f"t{target.pk}-g1-what": "material:microspheres"})
        screen.read(target).send()

        assert Administration.objects.get().discarded_at is not None
        assert Embolisation.objects.get(discarded_at=None).material.code == "microspheres"

    def test_takes_an_answer_back_to_unknown(self, screen, procedure):
        screen.read().send(**{"step-dsa": "yes", "access": "femoral"})
        screen.read().send(**{"step-dsa": "", "access": ""})

        procedure.refresh_from_db()
        assert procedure.steps == {}
        assert procedure.access == ""

    def test_leaves_the_start_where_it_was_when_it_is_blanked(self, screen, procedure):
        screen.read().send(started_at="")

        procedure.refresh_from_db()
        assert procedure.started_at == NOW

    def test_of_an_end_before_the_start_is_refused_at_its_box(self, screen, procedure):
        screen.read().send(ended_at="2026-03-01T08:00")

        procedure.refresh_from_db()
        assert procedure.ended_at is None
        assert "The end is before the start." in screen.read().page

    @pytest.mark.parametrize("moment", ["9999-12-31T23:59", "0001-01-01T00:00"])
    def test_of_a_start_that_cannot_be_leaves_the_one_that_was(self, screen, procedure, moment):
        answer = screen.read().send("findings", started_at=moment).content.decode()
        screen.send(started_at=moment)

        procedure.refresh_from_db()
        assert 'data-error-for="started_at"' in answer
        assert procedure.started_at == NOW

    def test_without_a_form_blanks_nothing(self, screen, procedure):
        procedure.narrative = "Kept"
        procedure.save()

        screen.client.post(screen.url("save"), {}, headers={"HX-Request": "true"})

        procedure.refresh_from_db()
        assert procedure.narrative == "Kept"

    @pytest.mark.parametrize("base", ["", "[]", '{"access": 3}', "no json", "null"])
    def test_survives_a_broken_base(self, screen, base):
        assert screen.read().send(base=base).status_code == 200

    def test_of_a_signed_record_is_refused_in_words(self, screen, procedure, clinician):
        screen.read()
        procedure.signed_at, procedure.signed_by = NOW, clinician
        procedure.save()

        answer = screen.send(narrative="Later")

        procedure.refresh_from_db()
        assert "not open any more" in answer.content.decode()
        assert procedure.narrative == ""

    def test_of_one_sitting_writes_one_row_to_the_trail(self, procedure, clinician):
        for minute, narrative in enumerate(["a", "ab", "abc"]):
            base, given = given_of(procedure, narrative=narrative)
            actions.save_record(
                procedure=procedure, given=given, base=base, by=clinician, at=NOW + timedelta(minutes=minute)
            )

        assert AuditEntry.objects.filter(what="procedures.save").count() == 1


class TestRefusedSlips:
    @pytest.mark.parametrize("dose", ["1500.01", "50000"])
    def test_of_a_dose_are_told_with_what_was_meant(self, screen, target, dose):
        key = f"t{target.pk}-"

        panel = screen.read(target).send(
            "findings", **{f"{key}g1-what": "agent:doxorubicin", f"{key}g1-dose": dose}
        )

        words = panel.content.decode()
        assert "nobody gives" in words
        assert f'data-error-for="{key}g1-dose"' in words
        assert ("Did you mean 50 mg?" in words) is (dose == "50000")

    def test_at_the_limit_are_none(self, screen, target):
        key = f"t{target.pk}-"

        panel = screen.read(target).send(
            "findings", **{f"{key}g1-what": "agent:doxorubicin", f"{key}g1-dose": "1500"}
        )

        assert "nobody gives" not in panel.content.decode()

    def test_never_reach_the_row(self, screen, target, procedure):
        key = f"t{target.pk}-"
        screen.read(target).send(**{f"{key}g1-what": "agent:doxorubicin", f"{key}g1-dose": "50000"})

        procedure.refresh_from_db()
        assert Administration.objects.get().dose_mg is None
        assert screen.read(target).boxes[f"{key}g1-dose"] == ["50000"]


class TestTwoPeople:
    def test_keep_each_others_answers(self, procedure, clinician, team):
        other = account_factories.member(team, Role.CLINICIAN, name="Dr Amadi")
        base, mine = given_of(procedure, narrative="Mine")
        _base, theirs = given_of(procedure, access="radial")
        actions.save_record(
            procedure=procedure, given=theirs | {"narrative": told.NONE}, base=base, by=other, at=NOW
        )

        saved = actions.save_record(
            procedure=procedure, given=mine | {"access": told.NONE}, base=base, by=clinician, at=NOW
        )

        procedure.refresh_from_db()
        assert (procedure.narrative, procedure.access) == ("Mine", "radial")
        assert saved.conflicts == {}
        assert saved.changed_by_others == {"access"}

    def test_are_shown_both_values_until_one_is_chosen(self, screen, procedure, team, signed_in):
        other = account_factories.member(team, Role.CLINICIAN, name="Dr Amadi")
        theirs = Screen(signed_in(other), procedure.patient, procedure)
        screen.read(), theirs.read()
        theirs.send(narrative="Spasm")

        answer = screen.send(narrative="No spasm").content.decode()
        again = screen.send(narrative="No spasm", base=base_in(answer)).content.decode()

        procedure.refresh_from_db()
        assert procedure.narrative == "Spasm"
        for told_page in (answer, again):
            assert "Dr Amadi" in told_page
            assert "No spasm" in told_page

    @pytest.mark.parametrize(("choice", "kept"), [("mine", "No spasm"), ("theirs", "Spasm")])
    def test_settle_with_one_press(self, screen, procedure, team, signed_in, choice, kept):
        other = account_factories.member(team, Role.CLINICIAN, name="Dr Amadi")
        theirs = Screen(signed_in(other), procedure.patient, procedure)
        screen.read(), theirs.read()
        theirs.send(narrative="Spasm")

        answer = screen.send(narrative="No spasm", settle=f"narrative:{choice}", access="radial")

        procedure.refresh_from_db()
        assert answer.headers["HX-Refresh"] == "true"
        assert (procedure.narrative, procedure.access) == (kept, "radial")

    def test_never_lose_a_conflicting_target_by_folding_it(self, screen, procedure, target, team, signed_in):
        other = account_factories.member(team, Role.CLINICIAN, name="Dr Amadi")
        theirs = Screen(signed_in(other), procedure.patient, procedure)
        screen.read(target), theirs.read(target)
        theirs.send(**{f"t{target.pk}-note": "theirs"})

        answer = screen.send("target_close", **{f"t{target.pk}-note": "mine"})

        assert answer.headers["HX-Retarget"] == "#saved-words"
        assert "mine" in answer.content.decode()


def base_in(answer: str) -> str:
    """The base that an answer hands back."""
    parser = screens.Boxes()
    parser.is_inside = True
    parser.feed(answer)
    return parser.sent["base"][0]


class TestTargets:
    def test_are_added_and_opened(self, screen, procedure):
        answer = screen.read().send("target_add", new_artery="a8").content.decode()

        made = procedure.targets.get()
        assert (made.number, made.artery.code) == (1, "a8")
        assert f'name="t{made.pk}-level"' in answer

    def test_are_saved_when_another_is_opened(self, screen, procedure, target):
        second = targets.add_target(
            procedure=procedure, artery=factories.ArteryFactory(code="a5"), by=procedure.created_by, at=NOW
        )

        answer = screen.read(target).send("target_open", second.pk, **{f"t{target.pk}-level": "segmental"})

        target.refresh_from_db()
        assert target.level == "segmental"
        assert f'name="t{second.pk}-level"' in answer.content.decode()
        assert f"t{second.pk}-artery" in json.loads(base_in(answer.content.decode()))

    def test_that_are_folded_show_every_digit_of_what_was_given(self, screen, procedure, target):
        factories.AdministrationFactory(target=target, dose_mg=Decimal("33.33"), carrier="oil_emulsion")
        target.level, target.end_point = "segmental", "near_stasis"
        target.save()

        page = screen.read().page

        for words in ("33.33 mg", "Emulsion with oil", "Segmental", "Near stasis"):
            assert words in page

    def test_are_discarded_and_stay_as_rows(self, screen, procedure, target):
        screen.read(target).send("target_discard", target.pk)

        target.refresh_from_db()
        assert target.discarded_at is not None
        assert "No target yet" in screen.read().page

    def test_that_were_copied_count_only_once_confirmed(self, screen, procedure, target):
        target.is_confirmed = False
        target.save()
        factories.AdministrationFactory(target=target)
        assert "Doxorubicin: dose" not in screen.read().page

        screen.send("target_confirm", target.pk)

        target.refresh_from_db()
        assert target.is_confirmed
        assert "Doxorubicin: dose" in screen.read().page

    def test_of_another_procedure_are_not_touched(self, screen):
        other = factories.TargetVesselFactory()

        assert screen.read().send("target_discard", other.pk).status_code == 404


class TestSkinCheck:
    @pytest.mark.parametrize(("kerma", "count"), [("4999", 0), ("5000", 1), ("5001", 1)])
    def test_is_due_from_a_substantial_dose(self, screen, procedure, kerma, count):
        screen.read().send(air_kerma=kerma)

        assert Task.objects.filter(patient=procedure.patient).count() == count

    def test_is_set_once_and_10_to_14_days_after(self, screen, procedure):
        screen.read().send(air_kerma="6000")
        screen.read().send(air_kerma="6100")

        task = Task.objects.get()
        day = procedure.started_at.date()
        assert ((task.due_from - day).days, (task.due_to - day).days) == (10, 14)


class TestCallsOfTheDaysAfter:
    def start(self, screen, clinician):
        self.today = timezone.now()
        planned = factories.ProcedureFactory(patient_id=screen.keys[0], technique="conventional")
        plan.start_procedure(procedure=planned, by=clinician, at=self.today)
        screen.keys = (screen.keys[0], planned.pk)
        return planned

    def due(self, procedure):
        found = Task.objects.filter(patient=procedure.patient, kind=Task.Kind.CALL)
        return {(call.due_from, call.outcome) for call in found}

    def test_move_when_the_start_is_corrected_to_the_day_before(self, screen, clinician):
        begun = self.start(screen, clinician)
        day = timezone.localdate(self.today, ZoneInfo(begun.patient.team.time_zone))

        screen.read().send(started_at=f"{day - timedelta(days=1)}T22:10")

        expected = {(day + timedelta(days=n), "not_needed") for n in (1, 3, 7, 14)}
        expected |= {(day + timedelta(days=n - 1), "") for n in (1, 3, 7, 14)}
        assert self.due(begun) == expected

    def test_stay_when_only_the_hour_is_corrected(self, screen, clinician):
        begun = self.start(screen, clinician)
        before = self.due(begun)
        day = timezone.localdate(self.today, ZoneInfo(begun.patient.team.time_zone))

        screen.read().send(started_at=f"{day}T00:00")

        begun.refresh_from_db()
        assert begun.started_at <= self.today
        assert self.due(begun) == before


class TestWithoutScripts:
    def test_saves_and_stays(self, screen, procedure):
        screen.read()

        answer = screen.client.post(screen.url("save"), screen.boxes | {"narrative": "Plain"})

        procedure.refresh_from_db()
        assert answer.url.startswith(screen.url("record"))
        assert procedure.narrative == "Plain"

    def test_opens_a_target_with_its_address(self, screen, target):
        screen.read()

        answer = screen.client.post(screen.url("target_open", target.pk), screen.boxes)

        assert answer.url == f"{screen.url('record')}?target={target.pk}#targets"
