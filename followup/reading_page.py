"""What the page of one review's readings shows: side by side, lesion by lesion, with what differs marked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from followup import reading_panel, reading_work, settings_of, standing
from followup.models import ImagingReview, LesionReading, Reading, SignedReading
from patients.models import Lesion, YesNo
from patients.written_numbers import as_text

OF_SCAN = (
    "dynamic_enhanced", "viable_tumour", "necrosis", "lipiodol_deposition", "enlargement", "new_lesions", "non_target",
    "thrombus", "spread",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One signed reading."""

    reading: Reading
    versions: list[SignedReading]
    lesions: Mapping[str, Mapping[str, Any]]
    stands: bool = False

    @property
    def last_version(self) -> SignedReading | None:
        return self.versions[-1] if self.versions else None


@dataclass(frozen=True)
class Line:
    """One question across the readings; `differs` where they do not say the same."""

    label: str
    values: list[str]

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1


@dataclass(frozen=True)
class Responses:
    """One criterion across the readings."""

    label: str
    codes: list[str]

    @property
    def differs(self) -> bool:
        return len(set(self.codes)) > 1

    @property
    def shown(self) -> list[dict[str, Any]]:
        return [response_shown(code) for code in self.codes]


@dataclass
class Page:
    """The readings of one review as a person may see them."""

    review: ImagingReview
    columns: list[Column]
    state: str
    own: Reading | None = None
    adjudication: Reading | None = None
    retracted: list[Reading] = field(default_factory=list)
    others_at_work: list[Reading] = field(default_factory=list)

    @property
    def is_disputed(self) -> bool:
        return self.state == standing.DISPUTED

    @property
    def responses(self) -> list[Responses]:
        return [
            Responses("mRECIST", [one.reading.mrecist for one in self.columns]),
            Responses("RECIST 1.1", [one.reading.recist_1_1 for one in self.columns]),
        ]

    @property
    def sums(self) -> list[Line]:
        return [
            Line(_("Sum of viable diameters"), [_mm(one.reading.viable_sum_mm) for one in self.columns]),
            Line(_("Sum of longest diameters"), [_mm(one.reading.longest_sum_mm) for one in self.columns]),
        ]

    @property
    def lesions(self) -> list[Line]:
        labels = dict.fromkeys(label for column in self.columns for label in column.lesions)
        return [
            Line(label, [lesion_in_words(column.lesions.get(label)) for column in self.columns])
            for label in sorted(labels, key=lambda label: (label[:1], int(label[1:])))
        ]

    @property
    def of_scan(self) -> list[Line]:
        return [
            Line(
                str(Reading._meta.get_field(name).verbose_name).capitalize(),  # type: ignore[union-attr]
                [_said(one.reading, name) for one in self.columns],
            )
            for name in OF_SCAN
        ]


def page_of(review: ImagingReview, person: User) -> Page:
    """Return the readings of a review, signed and not retracted first to last, and what the person has there."""
    rows = review.readings.select_related("reader", "signed_by", "retracted_by").prefetch_related("versions")
    readings = list(rows.order_by("signed_at", "pk"))
    there = [one for one in readings if one.retracted_at is None]
    signed = [one for one in there if one.signed_at is not None]
    stands = standing.first_or_adjudication(signed) if review.read_at else None
    labels = _labels_of_added(review, signed)
    asks_two = settings_of.settings_of(review.patient.team).asks_two_readers
    return Page(
        review=review,
        columns=[_column(one, labels, stands) for one in signed],
        state=standing.state_of(signed, asks_two=asks_two),
        own=next((one for one in there if one.reader_id == person.pk and not one.is_adjudication), None),
        adjudication=next((one for one in there if one.is_adjudication), None),
        retracted=[one for one in readings if one.retracted_at is not None and one.signed_at is not None],
        others_at_work=[one for one in there if one.signed_at is None and one.reader_id != person.pk],
    )


def _labels_of_added(review: ImagingReview, signed: Iterable[Reading]) -> dict[tuple[int, str], str]:
    """What the lesions that a reader added are called since they are lesions of the patient."""
    keys = {key: (one.pk, slot) for one in signed for key, slot in reading_work.lesion_keys(one.pk).items()}
    made = Lesion.objects.filter(patient=review.patient_id, form_key__in=list(keys), retracted_at=None)
    return {keys[lesion.form_key]: str(lesion) for lesion in made if lesion.form_key}


def _column(reading: Reading, labels: Mapping[tuple[int, str], str], stands: Reading | None) -> Column:
    versions = sorted(reading.versions.all(), key=lambda one: one.number)
    kept = versions[-1].record["lesions"] if versions else []
    lesions = {labels.get((reading.pk, one["key"]), one["label"]): one for one in kept}
    return Column(reading, versions, lesions, stands is not None and stands.pk == reading.pk)


def response_shown(response: str) -> dict[str, Any]:
    """Return a response with its words and the colour that they wear."""
    return {
        "code": response,
        "words": reading_panel.RESPONSE_WORDS[response],
        "verdict": reading_panel.RESPONSE_VERDICTS[response],
    }


def lesion_in_words(kept: Mapping[str, Any] | None) -> str:
    """Say one lesion of a signed reading: "44 / 12 mm, LR-TR viable"; a dash where it was not read."""
    if kept is None:
        return "—"
    parts = []
    if kept["longest_mm"] is not None:
        viable = "?" if kept["viable_mm"] is None else as_text(kept["viable_mm"])
        parts.append(f"{as_text(kept['longest_mm'])} / {viable} mm")
    if kept["state"] != LesionReading.State.MEASURED:
        parts.append(str(dict(LesionReading.State.choices).get(kept["state"], kept["state"])))
    if kept["merged_into"]:
        parts.append(kept["merged_into"])
    if kept["lirads"]:
        parts.append(str(dict(LesionReading.LiRads.choices)[kept["lirads"]]))
    return ", ".join(parts)


def _said(reading: Reading, name: str) -> str:
    value = getattr(reading, name)
    if value in ("", YesNo.NOT_KNOWN):
        return _("Not known")
    return str(getattr(reading, f"get_{name}_display")())


def _mm(millimetres: Any) -> str:
    return "?" if millimetres is None else f"{as_text(millimetres)} mm"
