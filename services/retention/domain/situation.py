"""All leavings of one person: their retention talks and exit talks, as they are at a moment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.hr import EmploymentEndRegistered, Resigned
from contracts.words import ExitLevel
from services.chassis.reference import Reference
from services.chassis.subject import History
from services.retention.domain.duty import Duty, Span, spans
from services.retention.domain.exit import Steps, next_exit, steps
from services.retention.domain.leaving import End, Resignation, ends, resignations
from services.retention.domain.resignation import next_talk

LEVELS = (ExitLevel.LEADER, ExitLevel.EMPLOYEE)


@dataclass(frozen=True, slots=True)
class Talk:
    """A resignation and its retention talk, if one is or was owed."""

    resignation: Resignation
    duty: Duty | None


@dataclass(frozen=True, slots=True)
class Exit:
    """The exit talk of one end at one level. `talk`: the retention talk it waits for."""

    end: End
    level: ExitLevel
    duty: Duty
    steps: Steps
    talk: Duty | None


@dataclass(frozen=True, slots=True)
class Leavings:
    """What is and was owed to a person who leaves, or wanted to."""

    talks: tuple[Talk, ...] = ()
    exits: tuple[Exit, ...] = ()


def leavings(history: History, reference: Reference, now: datetime) -> Leavings:
    """Follow what was known from the first notice on, so that what was closed keeps the window it had.

    Pure and independent of the order of arrival. Resignations and ends are given by fact.
    """
    causes = (*history.standing(Resigned), *history.standing(EmploymentEndRegistered))
    if not causes:
        return Leavings()
    since = min(history.first_known(r.fact) for r in (*history.latest(Resigned), *history.latest(EmploymentEndRegistered)))
    found = Leavings()
    for span in spans(history, reference, now, since):
        found = _at(found, span)
    return found


def _at(previous: Leavings, span: Span) -> Leavings:
    talked = {talk.resignation.fact: talk.duty for talk in previous.talks}
    told = resignations(span.view)
    talks = tuple(Talk(r, next_talk(talked.get(r.fact), r, span)) for r in told)
    duties = {talk.resignation.fact: talk.duty for talk in talks}
    left: dict[tuple[UUID, ExitLevel], Duty] = {(e.end.fact, e.level): e.duty for e in previous.exits}
    exits = []
    for end in ends(span.view, told):
        talk = duties.get(end.resignation.fact) if end.resignation else None
        for level in LEVELS:
            duty = next_exit(left.get((end.fact, level)), end, talk, level, span)
            if duty is not None:
                exits.append(Exit(end, level, duty, steps(span.view, end, level), talk))
    return Leavings(talks, tuple(exits))
