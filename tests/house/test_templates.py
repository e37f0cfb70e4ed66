"""Templates: a page or a fragment, nothing that a strict policy refuses, every word ready to be translated."""

import re

import pytest

from tests.house import sources

# Frames that other templates extend, and form templates of crispy and Django: neither page nor fragment.
FRAMES = re.compile(r"^(base|patients/patient_page|4\d\d|403_csrf|500)\.html$|^[\w-]+/base[\w-]*\.html$")
OF_LIBRARIES = re.compile(r"^(bootstrap5|fields|layout|allauth|django|admin|elements)/|/email/|\.txt$")
INLINE = {
    "style attribute": re.compile(r"<[^>{%]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "script without a file": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE),
    "event attribute": re.compile(r"<[^>]*\s(on[a-z]+|hx-on[:\w-]*)\s*=", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
}
# Words that are the same in every language.
SAME_EVERYWHERE = {
    *("mm", "cm", "ECOG", "AFP", "ALBI", "BCLC", "INR", "MRN", "CSV", "XLSX", "PDF"),
    *("TACE", "TAE", "TAI", "Child", "Pugh", "Esc", "doi"),
}


def name_of(template) -> str:
    return str(template.relative_to(sources.ROOT / "templates"))


OWN = [t for t in sources.templates() if not OF_LIBRARIES.search(name_of(t))]


def without_comments(text: str) -> str:
    text = re.sub(r"\{%\s*comment\b.*?endcomment\s*%\}", "", text, flags=re.DOTALL)
    return re.sub(r"\{#.*?#\}|<!--.*?-->", "", text, flags=re.DOTALL)


def words_outside_translation(text: str) -> list[str]:
    """Return the words between tags that no translation surrounds."""
    text = re.sub(r"\{%\s*blocktrans(late)?\b.*?endblocktrans(late)?\s*%\}", " ", text, flags=re.DOTALL)
    text = re.sub(r"\{% block \w*class\w* %\}.*?\{% endblock", "{%", text)
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.DOTALL | re.IGNORECASE)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>|&#?\w+;", " ", text)
    return [word for word in re.findall(r"[^\W\d_]{2,}", text) if word not in SAME_EVERYWHERE]


class TestTemplates:
    @pytest.mark.parametrize("template", OWN, ids=name_of)
    def test_are_a_page_or_a_fragment_by_their_name(self, template):
        extends = "{% extends" in template.read_text(encoding="utf-8")
        is_fragment = template.name.startswith("_")

        assert FRAMES.search(name_of(template)) or extends != is_fragment

    @pytest.mark.parametrize("what", INLINE)
    def test_hold_nothing_that_the_policy_refuses(self, what):
        found = {
            name_of(template): match[0]
            for template in sources.templates()
            if (match := INLINE[what].search(without_comments(template.read_text(encoding="utf-8"))))
        }

        assert found == {}

    @pytest.mark.parametrize("template", OWN, ids=name_of)
    def test_leave_no_word_untranslated(self, template):
        assert words_outside_translation(without_comments(template.read_text(encoding="utf-8"))) == []

    def test_would_show_an_untranslated_word(self):
        assert words_outside_translation("<p>{% trans 'Save' %} Delete</p>") == ["Delete"]
