"""Meetings that have recruitment and retention on their agenda."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import AboutUnit, Call, Count, DataClass, Word
from contracts.reporting.strategy import TOPIC


class MeetingBody(Word):
    """Who meets: leaders, MED committees on three levels, TRIO, boards, chiefs."""

    LEADER_GROUP = "leader-group"
    LMU = "lmu"
    OMU = "omu"
    HOVEDUDVALG = "hovedudvalg"
    TRIO = "trio"
    BOARD = "board"
    CHIEF_GROUP = "chief-group"
    UNKNOWN = "unknown"


class MeetingEvent(AboutUnit):
    """What is said about one meeting of a unit."""

    topic: ClassVar[str] = TOPIC
    data_class: ClassVar[DataClass] = DataClass.NONE

    meeting_id: UUID
    body: MeetingBody
    meeting_on: date

    def ce_subject(self) -> str:
        """The meeting."""
        return f"meeting/{self.meeting_id}"


class AgendaPack(MeetingEvent):
    """The duty to have the figures ready for a meeting."""

    call: Call


class AgendaPackPlanned(AgendaPack):
    """The meeting is known, the window not open."""

    wire: ClassVar[str] = "reporting.agenda-pack-planned.v1"


class AgendaPackDue(AgendaPack):
    """Who chairs the meeting is asked."""

    wire: ClassVar[str] = "reporting.agenda-pack-due.v1"


class AgendaPackMade(AgendaPack):
    """Made."""

    wire: ClassVar[str] = "reporting.agenda-pack-made.v1"

    made_on: date
    in_time: bool


class AgendaPackMissed(AgendaPack):
    """Not made before `call.missed_after` had passed."""

    wire: ClassVar[str] = "reporting.agenda-pack-missed.v1"


class MeetingHeld(MeetingEvent):
    """Held, with or without the item on the agenda, and so many actions decided."""

    wire: ClassVar[str] = "reporting.meeting-held.v1"

    item_on_agenda: bool
    fixed_item: bool
    actions_decided: Count
