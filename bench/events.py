"""Real employment events, invented fast and from a seed.

A record is what `envelope.outgoing` gives for an event of `contracts.hr`: built once per kind of event by that very code with
marks in the places of what varies, then filled in. One record of fifty is the exact copy of an earlier one.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha1
from uuid import UUID

from contracts.base import SourceSystem
from contracts.hr import (
    EmploymentEndRegistered,
    EmploymentEvent,
    Hired,
    HoursChanged,
    LeaveRegistered,
    PlacementChanged,
    ResignationWithdrawn,
    Resigned,
)
from contracts.words import EmploymentForm, LeaveKind, OccupationGroup, ReasonClass
from services.chassis.envelope import outgoing
from services.chassis.subject import Revision

MUNICIPALITY = "730"
KINDS: tuple[type[EmploymentEvent], ...] = (
    Hired,
    PlacementChanged,
    HoursChanged,
    EmploymentEndRegistered,
    Resigned,
    ResignationWithdrawn,
    LeaveRegistered,
)
FIRST_DAY = datetime(2023, 1, 1, 8, tzinfo=UTC)
DAYS = 365
OPEN_SECONDS = 8 * 3_600
EVENTS_A_PERSON = 16
COPIED = 0.02
KEPT = 5_000

Written = tuple[bytes, bytes, list[tuple[str, bytes]]]
"""Key, value and headers."""

_MARKS = {name: UUID(int=number) for number, name in enumerate(("fact", "person", "employment", "unit", "other"), start=0xA0)}
_EFFECTIVE, _LAST = date(1901, 1, 1), date(1902, 1, 1)
_KNOWN = datetime(1903, 1, 1, tzinfo=UTC)


class Template:
    """The record of one kind of event with places for what varies."""

    def __init__(self, kind: type[EmploymentEvent], form: EmploymentForm) -> None:
        """Build it with the code that writes real records."""
        revision = Revision(_MARKS["fact"], 0, 1, True, _KNOWN, kind.model_validate(_fields(kind, form)), kind.wire)
        record = outgoing("intake", revision)
        places = {str(mark): f"%({name})s" for name, mark in _MARKS.items()}
        places |= {str(revision.id): "%(id)s", str(_EFFECTIVE): "%(effective)s", str(_LAST): "%(last)s"}
        places |= {_KNOWN.isoformat(): "%(known)s+00:00", _KNOWN.isoformat().replace("+00:00", "Z"): "%(known)sZ"}
        self._body = _with_places(record.body, places)
        texts = [(name, _with_places(value, places)) for name, value in record.headers]
        self._headers = [(name, (text % {}).encode() if "%(" not in text else text) for name, text in texts]

    def fill(self, values: dict[str, str]) -> Written:
        """The record of these values."""
        headers = [(name, text if isinstance(text, bytes) else (text % values).encode()) for name, text in self._headers]
        return values["person"].encode(), (self._body % values).encode(), headers


def _fields(kind: type[EmploymentEvent], form: EmploymentForm) -> dict[str, object]:
    """Every field any of the kinds has; each takes its own."""
    assert issubclass(kind, EmploymentEvent)
    return {
        "municipality": MUNICIPALITY,
        "employment_id": _MARKS["employment"],
        "person_key": _MARKS["person"],
        "unit_id": _MARKS["unit"],
        "employment_form": form,
        "effective_date": _EFFECTIVE,
        "registered_at": _KNOWN,
        "source_system": SourceSystem.CSV,
        "first_working_day": _EFFECTIVE,
        "occupation_group": OccupationGroup.SOSU_ASSISTANT,
        "degree": "0.8649",
        "position_code": "sosu-assistent",
        "old_degree": "0.8649",
        "new_degree": "1.0000",
        "old_unit_id": _MARKS["other"],
        "new_unit_id": _MARKS["unit"],
        "internal_move": True,
        "last_working_day": _LAST,
        "received_on": _LAST,
        "reason_class": ReasonClass.OWN_REQUEST,
        "resignation_fact": _MARKS["other"],
        "withdrawn_on": _LAST,
        "leave_id": _MARKS["other"],
        "leave_from": _EFFECTIVE,
        "leave_to": _LAST,
        "leave_kind": LeaveKind.PARENTAL,
    }


def _with_places(text: str, places: dict[str, str]) -> str:
    text = text.replace("%", "%%")
    for mark, place in places.items():
        text = text.replace(mark, place)
    return text


@dataclass(slots=True)
class Person:
    """Who has one employment."""

    key: str
    employment: str
    unit: str
    form: EmploymentForm
    is_hired: bool = False


def population(count: int, seed: int = 1) -> list[Person]:
    """So many people to whom something can happen."""
    dice = random.Random(f"people {seed}")
    return [Person(_an_id(dice), _an_id(dice), dice.choice(UNITS), dice.choice(FORMS)) for _ in range(count)]


def invent(count: int, seed: int = 1, copied: float = COPIED, people: Sequence[Person] = (), since: int = 0) -> Iterator[Written]:
    """So many records, the same for the same seed, in the order they became known; this share of them are copies.

    Without `people` each person has 16 of them. They become known over a year that begins `since` days after the first day of all.
    """
    dice = random.Random(seed)
    everybody = people or population(max(1, count // EVENTS_A_PERSON), seed)
    kept: list[Written] = []
    for number in range(count):
        if kept and dice.random() < copied:
            yield kept[dice.randrange(len(kept))]
            continue
        person = dice.choice(everybody)
        kind = dice.choice(KINDS[1:]) if person.is_hired else Hired
        person.is_hired = True
        written = _template(kind, person.form).fill(_values(dice, person, since + DAYS * number / count))
        if len(kept) < KEPT:
            kept.append(written)
        elif number % 8 == 0:
            kept[dice.randrange(KEPT)] = written
        yield written


@cache
def _template(kind: type[EmploymentEvent], form: EmploymentForm) -> Template:
    return Template(kind, form)


def _values(dice: random.Random, person: Person, day: float) -> dict[str, str]:
    whole = int(day)
    known = FIRST_DAY + timedelta(days=whole, seconds=int((day - whole) * OPEN_SECONDS))
    fact, effective = _an_id(dice), whole + dice.randrange(100)
    number = bytearray(sha1(bytes.fromhex(fact.replace("-", "")) + b"0/1", usedforsecurity=False).digest()[:16])
    number[6], number[8] = number[6] & 0x0F | 0x50, number[8] & 0x3F | 0x80
    return {
        "fact": fact,
        "id": _dashed(number.hex()),
        "person": person.key,
        "employment": person.employment,
        "unit": person.unit,
        "other": dice.choice(UNITS),
        "effective": CALENDAR[effective],
        "last": CALENDAR[effective + 20],
        "known": known.isoformat()[:19],
    }


def _an_id(dice: random.Random) -> str:
    return _dashed(f"{dice.getrandbits(128):032x}")


def _dashed(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


FORMS: list[EmploymentForm] = [form for form in EmploymentForm if form is not EmploymentForm.UNKNOWN]
CALENDAR = [str((FIRST_DAY + timedelta(days=number)).date()) for number in range(-40, 3 * DAYS)]
"""Forty days back, so that what happens is known before and after it."""
UNITS = [_an_id(random.Random(f"unit {number}")) for number in range(1_200)]
