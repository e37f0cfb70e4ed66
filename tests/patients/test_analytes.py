"""The list of analytes: made from the facts, with names that mean one thing and ranges that fit in each other."""

import pytest

from guidelines import facts
from patients import analytes


class TestAnalytes:
    def test_hold_every_laboratory_fact_that_is_a_number(self):
        wanted = {fact.name for fact in facts.in_group("laboratory") if fact.kind == "number"}

        assert set(analytes.FACT_NAMES) == wanted

    @pytest.mark.parametrize("name", analytes.FACT_NAMES)
    def test_take_units_and_range_from_the_fact(self, name):
        analyte, fact = analytes.ALL[name], facts.ALL[name]

        assert (analyte.units, analyte.low, analyte.high, analyte.label) == (
            fact.units, fact.low, fact.high, fact.label,
        )  # fmt: skip

    @pytest.mark.parametrize("analyte", analytes.ALL.values(), ids=lambda analyte: analyte.name)
    def test_find_plausible_only_what_is_possible(self, analyte):
        low, high = analyte.usual

        assert analyte.low <= low < high <= analyte.high

    def test_share_no_name(self):
        names = [name for analyte in analytes.ALL.values() for name in analyte.names]

        assert len(names) == len(set(names))

    @pytest.mark.parametrize("analyte", analytes.ALL.values(), ids=lambda analyte: analyte.name)
    def test_cite_where_a_factor_of_their_own_comes_from(self, analyte):
        converts = any(unit.factor not in (1, 10) for unit in analyte.units)

        # The percentages and powers of ten need no source; a fact's factors have theirs in guidelines.units.
        assert (
            analyte.is_fact
            or not converts
            or analyte.factor_source
            or analyte.group in {"blood", "coagulation"}
        )

    @pytest.mark.parametrize("analyte", analytes.ALL.values(), ids=lambda analyte: analyte.name)
    def test_belong_to_a_group_of_the_screen(self, analyte):
        assert analyte in analytes.in_group(analyte.group)

    @pytest.mark.parametrize(
        ("canonical", "is_plausible"), [(1.9, False), (2, True), (700, True), (700.1, False)]
    )
    def test_ask_outside_the_usual_range(self, canonical, is_plausible):
        assert analytes.is_plausible(analytes.ALL["bilirubin_umol_per_l"], canonical) is is_plausible
