"""The command line: one answer a line, errors in their place, exit statuses."""

import io
import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import guidelines
from guidelines import __main__ as command
from tests.guidelines.patients import patient

ROOT = Path(guidelines.__file__).parents[1]


class Piped:
    """Standard input made of bytes."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def run_command(content: bytes | str, *arguments: str) -> tuple[int, list[Any], str]:
        encoded = content.encode() if isinstance(content, str) else content
        monkeypatch.setattr(sys, "stdin", Piped(encoded))
        status = command.main(list(arguments) or ["eligibility"])
        written = capsys.readouterr()
        return status, [json.loads(line) for line in written.out.splitlines()], written.err

    return run_command


class TestCommand:
    @pytest.mark.parametrize(
        ("name", "facts", "key"),
        [
            ("eligibility", {"ecog": 1}, "verdict"),
            ("scores", {"ecog": 1}, "scores"),
            ("response", {"baseline_mm": 50}, "target"),
            ("next-step", {"interventions_done": 1}, "decision"),
            ("schedule", {"interventions": ["2025-03-03"]}, "due_from"),
        ],
    )
    def test_answers_as_the_function_of_the_same_name(
        self, run: Any, name: str, facts: Any, key: str
    ) -> None:
        status, answers, _ = run(json.dumps(facts), name)

        function = getattr(guidelines, name.replace("-", "_"))
        assert status == 0
        assert answers == [function(facts)]
        assert key in answers[0]

    def test_answers_in_order_and_skips_blank_lines(self, run: Any) -> None:
        status, answers, _ = run('\ufeff{"id": 1}\n\n   \r\n{"id": "b"}\r\n{"id": [3]}')

        assert status == 0
        assert [answer["id"] for answer in answers] == [1, "b", [3]]

    def test_reads_a_file(self, run: Any, tmp_path: Path) -> None:
        file = tmp_path / "facts.jsonl"
        file.write_text('{"id": 1}\n')

        assert run("", "eligibility", str(file))[1][0]["id"] == 1
        assert run('{"id": 2}', "eligibility", "-")[1][0]["id"] == 2

    def test_leaves_out_what_would_change(self, run: Any) -> None:
        line = json.dumps(patient(platelets_10e9_per_l=50))

        assert run(line, "eligibility")[1][0]["would_change"]
        assert run(line, "eligibility", "--no-would-change")[1][0]["would_change"] == []


class TestBadLines:
    @pytest.mark.parametrize(
        ("line", "identity", "key"),
        [
            ('{"id": 7, "ecog": 9}', 7, "ecog"),
            ('{"id": 7, "ecog": NaN}', 7, "ecog"),
            ('{"id": 7, "ecog": 1e999}', 7, "ecog"),
            ('{"id": 7, "afp_ng_per_ml": 1' + "0" * 5000 + "}", 7, "afp_ng_per_ml"),
            ('{"id": 7, "egog": 1}', 7, "egog"),
            ('{"id": 7, "ecog": 1, "ecog": 1}', 7, "ecog"),
            ('{"id": 7, "colour": 1, "colour": 1}', 7, "colour"),
            ('{"id": 7, "albumin_g_per_l": {"value": 4, "value": 5, "unit": "g/dL"}}', 7, "albumin_g_per_l"),
            ('{"id": 7, "id": 8}', None, "id"),
            ('{"id": {"a": 1, "a": 2}}', None, "id"),
            ('{"id": NaN}', None, "id"),
            ('{"id": 7, "lesion_count": 0, "largest_lesion_mm": 5}', 7, "lesion_count"),
            ("[1, 2]", None, None),
            ("5", None, None),
            ("not json", None, None),
            ('{"id": 7', None, None),
            ("[" * 100_000, None, None),
            (b'{"id": "\xff"}', None, None),
        ],
    )
    def test_get_an_error_in_their_place(self, run: Any, line: str | bytes, identity: Any, key: Any) -> None:
        content = b"\n".join([b'{"id": 1}', line.encode() if isinstance(line, str) else line, b'{"id": 3}'])

        status, answers, _ = run(content)

        assert status == 1
        assert [answers[0]["id"], answers[2]["id"]] == [1, 3]
        assert list(answers[1]) == ["line", "id", "error", "key"]
        assert (answers[1]["line"], answers[1]["id"], answers[1]["key"]) == (2, identity, key)
        assert answers[1]["error"]

    def test_number_lines_with_the_blank_ones(self, run: Any) -> None:
        assert run('{"id": 1}\n\n{"ecog": 9}')[1][1]["line"] == 3

    def test_suggest_the_nearest_name(self, run: Any) -> None:
        assert "Did you mean platelets_10e9_per_l?" in run('{"platelets": 50}')[1][0]["error"]


class TestNothingToRead:
    @pytest.mark.parametrize("content", ["", "\n\n", "not json\n", "{\n"])
    def test_exits_with_2_where_no_line_is_json(self, run: Any, content: str) -> None:
        status, _, message = run(content)

        assert status == 2
        assert "No line of the input is JSON" in message

    def test_exits_with_2_where_there_is_no_file(self, run: Any, tmp_path: Path) -> None:
        status, answers, message = run("", "eligibility", str(tmp_path / "absent"))

        assert (status, answers) == (2, [])
        assert "No such file" in message

    @pytest.mark.parametrize("arguments", [["colour"], ["eligibility", "a", "b"], ["--colour"]])
    def test_exits_with_2_where_the_command_is_unknown(self, run: Any, arguments: list[str]) -> None:
        with pytest.raises(SystemExit) as end:
            run("", *arguments)
        assert end.value.code == 2


class Hangup(io.StringIO):
    """Standard output whose reader has gone."""

    def __init__(self, file: Any) -> None:
        super().__init__()
        self._file = file

    def write(self, text: str) -> int:
        raise BrokenPipeError(text)

    def fileno(self) -> int:
        return int(self._file.fileno())


class TestProcess:
    def test_ends_as_a_module_with_its_status(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", Piped(b"not json"))
        monkeypatch.setattr(sys, "argv", ["guidelines", "eligibility"])
        monkeypatch.delitem(sys.modules, "guidelines.__main__")

        with pytest.raises(SystemExit) as end:
            runpy.run_module("guidelines", run_name="__main__")
        assert end.value.code == 2

    def test_gives_up_where_the_reader_has_gone(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        with (tmp_path / "output").open("w") as file:
            monkeypatch.setattr(sys, "stdin", Piped(b"{}"))
            monkeypatch.setattr(sys, "stdout", Hangup(file))

            assert command.main(["eligibility"]) == 1

    def test_runs_as_a_module(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "guidelines", "schedule"],
            input=b'{"interventions": ["2025-03-03"]}\n',
            capture_output=True,
            cwd=ROOT,
            check=False,
        )

        assert done.returncode == 0
        assert json.loads(done.stdout)["due_from"] == "2025-03-31"

    def test_stops_quietly_where_nobody_reads_on(self) -> None:
        lines = json.dumps(patient()) + "\n"
        process = subprocess.Popen(
            [sys.executable, "-m", "guidelines", "eligibility"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(lines.encode() * 20)
        process.stdin.close()

        assert process.stderr.read() == b""
        process.stderr.close()
        assert process.wait(timeout=30) == 1
