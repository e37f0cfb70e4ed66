"""The follow-up of one patient: every review in order, its window, what was done, read, decided, and what follows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import Membership, User
from accounts.roles import Capability
from followup import (
    decision_card,
    decision_page,
    event_words,
    guidance,
    owners,
    reading_page,
    reasons,
    review_page,
    row_words,
    stages,
    standing,
    window_bar,
)
from followup.models import Contact, Decision, ImagingReview, Reading, ReviewEvent
from followup.on_record import OnRecord
from patients.models import Patient


@dataclass(frozen=True)
class ReadingRow:
    """One signed reading as the list shows it; `response` is None while the person ought to read first."""

    reading: Reading
    stands: bool
    response: dict[str, Any] | None


@dataclass(frozen=True)
class Advice:
    """The interval that is proposed after the last reading, with its reasons: shaped as the decision's card has it."""

    proposal: Any
    months: int
    reasons: list[decision_card.ReasonRow]


@dataclass
class Card:
    """One review, `number` counted from the first one."""

    review: ImagingReview
    number: int
    stage: str
    words: str
    origin: str
    why: review_page.Why
    bar: window_bar.Bar | None
    owner: owners.Answering | None
    readings: list[ReadingRow] = field(default_factory=list)
    own_draft: Reading | None = None
    ought_to_read: bool = False
    is_disputed: bool = False
    decisions: list[tuple[Decision, str]] = field(default_factory=list)
    events: list[event_words.EventRow] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    advice: Advice | None = None

    @property
    def is_red(self) -> bool:
        return self.stage in stages.RED

    @property
    def is_owner_missing(self) -> bool:
        return self.review.is_open and self.owner is None


def cards_of(patient: Patient, membership: Membership, *, on: date) -> list[Card]:
    """Return the reviews of a patient as a member sees them, the latest first."""
    reviews = _reviews(patient)
    answering = owners.of_every_member(patient.team, on=on)
    readings, decisions = _readings(patient), _decisions(patient)
    events, contacts = _events(patient), _contacts(patient)
    cards = [_card(review, number, answering, on=on) for number, review in enumerate(reviews, start=1)]
    for card in cards:
        _add_readings(card, readings[card.review.pk], membership)
        card.decisions = [(made, decision_page.sentence_of(made)) for made in decisions[card.review.pk]]
        card.events = events[card.review.pk]
        card.contacts = contacts[card.review.pk]
    _add_advice(cards, on=on)
    return cards[::-1]


def _reviews(patient: Patient) -> list[ImagingReview]:
    related = ("owner", "after_procedure", "after_review", "closed_by", "done_recorded_by", "team")
    reviews = list(patient.reviews.select_related(*related).order_by("counts_from", "opened_at", "pk"))
    for review in reviews:
        review.patient = patient
    return reviews


def _card(
    review: ImagingReview, number: int, answering: Mapping[int, owners.Answering | None], *, on: date
) -> Card:
    is_open = review.is_open and not review.patient.ended_because
    return Card(
        review=review,
        number=number,
        stage=stages.stage_of(review, on=on),
        words=row_words.by_days(review, on=on),
        origin=row_words.origin_of(review, on=on),
        why=review_page.why_this_window(review, on=on),
        # On the axis round today only what is open has a place.
        bar=window_bar.bar_of(review, on=on) if is_open else None,
        owner=answering.get(review.owner_id or 0),
    )


def _readings(patient: Patient) -> Mapping[int, list[Reading]]:
    rows = Reading.objects.filter(review__patient=patient, retracted_at=None).select_related(
        "reader", "review"
    )
    return _by_review(rows.order_by("signed_at", "pk"))


def _decisions(patient: Patient) -> Mapping[int, list[Decision]]:
    related = ("review", "decided_by", "withdrawn_by", "next_review", "assessment", "task")
    rows = Decision.objects.filter(review__patient=patient).select_related(*related)
    return _by_review(rows.order_by("-decided_at", "-pk"))


def _contacts(patient: Patient) -> Mapping[int, list[Contact]]:
    rows = Contact.objects.filter(patient=patient, review__isnull=False).select_related("by")
    return _by_review(rows.order_by("-at", "-pk"))


def _events(patient: Patient) -> Mapping[int, list[event_words.EventRow]]:
    rows = ReviewEvent.objects.filter(review__patient=patient).select_related("by").order_by("-at", "-pk")
    # Owners have always been members of the team, and members are never deleted.
    people = {
        person.pk: str(person)
        for person in User.objects.filter(memberships__team=patient.team)
    }  # fmt: skip
    told: dict[int, list[event_words.EventRow]] = defaultdict(list)
    for event in rows:
        words = event_words.words_of(event, people)
        told[event.review_id].append(event_words.EventRow(event, words, reasons.words_for(event)))
    return told


def _by_review(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.review_id].append(row)
    return found


def _add_readings(card: Card, readings: list[Reading], membership: Membership) -> None:
    signed = [one for one in readings if one.signed_at]
    own = [one for one in readings if not one.signed_at and one.reader_id == membership.user_id]
    # Who may still read independently sees no numbers; once one stands the queue says it to everybody.
    reads = membership.may(Capability.TREAT_PATIENTS) and card.review.is_to_read
    is_to_read = reads and (bool(own) or card.review.read_at is None)
    hides = is_to_read and standing.hides_from(signed, own, membership.user)
    stands = standing.first_or_adjudication(signed) if card.review.read_at else None
    card.own_draft = own[0] if own else None
    card.ought_to_read = hides
    card.is_disputed = standing.state_of(signed, asks_two=False) == standing.DISPUTED
    card.readings = [
        ReadingRow(
            one,
            stands is not None and one.pk == stands.pk,
            None if hides else reading_page.response_shown(one.mrecist),
        )
        for one in signed
    ]


def _add_advice(cards: list[Card], *, on: date) -> None:
    """Beside the open review that is not imaged yet: what the last reading before it proposes for its interval."""
    if not cards or not cards[-1].review.is_open or cards[-1].review.done_on:
        return
    last = cards[-1]
    if last.review.patient.ended_because or last.review.after_review_id is None:
        return
    before = next((card for card in cards if card.review.pk == last.review.after_review_id), None)
    reading = next((row.reading for row in before.readings if row.stands), None) if before else None
    if reading is not None:
        last.advice = _advice(reading, on=on)


def _advice(reading: Reading, *, on: date) -> Advice:
    record = OnRecord(reading.review.patient)
    step = guidance.next_step_of(reading, on=on, record=record)
    proposal = guidance.interval_advice(reading, on=on, step=step, record=record)
    months = proposal.months or proposal.earliest_months
    return Advice(proposal, months, decision_card.reason_rows(proposal.reasons, step))
