"""The first reference rows: cited or said to be not in source, and in the words of the rest of the product."""

from decimal import Decimal

import pytest

from guidelines import reference
from guidelines.procedure_parts import given
from guidelines.procedure_record import BEADS, CLOSING, GRANULAR, OIL

ARTERIES = {row["code"]: row for row in reference.ARTERIES}
AGENTS = {row["code"]: row for row in reference.AGENTS}


class TestAgents:
    def test_are_the_six_that_the_guideline_names(self) -> None:
        assert tuple(AGENTS) == given.NAMED_AGENTS
        assert all(row["is_in_guideline"] for row in reference.AGENTS)
        assert [row["abbreviation"] for row in reference.AGENTS] == [
            "ADM",
            "EADM",
            "PDD",
            "5-FU",
            "HCPT",
            "MMC",
        ]

    @pytest.mark.parametrize("row", reference.AGENTS, ids=lambda row: row["code"])
    def test_say_where_their_numbers_come_from(self, row: reference.Row) -> None:
        assert "sign-off needed" in row["source"]
        assert len(row["source"]) <= 300

    @pytest.mark.parametrize("row", reference.AGENTS, ids=lambda row: row["code"])
    def test_order_their_numbers(self, row: reference.Row) -> None:
        assert Decimal(0) < row["usual_low"] < row["usual_high"] < row["impossible_above_mg"]
        warn, most = row.get("warn_lifetime_mg_per_m2"), row.get("most_lifetime_mg_per_m2")
        assert warn is None or warn < most

    def test_that_are_anthracyclines_have_a_lifetime(self) -> None:
        anthracyclines = {code for code, row in AGENTS.items() if row.get("is_anthracycline")}

        assert anthracyclines == {"doxorubicin", "epirubicin"}
        assert AGENTS["doxorubicin"]["most_lifetime_mg_per_m2"] == 550
        assert AGENTS["epirubicin"]["most_lifetime_mg_per_m2"] == 900

    def test_are_not_signed_off_by_us(self) -> None:
        assert not any(row.get("is_signed_off") for row in (*reference.AGENTS, *reference.MATERIALS))


class TestMaterials:
    def test_have_codes_and_kinds_that_the_clauses_know(self) -> None:
        codes = [row["code"] for row in reference.MATERIALS]

        assert len(set(codes)) == len(codes)
        assert {row["kind"] for row in reference.MATERIALS} == {OIL, BEADS, *GRANULAR, *CLOSING}

    def test_say_where_their_numbers_come_from(self) -> None:
        assert all(row["source"] and len(row["source"]) <= 300 for row in reference.MATERIALS)

    def test_end_oil_at_20_ml_and_beads_at_150_mg(self) -> None:
        rows = {row["code"]: row for row in reference.MATERIALS}

        assert (rows["ethiodised-oil"]["warn_volume_ml"], rows["ethiodised-oil"]["most_volume_ml"]) == (
            15,
            20,
        )
        assert rows["dc-bead"]["most_drug_mg"] == 150


class TestArteries:
    def test_arise_from_one_that_stands_above(self) -> None:
        seen: set[str | None] = {None}
        for row in reference.ARTERIES:
            assert row["parent"] in seen, row["code"]
            seen.add(row["code"])
        assert len(ARTERIES) == len(reference.ARTERIES)

    def test_keep_their_place(self) -> None:
        assert [row["order"] for row in reference.ARTERIES] == list(range(1, len(ARTERIES) + 1))

    def test_reach_every_segment_of_the_liver(self) -> None:
        segments = [row["segments"] for row in reference.ARTERIES if row["kind"] == "segmental"]

        assert sorted(segment for one in segments for segment in one) == [
            "1",
            "2",
            "3",
            "4a",
            "4b",
            "5",
            "6",
            "7",
            "8",
        ]

    def test_of_a_branch_lie_within_those_of_its_parent(self) -> None:
        for row in reference.ARTERIES:
            parent = ARTERIES.get(row["parent"] or "")
            if row["kind"] == "segmental" and row["code"] != "a1" and parent:
                assert set(row["segments"]) <= set(parent["segments"]), row["code"]
                assert row["side"] == parent["side"]

    def test_name_those_to_keep_clear(self) -> None:
        protected = {code for code, row in ARTERIES.items() if row["kind"] == "protected"}

        assert {"cystic", "right-gastric", "gastroepiploic", "gda"} <= protected

    def test_name_the_feeders_from_outside(self) -> None:
        feeders = {code for code, row in ARTERIES.items() if row["kind"] == "extrahepatic"}

        assert feeders == {
            "left-gastric", "right-inferior-phrenic", "left-inferior-phrenic", "internal-mammary", "intercostal",
            "adrenal", "renal-capsular", "omental", "colic",
        }  # fmt: skip

    def test_of_the_michels_types_are_all_there(self) -> None:
        named = {code for codes in reference.ARTERIES_OF_MICHELS_TYPE.values() for code in codes}

        assert named == {code for code, row in ARTERIES.items() if row["kind"] == "variant"}
        assert list(reference.MICHELS_TYPES) == list(reference.ARTERIES_OF_MICHELS_TYPE)
        assert all(
            row["michels_type"] in reference.MICHELS_TYPES
            for row in ARTERIES.values()
            if "michels_type" in row
        )
