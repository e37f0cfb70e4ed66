"""Random facts for Hypothesis of what follows a procedure: sums of diameters, reviews, dates."""

from datetime import date, timedelta

import hypothesis
from hypothesis import strategies as st

from tests.guidelines.oracle import facts, next_step, response

SUMS = (0, 4.9, 5, 10, 20, 24, 25, 30, 33.3, 39.96, 48, 50, 60, 60.3, 70, 72.36, 84, 100, 105, 120, 2000)


def sum_of_diameters(draw) -> object:
    low, high = sorted((draw(st.sampled_from(SUMS)), draw(st.sampled_from(SUMS))))
    return draw(
        st.sampled_from((None, low, high, high, {"min": low, "max": high}, {"max": high}, {"min": low}))
    )


@st.composite
def response_facts(draw) -> dict:
    raw = {name: sum_of_diameters(draw) for name in response.FACTS[:3]}
    raw |= {name: draw(st.sampled_from((None, *facts.CHOICES[name]))) for name in response.FACTS[3:]}
    if draw(st.integers(0, 4)) == 0:
        raw["non_target"] = draw(
            st.sampled_from((["absent", "complete_response"], ["absent", "not_evaluated"]))
        )
    baseline, nadir = (response.sum_known(name, raw[name]) for name in response.FACTS[:2])
    hypothesis.assume(raw["nadir_mm"] is None or nadir[0] <= baseline[1])
    return raw | {"criterion": draw(st.sampled_from(("mrecist", "recist_1_1")))}


@st.composite
def next_step_facts(draw) -> dict:
    raw = {name: draw(st.sampled_from((None, *next_step.possible(name, None)))) for name in next_step.FACTS}
    if draw(st.booleans()):
        raw["interventions_done"] = {
            "min": draw(st.sampled_from((1, 3, 4))),
            "max": draw(st.sampled_from((4, 5, 50))),
        }
    if draw(st.booleans()):
        raw["necrosis"] = ["partial", "none"]
    return raw


days = st.dates(date(2023, 11, 1), date(2025, 4, 30))


@st.composite
def schedule_facts(draw) -> dict:
    first = draw(days)
    later = st.integers(-5, 130).map(lambda more: first + timedelta(days=more))
    interventions = [first, *draw(st.lists(later.filter(lambda day: day > first), max_size=2))]
    reviews = draw(st.lists(later, max_size=3, unique=True))
    return {
        "interventions": [day.isoformat() for day in interventions],
        "reviews": [day.isoformat() for day in reviews],
        "interval_months": draw(st.sampled_from((None, 1, 2, 3))),
        "tolerance_days": draw(st.sampled_from((None, 0, 7, 28))),
    }
