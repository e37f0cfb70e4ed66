"""The edition settings that an assessment of a day is weighed with."""

from datetime import date, datetime

from assessments.models import EditionSettings

FIRST_DAY = date(2011, 1, 1)
FIRST_REASON = "The engine's defaults for the numbers that the source leaves open."


def settings_in_force(*, on: date, at: datetime) -> EditionSettings:
    """Return the newest published settings of that day; a database without any gets version 1: the defaults."""
    in_force = EditionSettings.objects.in_force(on)
    if in_force:
        return in_force
    first, _ = EditionSettings.objects.get_or_create(
        version=1, defaults={"reason": FIRST_REASON, "drafted_at": at, "effective_from": FIRST_DAY}
    )
    return first


def settings_shown(*, on: date) -> EditionSettings:
    """Return the settings of that day for reading; nothing is written where there are none yet."""
    return EditionSettings.objects.in_force(on) or EditionSettings(version=1, reason=FIRST_REASON)
