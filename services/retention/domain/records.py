"""What people record on the pages: events of the own history that never leave the service. Coded answers, no text."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import DataClass, Event, HolderRole, Value, Word
from contracts.words import ExitLevel, ExitReason

REASONS_AT_MOST = 3


class TalkOutcome(Word):
    """What the retention talk led to, as the leader saw it; it stays here."""

    STAYS = "stays"
    LEAVES = "leaves"
    UNDECIDED = "undecided"
    UNKNOWN = "unknown"


class Recommends(Word):
    """Whether the person would recommend the workplace."""

    VERY_HIGH_DEGREE = "very-high-degree"
    HIGH_DEGREE = "high-degree"
    SOME_DEGREE = "some-degree"
    LOW_DEGREE = "low-degree"
    NOT_AT_ALL = "not-at-all"
    DO_NOT_KNOW = "do-not-know"
    UNKNOWN = "unknown"


class Answers(Value):
    """The coded answers of an exit talk: up to three reasons, one of them the main one. No text."""

    reasons: tuple[ExitReason, ...] = ()
    main_reason: ExitReason | None = None
    recommends: Recommends = Recommends.UNKNOWN


class Recorded(Event):
    """Something a person recorded; `by_role` is the role they acted in."""

    data_class: ClassVar[DataClass] = DataClass.LOCAL_ONLY

    by_role: HolderRole


class AboutResignation(Recorded):
    """Recorded about one resignation, named by its fact."""

    resignation: UUID


class TalkHeld(AboutResignation):
    """The retention talk was held."""

    wire: ClassVar[str] = "ask.hold-retention-talk"

    held_on: date
    outcome: TalkOutcome


class TalkDeclined(AboutResignation):
    """The employee did not want the retention talk."""

    wire: ClassVar[str] = "ask.decline-retention-talk"

    declined_on: date


class WishJudged(AboutResignation):
    """Whether it was the employee's own wish to leave."""

    wire: ClassVar[str] = "ask.classify-resignation"

    own_wish: bool


class AboutExit(Recorded):
    """Recorded about the exit talk of one end, named by its fact, at one level."""

    end: UUID
    level: ExitLevel


class ExitOffered(AboutExit):
    """The offer has reached the person."""

    wire: ClassVar[str] = "ask.offer-exit-talk"

    offered_on: date


class ExitAccepted(AboutExit):
    """The person wants the talk."""

    wire: ClassVar[str] = "ask.accept-exit-talk"

    accepted_on: date


class ExitDeclined(AboutExit):
    """The person does not want the talk."""

    wire: ClassVar[str] = "ask.decline-exit-talk"

    declined_on: date


class ExitHeld(AboutExit):
    """The talk was held. The coded answers stay in this history until they are counted."""

    wire: ClassVar[str] = "ask.hold-exit-talk"

    held_on: date
    answers: Answers = Answers()


RECORDS = (TalkHeld, TalkDeclined, WishJudged, ExitOffered, ExitAccepted, ExitDeclined, ExitHeld)
