"""What is said about each duty: the event type tells its state, the call tells whose task it is."""

from datetime import date
from typing import Any, assert_never
from uuid import UUID

from contracts.base import Call, CallState, HolderRole
from contracts.retention import (
    ExitInterviewAccepted,
    ExitInterviewDeclined,
    ExitInterviewDone,
    ExitInterviewDue,
    ExitInterviewMissed,
    ExitInterviewOffered,
    ExitInterviewPlanned,
    ResignationClassified,
    RetentionTalkDue,
    RetentionTalkHeld,
    RetentionTalkMissed,
    RetentionTalkPlanned,
)
from contracts.words import ExitLevel
from services.chassis.reference import Reference
from services.chassis.subject import History, Key, Statement, fact_id
from services.retention.domain.duty import Duty
from services.retention.domain.leaving import End, Resignation, unit_on
from services.retention.domain.rows import EXIT_KINDS, DutyKind
from services.retention.domain.situation import Exit, Talk
from services.retention.rules import RetentionRules

SERVICE_NAME = "retention"


def talk_key(resignation: UUID) -> Key:
    """One retention talk for each resignation."""
    return ("retention-talk", str(resignation))


def exit_key(end: UUID, level: ExitLevel) -> Key:
    """One exit talk for each end and level."""
    return ("exit-talk", level.value, str(end))


def duty_unit(history: History, leaving: Resignation | End, duty: Duty, today: date) -> UUID:
    """The unit whose leader is asked: today's while it is open, that of the day it opens or ended before and after."""
    window = duty.window
    match duty.state:
        case CallState.PLANNED:
            day = window.opens
        case CallState.DONE | CallState.DECLINED:
            day = duty.state_on
        case CallState.MISSED:
            day = window.closes
        case CallState.OPEN | CallState.NEVER_STARTED:
            day = min(max(today, window.opens), window.closes)
        case _:
            assert_never(duty.state)
    return unit_on(history, leaving.body, min(day, leaving.last_day))


def said_of_talk(talk: Talk, duty: Duty, history: History, reference: Reference) -> Statement:
    """The retention talk in its state."""
    resignation, key = talk.resignation, talk_key(talk.resignation.fact)
    unit = duty_unit(history, resignation, duty, reference.today)
    link = f"/retention/talks/{fact_id(SERVICE_NAME, history.subject, key)}"
    call = _call(DutyKind.RETENTION_TALK, HolderRole.NEAREST_LEADER, unit, history, duty, link)
    fields: dict[str, Any] = {**_about(resignation, unit), "case_id": resignation.fact, "call": call}
    match duty.state:
        case CallState.PLANNED:
            return Statement(key, RetentionTalkPlanned(**fields))
        case CallState.OPEN:
            return Statement(key, RetentionTalkDue(**fields))
        case CallState.DONE:
            return Statement(key, RetentionTalkHeld(**fields, held_on=duty.state_on, in_time=duty.in_time))
        case CallState.DECLINED | CallState.MISSED | CallState.NEVER_STARTED:
            return Statement(key, RetentionTalkMissed(**fields))
        case _:
            assert_never(duty.state)


def said_of_wish(resignation: Resignation, own_wish: bool, history: History) -> Statement:
    """The leader's one click; it belongs to the unit of the day of receipt."""
    unit = unit_on(history, resignation.body, resignation.received_on or resignation.known_on)
    event = ResignationClassified(**_about(resignation, unit), case_id=resignation.fact, own_wish=own_wish)
    return Statement(("own-wish", str(resignation.fact)), event)


def said_of_exit(exit_: Exit, history: History, reference: Reference) -> Statement:
    """The exit talk of a level in its state."""
    end, duty, steps, key = exit_.end, exit_.duty, exit_.steps, exit_key(exit_.end.fact, exit_.level)
    unit = duty_unit(history, end, duty, reference.today)
    role = reference.policy(RetentionRules).exit_role(exit_.level)
    call = _call(EXIT_KINDS[exit_.level], role, unit, history, duty, f"/retention/exits/{fact_id(SERVICE_NAME, history.subject, key)}")
    fields: dict[str, Any] = {**_about(end, unit), "case_id": end.fact, "level": exit_.level, "call": call}
    match duty.state:
        case CallState.PLANNED:
            return Statement(key, ExitInterviewPlanned(**fields))
        case CallState.OPEN:
            return Statement(key, _open_exit(exit_, fields))
        case CallState.DONE:
            before = duty.state_on <= end.last_day
            return Statement(key, ExitInterviewDone(**fields, held_on=duty.state_on, before_last_day=before, holder_role=duty.by_role))
        case CallState.DECLINED:
            return Statement(key, ExitInterviewDeclined(**fields, offered_on=steps.offered_on, declined_on=duty.state_on))
        case CallState.MISSED | CallState.NEVER_STARTED:
            return Statement(key, ExitInterviewMissed(**fields, offered_on=steps.offered_on, accepted_on=steps.accepted_on))
        case _:
            assert_never(duty.state)


def _open_exit(exit_: Exit, fields: dict[str, Any]) -> ExitInterviewDue | ExitInterviewOffered | ExitInterviewAccepted:
    steps = exit_.steps
    if steps.accepted_on is not None:
        return ExitInterviewAccepted(**fields, offered_on=steps.offered_on, accepted_on=steps.accepted_on)
    if steps.offered_on is not None:
        return ExitInterviewOffered(**fields, offered_on=steps.offered_on)
    return ExitInterviewDue(**fields)


def _about(leaving: Resignation | End, unit: UUID) -> dict[str, Any]:
    body = leaving.body
    return {
        "municipality": body.municipality,
        "employment_id": body.employment_id,
        "person_key": body.person_key,
        "unit_id": unit,
    }


def _call(kind: DutyKind, role: HolderRole, unit: UUID, history: History, duty: Duty, link: str) -> Call:
    window = duty.window
    return Call(
        kind=kind.value,
        role=role,
        unit_id=unit,
        about_person=history.subject.id,
        opens=window.opens,
        due=window.due,
        closes=window.closes,
        missed_after=window.missed_after,
        state=duty.state,
        state_on=duty.state_on,
        by_role=duty.by_role,
        why=duty.why,
        link=link,
    )
