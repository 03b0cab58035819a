"""The municipality's own rules for tasks: when a deputy takes over, who is the second party, the ladder of lateness; and own titles."""

from collections.abc import Iterator, Mapping
from datetime import time
from enum import StrEnum
from functools import cached_property
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from services.chassis.rules import Section


class DeputyTakes(StrEnum):
    """When a deputy of a leader who is in post takes the task; in a vacant post he always does (danish-hr 3.4)."""

    LIMITED_PERIOD = "limited-period"
    """While an appointment with a last day runs: it was made because the leader is away."""
    ANY_APPOINTMENT = "any-appointment"
    VACANT_POST_ONLY = "vacant-post-only"


class SecondParty(StrEnum):
    """Who talks with an employee when it must be another than the nearest leader (danish-hr 4, exit talk at employee level)."""

    HR = "hr"
    LEADERS_LEADER = "leaders-leader"


class ComingKind(StrEnum):
    """What the digest tells of people in the days ahead (danish-hr 7.1; anniversaries: standards.md), in the order of a day."""

    START = "start"
    RETURN = "return"
    LEAVE = "leave"
    END = "end"
    ANNIVERSARY = "anniversary"


class Weekday(StrEnum):
    """A day of the week; the first is number 0, as `date.weekday` counts."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """As `date.weekday` counts."""
        return list(Weekday).index(self)


class TaskRules(Section):
    """Days of the ladder as in danish-hr 7.6; a step of 0 days is off."""

    table: ClassVar[str] = "notification"

    deputy_takes: DeputyTakes = DeputyTakes.LIMITED_PERIOD
    second_party: SecondParty = SecondParty.HR
    coming_days: int = Field(default=14, ge=1, le=60)
    """How many calendar days ahead the inbox shows what will open, and the digest who comes and goes."""
    handed_days: int = Field(default=14, ge=0, le=60)
    """How many calendar days the inbox tells that a task came from or went to somebody else."""
    deputy_ends_days: int = Field(default=14, ge=0, le=60)
    """Calendar days before the last day of a deputy on which the leader is warned (danish-hr 3.8); 0: never."""
    mentor_away_days: int = Field(default=14, ge=1, le=366)
    """A leave of so many calendar days hands a mentor's tasks to the nearest leader meanwhile; a shorter one is waited for."""
    leaders_leader_after: int = Field(default=5, ge=0, le=60)
    """Working days late after which the leader's leader is told, once."""
    hr_after: int = Field(default=10, ge=0, le=60)
    """Working days late after which the task is shown in HR's queue too."""
    legal_kinds: frozenset[str] = frozenset({"absence-talk"})
    """Duties of the law: the leader's leader is told before they are due."""
    legal_days_before: int = Field(default=3, ge=0, le=30)
    """Calendar days before the due day of a legal duty."""
    digest_weekdays: frozenset[Weekday] = frozenset({Weekday.MONDAY, Weekday.THURSDAY})
    """On which days everybody who has something to do gets one mail about all of it (danish-hr 7.1); none: never."""
    digest_at: time = time(7, 30)
    """When, Danish time; no mail is sent before this hour, nor on a day that is no working day."""
    digest_people: frozenset[ComingKind] = frozenset(ComingKind)
    """What the digest tells of people: where the source has other absences among its leaves, `leave` and `return` are left out."""
    anniversary_years: frozenset[Annotated[int, Field(ge=1, le=70)]] = frozenset({1, 10, 25, 40})
    """After how many years of unbroken employment the digest tells of the day; none: never."""
    reminded_before: int = Field(default=5, ge=0, le=30)
    """Working days before the due day from which the digest counts as a reminder of it (danish-hr 7.6)."""
    short_notice: int = Field(default=2, ge=0, le=10)
    """A task that has so few working days left when it comes is told at once, by itself (danish-hr 7.1)."""
    told_at_once_kinds: frozenset[str] = frozenset({"retention-talk"})
    """Duties that are told at once, by themselves, however much time is left (danish-hr 7.1)."""
    discreet_kinds: frozenset[str] = frozenset({"absence-contact", "absence-talk", "retention-plan", "wellbeing-case"})
    """Duties of which a mail says no more than that somebody is to be followed up (danish-hr 6.3), once a day at most."""
    hr_mail: Annotated[str, Field(max_length=254, pattern=r"^([^@\s]+@[^@\s]+)?$")] = ""
    """The shared mailbox of HR, which gets the digest of its queue; none: HR looks into the queue."""


class Titled(BaseModel):
    """What a step of an introduction is called, where the municipality names it itself, by language; and of which course it is."""

    title: Mapping[str, str] = Field(default_factory=dict)
    course: str | None = None


class TitledTemplate(BaseModel):
    """The steps of a template by name."""

    steps: Mapping[str, Titled] = Field(default_factory=dict)


class StepTitles(Section):
    """The municipality's own titles of steps and courses, read from the table of onboarding, which alone checks the rest of it."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    table: ClassVar[str] = "onboarding"

    templates: Mapping[str, TitledTemplate] = Field(default_factory=dict)

    @cached_property
    def of_steps(self) -> Mapping[str, Mapping[str, str]]:
        """By the name of the step; of two templates that name one, the later counts, as on the pages of introductions."""
        return {name: step.title for name, step in self._titled()}

    @cached_property
    def of_courses(self) -> Mapping[str, Mapping[str, str]]:
        """By the code of the course."""
        return {step.course: step.title for _, step in self._titled() if step.course is not None}

    def _titled(self) -> Iterator[tuple[str, Titled]]:
        for template in self.templates.values():
            yield from ((name, step) for name, step in template.steps.items() if step.title)
