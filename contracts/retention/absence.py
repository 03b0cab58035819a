"""Staying in touch with somebody who is absent: local only. Why they are absent has no room here."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.base import Call, DataClass
from contracts.retention.resignation import RetentionEvent

RESTRICTED_TOPIC = "retention.restricted.v1"


class RestrictedEvent(RetentionEvent):
    """What only the listeners named may read."""

    topic: ClassVar[str] = RESTRICTED_TOPIC
    data_class: ClassVar[DataClass] = DataClass.LOCAL_ONLY


class AbsenceContact(RestrictedEvent):
    """The duty to call on day 1, 5 or 14 of a spell (S2, R7); which days they are is a setting."""

    spell_id: UUID
    contact_day: Annotated[int, Field(ge=1, le=365)]
    call: Call


class AbsenceContactPlanned(AbsenceContact):
    """Known, the day not come."""

    wire: ClassVar[str] = "retention.absence-contact-planned.v1"


class AbsenceContactDue(AbsenceContact):
    """The leader is asked to call."""

    wire: ClassVar[str] = "retention.absence-contact-due.v1"


class AbsenceContactDone(AbsenceContact):
    """Called."""

    wire: ClassVar[str] = "retention.absence-contact-done.v1"

    done_on: date
    in_time: bool


class AbsenceContactMissed(AbsenceContact):
    """Not called before the next contact day, and not back either."""

    wire: ClassVar[str] = "retention.absence-contact-missed.v1"


class AbsenceTalk(RestrictedEvent):
    """The talk that the law asks for within 4 weeks of the first day."""

    spell_id: UUID
    invite_by: date
    consultant_offered: bool = False
    call: Call


class AbsenceTalkPlanned(AbsenceTalk):
    """Known, its window not open."""

    wire: ClassVar[str] = "retention.absence-talk-planned.v1"


class AbsenceTalkDue(AbsenceTalk):
    """The leader is asked to invite."""

    wire: ClassVar[str] = "retention.absence-talk-due.v1"


class AbsenceTalkHeld(AbsenceTalk):
    """Held, by phone where it had to be."""

    wire: ClassVar[str] = "retention.absence-talk-held.v1"

    held_on: date
    in_time: bool


class AbsenceTalkMissed(AbsenceTalk):
    """Not held before `call.missed_after` had passed."""

    wire: ClassVar[str] = "retention.absence-talk-missed.v1"


class RetentionPlan(RestrictedEvent):
    """The plan to keep somebody who will be away for long, made on the employee's wish."""

    spell_id: UUID
    call: Call


class RetentionPlanPlanned(RetentionPlan):
    """Wished for, its window not open."""

    wire: ClassVar[str] = "retention.retention-plan-planned.v1"


class RetentionPlanDue(RetentionPlan):
    """The leader and the retention consultant are asked to make it."""

    wire: ClassVar[str] = "retention.retention-plan-due.v1"


class RetentionPlanDone(RetentionPlan):
    """Made."""

    wire: ClassVar[str] = "retention.retention-plan-done.v1"

    done_on: date
    in_time: bool


class RetentionPlanMissed(RetentionPlan):
    """Not made, or refused through HR because no way was seen; see `call.state`."""

    wire: ClassVar[str] = "retention.retention-plan-missed.v1"
