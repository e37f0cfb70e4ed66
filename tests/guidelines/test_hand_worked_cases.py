"""Cases worked by hand from the contract's sentences, put to the engine and to the oracle; and its command line."""

import json
import subprocess
import sys

import pytest

import guidelines
from tests.guidelines.oracle import (
    cases,
    clauses,
    compare,
    eligibility,
    error_cases,
    more_cases,
    next_step,
    response,
    schedule,
    score_answers,
    score_cases,
)


def named(table: list) -> list:
    return [pytest.param(*row[1:], id=row[0]) for row in table]


def eligibility_differences(answer: dict, wanted: dict) -> list[str]:
    by_clause = {finding["clause"]: finding for finding in answer["findings"]}
    lines = []
    for key, value in wanted.items():
        if key == "has":
            got, agrees = answer["missing"], set(value) <= set(answer["missing"])
        elif key == "lacks":
            got, agrees = answer["missing"], not set(value) & set(answer["missing"])
        else:
            got = (
                by_clause[key.split()[0]]["missing" if " " in key else "verdict"]
                if key[1] == "."
                else answer[key]
            )
            agrees = got == value
        lines += [] if agrees else [f"{key}: {got!r}, not {value!r}"]
    return lines


def score_differences(found: dict, wanted: dict) -> list[str]:
    lines = [f"{name} is there" for name, score in wanted.items() if score is None and name in found]
    given = {name: score for name, score in wanted.items() if score is not None}
    lines += [f"{name} is left out" for name in given if name not in found]
    return lines + [
        line for name in given if name in found for line in compare.one_score(name, found[name], given[name])
    ]


ELIGIBILITY_CASES = named(cases.WHICH_CLAUSES + cases.WHICH_VERDICT + cases.UNKNOWNS)


class TestHandWorkedCases:
    @pytest.mark.parametrize(("different", "wanted"), ELIGIBILITY_CASES)
    def test_eligibility(self, different, wanted):
        raw = cases.PATIENT | different

        assert eligibility_differences(eligibility.answer(raw), wanted) == []
        assert eligibility_differences(guidelines.eligibility(raw), wanted) == []

    @pytest.mark.parametrize(("raw", "wanted"), named(score_cases.SCORES))
    def test_scores(self, raw, wanted):
        ours = compare.scores(guidelines.scores(raw)["scores"], raw, only=tuple(wanted))

        assert [line for line in ours if "contract leaves it out" not in line] == []
        assert score_differences(guidelines.scores(raw)["scores"], wanted) == []
        assert {name for name, score in wanted.items() if score is None} & set(
            score_answers.answer(raw)
        ) == set()

    @pytest.mark.parametrize(("raw", "wanted"), named(more_cases.RESPONSES))
    def test_response(self, raw, wanted):
        assert compare.keys("", response.answer(raw), wanted) == []
        assert compare.keys("", guidelines.response(raw), wanted) == []

    @pytest.mark.parametrize(("raw", "wanted"), named(more_cases.STEPS))
    def test_next_step(self, raw, wanted):
        assert compare.keys("", next_step.answer(raw), wanted) == []
        assert compare.keys("", guidelines.next_step(raw), wanted) == []

    @pytest.mark.parametrize(("raw", "wanted"), named(more_cases.SCHEDULES))
    def test_schedule(self, raw, wanted):
        assert schedule.answer(raw) == wanted
        assert compare.keys("", guidelines.schedule(raw), wanted) == []

    @pytest.mark.parametrize(("command", "raw", "key"), named(error_cases.REFUSED))
    def test_errors(self, command, raw, key):
        with pytest.raises(guidelines.FactError) as refusal:
            getattr(guidelines, command)(raw)

        assert refusal.value.key == key


def run(command: str, text: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "guidelines", *command.split()],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
    )


KEYS = {
    "eligibility": (
        "id edition verdict modality urgent recoverable override conditions missing would_change findings scores"
    ),
    "scores": "id scores",
    "response": "id target overall change_from_baseline_pct change_from_nadir_pct missing",
    "next_step": "id decision options clauses missing findings",
    "schedule": "id due_from due_to overdue_from clause counts_from ignored_reviews",
}


class TestTheAnswer:
    @pytest.mark.parametrize("command", KEYS)
    def test_has_every_key_of_the_page_even_where_nothing_is_known(self, command):
        least = {"interventions": ["2025-03-03"]} if command == "schedule" else {}

        answer = getattr(guidelines, command)(least)

        assert set(KEYS[command].split()) <= set(answer)

    def test_has_a_finding_with_every_key_for_every_clause(self):
        findings = guidelines.eligibility({})["findings"]

        assert set(clauses.KINDS) <= {finding["clause"] for finding in findings}
        wanted = {"clause", "kind", "verdict", "facts", "missing", "settings", "says"}
        assert [finding["clause"] for finding in findings if not wanted <= set(finding)] == []

    def test_passes_id_and_note_through(self):
        answer = guidelines.eligibility({"id": "a-1", "note": ["as", "it", "came"]})

        assert (answer["id"], answer["note"]) == ("a-1", ["as", "it", "came"])


class TestTheCommandLine:
    @pytest.mark.parametrize("table", [cases.UNKNOWNS, cases.WHICH_VERDICT], ids=["unknowns", "verdicts"])
    def test_says_what_the_function_says(self, table):
        patients = [cases.PATIENT | different for _, different, _ in table]

        done = run("eligibility", "".join(json.dumps(raw) + "\n" for raw in patients))

        assert [json.loads(line) for line in done.stdout.splitlines()] == [
            json.loads(json.dumps(guidelines.eligibility(raw))) for raw in patients
        ]

    def test_answers_good_lines_and_names_the_bad_one_in_its_place(self):
        lines = ['{"id": "a", "ecog": 1}', "", '{"id": "b", "ecog": 9}', '{"id": "c", "note": "n"}']

        done = run("eligibility", "\n".join(lines) + "\n")

        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert [answer["id"] for answer in answers] == ["a", "b", "c"]
        assert (answers[1]["line"], answers[1]["key"]) == (3, "ecog")
        assert set(answers[1]) == {"line", "id", "error", "key"}
        assert (answers[2]["note"], done.returncode) == ("n", 1)

    def test_refuses_a_key_given_twice(self):
        done = run("scores", '{"ecog": 1, "ecog": 1}\n')

        assert (json.loads(done.stdout)["key"], done.returncode) == ("ecog", 1)

    def test_suggests_the_nearest_name(self):
        done = run("eligibility", '{"tumor_fraction_pct": 20}\n')

        assert "tumour_fraction_pct" in json.loads(done.stdout)["error"]

    @pytest.mark.parametrize("text", ["", "\n\n", "no JSON at all\n"])
    def test_says_so_when_no_line_is_json(self, text):
        done = run("eligibility", text)

        assert (done.returncode, bool(done.stderr), "Traceback" in done.stderr) == (2, True, False)

    def test_says_so_when_the_file_is_not_there(self):
        done = run("schedule not-there.jsonl", "")

        assert (done.returncode, bool(done.stderr), "Traceback" in done.stderr) == (2, True, False)

    def test_a_line_that_is_not_json_among_others(self):
        done = run("next-step", 'oops\n{"interventions_done": 1}\n')

        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert (answers[0]["line"], "error" in answers[0], "decision" in answers[1], done.returncode) == (
            1,
            True,
            True,
            1,
        )

    def test_all_well_is_nought(self):
        done = run(
            "eligibility --no-would-change", json.dumps(cases.PATIENT | {"platelets_10e9_per_l": 40}) + "\n"
        )

        assert (json.loads(done.stdout)["would_change"], done.returncode) == ([], 0)
