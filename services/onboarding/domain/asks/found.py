"""What an ask is about, looked up in the history, and whether a day is possible."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from contracts.base import Event
from services.chassis.calendar import day_of
from services.chassis.failures import NotFound, Refused
from services.chassis.reference import Reference
from services.chassis.subject import History
from services.onboarding.domain.introduction import Introduction
from services.onboarding.domain.step import Plan, Step, plans
from services.onboarding.rules import How

E = TypeVar("E", bound=Event)
Ask = Callable[[History, Reference, datetime], E]
"""What a person wants, to be decided on what is known now."""


def talk(fact: UUID, history: History, reference: Reference, now: datetime) -> Step:
    """A talk of the person. Raises `NotFound`."""
    for plan in plans(history, reference, now):
        for found in plan.steps:
            if found.fact == fact and found.rule.how is How.TALK:
                return found
    raise NotFound("onboarding-talk-unknown")


def step(fact: UUID, history: History, reference: Reference, now: datetime) -> tuple[Plan, Step]:
    """A step of the person with its plan. Raises `NotFound`."""
    for plan in plans(history, reference, now):
        for found in plan.steps:
            if found.fact == fact:
                return plan, found
    raise NotFound("onboarding-step-unknown")


def plan(wanted: UUID, history: History, reference: Reference, now: datetime) -> Plan:
    """A plan of the person. Raises `NotFound`."""
    for found in plans(history, reference, now):
        if found.id == wanted and found.template.is_plan:
            return found
    raise NotFound("onboarding-plan-unknown")


def day_possible(day: date, introduction: Introduction, now: datetime) -> None:
    """What belongs to an introduction can be done from the day it was known, to and with today and the last working day."""
    if day > day_of(now):
        raise Refused("onboarding-day-in-future")
    if day < min(introduction.known, introduction.start):
        raise Refused("onboarding-day-before-known")
    if introduction.job.last_day is not None and day > introduction.job.last_day:
        raise Refused("onboarding-day-after-last-day")
