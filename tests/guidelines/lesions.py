"""Lesions and scans for tests: short to write, in millimetres."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from guidelines import lesion_response
from guidelines.lesion_response import TimePoint
from guidelines.lesions import NEW, Lesion, Scan, Seen

BASELINE_ON = date(2026, 1, 5)


def lesion(key: str, is_target: bool = True) -> Lesion:
    return Lesion(key=key, is_target=is_target)


def there(viable_mm: float | None, longest_mm: float | None = None) -> Seen:
    """A lesion that is viable as a whole unless another length is given."""
    return Seen(longest_mm=viable_mm if longest_mm is None else longest_mm, viable_mm=viable_mm)


def scan(place: int, seen: Mapping[str, Seen], **more: Any) -> Scan:
    """The scan at that place, 56 days apart; dynamic, and without new lesions but those named, unless it is said."""
    is_new = any(one.status == NEW for one in seen.values())
    answers = {"is_dynamic_enhanced": True, "new_lesions": is_new, **more}
    return Scan(on=BASELINE_ON + timedelta(days=56 * place), seen=seen, **answers)


def course(
    *seen: Mapping[str, Seen],
    criterion: str = "mrecist",
    others: tuple[str, ...] = (),
    last: Mapping[str, Any] | None = None,
) -> list[TimePoint]:
    """The time points of these scans; every lesion is a target but `others`; `last` is said of the last scan."""
    keys = dict.fromkeys(key for one in seen for key in one)
    more: list[dict[str, Any]] = [{} for _ in seen[1:]] + [dict(last or {})]
    scans = [scan(place, one, **more[place]) for place, one in enumerate(seen)]
    lesions = [lesion(key, is_target=key not in others) for key in keys]
    return list(lesion_response.time_points(criterion=criterion, lesions=lesions, scans=scans))


def point(*seen: Mapping[str, Seen], **more: Any) -> TimePoint:
    """The last of them."""
    return course(*seen, **more)[-1]
