"""The ledger in memory: bookings become rows, rows become the sums of a day. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.chassis.subject import Booking
from services.reporting.contributions import Cell


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the ledger: by how much a cell changed, as known on a day."""

    municipality: str
    known_on: date
    cell: Cell
    amount: int


def rows(booked: Mapping[tuple[str, Booking], int]) -> list[Row]:
    """The rows of a batch, in no order: they are only ever added up."""
    return [_row(municipality, booking, amount) for (municipality, booking), amount in booked.items()]


def _row(municipality: str, booking: Booking, amount: int) -> Row:
    known_on, measure, unit, org_month, period, split = map(str, booking)
    return Row(municipality, date.fromisoformat(known_on), (measure, unit, org_month, period, split), amount)


def sums(ledger: Iterable[Row]) -> dict[tuple[str, Cell], int]:
    """By municipality and cell what the rows come to; nothing is left out, 0 neither."""
    found: dict[tuple[str, Cell], int] = {}
    for row in ledger:
        key = (row.municipality, row.cell)
        found[key] = found.get(key, 0) + row.amount
    return found
