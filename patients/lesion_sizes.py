"""What a list of lesions shows: first and latest size, the change, a small trend, and the marks on the map."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from patients import segment_map
from patients.models import Lesion, LesionMeasurement, Patient

TREND_WIDTH, TREND_HEIGHT, TREND_MARGIN = 120, 32, 5


@dataclass(frozen=True)
class Dot:
    """One size in the small trend, in the units of its drawing."""

    x: float
    y: float
    measurement: LesionMeasurement


@dataclass(frozen=True)
class LesionSizes:
    """A lesion with its sizes in order; retracted ones are kept apart."""

    lesion: Lesion
    sizes: list[LesionMeasurement]
    retracted: list[LesionMeasurement]

    @property
    def first(self) -> LesionMeasurement | None:
        return self.sizes[0] if self.sizes else None

    @property
    def latest(self) -> LesionMeasurement | None:
        return self.sizes[-1] if self.sizes else None

    @property
    def change_pct(self) -> int | None:
        """Change of the longest diameter since the first size, in per cent of the first."""
        if len(self.sizes) < 2 or not self.sizes[0].longest_mm:
            return None
        first_mm, latest_mm = self.sizes[0].longest_mm, self.sizes[-1].longest_mm
        return round(100 * (latest_mm - first_mm) / first_mm)

    @property
    def change_in_words(self) -> str:
        """−41 %, +12 %, 0 %: with a true minus sign."""
        change = self.change_pct
        return "" if change is None else f"{change:+d} %".replace("-", "−").replace("+0", "0")

    @property
    def trend(self) -> list[Dot]:
        """Longest diameters over time, from 0 at the foot, time in scale."""
        if len(self.sizes) < 2:
            return []
        start, end = self.sizes[0].measured_on, self.sizes[-1].measured_on
        days = max((end - start).days, 1)
        largest = max(size.longest_mm for size in self.sizes) or Decimal(1)
        width, height = TREND_WIDTH - 2 * TREND_MARGIN, TREND_HEIGHT - 2 * TREND_MARGIN
        return [
            Dot(
                x=round(TREND_MARGIN + width * (size.measured_on - start).days / days, 1),
                y=round(TREND_MARGIN + height * float(1 - size.longest_mm / largest), 1),
                measurement=size,
            )
            for size in self.sizes
        ]

    @property
    def trend_line(self) -> str:
        return " ".join(f"{dot.x},{dot.y}" for dot in self.trend)


def sizes_of(patient: Patient, *, on: date | None = None) -> list[LesionSizes]:
    """Return the patient's lesions that were not retracted, with their sizes (not after `on`)."""
    found = []
    for lesion in patient.lesions.filter(retracted_at=None).prefetch_related("measurements"):
        rows = sorted(lesion.measurements.all(), key=lambda row: (row.measured_on, row.pk))
        rows = [row for row in rows if on is None or row.measured_on <= on]
        found.append(
            LesionSizes(
                lesion=lesion,
                sizes=[row for row in rows if row.retracted_at is None],
                retracted=[row for row in rows if row.retracted_at],
            )
        )
    return found


def map_context(found: Iterable[LesionSizes]) -> dict:
    """Return what `patients/_liver_map.html` draws."""
    found = list(found)
    return {
        "lesion_marks": segment_map.marks_for([_mapped(each) for each in found]),
        "segments_with_lesion": sorted({segment for each in found for segment in each.lesion.segments}),
    }


def _mapped(each: LesionSizes) -> segment_map.MappedLesion:
    first, latest = each.first, each.latest
    return segment_map.MappedLesion(
        label=str(each.lesion),
        segments=tuple(each.lesion.segments),
        longest_mm=float(latest.longest_mm) if latest else None,
        viable_mm=float(latest.viable_mm) if latest and latest.viable_mm is not None else None,
        first_mm=float(first.longest_mm) if first and first != latest else None,
    )
