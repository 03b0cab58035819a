"""The rows of the pages: one case for each leaving with what is or was owed in it."""

from collections.abc import Iterator
from uuid import UUID

from contracts.base import HolderRole
from services.chassis.reference import Reference
from services.chassis.subject import History, Key, fact_id
from services.retention.domain.duty import Duty
from services.retention.domain.leaving import End, Resignation, unit_on
from services.retention.domain.resignation import held_record
from services.retention.domain.rows import EXIT_KINDS, AnswerRow, CaseRow, DutyKind, DutyRow
from services.retention.domain.situation import Exit, Leavings, Talk
from services.retention.domain.statements import SERVICE_NAME, exit_key, talk_key
from services.retention.rules import RetentionRules

Row = CaseRow | DutyRow | AnswerRow


def rows_of(found: Leavings, history: History, reference: Reference) -> tuple[Row, ...]:
    """Cases that have a duty (fallen away or not) or a judged wish; then their duties, then the answers."""
    duties = [
        *(_talk_row(talk, talk.duty, history) for talk in found.talks if talk.duty is not None),
        *(_exit_row(exit_, history, reference) for exit_ in found.exits),
    ]
    wanted = {duty.case for duty in duties} | {t.resignation.fact for t in found.talks if t.resignation.own_wish is not None}
    cases = [case for case in _cases(found, history, reference) if case.case in wanted]
    return (*cases, *duties, *_answers(found, history))


def case_of(end: End) -> UUID:
    """The case an end belongs to: that of its resignation, if there is one."""
    return end.resignation.fact if end.resignation else end.fact


def _cases(found: Leavings, history: History, reference: Reference) -> Iterator[CaseRow]:
    led_to = {e.end.resignation.fact: e.end for e in found.exits if e.end.resignation}
    for talk in found.talks:
        yield _case_row(talk.resignation, led_to.get(talk.resignation.fact), history, reference)
    for end in {e.end.fact: e.end for e in found.exits if e.end.resignation is None}.values():
        yield _case_row(None, end, history, reference)


def _case_row(resignation: Resignation | None, end: End | None, history: History, reference: Reference) -> CaseRow:
    leaving = end or resignation
    assert leaving is not None
    return CaseRow(
        case=resignation.fact if resignation else leaving.fact,
        person=history.subject.id,
        municipality=leaving.body.municipality,
        employment=leaving.body.employment_id,
        unit=unit_on(history, leaving.body, min(reference.today, leaving.last_day)),
        resignation=resignation.fact if resignation else None,
        end=end.fact if end else None,
        received_on=resignation.received_on if resignation else None,
        known_on=(resignation or leaving).known_on,
        last_day=leaving.last_day,
        withdrawn_on=resignation.withdrawn_on if resignation else None,
        own_wish=resignation.own_wish if resignation else None,
    )


def _talk_row(talk: Talk, duty: Duty, history: History) -> DutyRow:
    held = held_record(talk.resignation, history)
    return DutyRow(
        fact=_fact(history, talk_key(talk.resignation.fact)),
        case=talk.resignation.fact,
        kind=DutyKind.RETENTION_TALK,
        role=HolderRole.NEAREST_LEADER,
        state=duty.state,
        owed=duty.owed,
        window=duty.window,
        state_on=duty.state_on,
        outcome=held.body.outcome if held else None,
    )


def _exit_row(exit_: Exit, history: History, reference: Reference) -> DutyRow:
    duty = exit_.duty
    return DutyRow(
        fact=_fact(history, exit_key(exit_.end.fact, exit_.level)),
        case=case_of(exit_.end),
        kind=EXIT_KINDS[exit_.level],
        role=reference.policy(RetentionRules).exit_role(exit_.level),
        state=duty.state,
        owed=duty.owed,
        window=duty.window,
        state_on=duty.state_on,
        offered_on=exit_.steps.offered_on,
        accepted_on=exit_.steps.accepted_on,
    )


def _answers(found: Leavings, history: History) -> Iterator[AnswerRow]:
    for exit_ in found.exits:
        held = exit_.steps.held
        if held is not None:
            fact = _fact(history, exit_key(exit_.end.fact, exit_.level))
            yield AnswerRow(fact, held.answers)


def _fact(history: History, key: Key) -> UUID:
    return fact_id(SERVICE_NAME, history.subject, key)
