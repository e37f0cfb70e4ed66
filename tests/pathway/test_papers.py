"""Typesetting: facts are data and never code, a letter without a font is refused, the file can be kept and read out."""

import io
from datetime import UTC, datetime

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathway.papers import typesetting
from tests.pathway.letter_world import chinese_font

__all__ = ["chinese_font"]  # a fixture

AT = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)


def facts(**changed):
    plain = {
        "language": "en", "title": "A letter", "footer": "OKAFOR, Daniel", "head": ["Northfield"],
        "date": "2 March 2026", "recipient": ["Dr A. Smith"], "about": "OKAFOR, Daniel",
        "greeting": "Dear colleague,", "closing": "Yours sincerely,", "signer": "Dr S. Lindqvist",
        "parts": [{"title": "Why", "lines": ["Liver cancer."], "items": [], "table": None, "is_loud": False}],
        "added": "",
    }  # fmt: skip
    return plain | changed


def typeset(**changed) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(typesetting.typeset("letter.typ", facts(**changed), at=AT)))


def text_of(paper: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in paper.pages).split())


@pytest.fixture
def no_fonts(monkeypatch):
    """A fresh machine: only what typst brings."""
    bare = typesetting.typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[])
    monkeypatch.setattr(typesetting, "_fonts", lambda: bare)


class TestPaper:
    def test_is_one_page_whose_text_can_be_read_back(self):
        paper = typeset()

        assert len(paper.pages) == 1
        for words in ("OKAFOR, Daniel", "Dear colleague,", "Liver cancer.", "Dr S. Lindqvist"):
            assert words in text_of(paper)

    def test_is_tagged_and_titled_for_a_screen_reader_and_dated_as_it_was_made(self):
        paper = typeset()

        assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert paper.trailer["/Root"]["/Lang"] == "en-GB"
        assert paper.metadata.title == "A letter"
        assert paper.metadata.creation_date == AT.replace(microsecond=0)

    def test_is_made_for_keeping(self):
        packet = typeset().trailer["/Root"]["/Metadata"].get_object().get_data().decode()

        assert "<pdfaid:part>2</pdfaid:part>" in packet
        assert "<pdfuaid:part>1</pdfuaid:part>" in packet

    def test_is_the_same_from_the_same_facts(self):
        first, second = (typesetting.typeset("letter.typ", facts(), at=AT) for _ in range(2))

        assert first == second

    def test_shrinks_its_type_until_a_long_letter_is_one_page(self):
        lines = [f"Line {number} of many, with some words to fill it." for number in range(40)]
        part = {"title": "Long", "lines": [], "items": lines, "table": None, "is_loud": False}

        paper = typeset(parts=[part])

        assert len(paper.pages) == 1
        assert "Line 39 of many" in text_of(paper)

    def test_goes_on_to_a_second_page_rather_than_lose_a_line(self):
        lines = [f"Line {number} of far too many." for number in range(200)]
        part = {"title": "Long", "lines": [], "items": lines, "table": None, "is_loud": False}

        paper = typeset(parts=[part])

        assert len(paper.pages) > 1
        assert "Line 199 of far too many." in text_of(paper)

    def test_breaks_a_word_that_is_longer_than_the_line(self):
        paper = typeset(added="x" * 600)

        lines = [line.strip("\u200b") for line in paper.pages[0].extract_text().splitlines() if "xxx" in line]
        assert len(lines) > 1
        assert sum(line.count("x") for line in lines) == 600


class TestWhatPeopleTyped:
    @pytest.mark.parametrize(
        "typed",
        [
            '#read("/etc/passwd")',
            '#include "house.typ"',
            "*bold* _slanted_ $x^2$ `code`",
            "= Heading",
            "\\u{41} \\ @reference <label>",
            "// no comment /* none */",
            "\"quotes\" and 'more'",
            "<script>alert(1)</script>",
        ],
    )
    def test_is_printed_as_it_was_typed_and_never_run(self, typed):
        assert " ".join(typed.split()) in text_of(typeset(added=typed))

    def test_loses_only_what_no_paper_can_show(self):
        assert "before after" in text_of(typeset(added="be\x00fore\x07 af\ud800ter"))

    def test_cannot_turn_the_direction_of_the_words_around_it(self):
        assert "Okafor, born 1961" in text_of(typeset(about="\u202eOkafor\u2066, born 1961"))

    def test_may_be_written_from_right_to_left(self):
        assert "محمد" in text_of(typeset(about="محمد"))

    def test_tells_a_sign_that_no_font_has_by_its_number(self, no_fonts):
        assert "Well done [U+1F44D][U+1F3FD] ≥ 5 °C" in text_of(typeset(added="Well done 👍🏽 ≥ 5 °C"))

    def test_reads_in_chinese(self, chinese_font):
        paper = typeset(language="zh-hans", greeting="尊敬的王小明:")

        assert "尊敬的王小明" in text_of(paper)
        assert paper.trailer["/Root"]["/Lang"] == "zh-CN"

    @settings(max_examples=25, deadline=None)
    @given(st.text(max_size=80))
    def test_is_set_or_refused_with_a_sentence_whatever_it_is(self, typed):
        said = ""
        try:
            typeset(added=typed)
        except typesetting.FontMissing as missing:
            said = str(missing)

        assert not said or "Debian package" in said


class TestMissingFont:
    def test_of_chinese_names_the_package_that_brings_it(self, no_fonts):
        with pytest.raises(typesetting.FontMissing, match="fonts-noto-cjk"):
            typeset(added="您好")

    def test_of_another_letter_names_a_package_and_the_letter(self, no_fonts):
        with pytest.raises(typesetting.FontMissing, match=r"“𐌰”.*fonts-noto-core"):
            typeset(about="𐌰")

    def test_leaves_english_greek_and_cyrillic_letters_as_they_are(self, no_fonts):
        assert "Zoë Łukasz Σοφία Юрий" in text_of(typeset(about="Zoë Łukasz Σοφία Юрий"))


class TestFault:
    def test_of_ours_is_told_apart_from_what_people_typed(self):
        broken = facts()
        del broken["greeting"]

        with pytest.raises(typesetting.UnableToTypeset, match="greeting"):
            typesetting.typeset("letter.typ", broken, at=AT)
