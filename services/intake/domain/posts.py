"""The leader's post of a unit: vacant from the day after somebody stops leading it and nobody else does (danish-hr 3.5)."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from contracts.hr import EmploymentEndRegistered, LeaderAppointed, LeaderEnded, PostVacant
from contracts.hr.organisation import LeaderEvent
from contracts.hr.posts import PostEvent
from contracts.words import LeaderLevel
from services.chassis.subject import History, Key, Statement
from services.intake.domain.claims import Claim, Shown, Source, by_day
from services.intake.domain.job_ends import Ended, end_of, in_order
from services.intake.domain.keys import leader_post
from services.intake.domain.records import LeaderSeen, LeadershipShown
from services.intake.domain.roles import PostSeen
from services.intake.domain.told import said_of_unit


class Held(NamedTuple):
    """Somebody leads the unit, both days included; none as last day: as far as known."""

    name: tuple[str, ...]
    first: date
    last: date | None
    level: LeaderLevel
    job: UUID | None = None
    """Whose end, once it is told, ends this too; none where the rows of the job itself show it."""


class Telling(NamedTuple):
    """What one row or event tells of a leadership (none: that it never was, or that a job ends), and its place among the others."""

    order: tuple[Any, ...]
    name: tuple[str, ...]
    held: Held | None
    source: Source


def vacancies(history: History, closed: Collection[date]) -> tuple[Statement, ...]:
    """When the post is vacant, whoever told of its leaders: a file of leaders, the rows of their employments, or events.

    `closed`: from which days on the unit is no more, and its post with it. A successor who comes later does not undo the gap.
    A source that tells events and tells of this post itself is believed, and so are the rows of a directory: where any of them tells of
    it, also that a vacancy never was, these alone decide for the unit, so that nobody is told twice of one vacancy.
    """
    if any(row.body.leader_post for row in history.standing(PostSeen)):
        return ()
    seen = [*_seen(history), *_shown(history), *_told(history)]
    seen += [Telling(in_order(end), (), None, end.body) for end in history.standing(EmploymentEndRegistered)]
    shown, known = Shown[Source](), dict[tuple[str, ...], Held | None]()
    ended: dict[UUID, EmploymentEndRegistered] = {}
    post = {"unit_id": history.subject.id, "post_id": leader_post(history.subject.id)}
    for telling in sorted(seen, key=lambda each: each.order):
        if isinstance(telling.source, EmploymentEndRegistered):
            ended[telling.source.employment_id] = telling.source
        else:
            known[telling.name] = telling.held
        shown.after(telling.source, _vacant([_bounded(held, ended) for held in known.values() if held], closed, post))
    return shown.statements()


def _seen(history: History) -> Iterator[Telling]:
    for row in history.standing(LeaderSeen):
        body = row.body
        name = (str(body.employment_id), body.first_day.isoformat())
        held = None if body.cancelled else Held(name, body.first_day, body.last_day, body.leader_level, body.employment_id)
        yield Telling(by_day(row, body.first_day), name, held, body)


def _shown(history: History) -> Iterator[Telling]:
    for row in history.standing(LeadershipShown):
        name = (str(row.fact),)
        held = Held(name, row.body.first_day, row.body.last_day, row.body.leader_level)
        yield Telling(by_day(row, row.body.first_day), name, held, row.body)


def _told(history: History) -> Iterator[Telling]:
    """The leaderships that were told, each twice where it ends: how it began, and how it ended."""
    facts = list(said_of_unit(history))
    if any(isinstance(fact.event, PostEvent) and fact.event.leader_post for fact in facts):
        return
    ends = [fact.event for fact in facts if isinstance(fact.event, LeaderEnded)]
    for fact in facts:
        begun = fact.event
        if isinstance(begun, LeaderAppointed):
            name, first = (str(fact.fact),), begun.effective_date
            held = Held(name, first, None, begun.leader_level, begun.employment_id)
            yield Telling(_order(begun, fact.fact), name, held, begun)
            later = [end for end in ends if end.employment_id == begun.employment_id and end.last_day >= first]
            if later:
                end = min(later, key=lambda each: each.last_day)
                yield Telling(_order(end, fact.fact), name, held._replace(last=end.last_day), end)


def _bounded(held: Held, ended: Ended) -> Held:
    end = end_of(held.job, held.first, held.last, ended) if held.job else None
    return held._replace(last=end.last_working_day) if end else held


def _order(event: LeaderEvent, fact: UUID) -> tuple[Any, ...]:
    return (event.registered_at, event.registered_at, event.effective_date, fact)


def _vacant(held: Iterable[Held], closed: Collection[date], post: dict[str, Any]) -> Iterator[tuple[Key, Claim]]:
    """By the leadership that ended, so that a moved last day moves the vacancy; of several that end together the first by name tells it."""
    everybody = sorted(held)
    told: set[date] = set()
    for one in everybody:
        vacant = one.last + timedelta(days=1) if one.last else None
        if vacant is None or vacant in told or any(day <= vacant for day in closed):
            continue
        if not any(other.first <= vacant and (other.last is None or other.last >= vacant) for other in everybody):
            told.add(vacant)
            yield ("post-vacant", *one.name), Claim(PostVacant, vacant, {**post, "leader_post": True, "leader_level": one.level})
