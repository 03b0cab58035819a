"""Refused rows as a sheet that people put right in a spreadsheet, and the sheet read again. Pure.

A spreadsheet runs what begins like a formula, and turns numbers, dates and leading zeros into something else. So every cell that is
not plain words stands behind an apostrophe, which is taken away again where the sheet is read; a cell without one is taken as it is.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.written import Format

LINE, WHY, FILE = "forbliv-line", "forbliv-why", "forbliv-file"
OURS = frozenset({LINE, WHY, FILE})
"""The columns that we add: names that no payroll system has, the same in every language."""
MISSING = "forbliv-missing"
"""Where a row was too short: it is too short again unless somebody writes what belongs there, or nothing."""
GUARD = "'"
DELIMITERS = ";,\t"
_WORDS = re.compile(r"[^\W\d_][^\d\t\r\n]*")


class SheetRow(NamedTuple):
    """A refused row: its line in the file it came with, why it was refused in words, and its cells."""

    line: int
    why: str
    cells: Sequence[str]


class Corrected(NamedTuple):
    """A sheet that was put right: its rows as a delivery is written, and the lines of the first delivery that it stands for.

    `lines` is none where the sheet does not tell: then it stands for all of them.
    """

    content: bytes
    lines: frozenset[int] | None


def guarded(cell: str) -> str:
    """A cell that a spreadsheet leaves as it is."""
    return cell if not cell or _WORDS.fullmatch(cell) else GUARD + cell


def unguarded(cell: str) -> str:
    """The cell as it was; one that somebody typed anew has no guard."""
    return cell.removeprefix(GUARD)


def sheet_of(file_ref: str, columns: Sequence[str], rows: Sequence[SheetRow]) -> bytes:
    """A sheet with the file's own columns after ours. UTF-8 with a mark and `;`, as Danish spreadsheets open it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    width = max([len(columns), *(len(row.cells) for row in rows)])
    writer.writerow([LINE, WHY, FILE, *map(guarded, columns), *[""] * (width - len(columns))])
    for row in rows:
        short = len(columns) - len(row.cells)
        beyond = width - max(len(columns), len(row.cells))
        writer.writerow([row.line, row.why, guarded(file_ref), *map(guarded, row.cells), *[MISSING] * short, *[""] * beyond])
    return text.getvalue().encode("utf-8-sig")


def paths_of(rows: Sequence[SheetRow]) -> tuple[list[str], list[SheetRow]]:
    """Rows of an XML answer, whose cells are `path=value`, as columns by path; a path that stands twice in a row holds both values."""
    columns: dict[str, None] = {}
    found: list[dict[str, str]] = []
    for row in rows:
        cells: dict[str, str] = {}
        for cell in row.cells:
            path, _, value = cell.partition("=")
            cells[path] = f"{cells[path]} | {value}" if path in cells else value
        columns |= dict.fromkeys(cells)
        found.append(cells)
    return [*columns], [row._replace(cells=[cells.get(path, "") for path in columns]) for row, cells in zip(rows, found, strict=True)]


def file_of(content: bytes, delimiter: str, encoding: str) -> str | None:
    """Of which file of its delivery a sheet has rows, where it tells of just one. Raises as `corrected`."""
    header, *rows = [*_rows(_text(content, encoding), (), delimiter)] or [[]]
    names = [unguarded(name.strip()) for name in header]
    if FILE not in names:
        return None
    place = names.index(FILE)
    told = {unguarded(cells[place].strip()) for cells in rows if place < len(cells) and cells[place].strip()}
    return told.pop() if len(told) == 1 else None


def corrected(content: bytes, columns: Sequence[str], format_: Format) -> Corrected:
    """A sheet that was sent back, as the file the mapping reads.

    Raises `DeliveryRefused`: `bad-encoding`, `bad-file` (no table), `no-rows`.
    """
    lines = list(_rows(_text(content, format_.encoding), columns, format_.delimiter))
    if not lines:
        raise DeliveryRefused("no-rows")
    header = [unguarded(name.strip()) for name in lines[0]]
    ours = {place: name for place, name in enumerate(header) if name in OURS}
    mended = LINE in ours.values()
    named = [place for place, name in enumerate(header) if name and place not in ours]
    rows = [_cells(cells, named, ours, guard=mended) for cells in lines[1:]]
    if not any(rows):
        raise DeliveryRefused("no-rows")
    told = [cells[header.index(LINE)].strip() for cells in lines[1:] if any(cells)] if mended else []
    return Corrected(written([[header[p] for p in named], *rows], format_), _numbers(told) if mended else None)


def _cells(cells: Sequence[str], named: Sequence[int], ours: Iterable[int], *, guard: bool) -> list[str]:
    """The cells of the file's own columns, and what stands beyond them: a row that is still too long is refused again."""
    kept = [cells[place] if place < len(cells) else "" for place in named]
    kept = [cell for cell in kept if cell != MISSING]
    beyond = [cell for place, cell in enumerate(cells) if cell and place not in named and place not in ours]
    if not any(kept) and not beyond:
        return []
    return [unguarded(cell) if guard else cell for cell in (*kept, *beyond)]


def _numbers(told: Iterable[str]) -> frozenset[int]:
    """Lines that are named; a row that somebody added has none."""
    return frozenset(int(text) for each in told if (text := unguarded(each)).isdecimal() and len(text) < 10)


def _text(content: bytes, encoding: str) -> str:
    """A spreadsheet saves as it likes: UTF-8, UTF-16 with a mark, the encoding of the mapping, or that of Windows."""
    marked = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    for each in (marked, encoding, "cp1252"):
        try:
            return content.decode(each)
        except (UnicodeDecodeError, LookupError):
            continue
    raise DeliveryRefused("bad-encoding")


def _rows(text: str, columns: Sequence[str], delimiter: str) -> Iterator[list[str]]:
    """The rows, between whatever delimiter shows most of the columns that the file had."""

    def seen(each: str) -> int:
        first = next(csv.reader([text.partition("\n")[0]], delimiter=each), [])
        return len({unguarded(name.strip()) for name in first} & {*OURS, *columns})

    best = max(dict.fromkeys((delimiter, *DELIMITERS)), key=seen)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=best)
    except csv.Error as wrong:
        raise DeliveryRefused("bad-file") from wrong


def written(rows: Iterable[Sequence[str]], format_: Format) -> bytes:
    """Rows as a file of this format. Raises `DeliveryRefused`: `bad-encoding`, or `bad-file` for a cell that it has no way to write."""
    text = io.StringIO(newline="")
    quoted = format_.csv if format_.quote else {**format_.csv, "quotechar": None}
    try:
        csv.writer(text, **quoted, lineterminator="\r\n").writerows(rows)
        return text.getvalue().encode(format_.encoding)
    except csv.Error as wrong:
        raise DeliveryRefused("bad-file") from wrong
    except UnicodeEncodeError as wrong:
        raise DeliveryRefused("bad-encoding") from wrong
