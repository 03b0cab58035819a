"""The ledger in memory: bookings become rows. Pure."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from services.chassis.subject import Booking


class Row(NamedTuple):
    """One row of the ledger: by how much a cell of a municipality changed, as known on a day; the columns of the table."""

    municipality: str
    known_on: date
    measure: str
    unit: str
    org_month: str
    period: str
    split: str
    amount: int


_day = lru_cache(2_000)(date.fromisoformat)


def rows(booked: Mapping[tuple[str, Booking], int]) -> list[Row]:
    """The rows of a batch, in no order: they are only ever added up."""
    return [Row._make((municipality, _day(booking[0]), *booking[1:], amount)) for (municipality, booking), amount in booked.items()]
