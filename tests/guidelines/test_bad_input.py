"""Whatever comes in, an answer or a FactError comes out: never a traceback, never an answer that is not JSON."""

import io
import json
import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import guidelines
from guidelines import __main__ as command
from guidelines import facts, review_facts
from tests.guidelines.patients import patient

settings.register_profile("quick", max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
settings.register_profile(
    "thorough", max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck)
)
PROFILE = settings.get_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

UNITS = ["mg/dL", "umol/L", "cm", "mm", "/uL", "", "%", "mmol/L"]
TABLES = {
    "eligibility": facts.ALL,
    "scores": facts.ALL,
    "response": review_facts.RESPONSE,
    "next_step": review_facts.NEXT_STEP,
    "schedule": review_facts.SCHEDULE,
}
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-2, 120),
    st.floats(),
    st.floats(0, 100),
    st.text(max_size=8),
    st.sampled_from(["none", "slight", "A", "vp1", "severe", "2025-03-03", "0000-00-00", "２０２５-03-03"]),
)
MEASURES = st.dictionaries(
    st.sampled_from(["value", "min", "max", "unit", "valeu"]),
    st.one_of(SCALARS, st.sampled_from(UNITS)),
    max_size=3,
)
VALUES = st.recursive(
    st.one_of(SCALARS, MEASURES),
    lambda children: st.one_of(
        st.lists(children, max_size=3), st.dictionaries(st.text(max_size=4), children, max_size=2)
    ),
    max_leaves=6,
)


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A command with facts of any shape, on a known patient or on nothing."""
    name = draw(st.sampled_from(sorted(TABLES)))
    keys = st.one_of(st.sampled_from([*TABLES[name], "id", "note"]), st.text(max_size=6))
    given_facts = draw(st.dictionaries(keys, VALUES, max_size=6))
    if TABLES[name] is facts.ALL and draw(st.booleans()):
        given_facts = {**patient(), **given_facts}
    return name, given_facts


def ask(name: str, given_facts: dict[str, Any]) -> tuple[Any, guidelines.FactError | None]:
    """The answer, or why there is none."""
    try:
        return getattr(guidelines, name)(given_facts), None
    except guidelines.FactError as error:
        return None, error


class TestAnyInput:
    @given(question=questions())
    @settings(PROFILE)
    def test_gets_an_answer_or_a_fact_error(self, question: tuple[str, dict[str, Any]]) -> None:
        answer, error = ask(*question)

        if error is None:
            assert json.loads(json.dumps(answer, allow_nan=False)) == answer
        else:
            assert error.key is None or isinstance(error.key, str)
            assert error.message

    @given(
        content=st.lists(
            st.one_of(st.binary(max_size=30), questions().map(lambda one: json.dumps(one[1]).encode()))
        )
    )
    @settings(PROFILE)
    def test_gets_one_line_for_each_that_is_not_blank(self, content: list[bytes]) -> None:
        lines = [line for chunk in content for line in chunk.split(b"\n")]
        output = io.StringIO()

        outcome = command.answer_lines(io.BytesIO(b"\n".join(lines)), guidelines.eligibility, output)

        written = [json.loads(line) for line in output.getvalue().splitlines()]
        assert len(written) == outcome.lines
        assert sum("error" in line for line in written) == outcome.bad >= outcome.not_json
