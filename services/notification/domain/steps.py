"""The history of a task, step by step, as it is read by people: opened, moved, handed on, shown higher, ended. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from contracts.base import Call, CallState, Event, HolderRole
from contracts.notification import CancelCause, MoveCause
from contracts.notification.parts import Escalated, Reminded
from services.chassis.subject import History, Revision
from services.notification.domain.duty import DUTIES
from services.notification.domain.inbox import held_word
from services.notification.domain.told import TaskTold, cause_of, handed_word, notes_of


class StepKind(StrEnum):
    """What happened to a task; the order is that of steps of one moment."""

    PLANNED = "planned"
    OPEN = "open"
    MOVED = "moved"
    GIVEN = "given"
    HANDED = "handed"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    DONE = "done"
    DECLINED = "declined"
    MISSED = "missed"
    NEVER_STARTED = "never-started"
    CANCELLED = "cancelled"


_RANK = {kind: at for at, kind in enumerate(StepKind)}
_ENDED = frozenset({CallState.DONE, CallState.DECLINED, CallState.MISSED, CallState.NEVER_STARTED})
_DATED = frozenset({StepKind.DONE, StepKind.DECLINED, StepKind.MISSED})


@dataclass(frozen=True, slots=True)
class Step:
    """One step and when it became known. What the other fields say depends on the kind.

    `day`: when it is due (planned, open, moved) or was done; `person`: who has it now, or sees it too (none: HR); `before`: who had it;
    `word`: why, from a closed list; `role`: as whom it was done or is seen; `count`: working days late, or the step of a reminder.
    """

    at: datetime
    kind: StepKind
    day: date | None = None
    person: UUID | None = None
    before: UUID | None = None
    word: str = ""
    role: HolderRole | None = None
    count: int = 0


def steps(history: History) -> tuple[Step, ...]:
    """Every step of the task, the first first."""
    found = [*_of_duty(history), *_of_notes(history), *_of_decisions(history)]
    return tuple(sorted(found, key=lambda step: (step.at, _RANK[step.kind], step.count)))


def _of_duty(history: History) -> Iterator[Step]:
    """What its owner said of it: a step where its state or its dates became other ones."""
    last: tuple[StepKind, Call] | None = None
    for revision in _as_it_became_known(history):
        assert isinstance(revision.body, DUTIES)
        call = revision.body.call
        kind = StepKind(call.state) if revision.stands else StepKind.CANCELLED
        if last is None or last[0] is not kind:
            yield _state(revision, kind, call)
        elif call.state not in _ENDED and call.due != last[1].due:
            yield Step(revision.known_at, StepKind.MOVED, call.due, word=MoveCause(call.why or MoveCause.UNKNOWN))
        last = (kind, call)


def _as_it_became_known(history: History) -> Iterator[Revision[Event]]:
    """The revisions of the duty in the order of time, without those that were outrun before they came."""
    highest = (-1, -1)
    for revision in sorted(history.revisions, key=lambda r: (r.known_at, r.order)):
        if revision.fact == history.subject.id and revision.order > highest and isinstance(revision.body, DUTIES):
            highest = revision.order
            yield revision


def _state(revision: Revision[Event], kind: StepKind, call: Call) -> Step:
    if kind is StepKind.CANCELLED:
        return Step(revision.known_at, kind, word=CancelCause(call.why or CancelCause.WITHDRAWN))
    on = (call.state_on or call.due) if kind in _DATED else call.due
    late = "late" if kind is StepKind.DONE and on > call.closes else ""
    return Step(revision.known_at, kind, on, word=late, role=call.by_role or call.role)


def _of_notes(history: History) -> Iterator[Step]:
    """Who had it: first, and each time somebody else."""
    told = notes_of(history)
    for first in told[:1]:
        yield Step(first.known_at, StepKind.GIVEN, person=first.body.holder_key, word=_why(first.body))
    for before, after in pairwise(told):
        last, now = before.body, after.body
        if last.holder_key != now.holder_key:
            word = handed_word(cause_of(last, now.why_holder, now.unit_id, now.role), now.why_holder)
            yield Step(after.known_at, StepKind.HANDED, person=now.holder_key, before=last.holder_key, word=word)


def _why(note: TaskTold) -> str:
    return held_word(note.holder_key, note.why_holder, note.role or HolderRole.UNKNOWN)


def _of_decisions(history: History) -> Iterator[Step]:
    for sent in history.standing(Reminded):
        yield Step(sent.known_at, StepKind.REMINDED, sent.body.sent_on, word=sent.body.channel, count=sent.body.step)
    for went in history.standing(Escalated):
        b = went.body
        yield Step(went.known_at, StepKind.ESCALATED, person=b.to_key, word=b.cause, role=b.to_role, count=b.working_days_late)


def people_of(found: Iterable[Step]) -> frozenset[UUID]:
    """Everybody whom the steps name."""
    return frozenset(person for step in found for person in (step.person, step.before) if person is not None)
