"""What may be recorded about an exit talk, and when a rule says no."""

from datetime import date, datetime
from uuid import UUID

from contracts.base import CallState, HolderRole
from contracts.words import ExitLevel, ExitReason
from services.chassis.failures import NotFound, Refused
from services.chassis.reference import Reference
from services.chassis.subject import History
from services.retention.domain.asks import Decide, possible_day
from services.retention.domain.records import (
    REASONS_AT_MOST,
    Answers,
    ExitAccepted,
    ExitDeclined,
    ExitHeld,
    ExitOffered,
)
from services.retention.domain.situation import Exit, leavings


def offer_exit(end: UUID, level: ExitLevel, offered_on: date, by_role: HolderRole) -> Decide[ExitOffered]:
    """The offer of an exit talk has reached the person."""

    def decide(history: History, reference: Reference, now: datetime) -> ExitOffered:
        found = _exit(end, level, history, reference, now)
        if found.steps.offered_on is not None:
            raise Refused("retention-exit-already-offered")
        _possible_exit_day(found, offered_on, history, now, "offered_on")
        return ExitOffered(municipality=reference.municipality, by_role=by_role, end=end, level=level, offered_on=offered_on)

    return decide


def accept_exit(end: UUID, level: ExitLevel, accepted_on: date, by_role: HolderRole) -> Decide[ExitAccepted]:
    """The person wants the exit talk, perhaps after having declined it first."""

    def decide(history: History, reference: Reference, now: datetime) -> ExitAccepted:
        found = _exit(end, level, history, reference, now)
        if found.steps.accepted_on is not None:
            raise Refused("retention-exit-already-accepted")
        _possible_exit_day(found, accepted_on, history, now, "accepted_on")
        return ExitAccepted(municipality=reference.municipality, by_role=by_role, end=end, level=level, accepted_on=accepted_on)

    return decide


def decline_exit(end: UUID, level: ExitLevel, declined_on: date, by_role: HolderRole) -> Decide[ExitDeclined]:
    """The person does not want the exit talk: a valid end."""

    def decide(history: History, reference: Reference, now: datetime) -> ExitDeclined:
        found = _exit(end, level, history, reference, now)
        if found.duty.state is CallState.DECLINED:
            raise Refused("retention-exit-already-declined")
        _possible_exit_day(found, declined_on, history, now, "declined_on")
        return ExitDeclined(municipality=reference.municipality, by_role=by_role, end=end, level=level, declined_on=declined_on)

    return decide


def hold_exit(end: UUID, level: ExitLevel, held_on: date, answers: Answers, by_role: HolderRole) -> Decide[ExitHeld]:
    """The exit talk was held; also after the last day (then late), never before the retention talk is over."""

    def decide(history: History, reference: Reference, now: datetime) -> ExitHeld:
        found = _exit(end, level, history, reference, now)
        if not _talk_is_over(found, held_on):
            raise Refused("retention-exit-before-talk", field="held_on")
        _possible_exit_day(found, held_on, history, now, "held_on")
        _possible_answers(answers)
        return ExitHeld(municipality=reference.municipality, by_role=by_role, end=end, level=level, held_on=held_on, answers=answers)

    return decide


def _exit(end: UUID, level: ExitLevel, history: History, reference: Reference, now: datetime) -> Exit:
    for found in leavings(history, reference, now).exits:
        if found.end.fact == end and found.level is level and found.duty.state is not CallState.NEVER_STARTED:
            if not found.duty.owed:
                raise Refused("retention-resignation-withdrawn")
            if found.duty.state is CallState.DONE:
                raise Refused("retention-exit-already-held")
            return found
    raise NotFound("retention-exit-unknown")


def _possible_exit_day(found: Exit, day: date, history: History, now: datetime, field: str) -> None:
    """Refuse what is recorded too early: before the notice, the offer or the acceptance, or while the talk is only planned."""
    possible_day(day, found.end, history, now, field)
    if found.duty.state is CallState.PLANNED:
        raise Refused("retention-exit-not-open")
    before = found.steps.accepted_on or found.steps.offered_on
    if before is not None and day < before:
        raise Refused("retention-exit-before-offer", field=field)


def _talk_is_over(found: Exit, day: date) -> bool:
    """S0: the retention talk comes first. It is over once held or declined, else when its window has closed."""
    talk = found.talk
    if talk is None or day > talk.window.closes:
        return True
    return talk.state in {CallState.DONE, CallState.DECLINED} and talk.state_on <= day


def _possible_answers(answers: Answers) -> None:
    """Up to three different reasons, one of them the main one; no answer stands alone."""
    reasons = answers.reasons
    if len(reasons) > REASONS_AT_MOST or len(set(reasons)) < len(reasons):
        raise Refused("retention-reasons-too-many", field="reasons")
    if ExitReason.NO_ANSWER in reasons and len(reasons) > 1:
        raise Refused("retention-reasons-no-answer-alone", field="reasons")
    if answers.main_reason not in (reasons or (None,)):
        raise Refused("retention-main-reason", field="main_reason")
