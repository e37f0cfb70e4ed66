"""The vessel map: every artery is drawn, every target marked, and what was not treated stands out."""

import re
from itertools import combinations

import pytest
from django.template.loader import render_to_string

from guidelines import reference
from patients import segment_map
from procedures import vessel_drawing, vessel_map
from procedures.vessel_map import Feeder, MappedTarget

RIGHT_LINE = ("right-anterior", "right-hepatic", "proper-hepatic", "common-hepatic", "coeliac", "aorta")
A8 = MappedTarget(1, "a8", "A8", RIGHT_LINE, ("L1",))
PHRENIC = Feeder("right-inferior-phrenic", "Right inferior phrenic artery", ("aorta",), ("L1",), "planned")


def drawn(targets=(), feeders=(), variants=(), lesions=()):
    marks = vessel_map.marks_for(list(targets), feeders)
    context = {
        "vessels": vessel_map.vessels_for(marks, variants),
        "vessel_marks": marks,
        "lesion_marks": segment_map.marks_for(lesions),
    }
    return render_to_string("procedures/_vessel_map.html", context)


def path_of(drawing, code):
    return re.search(rf'<path id="art-{code}" class="([^"]*)"', drawing)[1].split()


class TestDrawing:
    def test_holds_every_artery_of_the_reference_rows_and_no_other(self):
        assert set(vessel_drawing.BY_CODE) == {row["code"] for row in reference.ARTERIES}

    @pytest.mark.parametrize("vessel", vessel_drawing.VESSELS, ids=lambda vessel: vessel.code)
    def test_keeps_every_course_and_name_inside_the_picture(self, vessel):
        numbers = [float(number) for number in re.findall(r"[\d.]+", vessel.course)]

        assert all(0 <= x <= 780 for x in [*numbers[::2], vessel.label_x])
        assert all(0 <= y <= 630 for y in [*numbers[1::2], vessel.label_y])

    @pytest.mark.parametrize(
        "row", [row for row in reference.ARTERIES if row["kind"] == "segmental"], ids=str
    )
    def test_lets_a_segmental_artery_begin_on_the_one_that_it_arises_from(self, row):
        child, parent = (vessel_drawing.BY_CODE[row[name]].course for name in ("code", "parent"))
        x, y = vessel_map.point_along(child, 0)

        nearest = min(
            ((x - px) ** 2 + (y - py) ** 2) ** 0.5
            for px, py in (vessel_map.point_along(parent, step / 100) for step in range(101))
        )
        assert nearest < 8

    @pytest.mark.parametrize("segment", segment_map.SEGMENTS)
    def test_ends_a_segmental_artery_near_the_place_of_its_lesions(self, segment):
        tip_x, tip_y = vessel_map.point_along(vessel_drawing.BY_CODE[f"a{segment}"].course, 1)
        scale, (left, top) = vessel_drawing.LIVER_SCALE, vessel_drawing.LIVER_OFFSET

        gaps = [
            ((x * scale + left - tip_x) ** 2 + (y * scale + top - tip_y) ** 2) ** 0.5
            for x, y in segment_map.PLACES[segment]
        ]
        assert min(gaps) < 45

    def test_has_the_scale_that_the_template_draws(self):
        assert 'transform="translate(20 24) scale(1.2)"' in drawn()
        assert (vessel_drawing.LIVER_SCALE, vessel_drawing.LIVER_OFFSET) == (1.2, (20.0, 24.0))

    def test_keeps_the_marks_of_different_arteries_apart(self):
        targets = [
            MappedTarget(number, code, code, ())
            for number, code in enumerate(vessel_drawing.BY_CODE, start=1)
            if vessel_drawing.BY_CODE[code].kind == "seg"
        ]

        marks = vessel_map.marks_for(targets)

        assert all(
            ((one.x - two.x) ** 2 + (one.y - two.y) ** 2) ** 0.5 > 22 for one, two in combinations(marks, 2)
        )


class TestMarks:
    def test_carry_the_number_of_the_row(self):
        [mark] = vessel_map.marks_for([A8])

        assert (mark.text, mark.state, mark.artery) == ("1", "treated", "a8")

    def test_of_one_artery_are_one_with_all_its_numbers(self):
        [mark] = vessel_map.marks_for([A8, MappedTarget(3, "a8", "A8", RIGHT_LINE, ("L1",))])

        assert mark.text == "1, 3"
        assert mark.width > vessel_map.MARK_WIDTH

    def test_lie_on_the_artery(self):
        [mark] = vessel_map.marks_for([A8])

        course = vessel_drawing.BY_CODE["a8"].course
        assert (mark.x, mark.y) == vessel_map.point_along(course, vessel_map.ALONG)

    def test_of_an_artery_that_nobody_drew_lie_where_it_arises(self):
        [mark] = vessel_map.marks_for([MappedTarget(1, "a8-dorsal", "Dorsal A8", ("a8", *RIGHT_LINE))])

        assert (mark.x, mark.y) == vessel_map.point_along(vessel_drawing.BY_CODE["a8"].course, 1.0)

    def test_without_any_place_stand_beside_the_picture_one_under_the_other(self):
        first, second = vessel_map.marks_for(
            [MappedTarget(1, "new-one", "New", ("aorta",)), MappedTarget(2, "new-two", "Newer")]
        )

        assert (first.x, first.y) == vessel_drawing.BESIDE
        assert second.y > first.y

    def test_of_an_unconfirmed_target_say_so(self):
        [mark] = vessel_map.marks_for([MappedTarget(1, "a8", "A8", RIGHT_LINE, ("L1",), is_confirmed=False)])

        assert mark.state == "unconfirmed"

    def test_of_an_artery_treated_once_and_unconfirmed_once_are_treated(self):
        [mark] = vessel_map.marks_for([MappedTarget(1, "a8", "A8", is_confirmed=False), A8])

        assert mark.state == "treated"


class TestUntreatedFeeders:
    def test_of_a_treated_lesion_are_marked_with_the_next_number(self):
        marks = vessel_map.marks_for([A8], [PHRENIC])

        assert [(mark.text, mark.state) for mark in marks] == [("1", "treated"), ("2", "untreated")]
        assert marks[1].feeder == PHRENIC

    def test_of_another_lesion_are_left_alone(self):
        other = Feeder("a6", "A6", ("right-posterior",), ("L2",))

        assert vessel_map.untreated([A8], [other]) == []

    def test_of_no_lesion_in_particular_count_for_all(self):
        assert vessel_map.untreated([A8], [Feeder("a6", "A6", ("right-posterior",))])

    def test_are_none_when_the_artery_itself_was_treated(self):
        assert vessel_map.untreated([A8], [Feeder("a8", "A8", RIGHT_LINE, ("L1",))]) == []

    def test_are_none_when_a_branch_of_it_was_treated(self):
        stem = Feeder("right-hepatic", "Right hepatic artery", ("proper-hepatic",), ("L1",))

        assert vessel_map.untreated([A8], [stem]) == []

    def test_are_none_when_the_stem_was_treated(self):
        lobar = MappedTarget(1, "right-hepatic", "Right hepatic artery", ("proper-hepatic",), ("L1",))

        assert vessel_map.untreated([lobar], [Feeder("a8", "A8", RIGHT_LINE, ("L1",))]) == []

    def test_are_not_covered_by_a_target_that_nobody_confirmed(self):
        unconfirmed = MappedTarget(2, "right-inferior-phrenic", "Phrenic", ("aorta",), ("L1",), False)

        assert vessel_map.untreated([A8, unconfirmed], [PHRENIC]) == [PHRENIC]

    def test_are_not_named_before_anything_was_treated(self):
        assert vessel_map.untreated([], [PHRENIC]) == []

    def test_are_named_once(self):
        assert vessel_map.untreated([A8], [PHRENIC, PHRENIC]) == [PHRENIC]


class TestPicture:
    def test_says_in_words_what_was_not_treated(self):
        drawing = drawn([A8], [PHRENIC])

        assert path_of(drawing, "right-inferior-phrenic") == ["vm", "vm-feeder", "is-untreated"]
        assert drawing.count(">not treated<") == 1

    def test_draws_a_treated_artery_solid_and_wider(self):
        drawing = drawn([A8])

        assert "is-treated" in path_of(drawing, "a8")
        assert 'stroke-width="6.0"' in re.search(r'<path id="art-a8"[^>]*>', drawing)[0]
        assert "is-treated" not in path_of(drawing, "a5")

    def test_shows_a_variant_dotted_until_it_is_recorded(self):
        assert path_of(drawn(), "replaced-right") == ["vm", "vm-variant"]
        assert "is-present" in path_of(drawn(variants=["replaced-right"]), "replaced-right")

    def test_draws_what_a_variant_replaces_as_absent(self):
        assert "is-absent" in path_of(drawn(variants=["replaced-right"]), "right-hepatic")
        assert "is-absent" not in path_of(drawn(variants=["accessory-right"]), "right-hepatic")

    def test_shows_a_rare_variant_only_once_it_is_recorded_or_treated(self):
        assert "art-accessory-right" not in drawn()
        assert "is-present" in path_of(
            drawn([MappedTarget(1, "accessory-right", "Accessory")]), "accessory-right"
        )

    def test_names_lesions_and_those_without_a_segment(self):
        lesions = [segment_map.MappedLesion("L1", ("8",), 42.0), segment_map.MappedLesion("L2", ())]

        names = re.findall(r"<text[^>]*>(L\d[^<]*)</text>", drawn(lesions=lesions))

        assert names == ["L1", "L2, S?"]
