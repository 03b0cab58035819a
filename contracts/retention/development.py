"""The talks that come every year or at a turn of life: MUS, LUS, TUS, agreements, leaders' own. Which turn it is, is not told."""

from datetime import date
from typing import ClassVar

from contracts.base import Call, Word
from contracts.retention.resignation import RetentionEvent


class TalkKind(Word):
    """Kinds of talk with one employee or, GRUS and TUS, a group. A career, senior or life-phase talk is an `agreement`, no age told."""

    MUS = "mus"
    GRUS = "grus"
    TUS = "tus"
    LUS = "lus"
    SUPERVISION = "supervision"
    SPARRING = "sparring"
    AGREEMENT = "agreement"
    STAY = "stay"
    LEADER_CONDITIONS = "leader-conditions"
    EDUCATION = "education"
    EDUCATION_END = "education-end"
    SPONSOR = "sponsor"
    UNKNOWN = "unknown"


class DevelopmentTalk(RetentionEvent):
    """The duty to hold such a talk; `replaced_by`: another kind held instead counts as this one."""

    talk_kind: TalkKind
    last_held_on: date | None = None
    replaced_by: TalkKind | None = None
    call: Call


class DevelopmentTalkPlanned(DevelopmentTalk):
    """Known, its window not open."""

    wire: ClassVar[str] = "retention.development-talk-planned.v1"


class DevelopmentTalkDue(DevelopmentTalk):
    """The leader is asked to hold it."""

    wire: ClassVar[str] = "retention.development-talk-due.v1"


class DevelopmentTalkHeld(DevelopmentTalk):
    """Held; what was said stays in retention, but for the day on which an agreement is looked at again."""

    wire: ClassVar[str] = "retention.development-talk-held.v1"

    held_on: date
    in_time: bool
    agreement_review_on: date | None = None


class DevelopmentTalkDeclined(DevelopmentTalk):
    """The employee did not want it: a valid end."""

    wire: ClassVar[str] = "retention.development-talk-declined.v1"

    declined_on: date


class DevelopmentTalkMissed(DevelopmentTalk):
    """Not held before `call.missed_after` had passed."""

    wire: ClassVar[str] = "retention.development-talk-missed.v1"
