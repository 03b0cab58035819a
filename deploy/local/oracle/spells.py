"""What the rows of an employment come to: its spells, each with units, leaves, its end and the resignations on the way."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from deploy.local.oracle.rows import Row

NOT_MONTHLY = ("Timeløn", "Elev")
OWN = ("Egen opsigelse", "Ukendt")
"""Own request, or not known why: counts as resigned."""
INTERNAL, DEATH = "Intern flytning", "Død"


@dataclass
class Resignation:
    """A notice, as the rows showed it; `last_known_on`: since when its last day is the one shown."""

    known_on: date
    received_on: date
    last_day: date
    last_known_on: date
    withdrawn_on: date | None = None


@dataclass
class Spell:
    """An employment number from a start to an end. `terms`: (unit, degree) from a day on."""

    person: str
    employment: str
    form: str
    start: date
    first_working_day: date
    unit: str
    degree: Decimal
    terms: dict[date, tuple[str, Decimal]] = field(default_factory=dict)
    leaves: dict[date, date] = field(default_factory=dict)
    last_day: date | None = None
    reason: str = ""
    resignations: list[Resignation] = field(default_factory=list)

    def holds(self, day: date) -> bool:
        """Employed on the day, the last day included."""
        return self.start <= day and (self.last_day is None or day <= self.last_day)

    def lasts_beyond(self, day: date) -> bool:
        """Employed after the day."""
        return self.start <= day and (self.last_day is None or day < self.last_day)

    def is_monthly(self) -> bool:
        """Whether it belongs to P2."""
        return self.form not in NOT_MONTHLY

    def terms_on(self, day: date) -> tuple[str, Decimal]:
        """Unit and degree on a day."""
        told = [since for since in self.terms if since <= day]
        return self.terms[max(told)] if told else (self.unit, self.degree)

    def unit_on(self, day: date) -> str:
        """The unit on a day."""
        return self.terms_on(day)[0]


def spells(rows: Iterable[Row]) -> list[Spell]:
    """The spells of one employment number, from its rows in the order of registration; none of one that was cancelled."""
    found: list[Spell] = []
    for row in rows:
        if row.cells["cancelled"]:
            return []
        _take(_spell(found, row), row)
    return found


def _spell(found: list[Spell], row: Row) -> Spell:
    start, first_working_day = row.day("start"), row.day("first_working_day")
    assert start is not None
    assert first_working_day is not None
    before = found[-1].last_day if found else None
    if not found or (before is not None and start > before):
        cells = row.cells
        found.append(
            Spell(cells["person"], cells["employment"], cells["form"], start, first_working_day, cells["unit"], Decimal(cells["degree"]))
        )
    found[-1].start, found[-1].first_working_day = start, first_working_day
    return found[-1]


def _take(spell: Spell, row: Row) -> None:
    since, away, back = row.day("valid_from"), row.day("leave_from"), row.day("leave_to")
    terms = (row.cells["unit"], Decimal(row.cells["degree"]))
    if since is None:
        spell.unit, spell.degree = terms
    else:
        spell.terms[since] = terms
    if away is not None and back is not None:
        spell.leaves[away] = back
    _take_end(spell, row)


def _take_end(spell: Spell, row: Row) -> None:
    last, withdrawn = row.day("last_day"), row.day("withdrawn_on")
    running = spell.resignations[-1] if spell.resignations and spell.last_day is not None else None
    if running is not None and withdrawn is not None:
        running.withdrawn_on = withdrawn
    if last is not None and row.cells["reason"] in OWN:
        if running is None:
            received = row.day("received_on") or row.registered_at.date()
            spell.resignations.append(Resignation(row.known_on, received, last, row.known_on))
        elif running.last_day != last:
            running.last_day, running.last_known_on = last, row.known_on
    spell.last_day, spell.reason = last, row.cells["reason"]
