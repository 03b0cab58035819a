"""All a source showed of one unit: its name, level and parent over time, its leaders, their deputies, roles and posts."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from contracts.hr import EmploymentEndRegistered, LeaderAppointed, LeaderEnded, UnitChanged
from contracts.words import UnitChange
from services.chassis.calendar import day_of
from services.chassis.reference import Reference
from services.chassis.subject import History, Key, Revision, Situation, Statement
from services.intake.domain.claims import Claim, Shown, by_day
from services.intake.domain.job_ends import next_of
from services.intake.domain.posts import vacancies
from services.intake.domain.records import LeaderSeen, Seen, UnitGone, UnitSeen
from services.intake.domain.roles import claimed, of_rows
from services.intake.domain.shown_facts import UnitFactsSeen
from services.intake.domain.told import of_unit
from services.intake.domain.unit_facts import Look, UnitFacts

Row: TypeAlias = UnitSeen | UnitGone | UnitFactsSeen


def organisation(history: History, _reference: Reference, now: datetime) -> Situation:
    """The standing facts of a unit; what its rows show of one day is the last registered of that day."""
    today, ends = day_of(now), history.standing(EmploymentEndRegistered)
    leaders = claimed(history.standing(LeaderSeen), lambda r: (r.employment_id, r.first_day), _leader, ends)
    unit = _unit(history)
    closed = [said.event.effective_date for said in unit if isinstance(said.event, UnitChanged) and said.event.change is UnitChange.CLOSED]
    rest = (*of_rows(history, today), *vacancies(history, closed), *of_unit(history, today))
    return Situation(statements=(*unit, *leaders, *rest), wake_at=next_of(ends, today))


def _unit(history: History) -> tuple[Statement, ...]:
    """What rows of whole states and answers with facts show of a unit; where one unit has both, a row holds on its own day."""
    shown, days, facts = Shown[Seen](), dict[date, Look](), UnitFacts()
    closed: date | None = None
    rows: list[Revision[Row]] = [
        *history.standing(UnitSeen),
        *history.standing(UnitGone),
        *history.standing(UnitFactsSeen),
    ]
    for row in sorted(rows, key=_in_order):
        body = row.body
        if isinstance(body, UnitFactsSeen):
            facts.take(body)
        elif isinstance(body, UnitGone):
            closed = body.day
        else:
            days[body.valid_from if days or body.begins is None else body.begins] = Look.of(body)
            closed = body.until + timedelta(days=1) if body.until else None
        shown.after(body, _changes(body.unit_id, _closed(facts.days() | days, closed), facts.begun))
    return shown.statements()


def _in_order(row: Revision[Row]) -> tuple[Any, ...]:
    return by_day(row, row.body.valid_from if isinstance(row.body, UnitSeen) else date.min)


def _closed(days: dict[date, Look], closed: date | None) -> dict[date, Look]:
    """The looks until a unit is closed, and how it looks then."""
    before = {day: look for day, look in days.items() if closed is None or day < closed}
    if closed is not None and before:
        before[closed] = before[max(before)]._replace(change=UnitChange.CLOSED)
    return before


def _changes(unit: UUID, days: dict[date, Look], begun: date | None) -> Iterator[tuple[Key, Claim]]:
    """`begun`: the first day answers with facts tell of; it moves while they come in, and stays one fact."""
    before: Look | None = None
    for day, seen in sorted(days.items()):
        change = seen.change or _change(before, seen)
        if change is not None:
            moved = before is not None and before.parent_unit_id != seen.parent_unit_id
            fields = {
                "unit_id": unit,
                "change": change,
                "name": seen.name,
                "level": seen.level,
                "parent_unit_id": seen.parent_unit_id,
                "old_parent_unit_id": before.parent_unit_id if before and moved else None,
            }
            yield ("unit-changed", "begun" if day == begun else day.isoformat()), Claim(UnitChanged, day, fields)
        before = seen


def _change(before: Look | None, seen: Look) -> UnitChange | None:
    if before is None:
        return UnitChange.CREATED
    if before.parent_unit_id != seen.parent_unit_id:
        return UnitChange.MOVED
    return UnitChange.RENAMED if (before.name, before.level) != (seen.name, seen.level) else None


def _leader(seen: LeaderSeen) -> Iterator[tuple[Key, Claim]]:
    who = {"unit_id": seen.unit_id, "employment_id": seen.employment_id, "person_key": seen.person_key}
    block = {**who, "employment_form": seen.employment_form}
    key = (str(seen.employment_id), seen.first_day.isoformat())
    yield ("leader-appointed", *key), Claim(LeaderAppointed, seen.first_day, {**block, "leader_level": seen.leader_level})
    if seen.last_day is not None:
        fields = {**block, "last_day": seen.last_day, "reason_class": seen.reason_class}
        yield ("leader-ended", *key), Claim(LeaderEnded, seen.last_day + timedelta(days=1), fields)
