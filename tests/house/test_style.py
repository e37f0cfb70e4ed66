"""The files of the look: one source of colour, nothing a strict policy refuses, nothing a build misses."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.template import Context, Template

from tace_site.templatetags import house

ROOT = Path(settings.BASE_DIR)
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|rgba|hsl|oklch)\(", re.IGNORECASE)


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


class TestStyleSheets:
    @pytest.mark.parametrize("style", [s for s in STYLES if s.name != "tokens.css"], ids=lambda s: s.name)
    def test_take_every_colour_from_the_tokens(self, style):
        text = without_comments(style.read_text(encoding="utf-8"))

        assert COLOUR.findall(text) == []

    @pytest.mark.parametrize("style", STYLES, ids=lambda s: s.name)
    def test_import_nothing(self, style):
        assert "@import" not in style.read_text(encoding="utf-8")

    def test_use_only_names_that_exist(self):
        texts = [without_comments(style.read_text(encoding="utf-8")) for style in STYLES]
        bootstrap = (ROOT / "static/vendor/bootstrap/bootstrap.min.css").read_text(encoding="utf-8")
        defined = {name for text in [*texts, bootstrap] for name in re.findall(r"(--[\w-]+)\s*:", text)}

        used = {name for text in texts for name in re.findall(r"var\((--[\w-]+)", text)}

        assert used - defined == set()

    def test_are_all_linked_by_every_page(self):
        linked = (ROOT / "templates/_styles.html").read_text(encoding="utf-8")

        assert [style.name for style in STYLES if f"css/{style.name}'" not in linked] == []


def tokens_of(theme: str) -> dict[str, str]:
    """Read the colours of a theme; the dark theme overrides the light one."""
    light, dark = TOKENS.split('[data-bs-theme="dark"]')
    pairs = re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{6})\b", light)
    return dict(pairs + (re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{6})\b", dark) if theme == "dark" else []))


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


VERDICTS = ["eligible", "conditions", "not-eligible", "not-indicated", "surgery", "mdt", "unknown"]
WORDS_ON_GROUNDS = [
    *[(f"--verdict-{v}-ink", f"--verdict-{v}-soft") for v in VERDICTS],
    *[(f"--verdict-{v}-on", f"--verdict-{v}-solid") for v in VERDICTS],
    *[(f"--c-ink{n}", f"--c-{ground}") for n in ("", "-2", "-3") for ground in ("surface", "canvas", "sunken")],
    ("--c-accent", "--c-surface"), ("--c-accent", "--c-accent-soft"), ("--c-on-accent", "--c-accent"),
    ("--c-bar-ink-2", "--c-bar"), ("--c-on-allergy", "--c-allergy"),
]  # fmt: skip
SHAPES_ON_GROUNDS = [
    ("--c-control", "--c-surface"),
    ("--c-focus", "--c-surface"),
    ("--c-focus", "--c-canvas"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
class TestContrast:
    @pytest.mark.parametrize(("words", "ground"), WORDS_ON_GROUNDS)
    def test_lets_words_be_read(self, theme, words, ground):
        colours = tokens_of(theme)

        assert contrast(colours[words], colours[ground]) >= 4.5

    @pytest.mark.parametrize(("shape", "ground"), SHAPES_ON_GROUNDS)
    def test_lets_borders_and_focus_be_seen(self, theme, shape, ground):
        colours = tokens_of(theme)

        assert contrast(colours[shape], colours[ground]) >= 3


class TestTemplatesUnderTheStrictPolicy:
    @pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: str(t.relative_to(ROOT / "templates")))
    def test_hold_no_inline_style_or_script(self, template):
        text = re.sub(r"{% comment %}.*?{% endcomment %}", "", template.read_text("utf-8"), flags=re.DOTALL)

        assert (
            re.findall(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*\ssrc=)|href=\"javascript:", text) == []
        )

    @pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: str(t.relative_to(ROOT / "templates")))
    def test_name_only_icons_that_are_there(self, template):
        names = re.findall(r"{% icon \"([\w-]+)\"", template.read_text(encoding="utf-8"))

        assert [name for name in names if not finders.find(f"vendor/icons/{name}.svg")] == []


class TestIcon:
    def test_is_hidden_from_screen_readers_and_out_of_the_tab_order(self):
        drawing = Template('{% load house %}{% icon "check-lg" %}').render(Context())

        assert 'aria-hidden="true"' in drawing
        assert 'focusable="false"' in drawing
        assert "<path" in drawing

    def test_that_nobody_drew_fails_the_tests(self):
        with pytest.raises(house.UnknownIconError):
            house.icon("no-such-drawing")

    def test_that_nobody_drew_leaves_a_page_standing_on_a_ward(self, settings):
        settings.IS_TEST = False

        assert house.icon("no-such-drawing") == ""

    @pytest.mark.parametrize("verdict", house.VERDICT_ICONS)
    def test_of_a_verdict_is_its_own_silhouette(self, verdict):
        others = [house.verdict_icon(other) for other in house.VERDICT_ICONS if other != verdict]

        assert house.verdict_icon(verdict) not in others


class TestAgeInWords:
    @pytest.mark.parametrize(
        ("days", "words"),
        [(None, ""), ("", ""), (0, "today"), (1, "1 day old"), (2, "2 days old"), (42, "42 days old")],
    )
    def test_is_what_a_colleague_would_say(self, days, words):
        assert house.days_old(days) == words


class TestVendoredFiles:
    def test_name_no_source_map_that_is_not_shipped(self):
        files = [f for f in (ROOT / "static" / "vendor").rglob("*") if f.suffix in {".js", ".css"}]

        assert files
        assert [f.name for f in files if "sourceMappingURL" in f.read_text(encoding="utf-8")] == []

    def test_each_have_their_licence_beside_them(self):
        folders = [folder for folder in (ROOT / "static" / "vendor").iterdir() if folder.is_dir()]

        assert [
            f.name for f in folders if not any((f / name).exists() for name in ("LICENSE", "OFL.txt"))
        ] == []


class TestHashedBuild:
    def test_finds_every_file_that_another_names(self, settings, tmp_path):
        settings.STATIC_ROOT = str(tmp_path)
        settings.STORAGES = {
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
        }

        call_command("collectstatic", interactive=False, verbosity=0)

        manifest = (tmp_path / "staticfiles.json").read_text(encoding="utf-8")
        assert "css/tokens.css" in manifest
        assert "vendor/fonts/ibm-plex-sans-latin-wght-normal.woff2" in manifest
