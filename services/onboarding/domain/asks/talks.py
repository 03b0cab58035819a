"""What a leader may record about a talk."""

from datetime import date, datetime
from uuid import UUID

from contracts.base import CallState, HolderRole
from contracts.words import TalkTheme
from services.chassis.calendar import day_of
from services.chassis.failures import Refused
from services.chassis.reference import Reference
from services.chassis.subject import History
from services.onboarding.domain.asks.found import Ask
from services.onboarding.domain.asks.found import talk as talk_of
from services.onboarding.domain.records import TalkDeclined, TalkHeld
from services.onboarding.domain.step import Step


def hold_talk(
    talk: UUID, held_on: date, by_role: HolderRole, themes: tuple[TalkTheme, ...] = (), observations: tuple[TalkTheme, ...] = ()
) -> Ask[TalkHeld]:
    """The talk was held. A talk that was missed may still be held (it counts late), so may one the employee first declined."""

    def decide(history: History, reference: Reference, now: datetime) -> TalkHeld:
        found = talk_of(talk, history, reference, now)
        if found.state is CallState.DONE:
            raise Refused("onboarding-talk-already-held")
        _day_possible(held_on, found, now)
        last_day = found.introduction.job.last_day
        if last_day is not None and held_on > last_day:
            raise Refused("onboarding-talk-after-last-day")
        told = {"talk": talk, "held_on": held_on, "by_role": by_role, "themes": themes, "observations": observations}
        return TalkHeld.model_validate({"municipality": reference.municipality, **told})

    return decide


def decline_talk(talk: UUID, declined_on: date, by_role: HolderRole) -> Ask[TalkDeclined]:
    """The employee did not want the talk."""

    def decide(history: History, reference: Reference, now: datetime) -> TalkDeclined:
        found = talk_of(talk, history, reference, now)
        if found.state is CallState.DONE:
            raise Refused("onboarding-talk-already-held")
        if found.state is CallState.DECLINED:
            raise Refused("onboarding-talk-already-declined")
        if found.state is None:
            raise Refused("onboarding-talk-not-owed")
        _day_possible(declined_on, found, now)
        return TalkDeclined(municipality=reference.municipality, talk=talk, declined_on=declined_on, by_role=by_role)

    return decide


def _day_possible(day: date, talk: Step, now: datetime) -> None:
    if day > day_of(now):
        raise Refused("onboarding-talk-in-future")
    if day < talk.introduction.start:
        raise Refused("onboarding-talk-before-first-day")
