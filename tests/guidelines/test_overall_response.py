"""What other lesions, new lesions and scans without dynamic enhancement do to the overall response."""

import pytest

from guidelines import lesion_response
from guidelines.lesion_sums import MRECIST, RECIST
from guidelines.lesions import DISAPPEARED, NEW, NOT_EVALUABLE, Seen
from tests.guidelines.lesions import lesion, point, scan, there

GONE, CANNOT = Seen(status=DISAPPEARED), Seen(status=NOT_EVALUABLE)


def two(first: float | None, second: float | None) -> dict[str, Seen]:
    return {"L1": there(first), "L2": there(second)}


def appeared(longest_mm: float | None) -> Seen:
    return Seen(status=NEW, longest_mm=longest_mm, viable_mm=longest_mm)


class TestOtherLesions:
    @pytest.mark.parametrize(
        ("said", "overall", "key"),
        [
            ("complete_response", "CR", "CR"),
            ("non_progressive", "PR", "others_left"),
            ("not_evaluated", "PR", "others_left"),
            ("progressive", "PD", "non_target"),
        ],
    )
    def test_count_beside_a_complete_response(self, said: str, overall: str, key: str) -> None:
        found = point(two(60, 9), two(0, 9), others=("L2",), last={"non_target": said})

        assert (found.overall, found.overall_because.key, found.missing) == (overall, key, ())

    @pytest.mark.parametrize(
        ("other", "possible"),
        [
            (GONE, ("complete_response",)),
            (there(0, longest_mm=9), ("complete_response",)),
            (there(9), ("non_progressive", "progressive")),
            (Seen(longest_mm=9), ("complete_response", "non_progressive", "progressive")),
            (CANNOT, ("not_evaluated",)),
            (Seen(status="too_small"), ("non_progressive", "progressive")),
            (Seen(status="merged", other="L1"), ("absent",)),
        ],
    )
    def test_that_nobody_judged_are_what_their_status_allows(
        self, other: Seen, possible: tuple[str, ...]
    ) -> None:
        assert point(two(60, 9), {"L1": there(0), "L2": other}, others=("L2",)).non_target == possible

    def test_that_nobody_looked_at_may_be_anything(self) -> None:
        found = point(
            {"L1": there(60), "L2": there(9), "L3": there(9)},
            {"L1": there(0), "L3": CANNOT},
            others=("L2", "L3"),
        )

        assert found.non_target == ("not_evaluated", "non_progressive", "progressive")
        assert (found.overall, found.missing) == (None, ("non_target",))

    def test_by_recist_are_there_though_nothing_is_viable(self) -> None:
        found = point(
            two(60, 9), {"L1": GONE, "L2": there(0, longest_mm=9)}, criterion=RECIST, others=("L2",)
        )

        assert found.non_target == ("non_progressive", "progressive")

    def test_that_nobody_judged_leave_the_overall_response_open(self) -> None:
        found = point(two(60, 9), two(0, 9), others=("L2",))

        assert (found.targets.response, found.overall, found.missing) == ("CR", None, ("non_target",))
        assert found.overall_because.key == "unknown"

    def test_matter_not_where_the_targets_progress(self) -> None:
        found = point(two(60, 9), two(80, 9), others=("L2",))

        assert (found.overall, found.missing) == ("PD", ())


class TestNewLesions:
    def test_are_progression_whatever_the_targets_do(self) -> None:
        found = point(
            {"L1": there(60)},
            {"L1": there(0), "L2": appeared(12)},
            others=("L2",),
            last={"new_lesions": None},
        )

        assert (found.targets.response, found.overall, found.overall_because.key) == (
            "CR",
            "PD",
            "new_lesions",
        )
        assert (found.appeared, found.new_lesions) == (("L2",), True)

    @pytest.mark.parametrize(("longest_mm", "overall"), [(9.9, "CR"), (10, "PD"), (10.1, "PD")])
    def test_count_for_mrecist_from_10_mm(self, longest_mm: float, overall: str) -> None:
        seen = {"L1": there(60)}, {"L1": there(0), "L2": appeared(longest_mm)}

        assert point(*seen, others=("L2",), last={"new_lesions": True}).overall == overall
        assert point(*seen, others=("L2",), last={"new_lesions": True}, criterion=RECIST).overall == "PD"

    def test_of_unknown_size_leave_mrecist_open(self) -> None:
        found = point(
            {"L1": there(60)},
            {"L1": there(0), "L2": appeared(None)},
            others=("L2",),
            last={"new_lesions": True},
        )

        assert (found.overall, found.missing) == (None, ("new_lesions",))

    def test_that_nobody_named_count_as_the_reader_says(self) -> None:
        assert point(two(60, 40), two(0, 0), last={"new_lesions": True}).overall == "PD"

    def test_that_nobody_asked_about_are_unknown(self) -> None:
        found = point(two(60, 40), two(0, 0), last={"new_lesions": None})

        assert (found.overall, found.missing) == (None, ("new_lesions",))

    @pytest.mark.parametrize(
        ("later", "overall"), [(there(12), "PD"), (GONE, "CR"), (CANNOT, None), (Seen(status="split"), "PD")]
    )
    def test_are_new_against_the_baseline_as_long_as_they_are_there(
        self, later: Seen, overall: str | None
    ) -> None:
        found = point(
            {"L1": there(60)},
            {"L1": there(0), "L2": appeared(12)},
            {"L1": there(0), "L2": later},
            others=("L2",),
        )

        assert found.overall == overall

    def test_that_nobody_looked_at_again_are_unknown(self) -> None:
        found = point(
            {"L1": there(60)}, {"L1": there(0), "L2": appeared(12)}, {"L1": there(0)}, others=("L2",)
        )

        assert (found.new_lesions, found.missing) == (None, ("new_lesions",))

    def test_of_the_baseline_scan_belong_to_the_baseline(self) -> None:
        found = point({"L1": appeared(60)}, {"L1": there(0)})

        assert (found.appeared, found.overall) == ((), "CR")


class TestPlainScans:
    def test_say_nothing_by_mrecist_even_with_a_new_lesion(self) -> None:
        found = point(two(60, 40), two(10, 0), last={"is_dynamic_enhanced": False, "new_lesions": True})

        assert (found.targets.response, found.overall, found.missing) == ("NE", "NE", ())
        assert (found.overall_because.key, found.overall_because.clause) == ("plain", "7.7")

    def test_are_measured_by_recist(self) -> None:
        found = point(two(60, 40), two(10, 0), criterion=RECIST, last={"is_dynamic_enhanced": False})

        assert found.overall == "PR"

    def test_at_baseline_leave_nothing_to_compare_with(self) -> None:
        scans = [scan(0, two(60, 40), is_dynamic_enhanced=False), scan(1, two(10, 0))]
        (found,) = lesion_response.time_points(
            criterion=MRECIST, lesions=[lesion("L1"), lesion("L2")], scans=scans
        )

        assert (found.overall, found.overall_because.key) == ("NE", "plain_baseline")

    def test_in_between_do_not_count_for_the_smallest_sum(self) -> None:
        scans = [
            scan(0, two(60, 40)),
            scan(1, two(5, 0), is_dynamic_enhanced=False),
            scan(2, two(7, 0), is_dynamic_enhanced=None),
            scan(3, two(30, None)),
            scan(4, two(50, 0)),
        ]
        found = lesion_response.time_points(
            criterion=MRECIST, lesions=[lesion("L1"), lesion("L2")], scans=scans
        )[-1]

        assert (found.overall, found.targets.nadir_mm) == ("PR", 100)
        assert found.scans_without_sum == (scans[1].on, scans[2].on, scans[3].on)

    @pytest.mark.parametrize(
        ("is_dynamic", "missing"),
        [
            ((True, None), ("is_dynamic_enhanced",)),
            ((None, True), ("baseline.is_dynamic_enhanced",)),
            ((None, None), ("baseline.is_dynamic_enhanced", "is_dynamic_enhanced")),
        ],
    )
    def test_perhaps_leave_the_response_open(
        self, is_dynamic: tuple[bool | None, bool | None], missing: tuple[str, ...]
    ) -> None:
        scans = [
            scan(place, two(60 - 50 * place, 0), is_dynamic_enhanced=one)
            for place, one in enumerate(is_dynamic)
        ]
        (found,) = lesion_response.time_points(
            criterion=MRECIST, lesions=[lesion("L1"), lesion("L2")], scans=scans
        )

        assert (found.targets.response, found.overall) == (None, None)
        assert set(found.missing) == set(missing)

    def test_perhaps_at_baseline_change_nothing_beside_a_new_lesion(self) -> None:
        scans = [
            scan(0, {"L1": there(60)}, is_dynamic_enhanced=None),
            scan(1, {"L1": there(60)}, new_lesions=True),
        ]
        (found,) = lesion_response.time_points(criterion=MRECIST, lesions=[lesion("L1")], scans=scans)

        assert (found.overall, found.overall_because.key) == ("PD", "new_lesions")

    def test_perhaps_change_nothing_where_there_is_no_baseline(self) -> None:
        found = point({"L1": there(0)}, {"L1": there(0)}, last={"is_dynamic_enhanced": None})

        assert (found.targets.response, found.overall, found.missing) == ("NE", "NE", ())
