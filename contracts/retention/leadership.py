"""Becoming and being a leader: programmes, and handing over cases when a caseworker goes."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import Call, Count, Word
from contracts.retention.resignation import RetentionEvent


class Programme(Word):
    """Programmes for leaders and those who may become one (S2, R1 and R3)."""

    PRE_LEADER = "pre-leader"
    LEADER_DEVELOPMENT = "leader-development"
    SPARRING_GROUP = "sparring-group"
    POTENTIAL_BANK = "potential-bank"
    UNKNOWN = "unknown"


class ProgrammeStep(Word):
    """How far somebody came in a programme."""

    NOMINATED = "nominated"
    COMMITTED = "committed"
    STARTED = "started"
    COMPLETED = "completed"
    LEFT = "left"
    APPOINTED = "appointed"
    UNKNOWN = "unknown"


class LeaderProgrammeStepRecorded(RetentionEvent):
    """A step was taken on `step_on`."""

    wire: ClassVar[str] = "retention.leader-programme-step-recorded.v1"

    programme: Programme
    step: ProgrammeStep
    step_on: date


class ProgrammeEnrolment(RetentionEvent):
    """A leader is to enrol in a programme that is mandatory."""

    programme: Programme
    call: Call


class ProgrammeEnrolmentPlanned(ProgrammeEnrolment):
    """Known, its window not open."""

    wire: ClassVar[str] = "retention.programme-enrolment-planned.v1"


class ProgrammeEnrolmentDue(ProgrammeEnrolment):
    """The leader is asked to enrol."""

    wire: ClassVar[str] = "retention.programme-enrolment-due.v1"


class ProgrammeEnrolmentDone(ProgrammeEnrolment):
    """Enrolled."""

    wire: ClassVar[str] = "retention.programme-enrolment-done.v1"

    done_on: date
    in_time: bool


class ProgrammeEnrolmentMissed(ProgrammeEnrolment):
    """Not enrolled before `call.missed_after` had passed."""

    wire: ClassVar[str] = "retention.programme-enrolment-missed.v1"


class CaseHandOver(RetentionEvent):
    """The courses of a caseworker who goes are handed over; how many they are, never whose. `leaving_fact`: the end or the move."""

    leaving_fact: UUID
    courses: Count
    call: Call


class CaseHandOverPlanned(CaseHandOver):
    """Known, its window not open."""

    wire: ClassVar[str] = "retention.case-hand-over-planned.v1"


class CaseHandOverDue(CaseHandOver):
    """The team leader is asked to hand over."""

    wire: ClassVar[str] = "retention.case-hand-over-due.v1"


class CaseHandOverDone(CaseHandOver):
    """Handed over."""

    wire: ClassVar[str] = "retention.case-hand-over-done.v1"

    done_on: date
    in_time: bool


class CaseHandOverMissed(CaseHandOver):
    """Not handed over before `call.missed_after` had passed."""

    wire: ClassVar[str] = "retention.case-hand-over-missed.v1"
