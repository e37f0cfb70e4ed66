"""Reading an uploaded file as a table."""

import io
from datetime import date

import openpyxl
import pytest

from patients import table


def workbook(*lines) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


class TestReadingAFile:
    def test_reads_a_csv_with_its_column_names(self):
        read = table.read("cohort.csv", b"id,age\nA1,65\nA2,\n")

        assert read.columns == ["id", "age"]
        assert read.rows == [["A1", "65"], ["A2", ""]]

    @pytest.mark.parametrize(
        "content", [b"id;age\nA1;6,5\n", b"id\tage\nA1\t6,5\n", "\ufeffid;age\nA1;6,5\n".encode()]
    )
    def test_finds_the_delimiter_and_ignores_a_byte_order_mark(self, content):
        assert table.read("cohort.csv", content).rows == [["A1", "6,5"]]

    def test_reads_a_workbook_with_whole_numbers_and_dates_as_people_write_them(self):
        content = workbook(["id", "age", "on"], ["A1", 65.0, date(2026, 3, 2)], [None, None, None])

        assert table.read("cohort.xlsx", content).rows == [["A1", "65", "2026-03-02"]]

    def test_skips_empty_lines_and_fills_short_ones(self):
        assert table.read("c.csv", b"id,age\n\nA1\n").rows == [["A1", ""]]

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("c.csv", b"", "empty"),
            ("c.csv", b"id,age\n", "at least one row"),
            ("c.csv", "id,age\nA1,é\n".encode("latin-1"), "Line 2 is not UTF-8"),
            ("c.csv", b"id,id\nA1,2\n", "called “id”"),
            ("c.csv", b"id,,x\nA1,2,3\n", "Column 2 has no name"),
            ("c.csv", b"id,age\nA1,2,3\n", "Line 2 has more cells"),
            ("c.csv", b"id,age\n\x00\x01,2\n", "not a text file"),
            ("c.csv", b'id,age\n"A1,2\n', "cannot be read as CSV"),
            ("c.pdf", b"%PDF-1.7", "Only CSV and XLSX"),
            ("c.xlsx", b"PK not a workbook", "cannot be read as XLSX"),
            ("c.csv", b"x" * (table.MOST_BYTES + 1), "larger than 10 MB"),
        ],
    )
    def test_says_in_plain_words_what_is_wrong(self, name, content, words):
        with pytest.raises(table.UnreadableFile, match=words):
            table.read(name, content)

    def test_refuses_more_rows_than_it_can_hold(self):
        content = b"id\n" + b"A\n" * (table.MOST_ROWS + 1)

        with pytest.raises(table.UnreadableFile, match="more than"):
            table.read("c.csv", content)


class TestNumbered:
    def test_counts_the_lines_as_the_file_does(self):
        content = b'id,note\n\nA1,"two\nlines"\nA2,\n'

        assert list(table.read("c.csv", content).numbered()) == [(3, ["A1", "two\nlines"]), (5, ["A2", ""])]

    def test_counts_the_rows_of_a_workbook(self):
        content = workbook(["id"], [None], ["A1"])

        assert list(table.read("c.xlsx", content).numbered()) == [(3, ["A1"])]

    def test_names_the_line_that_has_too_many_cells(self):
        with pytest.raises(table.UnreadableFile, match="Line 4"):
            table.read("c.csv", b"id,age\n\n\nA1,2,3\n")


class TestDistinctValues:
    def test_lists_the_values_of_a_column_or_none_when_there_are_too_many(self):
        read = table.read("c.csv", b"id,sex\nA,1\nB,2\nC,1\nD,\n")

        assert read.distinct("sex", 12) == ["1", "2"]
        assert read.distinct("id", 3) is None
