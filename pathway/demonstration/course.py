"""One invented patient's course after the assessment: each step calls the action that a click calls, on a past day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from accounts.models import User
from followup import guidance, standing
from followup.actions import contacts, decisions, imaging, pauses, readings, reviews
from followup.models import ImagingReview, Reading
from pathway.demonstration import laboratory, perform
from pathway.demonstration.sessions import Session
from patients.actions import labs
from patients.models import LabResult, Patient
from procedures.actions import watch
from procedures.models import Procedure

# Lesion by lesion: the longest and the viable diameter in millimetres.
Sizes = Sequence[tuple[int, int]]
CALLED_ON_DAYS = (3, 14)
QUIET = {"nausea": "no", "vomiting": "no", "access_site": "no", "urination": "no", "jaundice": "no"}
NO_LIVER_SIGNS = {"ascites": "none", "encephalopathy": "none"}
# A dynamic enhanced scan that shows what 7.4 asks for before it advises to hold.
DENSE = {
    "lipiodol_deposition": "dense", "necrosis": "complete", "viable_tumour": "no", "enlargement": "no",
    "new_lesions": "no", "thrombus": "vp0", "spread": "none",
}  # fmt: skip
VIABLE = DENSE | {"lipiodol_deposition": "partial", "necrosis": "partial", "viable_tumour": "yes"}
GROWN = VIABLE | {"enlargement": "yes"}


@dataclass(frozen=True)
class Course:
    """A patient, the people of the team by the names of their addresses, and the day from which days are counted."""

    patient: Patient
    people: Mapping[str, User]
    at: datetime

    def when(self, days_ago: int, hour: int = 10) -> datetime:
        """Return a moment of working hours so many days ago."""
        return datetime.combine(self.day(days_ago), time(hour), tzinfo=self.at.tzinfo)

    def day(self, days_ago: int) -> date:
        return (self.at - timedelta(days=days_ago)).date()

    @property
    def review(self) -> ImagingReview:
        return self.patient.reviews.get(closed_at=None)

    def treat(self, session: Session) -> Procedure:
        """Perform the session, and make the calls of the days after."""
        procedure = perform.perform(
            self.patient, session, self.people["clinician"], self.when(session.days_ago)
        )
        for day in CALLED_ON_DAYS:
            asked_at = self.when(session.days_ago - day, 14)
            asked = watch.Asked(asked_at=asked_at, channel="phone", pain=0, answers=QUIET | NO_LIVER_SIGNS)
            watch.log_symptoms(procedure=procedure, asked=asked, by=self.people["coordinator"], at=asked_at)
        return procedure

    def measure(self, days_ago: int, **values: float) -> None:
        """Record laboratory values of a day."""
        entries = [laboratory.entry(name, value, self.day(days_ago)) for name, value in values.items()]
        labs.record_labs(
            patient=self.patient, entries=entries, by=self.people["coordinator"],
            at=self.when(days_ago, 12), source=LabResult.Source.TYPED,
        )  # fmt: skip

    def assign(self, days_ago: int, owner: str | None) -> None:
        reviews.assign(
            review=self.review, owner=self.people[owner] if owner else None, by=self.people["lead"],
            at=self.when(days_ago, 13),
        )  # fmt: skip

    def call(
        self, days_ago: int, outcome: str, *, note: str = "", next_try_in_days: int | None = None
    ) -> None:
        """Log a call; `next_try_in_days` counts from the day of the call."""
        next_try_on = None if next_try_in_days is None else self.day(days_ago - next_try_in_days)
        contacts.log_contact(
            patient=self.patient, review=self.review, channel="phone", outcome=outcome, note=note,
            next_try_on=next_try_on, by=self.people["coordinator"], at=self.when(days_ago, 11),
        )  # fmt: skip

    def book(self, days_ago: int, *, for_days_ago: int, place: str = "CT 2") -> None:
        """Book; `for_days_ago` is the day of the imaging, negative where it is to come."""
        booking = imaging.Booking(
            booked_for=self.day(for_days_ago), booked_at_time=time(10, 30), booked_modality="ct",
            booked_dynamic="yes", booked_place=place,
        )  # fmt: skip
        imaging.book(
            review=self.review, booking=booking, by=self.people["coordinator"], at=self.when(days_ago, 12)
        )

    def miss(self, days_ago: int, reason: str, note: str = "") -> None:
        imaging.record_missed(
            review=self.review, reason=reason, note=note, by=self.people["coordinator"],
            at=self.when(days_ago, 15),
        )  # fmt: skip

    def image(self, days_ago: int, **elsewhere: Any) -> None:
        """Record that the imaging was done that day; a dynamic CT here unless said otherwise."""
        here = {"done_modality": "ct", "done_dynamic": "yes", "done_place": "CT 2"}
        imaged = imaging.Imaged(done_on=self.day(days_ago), **(here | elsewhere))
        imaging.record_done(
            review=self.review, imaged=imaged, by=self.people["coordinator"], at=self.when(days_ago, 16)
        )

    def read(self, days_ago: int, by: str, sizes: Sizes, **seen: str) -> Reading:
        """Read and sign; `seen` is what the whole scan shows."""
        reader, at = self.people[by], self.when(days_ago, 9)
        answers = {"dynamic_enhanced": "yes", **seen, **self._diameters(sizes)}
        reading = readings.start_reading(review=self.review, by=reader, at=at)
        given = {name: {"value": value} for name, value in answers.items()}
        readings.save_reading(reading=reading, given=given, base={}, by=reader, at=at)
        readings.sign_reading(reading=reading, by=reader, at=at)
        return reading

    def _diameters(self, sizes: Sizes) -> dict[str, int]:
        lesions = self.patient.lesions.order_by("number")
        return {
            f"l{lesion.pk}-{name}": size
            for lesion, both in zip(lesions, sizes, strict=True)
            for name, size in zip(("longest", "viable"), both, strict=True)
        }

    def decide(self, days_ago: int, choice: str, *, note: str = "", options: Sequence[str] = ()) -> None:
        """Decide as the guideline suggests, with the interval that it proposes; a switch refers to the next meeting."""
        review, at = self.review, self.when(days_ago, 11)
        reading = standing.standing_reading(review)
        if reading is None:
            raise ValueError(f"{self.patient} has no reading that stands.")
        proposal = guidance.interval_advice(reading, on=at.date())
        referral = None
        if choice == decisions.Choice.SWITCH:
            referral = decisions.Referral(owner=self.people["lead"], due_on=self.day(days_ago - 10))
        decisions.decide(
            review=review, reading=reading, choice=choice, options=options, note=note, referral=referral,
            interval_months=proposal.months or proposal.earliest_months, by=self.people["clinician"], at=at,
        )  # fmt: skip

    def snooze(self, days_ago: int, *, for_days: int, reason: str, note: str = "") -> None:
        pauses.pause(
            review=self.review, until=self.day(days_ago - for_days), reason=reason, note=note,
            by=self.people["coordinator"], at=self.when(days_ago, 12),
        )  # fmt: skip
