"""What every story in a browser may ask for."""

import pytest


@pytest.fixture
def complaints(page):
    """What the browser says against the policy or a script; the test fails when there is anything."""
    said = []
    page.on(
        "console", lambda message: said.append(message.text) if "Security Policy" in message.text else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    yield said
    assert said == []
