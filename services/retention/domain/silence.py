"""Alarms on silence (danish-hr 12): no HR event, no exit offer while people leave. One subject per municipality, derived as any other.

What was seen is our own record: until when something was heard, and since when it should have been heard again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import ClassVar
from uuid import UUID

from contracts.base import Call, CallState, Event, HolderRole
from contracts.retention import SilenceDone, SilenceNoticed
from contracts.words import Silent
from services.chassis.calendar import day_of, midnight
from services.chassis.reference import Reference
from services.chassis.subject import History, Revision, Situation, Statement, Subject, earliest, fact_id
from services.retention.rules import RetentionRules

KIND = "silence"
CLOSES_AFTER = 5
"""Working days after which the task is late."""
KEPT = timedelta(days=365)
"""How long the task stays open, late: a silence does not end by being old."""
LINKS = {Silent.HR_EVENTS: "/intake/deliveries", Silent.EXIT_OFFERS: "/retention"}


class SilenceSeen(Event):
    """Our own record of how long it has been quiet. `waiting_since`: none where there is nothing to be heard.

    `unit_id`: the unit on top, or the subject itself where nobody told of one.
    """

    wire: ClassVar[str] = "note.silence-seen"

    what: Silent
    heard_on: date | None = None
    waiting_since: date | None = None
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class SilenceRow:
    """How it is with one kind of silence now; the alarm is raised from `opens` on (none: nothing to wait for, or no rule)."""

    municipality: str
    what: Silent
    heard_on: date | None
    waiting_since: date | None
    unit_id: UUID
    opens: date | None


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch without a word after `seen.heard_on`; `ended_on` the day on which it was heard again."""

    seen: SilenceSeen
    opens: date | None
    ended_on: date | None


def subject_of(municipality: str) -> Subject:
    """The subject that watches a municipality."""
    nobody = Subject(KIND, UUID(int=0), municipality)
    return Subject(KIND, fact_id("retention", nobody, (municipality,)), municipality)


def silences(history: History, reference: Reference, now: datetime) -> Situation:
    """An alarm for every silence that lasted too long: open until it is heard again."""
    spells = list(_spells(history, reference))
    today = day_of(now)
    raised = [spell for spell in spells if spell.opens is not None and spell.opens <= (spell.ended_on or today)]
    current = [spell for spell in spells if spell.ended_on is None]
    return Situation(
        statements=tuple(_said(spell, history.subject, reference) for spell in raised),
        rows=tuple(SilenceRow(history.subject.municipality, *_row(spell)) for spell in current),
        wake_at=earliest(*(midnight(s.opens) for s in current if s.opens is not None and s.opens > today)),
    )


def _row(spell: Spell) -> tuple[Silent, date | None, date | None, UUID, date | None]:
    return spell.seen.what, spell.seen.heard_on, spell.seen.waiting_since, spell.seen.unit_id, spell.opens


def _spells(history: History, reference: Reference) -> Iterator[Spell]:
    """By kind, in the order of the days on which something was heard; of each day what was seen last."""
    seen = sorted(history.standing(SilenceSeen), key=lambda r: (r.body.what, _heard(r), r.known_at, r.fact))
    for _, of_kind in groupby(seen, key=lambda r: r.body.what):
        latest = [list(same)[-1].body for _, same in groupby(of_kind, key=_heard)]
        for body, after in zip(latest, (*latest[1:], None), strict=True):
            yield Spell(body, _opens(body, reference), after.heard_on if after else None)


def _heard(revision: Revision[SilenceSeen]) -> date:
    return revision.body.heard_on or date.min


def _opens(seen: SilenceSeen, reference: Reference) -> date | None:
    """The first working day after so many without a word."""
    rules = reference.policy(RetentionRules)
    most = rules.silence_hr_events_working_days if seen.what is Silent.HR_EVENTS else rules.silence_exit_offers_working_days
    if seen.waiting_since is None or not most:
        return None
    return reference.calendar().add_working_days(seen.waiting_since, most + 1)


def _said(spell: Spell, subject: Subject, reference: Reference) -> Statement:
    assert spell.opens is not None
    assert spell.seen.waiting_since is not None
    calendar = reference.calendar()
    closes = calendar.add_working_days(spell.opens, CLOSES_AFTER)
    call = Call(
        kind=f"silence-{spell.seen.what}",
        role=HolderRole.HR,
        unit_id=spell.seen.unit_id,
        opens=spell.opens,
        due=calendar.add_working_days(spell.opens, 1),
        closes=closes,
        missed_after=closes + KEPT,
        state=CallState.DONE if spell.ended_on else CallState.OPEN,
        state_on=spell.ended_on or spell.opens,
        link=LINKS[spell.seen.what],
    )
    kind = SilenceDone if spell.ended_on else SilenceNoticed
    event = kind(municipality=subject.municipality, what=spell.seen.what, waiting_since=spell.seen.waiting_since, call=call)
    return Statement((KIND, spell.seen.what, spell.seen.heard_on.isoformat() if spell.seen.heard_on else "never"), event)
