"""Definitions of TACE failure over sessions: rows that break, shares from three sides, what nobody said."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import guidelines
from guidelines import failure_definitions, refractoriness, sources
from guidelines.failure_definitions import JSH_LCSGJ_2014, Session
from guidelines.refractoriness import Outcome, Weighed
from guidelines.settings import Settings

FIRST = date(2025, 3, 3)
QUIET: dict[str, Any] = {
    "viable_share_pct": (0, 0),
    "number_rose": False,
    "is_adapted": True,
    "markers_rose": False,
    "vascular_invasion": False,
    "spread": False,
    "progressed": False,
}
MOST = {"viable_share_pct": (60, 60)}


def sessions(*changes: dict[str, Any]) -> list[Session]:
    """Sessions 90 days apart, each reviewed after five weeks, free of everything but what is said."""
    found = []
    for place, change in enumerate(changes):
        on = FIRST + timedelta(days=90 * place)
        found.append(Session(**{"on": on, "reviewed_on": on + timedelta(days=35), **QUIET, **change}))
    return found


def weigh(*changes: dict[str, Any]) -> Weighed:
    return refractoriness.weigh(JSH_LCSGJ_2014, sessions(*changes))


def outcome(criterion: str, *changes: dict[str, Any]) -> Outcome:
    return next(one for one in weigh(*changes).outcomes if one.criterion == criterion)


def told(found: Outcome) -> tuple[str, int, int]:
    return found.verdict, found.count, found.most


class TestInsufficientResponse:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ((), ("not_met", 0, 0)),
            ((MOST,), ("not_met", 1, 1)),
            ((MOST, MOST), ("met", 2, 2)),
            ((MOST, MOST, MOST), ("met", 3, 3)),
            ((MOST, {}, MOST), ("not_met", 1, 1)),
            ((MOST, MOST, {}), ("not_met", 0, 0)),
        ],
    )
    def test_counts_in_a_row_up_to_the_last_session(
        self, changes: tuple[dict[str, Any], ...], expected: tuple[str, int, int]
    ) -> None:
        assert told(outcome("insufficient_response", *changes)) == expected

    @pytest.mark.parametrize(("share", "count"), [(49.9, 0), (50, 0), (50.1, 1)])
    def test_is_more_than_half_of_the_lesion_viable(self, share: float, count: int) -> None:
        assert outcome("insufficient_response", {"viable_share_pct": (share, share)}).count == count

    @pytest.mark.parametrize(
        ("share", "expected"),
        [((0, 50), ("not_met", 0, 0)), ((40, 60), ("unknown", 0, 2)), ((50.1, 100), ("met", 2, 2))],
    )
    def test_may_be_a_range(self, share: tuple[float, float], expected: tuple[str, int, int]) -> None:
        change = {"viable_share_pct": share}

        assert told(outcome("insufficient_response", change, change)) == expected

    @pytest.mark.parametrize(
        ("adapted", "verdict"),
        [((None, False), "not_met"), ((False, True), "met"), ((True, None), "unknown")],
    )
    def test_needs_another_agent_or_the_feeders_analysed_anew(
        self, adapted: tuple[bool | None, bool | None], verdict: str
    ) -> None:
        found = outcome("insufficient_response", *({**MOST, "is_adapted": one} for one in adapted))

        assert (found.verdict, found.count) == (verdict, 2)

    def test_without_adapting_says_so(self) -> None:
        found = outcome("insufficient_response", MOST, {**MOST, "is_adapted": False})

        assert (
            found.sentence == "2 of 2 in a row, with the same agent and without analysing the feeders anew."
        )

    def test_may_be_adapted_at_any_session_of_the_row(self) -> None:
        adapted = {**MOST, "is_adapted": True}, {**MOST, "is_adapted": False}

        assert outcome("insufficient_response", MOST, *adapted).verdict == "met"

    @pytest.mark.parametrize(("days", "is_in_time"), [(27, False), (28, True), (92, True), (93, False)])
    def test_is_judged_after_one_to_three_months(self, days: int, is_in_time: bool) -> None:
        on = date(2025, 3, 3)
        late = Session(on=on, reviewed_on=on + timedelta(days=days), **{**QUIET, **MOST})
        found = refractoriness.weigh(JSH_LCSGJ_2014, [late]).outcomes[0]

        assert failure_definitions.is_judged_in_time(late) is is_in_time
        assert (found.count, found.most) == (1 if is_in_time else 0, 1)

    def test_says_which_review_came_at_another_time(self) -> None:
        late = {**MOST, "reviewed_on": FIRST + timedelta(days=200)}
        found = outcome("insufficient_response", late, MOST)

        assert (told(found), found.missing) == (("unknown", 1, 2), ("sessions.1.reviewed_on",))

    def test_passes_over_a_session_that_no_review_judged(self) -> None:
        staged = {**MOST, "reviewed_on": None}

        assert told(outcome("insufficient_response", MOST, staged, MOST)) == ("met", 2, 2)
        assert told(outcome("insufficient_response", MOST, MOST, staged)) == ("met", 2, 2)

    def test_names_what_nobody_said(self) -> None:
        found = outcome("insufficient_response", MOST, {"viable_share_pct": None, "is_adapted": None})

        assert told(found) == ("unknown", 0, 2)
        assert found.missing == ("sessions.2.viable_share_pct", "sessions.2.is_adapted")

    def test_of_an_unknown_session_that_was_not_adapted_cannot_be_met(self) -> None:
        found = outcome("insufficient_response", MOST, {"viable_share_pct": None, "is_adapted": False})

        assert (found.verdict, found.missing) == ("not_met", ())

    def test_says_the_count(self) -> None:
        found = outcome("insufficient_response", MOST)

        assert found.sentence == "1 of 2 insufficient responses in a row (over 50 % viable)."
        assert found.because.source == "jsh-lcsgj-2014"
        assert found.note


class TestOtherCriteria:
    @pytest.mark.parametrize("field", ["number_rose", "markers_rose"])
    def test_count_two_in_a_row(self, field: str) -> None:
        rose = {field: True}

        assert told(outcome(field, rose)) == ("not_met", 1, 1)
        assert told(outcome(field, rose, rose)) == ("met", 2, 2)
        assert told(outcome(field, rose, {field: None})) == ("unknown", 0, 2)

    def test_count_a_rise_of_number_seen_in_time_alone(self) -> None:
        late = {"number_rose": True, "reviewed_on": FIRST + timedelta(days=200)}

        assert told(outcome("number_rose", late)) == ("not_met", 0, 1)

    @pytest.mark.parametrize("field", ["vascular_invasion", "spread"])
    @pytest.mark.parametrize(
        ("said", "verdict"),
        [
            ((), "not_met"),
            ((False,), "not_met"),
            ((True, False), "met"),
            ((None, True), "met"),
            ((None, False), "unknown"),
        ],
    )
    def test_are_met_by_what_has_appeared_once(
        self, field: str, said: tuple[bool | None, ...], verdict: str
    ) -> None:
        found = outcome(field, *({field: one} for one in said))

        assert found.verdict == verdict
        assert found.sentence.endswith(".")
        assert found.missing == (("sessions.1." + field,) if verdict == "unknown" else ())

    def test_pass_over_a_session_that_nobody_looked_at_yet(self) -> None:
        waiting = {"reviewed_on": None, "spread": None}

        assert outcome("spread", {}, waiting).verdict == "not_met"
        assert outcome("spread", {}, {**waiting, "spread": True}).verdict == "met"


class TestDefinition:
    def test_is_met_by_any_criterion(self) -> None:
        assert weigh({"spread": True}).verdict == "met"

    def test_is_not_met_where_none_is(self) -> None:
        found = weigh({}, {})

        assert (found.verdict, found.missing) == ("not_met", ())
        assert len(found.outcomes) == 5

    def test_is_unknown_where_one_may_be(self) -> None:
        found = weigh({}, {"spread": None})

        assert (found.verdict, found.missing) == ("unknown", ("sessions.2.spread",))

    def test_that_is_met_asks_for_nothing_more(self) -> None:
        assert weigh({"spread": True, "vascular_invasion": None}).missing == ()

    @settings(max_examples=40)
    @given(
        st.lists(
            st.fixed_dictionaries(
                {
                    name: st.sampled_from([None, False, True])
                    for name in ("number_rose", "is_adapted", "spread")
                }
            ),
            max_size=4,
        ),
        st.data(),
    )
    def test_that_is_settled_stays_so_whatever_the_rest_is(
        self, drawn: list[dict[str, Any]], data: st.DataObject
    ) -> None:
        found = weigh(*drawn)
        filled = [
            {name: data.draw(st.booleans()) if said is None else said for name, said in one.items()}
            for one in drawn
        ]

        assert found.verdict in ("unknown", weigh(*filled).verdict)
        assert bool(found.missing) == (found.verdict == "unknown")


class TestOfTheGuideline:
    @staticmethod
    def weigh(*progressed: bool | None, done: int | None = 3, **chosen: Any) -> Weighed:
        definition = failure_definitions.of_the_guideline(Settings(**chosen))
        changes = [{"progressed": one} for one in progressed]
        return refractoriness.weigh(definition, sessions(*changes), interventions_done=done)

    @pytest.mark.parametrize(("done", "verdict"), [(2, "not_met"), (3, "met"), (4, "met"), (None, "unknown")])
    def test_asks_for_several_interventions(self, done: int | None, verdict: str) -> None:
        found = self.weigh(True, True, done=done)

        assert found.verdict == verdict
        assert found.missing == (("interventions_done",) if done is None else ())

    @pytest.mark.parametrize(
        ("progressed", "verdict"),
        [((True,), "not_met"), ((True, True), "met"), ((True, False), "not_met"), ((None, True), "unknown")],
    )
    def test_asks_for_progression_in_a_row(self, progressed: tuple[bool | None, ...], verdict: str) -> None:
        assert self.weigh(*progressed).verdict == verdict

    def test_does_not_ask_how_many_where_nothing_progressed(self) -> None:
        assert self.weigh(False, done=None).verdict == "not_met"

    def test_names_both_unknowns(self) -> None:
        found = self.weigh(None, True, done=None)

        assert found.missing == ("interventions_done", "sessions.1.progressed")

    def test_follows_the_settings(self) -> None:
        assert self.weigh(True, True, several_interventions=4).verdict == "not_met"
        assert self.weigh(True, True, continued_progressions=3).verdict == "not_met"
        assert self.weigh(True, True, True, continued_progressions=3).verdict == "met"
        assert self.weigh(False, True, continued_progressions=1).verdict == "met"
        assert self.weigh(True, False, continued_progressions=1).verdict == "not_met"

    @pytest.mark.parametrize("done", [2, 3])
    @pytest.mark.parametrize("earlier", [0, 1, 2])
    @pytest.mark.parametrize("progressed", [False, True])
    def test_agrees_with_the_next_step(self, done: int, earlier: int, progressed: bool) -> None:
        asked = {
            "interventions_done": done,
            "progression": progressed,
            "enlargement": False,
            "new_lesions": False,
            "earlier_progressions": earlier,
        }
        says = {one["clause"]: one["verdict"] for one in guidelines.next_step(asked)["findings"]}

        met = self.weigh(False, *[True] * earlier, progressed, done=done).verdict == "met"
        assert met == (says["7.8"] == "applies")


class TestDefinitions:
    def test_begin_with_that_of_the_guideline(self) -> None:
        found = failure_definitions.definitions()

        assert [one.clause for one in found] == ["7.8", ""]
        assert found[0].settings == ("several_interventions", "continued_progressions")

    def test_cite_known_sources(self) -> None:
        assert all(one.source in sources.ALL for one in failure_definitions.definitions())


class TestShare:
    @pytest.mark.parametrize(
        ("viable_mm", "longest_mm", "share"),
        [(20, 40, (50, 50)), (0, 40, (0, 0)), (1, 3, (33.3333, 33.3333)), (0, 0, None)],
    )
    def test_comes_from_the_diameters(
        self, viable_mm: float, longest_mm: float, share: tuple[float, float] | None
    ) -> None:
        assert failure_definitions.share_from_diameters(viable_mm, longest_mm) == share
