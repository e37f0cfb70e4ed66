"""A skipped test is a test that nobody ran: `--forbid-skips` fails the run on each one that is not expected.

CI uses it, so that a missing program or a forgotten mark cannot pass for green.
"""

import shutil

import pytest

# The public cohort lies beside the repository where the product is built, and is not part of it.
EXPECTED = ("is not beside the project",)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--forbid-skips", action="store_true", help="fail when a test is skipped for a reason not expected"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none, and say how to get one."""
    if shutil.which("chromium"):
        return
    no_browser = pytest.mark.skip(reason="Chromium is not installed (Debian: chromium)")
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(no_browser)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run on an unexpected skip; with several processes only the first one judges."""
    config = session.config
    if not config.getoption("--forbid-skips") or hasattr(config, "workerinput"):
        return
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    unexpected = [text for text in map(_reason, reporter.stats.get("skipped", [])) if not _is_expected(text)]
    for text in unexpected:
        reporter.write_line(f"Unexpected skip: {text}", red=True)
    if unexpected and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _reason(report: pytest.TestReport) -> str:
    return f"{report.nodeid}: {report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr}"


def _is_expected(reason: str) -> bool:
    return any(words in reason for words in EXPECTED)
