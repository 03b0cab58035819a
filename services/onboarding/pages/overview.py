"""My newcomers: who begins soon, who is on the way, and for each what is open or late and whether plan and mentors are in place.

For a mentor, led by somebody else as they are, those to stand by.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.base import CallState
from services.chassis.calendar import add_months
from services.chassis.web import Desk
from services.onboarding import store
from services.onboarding.domain.rows import MentorRow, PlanRow, StepRow
from services.onboarding.pages.access import COMING, asked_by_role, seen
from services.onboarding.pages.choosing import chosen
from services.onboarding.pages.own import MINE, has_own
from services.onboarding.pages.seen import leaders
from services.onboarding.pages.shown import NO_PLAN, awaited_titles, state_word, step_title, units_named
from services.onboarding.store import surveys

MONTHS_SHOWN = 15
MOST_PLANS = 300
MOST_STEPS = 2_000
MOST_SINGLE = 100
MOST_COMING = 3
"""What comes soon is told by its first few; the plan shows the rest."""
PARTS: Mapping[str, tuple[str, ...]] = {
    "first-year": ("hire", "temp"),
    "returns": ("return-from-leave",),
    "moves": ("internal-move",),
    "leaders": ("new-leader",),
    "placements": ("pupil-or-student",),
}
"""What somebody's introduction is given for, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is open or late for one plan, and what comes soon."""

    open: Sequence[StepRow] = ()
    coming: Sequence[StepRow] = ()

    @property
    def urgent(self) -> tuple[bool, date]:
        """Who has something open comes before who has not, the first to close first."""
        return not self.open, min((row.closes for row in (*self.open, *self.coming)), default=date.max)


async def newcomers(request: Request) -> Response:
    """Everybody in the viewer's units who is introduced to something, what is asked of the viewer by role, and whose mentor they are.

    Who leads nobody, stands by nobody and is asked for nothing comes here for their own introduction.
    """
    desk = await Desk.of(request)
    choice = chosen(desk)
    since, until = add_months(desk.today, -MONTHS_SHOWN), desk.today + COMING
    async with desk.runtime.pool.acquire() as conn:
        found = await store.plans_of_units(conn, choice.units, desk.viewer.person, since, MOST_PLANS + 1)
        steps = await store.steps_waiting(conn, choice.units, desk.viewer.person, until, MOST_STEPS)
    plans, steps = seen(desk, found[:MOST_PLANS]), seen(desk, steps)
    asked = await asked_by_role(desk) if choice.unit is None else []
    mentees = await _mentees(desk) if choice.unit is None else []
    if not (desk.viewer.units or plans or steps or asked or mentees):
        return desk.redirect(MINE)
    ends = [row for row in steps if row.occasion in NO_PLAN and row.state == CallState.OPEN][:MOST_SINGLE]
    shown = [*steps, *asked]
    about: list[PlanRow | StepRow | MentorRow] = [*plans, *shown, *(mentee.row for mentee in mentees)]
    return desk.render(
        "newcomers.html",
        choice=choice,
        parts=_parts(plans, _waiting(steps), desk.today),
        waiting=_waiting(steps),
        mentees=mentees,
        single=[(name, rows) for name, rows in (("asked", asked), ("ends", ends)) if rows],
        most_coming=MOST_COMING,
        mine=MINE if await has_own(desk) else None,
        cut_off=MOST_PLANS if len(found) > MOST_PLANS else None,
        titles={row.fact: step_title(desk, row) for row in shown},
        awaited={row.fact: awaited_titles(desk, row) for row in shown},
        names=await desk.runtime.names({*(row.person_key for row in about), *(m.leader for m in mentees if m.leader)}),
        doubtful=await desk.doubtful({row.person_key for row in about}),
        units=units_named(desk, (row.unit_id for row in about)),
        word=state_word,
        leads=bool(desk.viewer.units),
        late=len({row.fact for row in shown if state_word(row, desk.today) == "late"}),
        open=len({row.fact for row in shown if row.state == CallState.OPEN}),
    )


@dataclass(frozen=True, slots=True)
class Mentee:
    """Whom the viewer stands by, as what and until when; and who leads them, where anybody does."""

    row: MentorRow
    leader: UUID | None


async def _mentees(desk: Desk) -> list[Mentee]:
    """Those whose mentor the viewer is or will be, the next to begin last."""
    async with desk.runtime.pool.acquire() as conn:
        found = await surveys.mentored_by(conn, desk.viewer.person, desk.viewer.municipality)
    told = desk.snapshot.organisation()
    current = (row for row in found if row.until >= desk.today)
    return [Mentee(row, next(iter(leaders(told, row.unit_id, row.person_key, desk.today)), None)) for row in current]


def _waiting(steps: Sequence[StepRow]) -> dict[UUID, Waiting]:
    by_plan: dict[UUID, list[StepRow]] = {}
    for row in steps:
        by_plan.setdefault(row.plan_id, []).append(row)
    return {
        plan: Waiting([row for row in rows if row.state == CallState.OPEN], [row for row in rows if row.state == CallState.PLANNED])
        for plan, rows in by_plan.items()
    }


def _parts(plans: Sequence[PlanRow], waiting: Mapping[UUID, Waiting], today: date) -> list[tuple[str, list[PlanRow]]]:
    """Who begins soon, the next one first; who is on the way, by what is most urgent; what is over, the latest first."""
    on_the_way = [row for row in plans if row.closed_on is None]
    soon = sorted((row for row in on_the_way if row.starts_on > today), key=lambda row: (row.starts_on, row.plan_id))
    found = [("soon", soon)]
    for part, occasions in PARTS.items():
        begun = (row for row in on_the_way if row.starts_on <= today and row.occasion in occasions)
        found.append((part, sorted(begun, key=lambda row: (waiting.get(row.plan_id, Waiting()).urgent, row.starts_on, row.plan_id))))
    return [(part, rows) for part, rows in (*found, ("over", [row for row in plans if row.closed_on is not None])) if rows]


ROUTES = (Route("/onboarding", newcomers),)
