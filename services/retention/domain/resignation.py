"""The retention talk: soon after a resignation, to see whether the person can stay (S0). Before any exit talk.

Leave does not pause it, nor the exit talks: notice runs on during leave, and a talk can be held by telephone.
"""

from contracts.base import CallState
from services.chassis.reference import Reference
from services.chassis.subject import History, Revision
from services.retention.domain.duty import Cause, Duty, Finish, Span, Window, next_duty
from services.retention.domain.leaving import Resignation, has_died
from services.retention.domain.records import TalkDeclined, TalkHeld
from services.retention.rules import RetentionRules, retention_talk_from


def next_talk(previous: Duty | None, resignation: Resignation, span: Span) -> Duty | None:
    """The retention talk at the end of a span; none where it is not owed."""
    cause, window = _cause(resignation, span.view), _window(resignation, span.reference)
    return next_duty(previous, cause, window, _finish(resignation, span.view), span.until)


def held_record(resignation: Resignation, view: History) -> Revision[TalkHeld] | None:
    """What was recorded when the talk was held."""
    held = (r for r in view.standing(TalkHeld) if r.body.resignation == resignation.fact)
    return min(held, key=lambda r: (r.known_at, r.fact), default=None)


def _window(resignation: Resignation, reference: Reference) -> Window | None:
    """From the day it is known; due within 3 working days of the later of received and known; never after the last day.

    None where the rule is off, where it would have opened before the municipality went live, and where the end
    became known after the fact (danish-hr 4).
    """
    rules = reference.policy(RetentionRules)
    calendar = reference.calendar(resignation.body.unit_id)
    opens = calendar.on_or_after(resignation.known_on)
    known_after_the_fact = max(opens, resignation.last_day_known_on) > resignation.last_day
    if not rules.retention_talk or known_after_the_fact or opens < retention_talk_from(reference.rules):
        return None
    counted_from = max(resignation.known_on, resignation.received_on or resignation.known_on)
    due = calendar.add_working_days(counted_from, rules.retention_talk_working_days)
    closes = min(due, calendar.on_or_before(resignation.last_day))
    missed_after = calendar.add_working_days(counted_from, rules.retention_talk_missed_working_days)
    return Window(opens, closes, closes, min(missed_after, resignation.last_day))


def _cause(resignation: Resignation, view: History) -> Cause:
    if has_died(view):
        return Cause.DEATH
    if not resignation.is_own_wish:
        return Cause.DENIED
    return Cause.STANDS if resignation.withdrawn_on is None else Cause.WITHDRAWN


def _finish(resignation: Resignation, view: History) -> Finish | None:
    held = held_record(resignation, view)
    if held is not None:
        return Finish(CallState.DONE, held.body.held_on, held.body.by_role)
    declined = (r for r in view.standing(TalkDeclined) if r.body.resignation == resignation.fact)
    first = min(declined, key=lambda r: (r.known_at, r.fact), default=None)
    return None if first is None else Finish(CallState.DECLINED, first.body.declined_on, first.body.by_role)
