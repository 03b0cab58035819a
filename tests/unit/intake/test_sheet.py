"""Refused rows as a sheet, and the sheet read again: nothing runs, nothing is changed by a spreadsheet, no row is lost."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.sheet import Corrected, SheetRow, corrected, file_of, guarded, paths_of, sheet_of, unguarded, written
from services.intake.reading.written import Format

COLUMNS = ("Tjenestenr", "CPR", "Fra", "Grad", "Navn")
CELLS = ("00123", "0101700001", "2026-03-01", "0.8649", "Bo Lund")


def cells_of(sheet: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(sheet.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "0101700001", "2026-03-01", "0.8649", "1E5", "'x", "jan-20", "a\t=1", " "],
)
def test_what_a_spreadsheet_would_run_or_change_stands_behind_an_apostrophe(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"
    assert unguarded(guarded(cell)) == cell


@pytest.mark.parametrize("cell", ["", "Bo Lund", "Sygeplejerske, vikar", "Ærø"])
def test_plain_words_stand_as_they_are(cell: str) -> None:
    assert guarded(cell) == cell


def test_a_sheet_has_the_line_and_the_reason_before_the_columns_of_the_file() -> None:
    rows = cells_of(sheet_of("units-1", COLUMNS, [SheetRow(7, "Datoen findes ikke", CELLS)]))

    assert rows[0] == ["forbliv-line", "forbliv-why", "forbliv-file", *COLUMNS]
    assert rows[1] == ["7", "Datoen findes ikke", "'units-1", "'00123", "'0101700001", "'2026-03-01", "'0.8649", "Bo Lund"]


def test_a_sheet_that_comes_back_is_the_file_again() -> None:
    back = corrected(sheet_of("units-1", COLUMNS, [SheetRow(7, "x", CELLS), SheetRow(9, "y", CELLS)]), COLUMNS, Format())

    assert back.lines == frozenset({7, 9})
    assert back.content.decode() == ";".join(COLUMNS) + "\r\n" + 2 * (";".join(CELLS) + "\r\n")


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_however_a_spreadsheet_saves_it_the_rows_are_the_same(delimiter: str, encoding: str) -> None:
    text = (
        delimiter.join(("forbliv-line", "forbliv-why", "CPR", "Navn")) + "\r\n" + delimiter.join(("3", "", "'0101700001", "Søren")) + "\r\n"
    )

    assert corrected(text.encode(encoding), ("CPR", "Navn"), Format()) == Corrected(
        "CPR;Navn\r\n0101700001;Søren\r\n".encode(), frozenset({3})
    )


def test_a_file_of_somebodys_own_stands_for_all_rows_and_keeps_its_apostrophes() -> None:
    assert corrected(b"CPR,Navn\n1,'t Hooft\n", ("CPR", "Navn"), Format(delimiter=",")) == Corrected(b"CPR,Navn\r\n1,'t Hooft\r\n", None)


def test_a_sheet_tells_of_which_file_it_is_and_a_file_of_somebodys_own_does_not() -> None:
    assert file_of(sheet_of("units-1", COLUMNS, [SheetRow(7, "x", CELLS)]), ";", "utf-8") == "units-1"
    assert file_of(b"forbliv-file;A\r\na;1\r\nb;2\r\n", ";", "utf-8") is None
    assert file_of(b"CPR,Navn\n1,x\n", ",", "utf-8") is None
    assert file_of(b"", ",", "utf-8") is None


def test_a_row_that_was_too_long_or_too_short_is_told_as_it_is() -> None:
    sheet = sheet_of("units-1", ("A", "B"), [SheetRow(2, "x", ("1", "2", "3")), SheetRow(3, "x", ("1",))])

    assert corrected(sheet, ("A", "B"), Format()).content == b"A;B\r\n1;2;3\r\n1\r\n"
    assert corrected(sheet.replace(b"forbliv-missing", b""), ("A", "B"), Format()).content == b"A;B\r\n1;2;3\r\n1;\r\n"


def test_a_row_that_somebody_took_out_is_not_spoken_for_and_one_put_in_has_no_line() -> None:
    sheet = sheet_of("units-1", ("A",), [SheetRow(2, "x", ("1",))]) + b";;;'9\r\n"

    assert corrected(sheet, ("A",), Format()) == Corrected(b"A\r\n1\r\n9\r\n", frozenset({2}))


@pytest.mark.parametrize("content", [b"", b"A;B\r\n", b"forbliv-line;forbliv-why;A\r\n7;x;\r\n"])
def test_a_sheet_without_rows_is_refused(content: bytes) -> None:
    with pytest.raises(DeliveryRefused, match="no-rows"):
        corrected(content, ("A", "B"), Format())


def test_what_the_source_cannot_write_is_refused() -> None:
    with pytest.raises(DeliveryRefused, match="bad-encoding"):
        corrected("A\r\n\u2603\r\n".encode(), ("A",), Format(encoding="cp1252"))


def test_the_parts_of_an_answer_become_columns() -> None:
    columns, rows = paths_of([SheetRow(1, "x", ("/P/Id=1", "/P/Job=a", "/P/Job=b=c")), SheetRow(2, "y", ("/P/Id=2", "/P/Mail=m"))])

    assert columns == ["/P/Id", "/P/Job", "/P/Mail"]
    assert [row.cells for row in rows] == [["1", "a | b=c", ""], ["2", "", "m"]]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@settings(max_examples=60, derandomize=True)
@given(st.lists(st.tuples(TEXT.filter(bool), TEXT, TEXT), min_size=1, max_size=5))
def test_whatever_stands_in_a_row_comes_back_as_it_was(rows: list[tuple[str, str, str]]) -> None:
    sheet = sheet_of("units-1", ("A", "B", "C"), [SheetRow(n, "why", cells) for n, cells in enumerate(rows, 2)])
    back = corrected(sheet, ("A", "B", "C"), Format())

    read = list(csv.reader(io.StringIO(back.content.decode(), newline=""), delimiter=";"))
    assert [tuple(cells) for cells in read] == [("A", "B", "C"), *rows]
    assert back.lines == frozenset(range(2, len(rows) + 2))


@pytest.mark.parametrize("quote", ['"', "'", ""])
def test_rows_are_written_as_their_mapping_reads_them(quote: str) -> None:
    cells = ["a;b" if quote else "a", "5'", 'x "y"', ""]
    format_ = Format(quote=quote)

    content = written([COLUMNS[:4], cells], format_).decode()

    assert list(csv.reader(io.StringIO(content, newline=""), **format_.csv)) == [list(COLUMNS[:4]), cells]


def test_a_cell_that_a_format_without_quotes_cannot_hold_is_refused() -> None:
    with pytest.raises(DeliveryRefused, match="bad-file"):
        written([["a;b"]], Format(quote=""))
