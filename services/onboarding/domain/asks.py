"""What a leader may record about a talk; each rule that says no has a message of its own."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from contracts.base import CallState, HolderRole
from contracts.words import TalkTheme
from services.chassis.calendar import day_of
from services.chassis.failures import NotFound, Refused
from services.chassis.reference import Reference
from services.chassis.subject import History
from services.onboarding.domain.records import TalkDeclined, TalkHeld
from services.onboarding.domain.talk import Talk, talks


def hold_talk(
    talk: UUID, held_on: date, by_role: HolderRole, themes: tuple[TalkTheme, ...] = ()
) -> Callable[[History, Reference, datetime], TalkHeld]:
    """The talk was held. A talk that was missed may still be held (it counts late), so may one the employee first declined."""

    def decide(history: History, reference: Reference, now: datetime) -> TalkHeld:
        found = _found(talk, history, reference, now)
        if found.state is CallState.DONE:
            raise Refused("onboarding-talk-already-held")
        _day_possible(held_on, found, now)
        last_day = found.job.last_day
        if last_day is not None and held_on > last_day:
            raise Refused("onboarding-talk-after-last-day")
        return TalkHeld(municipality=reference.municipality, talk=talk, held_on=held_on, by_role=by_role, themes=themes)

    return decide


def decline_talk(talk: UUID, declined_on: date, by_role: HolderRole) -> Callable[[History, Reference, datetime], TalkDeclined]:
    """The employee did not want the talk."""

    def decide(history: History, reference: Reference, now: datetime) -> TalkDeclined:
        found = _found(talk, history, reference, now)
        if found.state is CallState.DONE:
            raise Refused("onboarding-talk-already-held")
        if found.state is CallState.DECLINED:
            raise Refused("onboarding-talk-already-declined")
        if found.state is None:
            raise Refused("onboarding-talk-not-owed")
        _day_possible(declined_on, found, now)
        return TalkDeclined(municipality=reference.municipality, talk=talk, declined_on=declined_on, by_role=by_role)

    return decide


def _found(talk: UUID, history: History, reference: Reference, now: datetime) -> Talk:
    found = next((t for t in talks(history, reference, now) if t.fact == talk), None)
    if found is None:
        raise NotFound("onboarding-talk-unknown")
    return found


def _day_possible(day: date, talk: Talk, now: datetime) -> None:
    if day > day_of(now):
        raise Refused("onboarding-talk-in-future")
    if day < talk.job.first_day:
        raise Refused("onboarding-talk-before-first-day")
