"""All a source showed of one unit: its name, level and parent over time, its leaders and their deputies."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from contracts.hr import DeputyAppointed, LeaderAppointed, LeaderEnded, UnitChanged
from contracts.words import UnitChange
from services.chassis.reference import Reference
from services.chassis.subject import History, Key, Revision, Situation, Statement
from services.intake.domain.claims import Claim, Shown, by_day
from services.intake.domain.records import DeputySeen, LeaderSeen, UnitSeen
from services.intake.domain.told import of_unit


def organisation(history: History, _reference: Reference, _now: datetime) -> Situation:
    """The standing facts of a unit; what its rows show of one day is the last registered of that day."""
    leaders = _posts(history.standing(LeaderSeen), _leader)
    deputies = _posts(history.standing(DeputySeen), _deputy)
    return Situation(statements=(*_unit(history), *leaders, *deputies, *of_unit(history)))


def _unit(history: History) -> tuple[Statement, ...]:
    shown, days = Shown(), dict[date, UnitSeen]()
    for row in sorted(history.standing(UnitSeen), key=lambda r: by_day(r, r.body.valid_from)):
        days[row.body.valid_from] = row.body
        shown.after(row.body, dict(_changes(days)))
    return shown.statements()


def _changes(days: dict[date, UnitSeen]) -> Iterator[tuple[Key, Claim]]:
    before: UnitSeen | None = None
    for day, seen in sorted(days.items()):
        change = seen.change or _change(before, seen)
        if change is not None:
            moved = before is not None and before.parent_unit_id != seen.parent_unit_id
            fields = {
                "unit_id": seen.unit_id,
                "change": change,
                "name": seen.name,
                "level": seen.level,
                "parent_unit_id": seen.parent_unit_id,
                "old_parent_unit_id": before.parent_unit_id if before and moved else None,
            }
            yield ("unit-changed", day.isoformat()), Claim(UnitChanged, day, fields)
        before = seen


def _change(before: UnitSeen | None, seen: UnitSeen) -> UnitChange | None:
    if before is None:
        return UnitChange.CREATED
    if before.parent_unit_id != seen.parent_unit_id:
        return UnitChange.MOVED
    return UnitChange.RENAMED if (before.name, before.level) != (seen.name, seen.level) else None


def _posts(rows: Sequence[Revision[Any]], claims: Callable[[Any], Iterable[tuple[Key, Claim]]]) -> tuple[Statement, ...]:
    """What holds of all leaderships (or deputyships) of the unit, each as its last registered row shows it."""
    shown, known = Shown(), dict[tuple[Any, ...], Any]()
    for row in sorted(rows, key=lambda r: by_day(r, r.body.first_day)):
        known[row.body.employment_id, getattr(row.body, "deputy_for", None), row.body.first_day] = row.body
        shown.after(row.body, dict(claim for seen in known.values() if not seen.cancelled for claim in claims(seen)))
    return shown.statements()


def _leader(seen: LeaderSeen) -> Iterator[tuple[Key, Claim]]:
    who = {"unit_id": seen.unit_id, "employment_id": seen.employment_id, "person_key": seen.person_key}
    block = {**who, "employment_form": seen.employment_form}
    key = (str(seen.employment_id), seen.first_day.isoformat())
    yield ("leader-appointed", *key), Claim(LeaderAppointed, seen.first_day, {**block, "leader_level": seen.leader_level})
    if seen.last_day is not None:
        fields = {**block, "last_day": seen.last_day, "reason_class": seen.reason_class}
        yield ("leader-ended", *key), Claim(LeaderEnded, seen.last_day + timedelta(days=1), fields)


def _deputy(seen: DeputySeen) -> Iterator[tuple[Key, Claim]]:
    fields = {
        "unit_id": seen.unit_id,
        "employment_id": seen.employment_id,
        "person_key": seen.person_key,
        "deputy_for": seen.deputy_for,
        "subjects": seen.subjects,
        "until": seen.until,
    }
    key = ("deputy-appointed", str(seen.employment_id), str(seen.deputy_for), seen.first_day.isoformat())
    yield key, Claim(DeputyAppointed, seen.first_day, fields)
