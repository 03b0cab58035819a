"""What leaders record about talks: own events, joined to the person's history, never said to others as they are."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import Event, HolderRole
from contracts.words import TalkTheme


class TalkRecord(Event):
    """Something recorded about one talk; `talk` is the fact of the milestone."""

    talk: UUID
    by_role: HolderRole


class TalkHeld(TalkRecord):
    """The talk was held."""

    wire: ClassVar[str] = "ask.hold-talk"

    held_on: date
    themes: tuple[TalkTheme, ...] = ()


class TalkDeclined(TalkRecord):
    """The employee did not want the talk: a valid end."""

    wire: ClassVar[str] = "ask.decline-talk"

    declined_on: date
