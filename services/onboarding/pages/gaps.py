"""What should have been, but was not: the daily list of HR, and of each leader for their own units; as a page and as a sheet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.chassis.calendar import add_months
from services.chassis.web import Desk
from services.chassis.web.sheets import Cell, sheet_answer
from services.onboarding import store
from services.onboarding.domain.rows import PlanRow, StepRow
from services.onboarding.pages.access import seen
from services.onboarding.pages.choosing import Choice, chosen
from services.onboarding.pages.shown import path_of, state_word, step_title, units_named, whose_text

MONTHS_BACK = 3
MOST = 300
MOST_IN_SHEET = 20_000
COLUMNS = ("gap", "who", "unit", "occasion", "step", "role", "first-day", "deadline", "days-late", "state", "done")


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing: a whole plan's, or a step's. `days_late`: working days since the last day in time."""

    part: str
    row: PlanRow | StepRow
    deadline: date
    first_day: date
    days_late: int
    step: str = ""
    word: str = ""
    whose: str = ""

    @property
    def done(self) -> Decimal | str:
        """How much of a whole plan is done, in per cent."""
        if isinstance(self.row, StepRow) or not self.row.steps:
            return ""
        return round(Decimal(100 * (self.row.done + self.row.late)) / self.row.steps, 1)

    @property
    def path(self) -> str:
        """Where it can be made good."""
        if isinstance(self.row, PlanRow):
            return f"/onboarding/plans/{self.row.plan_id}{'/mentors' if self.part == 'without-mentors' else ''}"
        return path_of(self.row)


async def gaps(request: Request) -> Response:
    """The list of today, by what is missing."""
    desk = await Desk.of(request)
    choice = chosen(desk)
    found = await _gaps(desk, choice, MOST + 1)
    shown = [(part, rows[:MOST]) for part, rows in found]
    people = {gap.row.person_key for _, rows in shown for gap in rows}
    return desk.render(
        "gaps.html",
        choice=choice,
        parts=shown,
        by_person=by_person,
        cut={part for part, rows in found if len(rows) > MOST},
        most=MOST,
        since=add_months(desk.today, -MONTHS_BACK),
        names=await desk.runtime.names(people),
        doubtful=await desk.doubtful(people),
        units=units_named(desk, (gap.row.unit_id for _, rows in shown for gap in rows)),
    )


def by_person(found: Iterable[Gap]) -> list[list[Gap]]:
    """The steps of each person in each unit together, the first to close first; whoever has the latest one comes first."""
    groups: dict[tuple[UUID, UUID], list[Gap]] = {}
    for gap in found:
        groups.setdefault((gap.row.person_key, gap.row.unit_id), []).append(gap)
    return [sorted(theirs, key=lambda gap: gap.deadline) for theirs in groups.values()]


async def sheet(request: Request) -> Response:
    """The same list, whole, as a spreadsheet opens it."""
    desk = await Desk.of(request)
    choice = chosen(desk)
    found = [gap for _, rows in await _gaps(desk, choice, MOST_IN_SHEET) for gap in rows]
    names = await desk.runtime.names({gap.row.person_key for gap in found})
    units = units_named(desk, (gap.row.unit_id for gap in found))
    headings = [desk.text(f"onboarding-column-{column}") for column in COLUMNS]
    rows = [_cells(desk, gap, names.get(gap.row.person_key), units[gap.row.unit_id]) for gap in found]
    return sheet_answer(desk.text("onboarding-gaps-file", day=desk.today.isoformat()), headings, rows)


def _cells(desk: Desk, gap: Gap, name: str | None, unit: str) -> list[Cell]:
    return [
        desk.text(f"onboarding-gap-{gap.part}"),
        name or desk.text("web-person-unnamed"),
        unit or desk.text("onboarding-unit-closed"),
        desk.text(f"onboarding-occasion-{gap.row.occasion}"),
        gap.step,
        gap.whose,
        gap.first_day,
        gap.deadline,
        gap.days_late,
        desk.text(f"onboarding-step-state-{gap.word}") if gap.word else "",
        gap.done,
    ]


async def _gaps(desk: Desk, choice: Choice, most: int) -> list[tuple[str, list[Gap]]]:
    """The four lists: without plan, without mentors, late, missed or known too late; the latest first."""
    since = add_months(desk.today, -MONTHS_BACK)
    async with desk.runtime.pool.acquire() as conn:
        found = await store.gaps(conn, choice.units, desk.viewer.person, desk.today, since, most)
    look = _Look(desk)
    return [
        ("without-plan", [look.of_plan("without-plan", row) for row in seen(desk, found.without_plan)]),
        ("without-mentors", [look.of_plan("without-mentors", row) for row in seen(desk, found.without_mentors)]),
        ("late", [look.of_step("late", row) for row in seen(desk, found.late)]),
        ("missed", [look.of_step("missed", row) for row in seen(desk, found.missed)]),
    ]


@dataclass(frozen=True, slots=True)
class _Look:
    """How a row is read today."""

    desk: Desk

    def of_plan(self, part: str, row: PlanRow) -> Gap:
        """A plan that was not approved, or mentors who were not named, by the first day."""
        return Gap(part, row, row.starts_on, row.starts_on, self._late(row.starts_on, row.unit_id))

    def of_step(self, part: str, row: StepRow) -> Gap:
        """A step that was not done in time."""
        word = state_word(row, self.desk.today)
        title, whose = step_title(self.desk, row), whose_text(self.desk, row)
        return Gap(part, row, row.closes, row.first_day, self._late(row.closes, row.unit_id), title, word, whose)

    def _late(self, deadline: date, unit: UUID) -> int:
        calendar = self.desk.snapshot.calendar(unit, self.desk.today)
        return calendar.working_days_between(deadline, self.desk.today)


ROUTES = (Route("/onboarding/gaps", gaps), Route("/onboarding/gaps.csv", sheet))
