"""Where lesions stand on the liver map."""

import re
from itertools import combinations
from math import hypot
from pathlib import Path

import pytest
from django.conf import settings

from patients import segment_map
from patients.segment_map import MappedLesion

DRAWING = (Path(settings.BASE_DIR) / "templates/patients/_liver_map.html").read_text(encoding="utf-8")


def corners(segment: str) -> list[tuple[float, float]]:
    """The outline of a segment as it is drawn; the caudate's curve by its points of support."""
    path = re.search(rf'id="seg-{segment}".*? d="([^"]+)"', DRAWING)[1]
    numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def is_inside(x: float, y: float, outline: list[tuple[float, float]]) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in zip(outline, outline[1:] + outline[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


class TestPlaces:
    def test_are_known_for_every_segment_of_couinaud(self):
        assert set(segment_map.SEGMENTS) == {"1", "2", "3", "4a", "4b", "5", "6", "7", "8"}

    @pytest.mark.parametrize(
        ("segment", "place"), [(s, p) for s, places in segment_map.PLACES.items() for p in places]
    )
    def test_lie_in_their_segment_of_the_drawing(self, segment, place):
        assert is_inside(*place, corners(segment))

    @pytest.mark.parametrize("segment", segment_map.SEGMENTS)
    def test_of_one_segment_do_not_hide_each_other(self, segment):
        for (x1, y1), (x2, y2) in combinations(segment_map.PLACES[segment], 2):
            assert hypot(x1 - x2, y1 - y2) >= 2 * segment_map.SMALLEST_RADIUS


class TestMarksFor:
    def test_leaves_no_lesion_out_however_many(self):
        lesions = [MappedLesion(f"L{n}", ("8",), longest_mm=20) for n in range(1, 31)]

        marks = segment_map.marks_for(lesions)

        assert [mark.label for mark in marks] == [lesion.label for lesion in lesions]
        assert len({(mark.x, mark.y) for mark in marks}) == 30

    def test_puts_a_lesion_of_two_segments_between_them(self):
        (mark,) = segment_map.marks_for([MappedLesion("L1", ("6", "7"), longest_mm=70)])

        (x6, y6), (x7, y7) = segment_map.PLACES["6"][0], segment_map.PLACES["7"][0]
        assert (mark.x, mark.y) == ((x6 + x7) / 2, (y6 + y7) / 2)

    def test_lets_a_lesion_without_a_segment_wait_beside_the_liver(self):
        (mark,) = segment_map.marks_for([MappedLesion("L1", (), longest_mm=20)])

        assert not mark.is_placed
        assert not any(is_inside(mark.x, mark.y, corners(segment)) for segment in segment_map.SEGMENTS)

    def test_treats_a_segment_that_it_does_not_know_as_not_said(self):
        (mark,) = segment_map.marks_for([MappedLesion("L1", ("9",), longest_mm=20)])

        assert not mark.is_placed

    @pytest.mark.parametrize(
        ("viable_mm", "state"), [(None, "unknown"), (0, "gone"), (0.1, "viable"), (12, "viable")]
    )
    def test_never_takes_unknown_for_gone(self, viable_mm, state):
        (mark,) = segment_map.marks_for([MappedLesion("L1", ("8",), longest_mm=20, viable_mm=viable_mm)])

        assert mark.state == state

    def test_draws_a_larger_lesion_larger_but_never_over_its_neighbours(self):
        small, large, huge = segment_map.marks_for(
            [MappedLesion(f"L{mm}", ("5",), longest_mm=mm) for mm in (5, 30, 300)]
        )

        assert small.radius == segment_map.SMALLEST_RADIUS
        assert small.radius < large.radius < huge.radius == segment_map.LARGEST_RADIUS_ELSEWHERE
