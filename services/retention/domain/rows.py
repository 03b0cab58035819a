"""What the pages show, as plain frozen values: cases, their duties, and the coded answers of an exit talk."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from contracts.base import CallState, HolderRole
from contracts.words import ExitLevel
from services.retention.domain.duty import Window
from services.retention.domain.records import Answers, TalkOutcome


class DutyKind(StrEnum):
    """The kinds of duty, as `call.kind` names them."""

    RETENTION_TALK = "retention-talk"
    EXIT_TALK_LEADER = "exit-talk-leader"
    EXIT_TALK_EMPLOYEE = "exit-talk-employee"


EXIT_KINDS = {ExitLevel.LEADER: DutyKind.EXIT_TALK_LEADER, ExitLevel.EMPLOYEE: DutyKind.EXIT_TALK_EMPLOYEE}


@dataclass(frozen=True, slots=True)
class CaseRow:
    """Somebody leaves, or wanted to. `case` is the fact of the resignation, or of the end where nobody resigned."""

    case: UUID
    person: UUID
    municipality: str
    employment: UUID
    unit: UUID
    resignation: UUID | None
    end: UUID | None
    received_on: date | None
    known_on: date
    last_day: date
    withdrawn_on: date | None
    own_wish: bool | None


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One duty of a case. Not `owed`: fell away with a withdrawal. `outcome` only of a retention talk."""

    fact: UUID
    case: UUID
    kind: DutyKind
    role: HolderRole
    state: CallState
    owed: bool
    window: Window
    state_on: date
    offered_on: date | None = None
    accepted_on: date | None = None
    outcome: TalkOutcome | None = None


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """The coded answers of one exit talk; narrower readers than its duty."""

    duty: UUID
    answers: Answers
