"""The ledger in memory: bookings become rows as PostgreSQL's COPY reads them. Pure."""

from collections.abc import Iterable, Mapping

from services.chassis.subject import Booking

COLUMNS = ("municipality", "known_on", "measure", "unit", "org_month", "period", "split", "amount")
"""By how much a cell of a municipality changed, as known on a day."""
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def rows(booked: Mapping[tuple[str, Booking], int]) -> bytes:
    """The rows of a batch in COPY's text form, a line each, in no order: they are only ever added up.

    Written as one text: encoding each value by itself took four times as long. A booking is six texts, the day (`YYYY-MM-DD`) first.
    """
    join = "\t".join
    lines = [f"{municipality}\t{join(booking)}\t{amount}\n" for (municipality, booking), amount in booked.items()]  # type: ignore[arg-type]  # texts
    text = "".join(lines)
    if "\\" in text or "\r" in text or text.count("\t") + text.count("\n") != len(lines) * len(COLUMNS):
        text = "".join(map(_escaped, booked.items()))
    return text.encode()


def _escaped(booked: tuple[tuple[str, Booking], int]) -> str:
    (municipality, booking), amount = booked
    return "\t".join(str(value).translate(_ESCAPED) for value in (municipality, *booking, amount)) + "\n"


def first_days(places: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The earliest day of each municipality, of pairs of municipality and day."""
    first: dict[str, str] = {}
    for municipality, day in places:
        if municipality not in first or day < first[municipality]:
            first[municipality] = day
    return first
