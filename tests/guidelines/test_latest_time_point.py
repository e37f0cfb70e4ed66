"""The last time point can be asked for alone: it is the same as among all of them."""

from datetime import date

import pytest

from guidelines import lesion_response
from guidelines.entry import FactError
from guidelines.lesions import Lesion, Scan, Seen

LESIONS = [Lesion(key="L1", is_target=True), Lesion(key="L2", is_target=False)]


def scans(*viable_mm):
    return [
        Scan(
            on=date(2026, month, 1),
            is_dynamic_enhanced=True,
            new_lesions=False,
            non_target="non_progressive",
            seen={"L1": Seen(longest_mm=50, viable_mm=mm), "L2": Seen(longest_mm=9)},
        )
        for month, mm in enumerate(viable_mm, start=1)
    ]


class TestLatest:
    @pytest.mark.parametrize("criterion", ["mrecist", "recist_1_1"])
    @pytest.mark.parametrize("viable_mm", [(50, 20), (50, 20, 26), (50, 20, 10, 40)])
    def test_is_the_last_of_all(self, criterion, viable_mm):
        asked = {"criterion": criterion, "lesions": LESIONS, "scans": scans(*viable_mm)}

        assert lesion_response.latest(**asked) == lesion_response.time_points(**asked)[-1]

    def test_refuses_what_all_of_them_refuse(self):
        with pytest.raises(FactError):
            lesion_response.latest(criterion="mrecist", lesions=LESIONS, scans=[])
