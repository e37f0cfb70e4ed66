"""How a page reads to everybody: axe in both themes, on a desk and on a phone."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect


def violations(page: Page) -> list[tuple[str, str, int]]:
    """What axe finds on a desk by day and on a phone by night; nothing may scroll sideways."""
    found = []
    for width, theme in ((1280, "light"), (360, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        told = Axe().run(page).response["violations"]
        found += [(one["id"], one["nodes"][0]["html"][:120], width) for one in told]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 900})
    return found
