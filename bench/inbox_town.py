"""A town of units with a leader each, and duties of its newcomers as onboarding says them: what the bench of the inbox is filled with."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from contracts.base import Call, CallState, Event, HolderRole, SourceSystem
from contracts.hr import LeaderAppointed, PersonNamed, UnitChanged
from contracts.onboarding import IntroMilestone, IntroMilestoneDone, IntroMilestoneDue, IntroMilestonePlanned
from contracts.words import LeaderLevel, MilestoneKind, Occasion, UnitChange
from services.chassis.envelope import Outgoing, outgoing
from services.chassis.subject import Revision

MUNICIPALITY = "730"
SEED = 6
KINDS = (MilestoneKind.TALK_2_WEEKS, MilestoneKind.TALK_3_MONTHS, MilestoneKind.TALK_6_12_MONTHS)
TYPES: dict[CallState, type[IntroMilestone]] = {
    CallState.PLANNED: IntroMilestonePlanned,
    CallState.OPEN: IntroMilestoneDue,
    CallState.DONE: IntroMilestoneDone,
}


@dataclass(frozen=True)
class Town:
    """Unit and leader by number; the unit above them all has neither."""

    top: UUID
    units: tuple[UUID, ...]
    leaders: tuple[UUID, ...]

    @classmethod
    def of(cls, leaders: int) -> "Town":
        """The same town for the same number."""
        dice = random.Random(SEED)
        return cls(an_id(dice), tuple(an_id(dice) for _ in range(leaders)), tuple(an_id(dice) for _ in range(leaders)))


def an_id(dice: random.Random) -> UUID:
    """An id nobody has."""
    return UUID(int=dice.getrandbits(128))


def said(speaker: str, event: Event, known_at: datetime, fact: UUID, number: int = 1) -> Outgoing:
    """The record of a revision."""
    return outgoing(speaker, Revision(fact, 0, number, True, known_at, event, event.wire))


def organisation(town: Town, now: datetime) -> Iterator[Outgoing]:
    """Who leads what, and what everybody is called."""
    dice = random.Random(SEED + 1)
    since = {"municipality": MUNICIPALITY, "effective_date": date(2020, 1, 1), "registered_at": now, "source_system": SourceSystem.CSV}
    place = {**since, "level": "unit", "change": UnitChange.CREATED}
    top = UnitChanged.model_validate({**place, "unit_id": town.top, "name": "Kommunen"})
    yield said("intake", top, now, an_id(dice))
    for at, (unit, leader) in enumerate(zip(town.units, town.leaders, strict=True)):
        below = UnitChanged.model_validate({**place, "unit_id": unit, "name": f"Enhed {at}", "parent_unit_id": town.top})
        leads = {"person_key": leader, "employment_id": an_id(dice), "unit_id": unit, "leader_level": LeaderLevel.DEPARTMENT}
        yield said("intake", below, now, an_id(dice))
        yield said("intake", LeaderAppointed.model_validate({**since, **leads}), now, an_id(dice))
        yield named(leader, f"Leder Nummer {at}", now, dice)


def named(person: UUID, name: str, now: datetime, dice: random.Random) -> Outgoing:
    """What somebody is called."""
    return said("intake", PersonNamed(municipality=MUNICIPALITY, person_key=person, display_name=name), now, an_id(dice))


@dataclass(frozen=True)
class Newcomer:
    """Somebody whose talk is owed."""

    person: UUID
    fact: UUID
    plan: UUID
    unit: UUID
    due: date

    @classmethod
    def of(cls, dice: random.Random, unit: UUID, today: date) -> "Newcomer":
        """Due in one of some weeks, also in the past."""
        return cls(an_id(dice), an_id(dice), an_id(dice), unit, today + timedelta(days=dice.randint(-4, 40)))

    def duty(self, state: CallState, now: datetime, number: int) -> Outgoing:
        """The talk in a state of its life."""
        kind = KINDS[self.fact.int % len(KINDS)]
        call = Call(
            kind=kind,
            role=HolderRole.NEAREST_LEADER,
            unit_id=self.unit,
            about_person=self.person,
            opens=self.due - timedelta(days=20),
            due=self.due,
            closes=self.due,
            missed_after=self.due + timedelta(days=30),
            state=state,
            state_on=self.due if state is CallState.DONE else None,
            link=f"/onboarding/talks/{self.fact}",
        )
        fields = {
            "municipality": MUNICIPALITY,
            "employment_id": self.plan,
            "person_key": self.person,
            "unit_id": self.unit,
            "plan_id": self.plan,
            "milestone_id": self.fact,
            "milestone_kind": kind,
            "occasion": Occasion.HIRE,
            "call": call,
            **({"done_on": self.due, "in_window": True, "by_role": HolderRole.NEAREST_LEADER} if state is CallState.DONE else {}),
        }
        return said("onboarding", TYPES[state].model_validate(fields), now, self.fact, number)
