"""The exit talk, at leader and at employee level (S0): always an offer, never before the retention talk."""

from dataclasses import dataclass
from datetime import date, timedelta

from contracts.base import CallState
from contracts.words import ExitLevel, ReasonClass
from services.chassis.calendar import Calendar
from services.chassis.reference import Reference
from services.chassis.subject import History
from services.retention.domain.duty import Cause, Duty, Finish, Span, Window, next_duty
from services.retention.domain.leaving import End, has_died
from services.retention.domain.records import AboutExit, ExitAccepted, ExitDeclined, ExitHeld, ExitOffered
from services.retention.rules import RetentionRules, exit_talk_from

RECHECK_WORKING_DAYS = 2
"""A due date that has passed when the fact arrives is the second working day after (danish-hr 4, rules on change)."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What was recorded about one exit talk. Each later step implies the earlier ones."""

    offered_on: date | None = None
    accepted_on: date | None = None
    held: ExitHeld | None = None
    finish: Finish | None = None


def steps(view: History, end: End, level: ExitLevel) -> Steps:
    """The steps in the order in which they became known: who declined may still accept, who accepted may still decline."""
    records = [r for r in view.standing(AboutExit) if r.body.end == end.fact and r.body.level is level]
    found = Steps()
    for record in sorted(records, key=lambda r: (r.known_at, r.fact)):
        found = found if found.held is not None else _with(found, record.body)
    return found


def _with(found: Steps, record: AboutExit) -> Steps:
    match record:
        case ExitHeld(held_on=day):
            return Steps(found.offered_on or day, found.accepted_on or day, record, Finish(CallState.DONE, day, record.by_role))
        case ExitDeclined(declined_on=day):
            return Steps(found.offered_on or day, None, None, Finish(CallState.DECLINED, day, record.by_role))
        case ExitAccepted(accepted_on=day):
            return Steps(found.offered_on or day, day)
        case _:
            assert isinstance(record, ExitOffered)
            return found if found.offered_on else Steps(record.offered_on)


def next_exit(previous: Duty | None, end: End, talk: Duty | None, level: ExitLevel, span: Span) -> Duty | None:
    """The exit talk of a level at the end of a span; `talk` is the retention talk of the same leaving, if one is owed."""
    done = steps(span.view, end, level)
    window = _window(end, talk, level, span.reference)
    if window is not None and done.offered_on is not None:
        window = window.open_by(done.offered_on)
    return next_duty(previous, _cause(end, span.view), window, done.finish, span.until)


def _cause(end: End, view: History) -> Cause:
    if has_died(view):
        return Cause.DEATH
    if end.body.reason_class in {ReasonClass.INTERNAL_MOVE, ReasonClass.DEATH_OR_EMIGRATION}:
        return Cause.DENIED
    return Cause.WITHDRAWN if end.is_withdrawn else Cause.STANDS


def _window(end: End, talk: Duty | None, level: ExitLevel, reference: Reference) -> Window | None:
    rules = reference.policy(RetentionRules)
    calendar = reference.calendar(end.body.unit_id)
    window = _after_the_fact(end, rules, calendar) or _before_the_last_day(end, talk, rules, calendar)
    return window if level in rules.exit_levels and window.opens >= exit_talk_from(reference.rules) else None


def _after_the_fact(end: End, rules: RetentionRules, calendar: Calendar) -> Window | None:
    """Known when no working day is left: offered within 10 working days, by mail or telephone, missed after 30 days."""
    opens = calendar.on_or_after(end.last_day_known_on)
    if opens <= calendar.on_or_before(end.last_day):
        return None
    closes = calendar.add_working_days(end.last_day_known_on, rules.exit_known_late_working_days)
    missed_after = end.last_day_known_on + timedelta(days=rules.exit_known_late_missed_days)
    return Window(opens, closes, closes, max(closes, missed_after))


def _before_the_last_day(end: End, talk: Duty | None, rules: RetentionRules, calendar: Calendar) -> Window:
    """Opens when the retention talk is over, at the latest 5 working days before the last day, which is when it is due."""
    closes = calendar.on_or_before(end.last_day)
    deadline = calendar.add_working_days(closes, -rules.exit_due_working_days_before)
    known, told = calendar.on_or_after(end.known_on), calendar.on_or_after(end.last_day_known_on)
    over = known if talk is None else _day_over(talk, calendar)
    opens = max(known, min(over, max(deadline, told)))
    due = deadline if deadline >= told else min(calendar.add_working_days(end.last_day_known_on, RECHECK_WORKING_DAYS), closes)
    return Window(opens, due, closes, end.last_day + timedelta(days=rules.exit_missed_days))


def _day_over(talk: Duty, calendar: Calendar) -> date:
    """The working day from which the retention talk is done, declined or past its window."""
    after = talk.window.closes + timedelta(days=1)
    return calendar.on_or_after(min(after, talk.state_on) if talk.state in {CallState.DONE, CallState.DECLINED} else after)
