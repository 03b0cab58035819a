"""A table as a sheet that Danish spreadsheets open by a click: UTF-8 with a mark, `;` between cells, decimal comma."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from babel.numbers import format_decimal
from starlette.responses import Response

Cell = str | int | Decimal | date
FORMULA = ("=", "+", "-", "@", "\t", "\r")
GUARD = "'"
LANGUAGE = "da"


def sheet(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Rows under their headings; days as `2026-03-14`, numbers as `12,5`, text that no spreadsheet takes for a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def sheet_answer(name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The sheet as a file to be saved under this name, and kept by nobody on the way."""
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(sheet(headings, rows), media_type="text/csv; charset=utf-8", headers=headers)


def _written(cell: Cell) -> str:
    match cell:
        case str():
            return GUARD + cell if cell.startswith(FORMULA) else cell
        case date():
            return cell.isoformat()
        case _:
            return str(format_decimal(cell, "0.######", locale=LANGUAGE))
