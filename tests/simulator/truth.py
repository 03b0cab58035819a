"""The slow oracle: what ought to be, read anew from the raw log with the plainest of means. Knows nothing of histories and states."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.words import Closed
from services.chassis.calendar import COPENHAGEN, Calendar
from tests.kit.toy import RINGS_AFTER
from tests.simulator.memory.log import Logged
from tests.simulator.service import FRAGILE

Cell = tuple[str, str, str, str]
"""Municipality, known on, unit, month."""
Claim = tuple[str, str, str, str]
"""Type, fact it is about, whom it is told (nobody: it is said on the bus), body as `text` writes it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One revision as it stands on the log."""

    id: str
    type: str
    fact: UUID
    number: int
    stands: bool
    known_at: datetime
    body: Mapping[str, Any]

    @property
    def known_on(self) -> date:
        """The Danish day on which it became known."""
        return self.known_at.astimezone(COPENHAGEN).date()


def read(record: Logged) -> Fact:
    """A good record."""
    headers = {name: (value or b"").decode() for name, value in record.headers}
    return Fact(
        headers["ce_id"],
        headers["ce_type"],
        UUID(headers["ce_fact"]),
        int(headers["ce_revision"]),
        headers["ce_stands"] == "true",
        datetime.fromisoformat(headers["ce_time"]),
        json.loads(record.value or b"{}"),
    )


def highest(facts: Iterable[Fact]) -> dict[UUID, Fact]:
    """The highest revision of every fact."""
    found: dict[UUID, Fact] = {}
    for fact in facts:
        if fact.fact not in found or found[fact.fact].number < fact.number:
            found[fact.fact] = fact
    return found


def standing(facts: Iterable[Fact], kind: str) -> list[Fact]:
    """Those of a type whose highest revision stands."""
    return [fact for fact in highest(facts).values() if fact.stands and fact.type == kind]


def ledger(facts: Iterable[Fact]) -> dict[Cell, int]:
    """Per day by how much each cell differs from the day before, recomputed for every moment at which anything became known."""
    found: Counter[Cell] = Counter()
    by_person: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_person[fact.body["person_key"]].append(fact)
    for mine in by_person.values():
        before: set[tuple[str, str]] = set()
        for moment in sorted({fact.known_at for fact in mine}):
            known = [fact for fact in mine if fact.known_at <= moment]
            after = {(f.body["unit_id"], f.body["effective_date"][:7]) for f in standing(known, "hr.hired.v1")}
            day = moment.astimezone(COPENHAGEN).date().isoformat()
            for cell in after ^ before:
                found["730", day, *cell] += 1 if cell in after else -1
            before = after
    return {cell: amount for cell, amount in found.items() if amount}


def text(body: Mapping[str, Any]) -> str:
    """A whole body, whatever the order of its fields."""
    return json.dumps(body, sort_keys=True)


def statements(facts: Iterable[Fact], closings: Iterable[Fact], silenced: set[str], today: date, version: int) -> set[Claim]:
    """What a version of the service claims today about one person."""
    facts = list(facts)
    hires = standing(facts, "hr.hired.v1")
    if version == 1 and any(hire.body["unit_id"] == str(FRAGILE) for hire in hires):
        return set()
    quiet = silenced | {end.body["employment_id"] for end in standing(facts, "hr.employment-end-registered.v1")}
    closed = {date.fromisoformat(c.body["day"]): Closed.WHOLE for c in standing(closings, "hr.calendar-changed.v1")}
    claims: set[Claim] = set()
    for hire in hires:
        fact, about = str(hire.fact), {name: hire.body[name] for name in ("municipality", "employment_id", "person_key", "unit_id")}
        counted = {name: about[name] for name in ("municipality", "person_key")}
        claims.add(("toy.counted", fact, about["unit_id"], text(counted)))
        if version > 1:
            claims.add(("toy.welcomed.v1", fact, "", text({**about, "rings_on": hire.body["effective_date"]})))
        if about["employment_id"] not in quiet:
            rings = _working_day(date.fromisoformat(hire.body["effective_date"]) + RINGS_AFTER, closed)
            wire = "toy.bell-rang.v1" if rings <= today else "toy.bell-planned.v1"
            claims.add((wire, fact, "", text({**about, "rings_on": rings.isoformat()})))
    return claims


def _working_day(day: date, closed: Mapping[date, Closed]) -> date:
    while not Calendar(days=closed).is_working_day(day):
        day += timedelta(days=1)
    return day


def names(records: Iterable[Logged]) -> dict[str, str]:
    """The names that are left when the directory is read from its start."""
    found: dict[str, Fact] = {}
    for record in records:
        if record.value is None:
            found.pop((record.key or b"").decode(), None)
            continue
        fact = read(record)
        person = fact.body["person_key"]
        if person not in found or found[person].number < fact.number:
            found[person] = fact
    return {person: fact.body["display_name"] for person, fact in found.items() if fact.stands}
