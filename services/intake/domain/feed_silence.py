"""A feed that gives nothing for longer than it should: HR has a task until it gives again. One subject per municipality and feed. Pure.

What was seen is our own record: when the feed was last heard, as of the moment at which somebody looked. Silence is said only where
somebody looked when it was too long: what comes while nobody looks is never taken for silence, so nothing here wakes by the clock.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from contracts.base import Call, CallState, Code, Event, HolderRole
from contracts.intake import FeedFellSilent, FeedHeardAgain
from services.chassis.calendar import Calendar, day_of
from services.chassis.reference import Reference
from services.chassis.subject import History, Revision, Situation, Statement, Subject, fact_id
from services.intake.domain.records import FEED, SERVICE_NAME
from services.intake.domain.waiting import KEPT, PAGE
from services.intake.rules import IntakeRules

SILENCE = "feed-silence"
CLOSES_AFTER = 5
"""Working days after which the task is late."""
HOURS_A_DAY = 24


class FeedSeen(Event):
    """Our own record of when a feed was last heard; none: never. `unit_id`: the unit on top, or the subject where nobody told of one."""

    wire: ClassVar[str] = "record.feed-seen.v1"

    feed: Code
    last_seen: AwareDatetime | None = None
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class FeedRow:
    """How it is with a feed now: silence is too long from `opens` on (none: no rule), and HR is asked since `asked_on`."""

    municipality: str
    feed: str
    last_seen: datetime | None
    waiting_since: date
    opens: date | None
    asked_on: date | None


@dataclass(frozen=True, slots=True)
class _Spell:
    """A stretch without a word after `seen`. `asked`: the first look at which it was too long; `ended_on`: when it was heard again."""

    seen: FeedSeen
    waiting_since: date
    opens: date | None
    asked: Revision[FeedSeen] | None
    ended_on: date | None

    @property
    def asked_on(self) -> date | None:
        """Since when HR is asked; none where it was heard in time after all."""
        if self.asked is None:
            return None
        on = day_of(self.asked.known_at)
        return on if self.ended_on is None or self.ended_on >= on else None


def feed_subject(municipality: str, feed: str) -> Subject:
    """The subject that watches a feed."""
    nobody = Subject(FEED, UUID(int=0), municipality)
    return Subject(FEED, fact_id(SERVICE_NAME, nobody, (municipality, feed)), municipality)


def heard_on(last_seen: datetime | None) -> date:
    """The Danish day on which a feed was last heard; before all days where it never was."""
    return date.min if last_seen is None else day_of(last_seen)


def feeds(history: History, reference: Reference, _now: datetime) -> Situation:
    """Ask HR about each silence that was too long (catalogue: intake.feed-fell-silent) until it ends (intake.feed-heard-again)."""
    spells = list(_spells(history, reference))
    said = [_said(spell, on, reference) for spell in spells if (on := spell.asked_on) is not None]
    return Situation(statements=tuple(said), rows=tuple(_row(spell) for spell in spells[-1:]))


def _row(spell: _Spell) -> FeedRow:
    seen = spell.seen
    return FeedRow(seen.municipality, seen.feed, seen.last_seen, spell.waiting_since, spell.opens, spell.asked_on)


def _spells(history: History, reference: Reference) -> Iterator[_Spell]:
    """By the days on which something was heard, each with all looks that found nothing later."""
    seen = sorted(history.standing(FeedSeen), key=lambda r: (_heard(r), r.known_at, r.fact))
    looks = [list(same) for _, same in groupby(seen, key=_heard)]
    for found, after in zip(looks, (*looks[1:], None), strict=True):
        yield _spell(found, _heard(after[0]) if after else None, reference)


def _heard(revision: Revision[FeedSeen]) -> date:
    return heard_on(revision.body.last_seen)


def _spell(looks: Sequence[Revision[FeedSeen]], ended_on: date | None, reference: Reference) -> _Spell:
    """Nothing is waited for before the municipality is live."""
    since = max(_heard(looks[0]), reference.rules.live_from)
    most = reference.policy(IntakeRules).feeds_silent_after_working_days.get(looks[0].body.feed)
    opens = None if most is None else reference.calendar().add_working_days(since, most + 1)
    asked = next((look for look in looks if opens is not None and day_of(look.known_at) >= opens), None)
    return _Spell((asked or looks[-1]).body, since, opens, asked, ended_on)


def _said(spell: _Spell, asked_on: date, reference: Reference) -> Statement:
    seen = spell.seen
    key = (SILENCE, day_of(seen.last_seen).isoformat() if seen.last_seen else "never")
    told = {
        "municipality": seen.municipality,
        "feed": seen.feed,
        "last_seen": seen.last_seen,
        "expected_every_hours": HOURS_A_DAY * reference.policy(IntakeRules).feeds_silent_after_working_days[seen.feed],
        "call": _call(spell, asked_on, reference.calendar()),
    }
    if spell.ended_on is None:
        return Statement(key, FeedFellSilent.model_validate(told))
    return Statement(key, FeedHeardAgain.model_validate({**told, "heard_on": spell.ended_on}))


def _call(spell: _Spell, asked_on: date, calendar: Calendar) -> Call:
    closes = calendar.add_working_days(asked_on, CLOSES_AFTER)
    return Call(
        kind=SILENCE,
        role=HolderRole.HR,
        unit_id=spell.seen.unit_id,
        opens=asked_on,
        due=calendar.add_working_days(asked_on, 1),
        closes=closes,
        missed_after=closes + KEPT,
        state=CallState.DONE if spell.ended_on else CallState.OPEN,
        state_on=spell.ended_on or asked_on,
        link=PAGE,
    )
