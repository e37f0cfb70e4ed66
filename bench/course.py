"""One invented patient for the benchmarks of follow-up: treated, three reviews, ten events, and where it stands now."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

REVIEWS_A_PATIENT = 3
# Added to the key of a patient's second assessment or procedure.
SECOND = 10_000_000
# Where the open reviews stand, and the shares of them.
STAGES = {"upcoming": 56, "in_window": 20, "overdue": 13, "imaged": 6, "read": 5}
ENDED, DRAFT, PLANNED, WITHOUT_STEP = 0.10, 0.03, 0.03, 0.0005
SNOOZED, BOOKED, ELSEWHERE, UNSIGNED, WITH_TASK = 0.03, 0.4, 0.05, 0.02, 0.05
CALLED, NOBODY = 0.4, 0.05
Fields = dict[str, Any]


@dataclass(frozen=True)
class People:
    """The benchmark's team, who asks, and the keys of those who own and read."""

    team: Any
    user: Any
    owners: list[int]
    # One who left, and one who is away without a deputy.
    lost: list[int]
    clinicians: list[int]


# A bare review: what `_done` and a booking fill in.
NOT_DONE: Fields = {
    "booked_for": None, "booked_modality": "", "done_on": None, "done_modality": "", "done_dynamic": "not_known",
    "is_elsewhere": False, "done_recorded_at": None, "done_recorded_by_id": None, "read_at": None,
    "decided_at": None, "closed_at": None, "closed_by_id": None, "closed_because": "",
}  # fmt: skip


def at(day: date, hour: int = 10) -> datetime:
    """Return a moment of that day."""
    return datetime.combine(day, time(hour), UTC)


class Course:
    """One invented patient: what was done, and where the review stands that is open."""

    def __init__(self, number: int, people: People, numbers: random.Random, on: date) -> None:
        self.key, self.people, self.numbers, self.on = number, people, numbers, on
        self.is_ended = self._by_chance(ENDED)
        chance = numbers.random()
        # Without an open review: a draft, a procedure planned again, or nothing at all.
        self.has_draft = chance < DRAFT
        self.is_planned = DRAFT <= chance < DRAFT + PLANNED
        self.has_no_step = DRAFT + PLANNED <= chance < DRAFT + PLANNED + WITHOUT_STEP
        self.is_open = chance >= DRAFT + PLANNED + WITHOUT_STEP
        self.is_unsigned = self.is_open and self._by_chance(UNSIGNED)
        (self.stage,) = numbers.choices(list(STAGES), weights=list(STAGES.values()))
        if self.is_unsigned:
            self.stage = "upcoming"
        self.windows = self._windows()

    def _by_chance(self, share: float) -> bool:
        return self.numbers.random() < share

    def _windows(self) -> list[tuple[date, date, date]]:
        """Counts from, due from, due to of the three reviews, each counting from the imaging of the one before."""
        day, pick = timedelta(days=1), self.numbers.randint
        due_from = {
            "upcoming": self.on + pick(1, 80) * day,
            "in_window": self.on - pick(0, 60) * day,
            "overdue": self.on - pick(61, 120) * day,
            "imaged": self.on - pick(10, 30) * day,
            "read": self.on - pick(10, 30) * day,
        }[self.stage]
        # Whose record is not signed was treated again these days, and the review counts from there.
        third = self.on - pick(0, 9) * day if self.is_unsigned else due_from - 80 * day
        due_from = max(due_from, third + 30 * day)
        second = third - 40 * day
        first = second - 35 * day
        return [
            (first, first + 28 * day, first + 42 * day),
            (second, second + 30 * day, second + 90 * day),
            (third, due_from, due_from + 60 * day),
        ]

    @property
    def treated_on(self) -> date:
        return self.windows[0][0]

    def review_key(self, number: int) -> int:
        return (self.key - 1) * REVIEWS_A_PATIENT + number + 1

    def patient(self, name: tuple[str, str], born: date, search_name: str) -> Fields:
        return {
            "id": self.key, "team_id": self.people.team.pk,
            "mrn": f"{self.key:06d} {self.numbers.randrange(1000):03d}",
            "family_name": name[0], "given_name": name[1], "search_name": search_name,
            "birth_date": born, "birth_year": born.year,
            "ended_on": self.on if self.is_ended else None, "ended_because": "died" if self.is_ended else "",
            "registered_at": at(self.treated_on), "registered_by_id": self.people.user.pk,
        }  # fmt: skip

    def assessments(self, edition: int) -> Iterator[Fields]:
        by = self.people.clinicians[self.key % len(self.people.clinicians)]
        made = {
            "patient_id": self.key, "made_on": self.treated_on, "edition_settings_id": edition,
            "created_by_id": by, "saved_by_id": by, "verdict": "eligible",
        }  # fmt: skip
        moment = at(self.treated_on - timedelta(days=7))
        yield made | {
            "id": self.key, "status": "signed", "decision": "proceed", "created_at": moment,
            "saved_at": moment, "signed_at": moment, "signed_by_id": by,
        }  # fmt: skip
        if self.has_draft:
            yield made | {"id": SECOND + self.key, "status": "draft", "decision": "", "signed_at": None,
                          "created_at": at(self.on), "saved_at": at(self.on), "signed_by_id": None}  # fmt: skip

    def procedures(self) -> Iterator[Fields]:
        by, moment = self.people.clinicians[self.key % len(self.people.clinicians)], at(self.treated_on)
        made = {
            "patient_id": self.key, "assessment_id": self.key, "planned_modality": "TACE", "created_at": moment,
            "created_by_id": by, "saved_at": moment, "saved_by_id": by,
        }  # fmt: skip
        yield made | {
            "id": self.key, "planned_on": self.treated_on, "modality": "TACE", "started_at": moment,
            "ended_at": moment + timedelta(hours=1), "signed_at": moment, "signed_by_id": by,
        }  # fmt: skip
        again = made | {"id": SECOND + self.key, "modality": "TACE", "signed_at": None, "signed_by_id": None}
        if self.is_unsigned:
            begun = at(self.windows[2][0], 8)
            ended = begun + timedelta(hours=1)
            yield again | {"planned_on": begun.date(), "started_at": begun, "ended_at": ended}
        if self.is_planned:
            day = self.on + timedelta(days=9)
            yield again | {"planned_on": day, "modality": "", "started_at": None, "ended_at": None}

    def reviews(self) -> Iterator[Fields]:
        for number, (counts_from, due_from, due_to) in enumerate(self.windows):
            is_last = number == REVIEWS_A_PATIENT - 1
            yield {
                "id": self.review_key(number), "team_id": self.people.team.pk, "patient_id": self.key,
                **self._after(number),
                "counts_from": counts_from, "clause": "7.1" if number == 0 else "7.5",
                "due_from": due_from, "due_to": due_to, "interval_months": None if number == 0 else 1,
                "opened_at": at(counts_from, 12), "opened_by_id": None, "owner_id": self._owner(), "revision": 3,
                **(self._where_it_stands(due_from) if is_last and self.is_open else self._decided(number)),
            }  # fmt: skip

    def _after(self, number: int) -> Fields:
        """What a review counts from: the treatment, the review before, or the second treatment."""
        if number == 0:
            return {"after_procedure_id": self.key, "after_review_id": None}
        if number == 2 and self.is_unsigned:
            return {"after_procedure_id": SECOND + self.key, "after_review_id": None}
        return {"after_procedure_id": None, "after_review_id": self.review_key(number - 1)}

    def _owner(self) -> int | None:
        chance = self.numbers.random()
        if chance < NOBODY:
            return None
        return self.numbers.choice(self.people.lost if chance < NOBODY + 0.02 else self.people.owners)

    def _decided(self, number: int) -> Fields:
        done_on = (
            self.windows[number + 1][0] if number + 1 < REVIEWS_A_PATIENT else self.on - timedelta(days=3)
        )
        moment = at(min(done_on + timedelta(days=2), self.on))
        return self._done(done_on) | {
            "read_at": moment, "decided_at": moment, "closed_at": moment,
            "closed_by_id": self.people.user.pk, "closed_because": "decided",
        }  # fmt: skip

    def _where_it_stands(self, due_from: date) -> Fields:
        if self.stage in ("imaged", "read"):
            done_on = due_from + timedelta(days=self.numbers.randint(0, 10))
            read_at = at(min(done_on + timedelta(days=3), self.on)) if self.stage == "read" else None
            return self._done(done_on) | {"read_at": read_at}
        booked = self.on + timedelta(days=self.numbers.randint(-5, 60)) if self._by_chance(BOOKED) else None
        return NOT_DONE | {"booked_for": booked, "booked_modality": "mri" if booked else ""}

    def _done(self, done_on: date) -> Fields:
        return NOT_DONE | {
            "done_on": done_on, "done_modality": self.numbers.choice(["ct", "ct", "mri"]), "done_dynamic": "yes",
            "is_elsewhere": self._by_chance(ELSEWHERE), "done_recorded_at": at(done_on),
            "done_recorded_by_id": self.people.user.pk,
        }  # fmt: skip

    def events(self) -> Iterator[Fields]:
        kinds = (
            (0, "opened"), (0, "done"), (0, "read"), (0, "decided"), (1, "opened"), (1, "booked"), (1, "done"),
            (1, "read"), (1, "decided"), (2, "opened"),
        )  # fmt: skip
        for number, kind in kinds:
            moment = at(self.windows[number][0], 12)
            yield {
                "review_id": self.review_key(number),
                "kind": kind,
                "at": moment,
                "by_id": self.people.user.pk,
            }

    def readings(self) -> Iterator[Fields]:
        last = [2] if not self.is_open or self.stage == "read" else []
        for number in (0, 1, *last):
            reader, day = self.numbers.choice(self.people.clinicians), self.windows[number][1]
            yield {
                "review_id": self.review_key(number), "reader_id": reader, "imaged_on": day, "mrecist": "PR",
                "recist_1_1": "SD", "started_at": at(day), "saved_at": at(day), "signed_at": at(day),
                "signed_by_id": reader,
            }  # fmt: skip

    def contacts(self) -> Iterator[Fields]:
        if self._by_chance(CALLED):
            for days in (9, 3):
                yield {
                    "patient_id": self.key, "review_id": self.review_key(2), "channel": "phone",
                    "outcome": "no_answer", "at": at(self.on - timedelta(days=days)), "by_id": self.people.user.pk,
                }  # fmt: skip

    def pauses(self) -> Iterator[Fields]:
        if self.is_open and self._by_chance(SNOOZED):
            yield {
                "review_id": self.review_key(2), "until": self.on + timedelta(days=self.numbers.randint(-5, 20)),
                "reason": "contacted", "paused_at": at(self.on - timedelta(days=1)),
                "paused_by_id": self.people.user.pk,
            }  # fmt: skip

    def tasks(self) -> Iterator[Fields]:
        if self._by_chance(WITH_TASK):
            due = self.on + timedelta(days=self.numbers.randint(-20, 60))
            yield {
                "patient_id": self.key, "kind": "recheck", "title": "Repeat platelets", "due_from": due,
                "due_to": due, "created_at": at(self.on),
                "owner_id": self.people.owners[self.key % len(self.people.owners)],
            }  # fmt: skip
