"""A sheet is what a Danish spreadsheet opens by a click."""

from datetime import date
from decimal import Decimal

from services.chassis.web.sheets import sheet, sheet_answer


def test_a_sheet_has_a_mark_semicolons_and_decimal_commas() -> None:
    found = sheet(["navn", "dag", "andel"], [["Bo; Lund", date(2026, 3, 4), Decimal("12.5")], ["Ø", date(2026, 1, 1), 1000]])

    assert found == '\ufeffnavn;dag;andel\r\n"Bo; Lund";2026-03-04;12,5\r\nØ;2026-01-01;1000\r\n'.encode()


def test_no_text_is_taken_for_a_formula_and_a_number_below_nought_stays_one() -> None:
    found = sheet(["a", "b"], [["=1+1", -2], ["@x", 0], ["+45", 1], ["-2", 1]]).decode("utf-8-sig")

    assert found == "a;b\r\n'=1+1;-2\r\n'@x;0\r\n'+45;1\r\n'-2;1\r\n"


def test_the_answer_is_a_file_that_nobody_keeps() -> None:
    answer = sheet_answer("liste.csv", ["a"], [])

    assert answer.headers["content-disposition"] == 'attachment; filename="liste.csv"'
    assert answer.headers["cache-control"] == "no-store"
