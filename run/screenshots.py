"""Take the pictures of the README and the user guides from the demonstration: `make screenshots`.

Starts the product on a database of its own that is thrown away, signs in as each role and follows the links that a
person would follow. A picture whose way is no longer there stops the run: a guide never shows a page that is gone.
Needs Chromium (Debian: chromium).
"""

import os
import re
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

import product
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PICTURES = product.ROOT / "docs" / "pictures"
PASSWORD = "demonstration"  # noqa: S105  # nosec B105
DESK, PHONE = (1280, 860), (390, 844)
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"]


@dataclass(frozen=True)
class Picture:
    """One picture: its file, who looks, from which address, and the links and buttons followed from there."""

    name: str
    person: str
    path: str
    follow: tuple[str, ...] = ()
    # Brought to the top of the picture; empty leaves the page as it opens.
    part: str = ""
    size: tuple[int, int] = DESK
    theme: str = "light"


def of_patient(surname: str, *follow: str) -> dict[str, object]:
    """Return the way to a page of one patient: found by name, then followed."""
    return {"path": f"/patients/?q={surname}&show=all", "follow": (f"^{surname}\\b", *follow)}


WAYS: list[Picture] = [
    Picture("home-clinician", "clinician", "/"),
    Picture("patient", "clinician", **of_patient("Sokolov")),  # type: ignore[arg-type]
    Picture("assessment", "clinician", **of_patient("Kowalski", "^Assessments", "^Continue|^Go on")),  # type: ignore[arg-type]
    Picture("home-coordinator", "coordinator", "/"),
    Picture("queue", "coordinator", "/queue/"),
    Picture("queue-phone", "coordinator", "/queue/", size=PHONE, theme="dark"),
    Picture("home-lead", "lead", "/"),
    Picture("board", "lead", "/board/"),
    Picture("meeting", "lead", "/meetings/", ("day \\d+ \\w+ \\d{4}",)),
    Picture("cohort", "lead", "/cohort/"),
    Picture("duplicates", "lead", "/duplicates/"),
    Picture("home-admin", "admin", "/"),
    Picture("people", "admin", "/people/"),
    Picture("reference", "siteadmin", "/reference/"),
    Picture("editions", "siteadmin", "/guideline/editions/new/"),
]


def take_all(pictures: list[Picture]) -> None:
    """Take each picture, signing in once a person and theme."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        for (person, theme), those in groupby(pictures, key=lambda one: (one.person, one.theme)):
            context = signed_in(browser, address, person, theme)
            for picture in those:
                take(context, address, picture)
            context.close()


@contextmanager
def demonstration() -> Iterator[str]:
    """Run the product on a new database and a free port; stop it and throw the database away."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind((product.HOST, 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = product.settings() | {"DATABASE_URL": f"sqlite:///{folder}/pictures.sqlite3"}
        children: list[product.Child] = []
        try:
            product.prepare(environment, children)
            for command in (product.web_command(port), product.worker_command()):
                children.append(product.start(command, environment))
            address = f"http://{product.HOST}:{port}"
            product.wait_until_well(f"{address}/", children)
            yield address
        finally:
            product.end(children)


def signed_in(browser: Browser, address: str, person: str, theme: str) -> BrowserContext:
    """Sign a person in by the page that everybody uses."""
    context = browser.new_context(
        color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{address}/")
    page.get_by_label("E-mail").fill(f"{person}@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}/")
    page.close()
    return context


def take(context: BrowserContext, address: str, picture: Picture) -> None:
    """Follow the picture's way and keep what is seen."""
    page = context.new_page()
    page.set_viewport_size({"width": picture.size[0], "height": picture.size[1]})
    page.goto(address + picture.path)
    for name in picture.follow:
        follow(page, name)
    page.wait_for_load_state("networkidle")
    if picture.part:
        page.locator(picture.part).first.evaluate("part => part.scrollIntoView({block: 'start'})")
    page.screenshot(path=PICTURES / f"{picture.name}.png")
    page.close()


def follow(page: Page, name: str) -> None:
    """Follow the first link or button of this name."""
    pattern = re.compile(name, re.IGNORECASE)
    page.get_by_role("link", name=pattern).or_(page.get_by_role("button", name=pattern)).first.click()
    page.wait_for_load_state()


if __name__ == "__main__":
    named = sys.argv[1:]
    os.environ.pop("DATABASE_URL", None)
    take_all([picture for picture in WAYS if not named or picture.name in named])
