"""Who resigns is talked to in time, who leaves is offered an exit talk: pure functions on what was heard and recorded."""

from datetime import date, datetime

from services.chassis.calendar import midnight
from services.chassis.reference import Reference
from services.chassis.subject import History, Situation, Statement, earliest
from services.retention.domain.cases import rows_of
from services.retention.domain.duty import Duty, next_change
from services.retention.domain.leaving import End, Resignation, next_move
from services.retention.domain.situation import Leavings, leavings
from services.retention.domain.statements import said_of_exit, said_of_talk, said_of_wish


def farewells(history: History, reference: Reference, now: datetime) -> Situation:
    """The retention talk after each resignation (S0), the exit talks before each last day (S0, S3), and whose wish it was."""
    found = leavings(history, reference, now)
    return Situation(
        statements=_statements(found, history, reference),
        rows=rows_of(found, history, reference),
        wake_at=_wake_at(found, history, now, reference.today),
    )


def _statements(found: Leavings, history: History, reference: Reference) -> tuple[Statement, ...]:
    talks = [said_of_talk(t, t.duty, history, reference) for t in found.talks if t.duty is not None and t.duty.owed]
    exits = [said_of_exit(e, history, reference) for e in found.exits if e.duty.owed]
    judged = [(talk.resignation, talk.resignation.own_wish) for talk in found.talks]
    wishes = [said_of_wish(resignation, wish, history) for resignation, wish in judged if wish is not None]
    return (*talks, *exits, *wishes)


def _wake_at(found: Leavings, history: History, now: datetime, today: date) -> datetime | None:
    running = [(talk.resignation, talk.duty) for talk in found.talks if talk.duty is not None and talk.duty.owed]
    leaving: list[tuple[Resignation | End, Duty]] = [*running, *((e.end, e.duty) for e in found.exits if e.duty.owed)]
    days = [
        day for of, duty in leaving if not duty.is_closed for day in (next_change(duty), next_move(history, of.body.employment_id, today))
    ]
    return earliest(*(midnight(day) for day in days if day is not None and midnight(day) > now))
