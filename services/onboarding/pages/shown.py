"""What the pages of introductions share: the word for a state, the texts of steps, and whose history a row belongs to."""

from datetime import date

from contracts.base import CallState
from services.chassis.subject import Subject
from services.chassis.web import Desk
from services.onboarding.domain.rows import PlanRow, StepRow
from services.onboarding.rules import OnboardingRules


def state_word(row: StepRow, today: date) -> str:
    """The word people see for the state of a step: late and on leave are words of the page, not states of the duty."""
    if row.state == CallState.OPEN and today > row.closes:
        return "late"
    if row.state == CallState.PLANNED and row.on_leave:
        return "on-leave"
    if row.state == CallState.DONE and not row.in_window:
        return "done-late" if row.state_on is not None and row.state_on > row.closes else "done-early"
    return row.state


def subject_of(row: StepRow | PlanRow) -> Subject:
    """The history that what is recorded about a row joins."""
    return Subject("person", row.person_key, row.municipality)


def step_title(desk: Desk, row: StepRow) -> str:
    """What a step is called: as the municipality calls its own ones, else by its kind."""
    rules = desk.snapshot.rules.read(OnboardingRules)
    own = rules.book[row.name].title if row.name in rules.book else None
    if own is not None:
        return own.en if desk.language == "en" else own.da
    return desk.text(f"onboarding-kind-{row.kind}")
