"""What the pages of one introduction begin with: the plan or step of the path as far as the viewer may see it, and in which role."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from contracts.base import HolderRole
from services.chassis.subject import Subject
from services.chassis.web import Desk, NotFound
from services.onboarding import store
from services.onboarding.domain import readers
from services.onboarding.domain.rows import PlanRow, StepRow
from services.onboarding.pages.shown import subject_of

R = TypeVar("R", PlanRow, StepRow)
ASKED_ROLES = (HolderRole.AMR, HolderRole.TR, HolderRole.MENTOR)
"""Who is asked without leading the unit."""
COMING = timedelta(days=14)
MOST_ASKED = 300


@dataclass(frozen=True, slots=True)
class Seen:
    """A step, in which role the viewer records about it, whether they lead the person or were only asked for this one step.

    `has_plan`: there is a plan that the viewer sees: not of a single duty, nor where nothing is owed, nor of who has left their unit.
    """

    row: StepRow
    role: HolderRole
    is_in_charge: bool
    has_plan: bool

    @property
    def subject(self) -> Subject:
        """Whose history what is recorded joins."""
        return subject_of(self.row)

    @property
    def page_of_plan(self) -> str:
        """Where to go on: the plan, if the viewer sees it and there is one."""
        return f"/onboarding/plans/{self.row.plan_id}" if self.has_plan else "/onboarding"


def may_see(desk: Desk, row: PlanRow | StepRow) -> bool:
    """Whether a row of the viewer's units is theirs to see: neither their own nor that of somebody who leads them."""
    if desk.viewer.is_hr:
        return row.person_key != desk.viewer.person
    told, viewer = desk.snapshot.organisation(), desk.viewer
    return not readers.is_below(told, viewer.person, row.person_key, row.unit_id, viewer.units, desk.today)


def seen(desk: Desk, rows: Iterable[R]) -> list[R]:
    """The rows of the viewer's units that are theirs to see."""
    return [row for row in rows if may_see(desk, row)]


def role_of(desk: Desk, row: PlanRow | StepRow) -> HolderRole:
    """In which role who sees a plan records about it."""
    if desk.viewer.is_hr:
        return HolderRole.HR
    return readers.role_at(desk.snapshot.organisation(), desk.viewer.person, row.unit_id, desk.today)


async def seen_plan(desk: Desk) -> PlanRow:
    """The plan of the path. Raises `NotFound`."""
    async with desk.runtime.pool.acquire() as conn:
        row = await store.plan(conn, desk.request.path_params["plan"], desk.viewer.units, desk.viewer.person)
    if row is None or not may_see(desk, row):
        raise NotFound("onboarding-plan-unknown")
    return row


async def seen_step(desk: Desk, unknown: str = "onboarding-step-unknown", *, is_talk: bool = False) -> Seen:
    """The step of the path, for who leads or who is asked by role. Raises `NotFound`, also for a step of another kind."""
    fact, viewer = desk.request.path_params["fact"], desk.viewer
    async with desk.runtime.pool.acquire() as conn:
        row = await store.step(conn, fact, viewer.units, viewer.person)
        plan = await store.plan(conn, row.plan_id, viewer.units, viewer.person) if row else None
        asked = await store.step_of_roles(conn, fact, viewer.municipality, ASKED_ROLES, viewer.person)
        mentors = await store.mentors_of_plans(conn, [asked.plan_id]) if asked else []
    if row is not None and may_see(desk, row) and is_talk <= (row.how == "talk"):
        return Seen(row, role_of(desk, row), is_in_charge=True, has_plan=plan is not None and may_see(desk, plan))
    by_mentor = any(mentor.mentor_key == viewer.person and desk.today <= mentor.until for mentor in mentors)
    if asked is not None and is_talk <= (asked.how == "talk") and _is_asked(desk, asked, by_mentor=by_mentor):
        return Seen(asked, HolderRole(asked.role), is_in_charge=False, has_plan=False)
    raise NotFound(unknown)


def _is_asked(desk: Desk, row: StepRow, *, by_mentor: bool) -> bool:
    role = HolderRole(row.role)
    if role is HolderRole.MENTOR:
        return by_mentor
    held = readers.holders(desk.snapshot.organisation(), role, row.at_unit, row.person_key, desk.today)
    return desk.viewer.person in held


async def asked_by_role(desk: Desk) -> list[StepRow]:
    """What is asked of the viewer as AMR, TR or mentor, open or soon; whoever is none of them is asked for nothing here."""
    viewer, until = desk.viewer, desk.today + COMING
    held = readers.roles_held(desk.snapshot.organisation(), viewer.person, desk.today)
    async with desk.runtime.pool.acquire() as conn:
        of_mentor = await store.steps_of_mentor(conn, viewer.person, desk.today, until)
        of_roles = await store.steps_of_roles(conn, viewer.municipality, sorted(held), viewer.person, until, MOST_ASKED) if held else []
    return [*of_mentor, *(row for row in of_roles if _is_asked(desk, row, by_mentor=False))]
