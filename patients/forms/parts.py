"""Fields that several forms of this room hold: the date of birth, the segments, a size, a partly known date."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients import dates, segment_map

OLDEST_YEARS = 125
LARGEST_LESION_MM = 500  # the range of `largest_lesion_mm` in guidelines.facts


@dataclass(frozen=True)
class Birth:
    """A day of birth, or only its year."""

    date: date | None
    year: int


class BirthField(forms.CharField):
    """The date of birth in the usual notations, or the year alone."""

    def __init__(self, **keywords) -> None:
        keywords.setdefault("max_length", 40)
        keywords.setdefault(
            "help_text", gettext_lazy("14 Mar 1961, 14.3.1961 or 1961-03-14. The year alone will do.")
        )
        super().__init__(**keywords)
        self.latest: date | None = None

    def clean(self, value) -> Birth | None:
        written = super().clean(value)
        if not written:
            return None
        found = self._read(written)
        latest = self.latest or date.max
        if (found.date or date(found.year, 1, 1)) > latest:
            raise forms.ValidationError(_("This day is in the future."), code="future")
        if found.year < latest.year - OLDEST_YEARS:
            raise forms.ValidationError(_("Nobody alive was born then."), code="too_long_ago")
        return found

    def _read(self, written: str) -> Birth:
        if re.fullmatch(r"[12]\d{3}", written):
            return Birth(date=None, year=int(written))
        days = dates.possible_dates(written)
        if not days:
            raise forms.ValidationError(
                _("“%(written)s” is no date. Write 14 Mar 1961 or 1961-03-14, or the year alone.")
                % {"written": written},
                code="no_date",
            )
        if len(days) > 1:
            raise forms.ValidationError(
                _("This can be %(one)s or %(other)s. Write the month as a word.")
                % {"one": date_format(days[0], "j F Y"), "other": date_format(days[1], "j F Y")},
                code="ambiguous",
            )
        return Birth(date=days[0], year=days[0].year)


def birth_as_written(birth_date: date | None, birth_year: int | None) -> str:
    """Return what BirthField reads back as the same."""
    if birth_date:
        return birth_date.isoformat()
    return str(birth_year or "")


@dataclass(frozen=True)
class PartlyKnownDate:
    """A year, a year and a month, or a day."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    @property
    def earliest(self) -> date | None:
        return date(self.year, self.month or 1, self.day or 1) if self.year else None

    @property
    def latest_year_month_day(self) -> tuple[int, int, int] | None:
        return (self.year, self.month or 12, self.day or 31) if self.year else None


class PartlyKnownDateField(forms.CharField):
    """When something was done, as exactly as it is known: 2024, May 2024, 2024-05 or 2024-05-17."""

    MONTH_AND_YEAR = re.compile(
        r"(?:(?P<name>[A-Za-z]{3})[a-z]*\.?|(?P<month>\d{1,2}))[\s./-]+(?P<year>\d{4})|(?P<y2>\d{4})[-./](?P<m2>\d{1,2})"
    )

    def __init__(self, **keywords) -> None:
        keywords.setdefault("max_length", 40)
        keywords.setdefault("help_text", gettext_lazy("As exactly as known: 2024, May 2024 or 17 May 2024."))
        super().__init__(**keywords)
        self.latest: date | None = None
        self.birth_date: date | None = None

    def clean(self, value) -> PartlyKnownDate:
        written = super().clean(value)
        found = self._read(written) if written else PartlyKnownDate()
        if found.earliest and self.latest and found.earliest > self.latest:
            raise forms.ValidationError(_("This is in the future."), code="future")
        latest = found.latest_year_month_day
        if (
            latest
            and self.birth_date
            and latest < (self.birth_date.year, self.birth_date.month, self.birth_date.day)
        ):
            raise forms.ValidationError(_("This is before the patient was born."), code="unborn")
        return found

    def _read(self, written: str) -> PartlyKnownDate:
        if re.fullmatch(r"(?:19|20)\d\d", written):
            return PartlyKnownDate(year=int(written))
        days = dates.possible_dates(written)
        if len(days) == 1:
            return PartlyKnownDate(year=days[0].year, month=days[0].month, day=days[0].day)
        month = self._month_and_year(written)
        if days or month is None:
            raise forms.ValidationError(
                _("Write the year, the month and the year (May 2024), or the day (17 May 2024)."),
                code="no_date",
            )
        return month

    def _month_and_year(self, written: str) -> PartlyKnownDate | None:
        match = self.MONTH_AND_YEAR.fullmatch(written)
        if not match:
            return None
        if match["name"]:
            name = match["name"].lower()
            month = dates.MONTHS.index(name) + 1 if name in dates.MONTHS else 0
        else:
            month = int(match["month"] or match["m2"])
        year = int(match["year"] or match["y2"])
        is_known = 1 <= month <= 12 and 1900 <= year <= 2100
        return PartlyKnownDate(year=year, month=month) if is_known else None


def segments_field(**keywords) -> forms.MultipleChoiceField:
    """Return the boxes of Couinaud's segments, in the order of their numbers."""
    field = forms.MultipleChoiceField(
        label=gettext_lazy("Segments"),
        required=False,
        choices=[(segment, f"S{segment}") for segment in segment_map.SEGMENTS],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Tick every segment that it reaches, here or on the map. None: not known."),
        **keywords,
    )
    field.is_inline = True
    return field


class DecimalField(forms.DecimalField):
    """A number that may be written with a decimal comma."""

    def __init__(self, **keywords) -> None:
        keywords.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**keywords)

    def to_python(self, value):
        return super().to_python(value.replace(",", ".").strip() if isinstance(value, str) else value)


class MillimetreField(DecimalField):
    """A diameter in mm, to a tenth."""

    unit = "mm"

    def __init__(self, **keywords) -> None:
        limits = {"max_digits": 5, "decimal_places": 1, "min_value": Decimal(0)}
        super().__init__(**limits, max_value=Decimal(LARGEST_LESION_MM), **keywords)
        self.error_messages["invalid"] = gettext_lazy("Write a number of millimetres, such as 44 or 44.5.")
