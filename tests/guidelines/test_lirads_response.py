"""LI-RADS treatment response: every answer of both editions, and what is missing where answers are."""

import itertools
from typing import Any

import pytest

from guidelines import lirads_response, sources
from guidelines.entry import FactError
from guidelines.lirads_response import EDITIONS, Edition

EVERY_EDITION = list(EDITIONS.values())


def judge_2018(**answers: Any) -> lirads_response.Judgement:
    return lirads_response.judge("v2018", {"is_evaluable": "yes", **answers})


def judge_2024(**answers: Any) -> lirads_response.Judgement:
    return lirads_response.judge("v2024-nonradiation", {"is_evaluable": "yes", **answers})


class TestV2018:
    @pytest.mark.parametrize("enhancement", ["none", "expected"])
    def test_calls_no_or_expected_enhancement_nonviable(self, enhancement: str) -> None:
        assert judge_2018(enhancement=enhancement).category == "nonviable"

    @pytest.mark.parametrize("sign", ["arterial_hyperenhancement", "washout", "as_before_treatment"])
    def test_calls_tissue_with_any_of_three_signs_viable(self, sign: str) -> None:
        judged = judge_2018(enhancement="tissue", **{sign: "yes"})

        assert (judged.category, judged.missing) == ("viable", ())

    def test_calls_tissue_without_a_sign_equivocal(self) -> None:
        signs = dict.fromkeys(("arterial_hyperenhancement", "washout", "as_before_treatment"), "no")

        assert judge_2018(enhancement="tissue", **signs).category == "equivocal"

    def test_calls_atypical_enhancement_equivocal(self) -> None:
        assert judge_2018(enhancement="atypical", washout="yes").category == "equivocal"

    def test_names_the_signs_that_nobody_looked_for(self) -> None:
        judged = judge_2018(enhancement="tissue", washout="no")

        assert judged.category is None
        assert judged.possible == ("equivocal", "viable")
        assert judged.missing == ("arterial_hyperenhancement", "as_before_treatment")


class TestV2024:
    @pytest.mark.parametrize(
        ("enhancement", "category"),
        [
            ("none", "nonviable"),
            ("not_mass_like", "nonviable"),
            ("uncertain", "equivocal"),
            ("mass_like", "viable"),
        ],
    )
    def test_asks_whether_enhancement_is_mass_like(self, enhancement: str, category: str) -> None:
        judged = judge_2024(enhancement=enhancement)

        assert (judged.category, judged.missing) == (category, ())

    @pytest.mark.parametrize("sign", ["restricted_diffusion", "t2_hyperintensity"])
    def test_lets_a_sign_of_mri_raise_equivocal_to_viable(self, sign: str) -> None:
        assert judge_2024(enhancement="uncertain", **{sign: "yes"}).category == "viable"
        assert judge_2024(enhancement="uncertain", **{sign: "no"}).category == "equivocal"

    def test_lets_no_sign_of_mri_raise_nonviable(self) -> None:
        assert judge_2024(enhancement="none", restricted_diffusion="yes").category == "nonviable"

    def test_names_what_nobody_said(self) -> None:
        assert judge_2024(enhancement=None).missing == ("enhancement",)


@pytest.mark.parametrize("edition", EVERY_EDITION, ids=lambda edition: edition.key)
class TestEveryEdition:
    def test_comes_to_every_category_and_to_one_for_each_combination(self, edition: Edition) -> None:
        keys = [question.key for question in edition.questions]
        found = set()
        for values in itertools.product(*(question.answers for question in edition.questions)):
            judged = lirads_response.judge(edition.key, dict(zip(keys, values, strict=True)))
            assert judged.possible == (judged.category,)
            found.add(judged.category)

        assert found == set(lirads_response.CATEGORIES)

    def test_calls_what_cannot_be_evaluated_so_whatever_else_is_said(self, edition: Edition) -> None:
        judged = lirads_response.judge(edition.key, {"is_evaluable": "no", "enhancement": ""})

        assert (judged.category, judged.missing) == ("nonevaluable", ())

    def test_knows_nothing_without_answers(self, edition: Edition) -> None:
        judged = lirads_response.judge(edition.key, {})

        assert judged.category is None
        assert judged.possible == tuple(lirads_response.CATEGORIES)
        assert judged.missing[:2] == ("is_evaluable", "enhancement")
        assert not any(
            question.is_optional for question in edition.questions if question.key in judged.missing
        )

    def test_says_its_name_and_source(self, edition: Edition) -> None:
        judged = lirads_response.judge(edition.key, {"is_evaluable": "no"})

        assert (judged.edition, judged.source) == (edition.name, edition.source)
        assert judged.source in sources.ALL
        assert judged.says.endswith(".")


class TestBadInput:
    @pytest.mark.parametrize(
        ("edition", "answers", "key"),
        [
            ("v1999", {}, "edition"),
            ("v2018", {"washuot": "yes"}, "washuot"),
            ("v2018", {"washout": "perhaps"}, "washout"),
            ("v2018", {"restricted_diffusion": "yes"}, "restricted_diffusion"),
            ("v2024-nonradiation", {"enhancement": "tissue"}, "enhancement"),
        ],
    )
    def test_is_refused_by_name(self, edition: str, answers: dict[str, Any], key: str) -> None:
        with pytest.raises(FactError) as error:
            lirads_response.judge(edition, answers)
        assert error.value.key == key
