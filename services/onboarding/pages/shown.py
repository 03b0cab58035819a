"""What the pages of introductions share: the words for states and roles, the texts of steps, refusals told at their field."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from contracts.base import CallState, Event, HolderRole
from contracts.words import MilestoneKind, Occasion, TalkTheme
from services.chassis.failures import Refused
from services.chassis.reference import Reference, Snapshot
from services.chassis.subject import History, Subject
from services.chassis.web import Desk
from services.onboarding.domain import readers
from services.onboarding.domain.asks.found import Ask
from services.onboarding.domain.rows import ObservationRow, PlanRow, StepRow
from services.onboarding.rules import Anchors, How, Mentors, OnboardingRules, day_at

E = TypeVar("E", bound=Event)
Choice = tuple[str, str]
HOLDERS = (HolderRole.NEAREST_LEADER, HolderRole.DEPUTY, HolderRole.LEADERS_LEADER, HolderRole.HR)
THEMES = tuple(theme for theme in TalkTheme if theme is not TalkTheme.UNKNOWN)
REPRESENTATIVES = (HolderRole.AMR, HolderRole.TR)
COME_ANEW = (Occasion.HIRE, Occasion.TEMP, Occasion.PUPIL_OR_STUDENT)
"""Occasions of who comes to a place they do not know."""
GREETINGS = {**dict.fromkeys(COME_ANEW, "new"), Occasion.RETURN_FROM_LEAVE: "back"}
"""How the newcomer's page and paper begin; `inside`: who works for the municipality already is not welcomed to it."""
NO_PLAN = ("term-ending", "trial-ending")
"""Occasions of single duties, which have no plan to be shown."""


def state_word(row: StepRow, today: date) -> str:
    """The word people see for the state of a step: late and on leave are words of the page, not states of the duty."""
    if row.state == CallState.OPEN and today > row.closes:
        return "late"
    if row.state == CallState.PLANNED and row.on_leave:
        return "on-leave"
    if row.state == CallState.DONE and not row.in_window:
        return "done-late" if row.state_on is not None and row.state_on > row.closes else "done-early"
    return row.state


def path_of(row: StepRow) -> str:
    """The page of a step."""
    return f"/onboarding/{'talks' if row.how == 'talk' else 'steps'}/{row.fact}"


def greeting(plan: PlanRow) -> str:
    """The word by which the texts of a greeting are told apart."""
    return GREETINGS.get(Occasion(plan.occasion), "inside")


def subject_of(row: StepRow | PlanRow | ObservationRow) -> Subject:
    """The history that what is recorded about a row joins."""
    return Subject("person", row.person_key, row.municipality)


def rules_of(desk: Desk) -> OnboardingRules:
    """The municipality's own rules."""
    return desk.snapshot.rules.read(OnboardingRules)


def named_title(desk: Desk, name: str, kind: str) -> str:
    """What a step of this name and kind is called: as the municipality calls its own ones, else by its kind."""
    rule = rules_of(desk).book.get(name)
    if rule is not None and rule.title is not None:
        return rule.title.en if desk.language == "en" else rule.title.da
    if kind == MilestoneKind.REPRESENTATIVES_CONTACTED and rule is not None and rule.role in REPRESENTATIVES:
        return desk.text(f"onboarding-contact-{rule.role}")
    return desk.text(f"onboarding-kind-{kind}")


def step_title(desk: Desk, row: StepRow) -> str:
    """What a step is called."""
    return named_title(desk, row.name, row.kind)


def step_text(desk: Desk, row: StepRow) -> str | None:
    """What is to be done at a step: as the municipality says it, else by its kind; none of an own step that has no text."""
    rule = rules_of(desk).book.get(row.name)
    if rule is not None and rule.text is not None:
        return rule.text.en if desk.language == "en" else rule.text.da
    kind = "course" if row.how == "course" else row.kind
    if rule is not None and rule.how is How.MENTORS and rule.mentors is Mentors.ANY:
        kind = "one-mentor-named"
    return desk.text(f"onboarding-what-{kind}") if kind != MilestoneKind.LOCAL_STEP else None


def whose_text(desk: Desk, row: StepRow) -> str:
    """Who does a step, as a role; HR where the unit and those above it have nobody of that role, as the inbox has it."""
    role = HolderRole(row.role)
    if role in REPRESENTATIVES and not readers.holders(desk.snapshot.organisation(), role, row.at_unit, row.person_key, desk.today):
        return desk.text(f"onboarding-role-no-{role}")
    return desk.text(f"onboarding-role-{role}")


def awaited_titles(desk: Desk, row: StepRow) -> str:
    """What must be done before this step, in words; empty where nothing is."""
    book = rules_of(desk).book
    return ", ".join(named_title(desk, name, book[name].kind.value) for name in row.waits_for.split() if name in book)


def units_named(desk: Desk, units: Iterable[UUID]) -> dict[UUID, str]:
    """The names of units; that of the municipality for one that nobody told of, none for one that is closed."""
    told = desk.snapshot.organisation()
    return {unit: desk.unit_name(unit) if told.is_told_of(unit) else desk.snapshot.rules.name for unit in set(units)}


def themes(desk: Desk) -> list[Choice]:
    """What a talk can be about."""
    return [(theme.value, desk.text(f"onboarding-theme-{theme.value}")) for theme in THEMES]


def roles(desk: Desk, own: HolderRole) -> list[Choice]:
    """Who can have done something, the viewer's own role among them."""
    return [(role.value, desk.text(f"onboarding-role-{role.value}")) for role in dict.fromkeys((*HOLDERS, own))]


@dataclass(frozen=True, slots=True)
class Load:
    """From a day on so much of an ordinary workload."""

    since: date
    percent: int


def workload(snapshot: Snapshot, name: str, start: date) -> Sequence[Load]:
    """How much somebody carries from when on, as the template of this name says; nothing where the rules have it no longer."""
    template = snapshot.rules.read(OnboardingRules).templates.get(name)
    found = (
        (day_at(ramp.at, Anchors(start, start), snapshot.rules.calendar), ramp.percent) for ramp in (template.workload if template else ())
    )
    return [Load(day, percent) for day, percent in found if day is not None]


def told_at(decide: Ask[E], **fields: Sequence[str]) -> Ask[E]:
    """The same ask, where what a rule refuses is told at the field it is about: `field=("message-id", …)`."""
    field_of: Mapping[str, str] = {reason: field for field, reasons in fields.items() for reason in reasons}

    def decided(history: History, reference: Reference, now: datetime) -> E:
        try:
            return decide(history, reference, now)
        except Refused as refused:
            field = field_of.get(refused.reason)
            if field is None:
                raise
            raise Refused(refused.reason, **{**refused.fields, "field": field}) from refused

    return decided


DAY_REFUSED = ("onboarding-day-in-future", "onboarding-day-before-known", "onboarding-day-after-last-day")
"""What is said of a day on which something cannot have been done."""
