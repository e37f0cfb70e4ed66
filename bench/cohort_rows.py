"""Invents a team's cohort: who was treated, with what, what happened after, and how it went. On either database.

`DATABASE_URL=… python -m bench.cohort_rows [PATIENTS]` fills that database, to look at the plots by hand. The same
number and day give the same patients.
"""

import os
import random
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bench import find_patient

SIZE, BATCH, SEED = 10_000, 2_000, 2026
YEARS = 5
OPERATORS, COORDINATORS = 6, 4
TERMS = ("fever", "abdominal_pain", "nausea", "vomiting", "alt_increased", "ast_increased", "liver_abscess")
AGENTS = {"doxorubicin": (30, 75), "epirubicin": (40, 80), "cisplatin": (50, 120)}
# About as long as a signed reading of two lesions is.
RECORD_FILLING = "x" * 6_000


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def make_team(size: int, *, on: date) -> tuple[Any, Any]:
    """Make the tables, the team, its people and its patients; return the team and a clinician who asks."""
    from django.core.management import call_command
    from django.db import connection

    from accounts.models import Membership, Team, User
    from accounts.roles import Role

    call_command("migrate", verbosity=0)
    team = Team.objects.create(name="Benchmark")

    def member(name: str, role: str) -> Any:
        user = User.objects.create_user(f"{name}@example.org", name=name.capitalize())
        Membership.objects.create(user=user, team=team, role=role)
        return user

    doctors = [member(f"operator{number}", Role.CLINICIAN) for number in range(OPERATORS)]
    owners = [member(f"coordinator{number}", Role.COORDINATOR) for number in range(COORDINATORS)]
    member("observer", Role.OBSERVER)
    fill(team, size, doctors, owners, on=on)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return team, doctors[0]


def fill(team: Any, size: int, doctors: list[Any], owners: list[Any], *, on: date) -> None:
    """Put so many patients into the team, each with a course of one to four procedures."""
    from patients.models import Patient

    numbers = random.Random(SEED)
    find_patient.fill(team, size, numbers)
    ids = list(Patient.objects.filter(team=team).order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), BATCH):
        Writer(doctors, owners, numbers, on).write(ids[first : first + BATCH])


class Writer:
    """Writes the courses of some patients, table by table."""

    def __init__(self, doctors: list[Any], owners: list[Any], numbers: random.Random, on: date) -> None:
        self.doctors, self.owners, self.numbers, self.on = doctors, owners, numbers, on

    def write(self, ids: list[int]) -> None:
        assessments = self._assessments(ids)
        procedures = self._procedures(ids, assessments)
        self._given(procedures)
        self._after(procedures)
        self._labs(procedures)
        self._reviews(procedures)

    def _chance(self, share: float) -> bool:
        return self.numbers.random() < share

    def _assessments(self, ids: list[int]) -> dict[int, Any]:
        from assessments.actions import edition
        from assessments.models import Assessment
        from patients.models import Diagnosis, Patient

        settings, pick = edition.settings_in_force(on=self.on, at=at(self.on)), self.numbers.choice
        Diagnosis.objects.bulk_create(
            Diagnosis(patient_id=pk, hepatitis_b=pick(["yes", "no"]), hepatitis_c=pick(["yes", "no", "no"]))
            for pk in ids
        )
        rows = []
        for pk in ids:
            made_on = self.on - timedelta(days=self.numbers.randrange(40, 365 * YEARS))
            said = {"on": made_on.isoformat(), "source": "typed"}
            ascites = {"value": pick(["none", "none", "slight"])} | said
            rows.append(Assessment(
                patient_id=pk, made_on=made_on, status="signed", decision="proceed", verdict="eligible",
                edition_settings=settings, bclc_stage=pick("AABBBC"), child_pugh_class=pick("AAAB"),
                facts={"ascites": ascites, "encephalopathy": {"value": "none"} | said},
                created_at=at(made_on), saved_at=at(made_on), signed_at=at(made_on), signed_by=pick(self.doctors),
            ))  # fmt: skip
        died = [pk for pk in ids if self._chance(0.3)]
        Patient.objects.filter(pk__in=died).update(ended_on=self.on, ended_because="died")
        return {row.patient_id: row for row in Assessment.objects.bulk_create(rows)}

    def _procedures(self, ids: list[int], assessments: dict[int, Any]) -> list[Any]:
        from procedures.models import Exposure, Procedure

        rows = []
        for pk in ids:
            day = assessments[pk].made_on + timedelta(days=7)
            for _number in range(self.numbers.choice([1, 1, 2, 2, 3, 4])):
                if day < self.on:
                    rows.append(self._procedure(pk, assessments[pk], day))
                day += timedelta(days=self.numbers.randrange(35, 200))
        made = Procedure.objects.bulk_create(rows)
        Procedure.operators.through.objects.bulk_create(
            Procedure.operators.through(procedure_id=one.pk, user_id=self.numbers.choice(self.doctors).pk)
            for one in made
        )
        Exposure.objects.bulk_create(
            Exposure(
                procedure=one, dose_area_product_gy_cm2=self.numbers.randrange(60, 420),
                air_kerma_mgy=self.numbers.randrange(300, 3600), fluoroscopy_min=self.numbers.randrange(8, 55),
                contrast_ml=self.numbers.randrange(60, 260),
            )
            for one in made
        )  # fmt: skip
        return made

    def _procedure(self, pk: int, assessment: Any, day: date) -> Any:
        from procedures.models import Procedure

        by, moment = self.numbers.choice(self.doctors), at(day)
        return Procedure(
            patient_id=pk, assessment=assessment, planned_on=day, planned_modality="TACE", modality="TACE",
            started_at=moment, ended_at=moment + timedelta(hours=1), signed_at=moment, signed_by=by, height_cm=172,
            weight_kg=70, created_at=moment, created_by=by, saved_at=moment, saved_by=by,
        )  # fmt: skip

    def _given(self, procedures: list[Any]) -> None:
        from procedures.models import Administration, Agent, Artery, TargetVessel

        agents, artery = list(Agent.objects.filter(code__in=AGENTS)), Artery.objects.order_by("pk")[0]
        targets = TargetVessel.objects.bulk_create(
            TargetVessel(procedure=one, number=number, artery=artery)
            for one in procedures
            for number in range(1, self.numbers.randrange(2, 4))
        )
        Administration.objects.bulk_create(
            Administration(
                target=target, agent=(agent := self.numbers.choice(agents)), carrier="oil_emulsion",
                dose_mg=None if self._chance(0.02) else self.numbers.randint(*AGENTS[agent.code]) // 2,
            )
            for target in targets
        )  # fmt: skip

    def _after(self, procedures: list[Any]) -> None:
        from procedures.models import AdverseEvent, SymptomEntry

        asked = [one for one in procedures if self._chance(0.9)]
        SymptomEntry.objects.bulk_create(
            SymptomEntry(
                procedure=one, asked_at=one.started_at + timedelta(days=day), entered_at=one.started_at,
                answers={"ascites": "none", "encephalopathy": "none", "nausea": "no"},
            )
            for one in asked
            for day in (1, 7, 35)
        )  # fmt: skip
        AdverseEvent.objects.bulk_create(
            AdverseEvent(
                procedure=one, term=self.numbers.choice(TERMS), onset_on=one.started_at.date() + timedelta(days=1),
                ctcae_grade=self.numbers.choice([1, 1, 1, 2, 2, 3, 4, None]), entered_at=one.started_at,
            )
            for one in asked
            for _number in range(self.numbers.choice([0, 1, 1, 2, 3]))
        )  # fmt: skip

    def _labs(self, procedures: list[Any]) -> None:
        from patients.models import LabResult

        rows = (row for one in procedures for row in self._values(one, LabResult))
        LabResult.objects.bulk_create(rows, batch_size=BATCH)

    def _values(self, one: Any, model: Any) -> Iterator[Any]:
        bilirubin, albumin = self.numbers.randint(8, 40), self.numbers.randint(30, 46)
        for day, worse in ((-3, 0), (7, 6), (36, 2)):
            if day > 0 and self._chance(0.15):
                continue
            taken_on = one.started_at.date() + timedelta(days=day)
            values = (
                ("bilirubin_umol_per_l", "umol/L", bilirubin + self.numbers.randint(0, 2 * worse)),
                ("albumin_g_per_l", "g/L", albumin - self.numbers.randint(0, worse)),
                ("inr", "ratio", 1.1), ("afp_ng_per_ml", "ng/mL", 40), ("platelets_10e9_per_l", "10^9/L", 120),
            )  # fmt: skip
            if taken_on <= self.on:
                for analyte, unit, value in values:
                    yield model(
                        patient_id=one.patient_id, analyte=analyte, value=value, unit=unit, canonical_value=value,
                        taken_on=taken_on, entered_at=at(taken_on),
                    )  # fmt: skip

    def _reviews(self, procedures: list[Any]) -> None:
        from followup.models import ImagingReview, Reading, SignedReading

        last = {one.patient_id: one.pk for one in procedures}
        reviews = ImagingReview.objects.bulk_create(
            self._review(one, last[one.patient_id] == one.pk) for one in procedures
        )
        readings = Reading.objects.bulk_create(self._reading(one) for one in reviews if one.done_on)
        SignedReading.objects.bulk_create(
            SignedReading(
                reading=one, number=1, signed_at=one.saved_at, signed_by=one.reader,
                record={"responses": {"mrecist": {"targets": {"baseline_mm": 80}}}, "filling": RECORD_FILLING},
            )
            for one in readings
        )  # fmt: skip

    def _review(self, one: Any, is_last: bool) -> Any:
        from followup.models import ImagingReview

        began = one.started_at.date()
        done_on = began + timedelta(days=round(self.numbers.gauss(38, 6)))
        is_done = done_on <= self.on and not self._chance(0.06)
        fields: dict[str, Any] = {}
        if is_done:
            moments = ("done_recorded_at", "read_at", "decided_at", "closed_at")
            fields = {"done_on": done_on, "done_modality": "ct", "closed_because": "decided"}
            fields |= dict.fromkeys(moments, at(done_on))
        elif not is_last:
            closed = at(began + timedelta(days=60))
            fields = {"closed_at": closed, "closed_because": "treated_again"}
        return ImagingReview(
            team_id=self.doctors[0].memberships.all()[0].team_id, patient_id=one.patient_id, after_procedure=one,
            counts_from=began, clause="7.1", due_from=began + timedelta(days=28), due_to=began + timedelta(days=42),
            opened_at=one.started_at, owner=self.numbers.choice(self.owners), **fields,
        )  # fmt: skip

    def _reading(self, review: Any) -> Any:
        from followup.models import Reading

        sum_mm = self.numbers.choice([0, 20, 40, 60, 80, 110])
        response = "CR" if not sum_mm else "PR" if sum_mm <= 56 else "SD" if sum_mm < 96 else "PD"
        by, moment = self.numbers.choice(self.doctors), at(review.done_on)
        return Reading(
            review=review, reader=by, imaged_on=review.done_on, modality="ct", mrecist=response, viable_sum_mm=sum_mm,
            started_at=moment, saved_at=moment, signed_at=moment, signed_by=by,
        )  # fmt: skip


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    make_team(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE, on=date.today())  # noqa: DTZ011 - a day to try by hand
