"""A list of tasks as it is asked for: what is chosen, which page of it, and what each task is called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from services.chassis.ids import uuid_or_none
from services.chassis.service import Connection
from services.chassis.web import Desk
from services.notification import store
from services.notification.domain.inbox import Count, Look, counted, fits
from services.notification.domain.naming import known_kind, name_of
from services.notification.domain.task import Task
from services.notification.rules import StepTitles, TaskRules
from services.notification.store import Scope, View

ROWS_A_PAGE = 300
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, as far as it can be understood; what cannot be is not asked for."""

    kind: str
    unit: UUID | None
    name: str
    late: bool
    page: int

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """Read the part of an address after the `?`."""
        page = query.get("page", "")
        return cls(
            kind=query.get("kind", ""),
            unit=uuid_or_none(query.get("unit", "")),
            name=query.get("name", "").strip()[:LONGEST_NAME].replace("\0", ""),
            late=query.get("late") == "yes",
            page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 7 else 1,
        )

    def address(self, path: str, page: int = 1) -> str:
        """The address of the same choice."""
        chosen = {"kind": self.kind, "unit": str(self.unit or ""), "name": self.name, "late": "yes" if self.late else ""}
        told = {name: value for name, value in (*chosen.items(), ("page", str(page) if page > 1 else "")) if value}
        return f"{path}?{urlencode(told)}" if told else path


@dataclass(frozen=True, slots=True)
class Listing:
    """The tasks that are asked for, a page of them; `counts` of all of them, `everything` of all that could be asked for."""

    asked: Asked
    look: Look
    tasks: Sequence[Task]
    counts: Sequence[Count]
    everything: Sequence[Count]
    page: int

    @property
    def many(self) -> int:
        """How many are asked for."""
        return sum(count.many for count in self.counts)

    @property
    def pages(self) -> int:
        """How many pages they fill."""
        return max(1, -(-self.many // ROWS_A_PAGE))

    @property
    def first(self) -> int:
        """The number of the first one on this page."""
        return (self.page - 1) * ROWS_A_PAGE + 1

    @property
    def last(self) -> int:
        """The number of the last one on this page."""
        return self.first + len(self.tasks) - 1


def view_of(desk: Desk, scope: Scope) -> View:
    """What the viewer sees today and the days that come soon."""
    return View(desk.viewer, scope, desk.today, coming_until(desk))


def coming_until(desk: Desk) -> date:
    """The last day on which something may open that is shown already."""
    return desk.today + timedelta(days=desk.snapshot.rules.read(TaskRules).coming_days)


async def listing(desk: Desk, conn: Connection, view: View, *, whole: bool = False) -> Listing:
    """The tasks that the address asks for: one page of them, or all."""
    asked = Asked.of(desk.request.query_params)
    if asked == Asked.of({}):
        tasks = await store.listed(conn, view, Look(), None if whole else ROWS_A_PAGE + 1)
        if whole or len(tasks) <= ROWS_A_PAGE:
            counts = counted(tasks, desk.today)
            return Listing(asked, Look(), tasks, counts, counts, 1)
    everything = await store.counts(conn, view)
    named = await store.counts(conn, view, asked.name) if asked.name else everything
    look = Look(_kinds(desk, asked.kind, everything), asked.unit, asked.name, asked.late)
    counts = [count for count in named if fits(count, look)]
    many = sum(count.many for count in counts)
    page = max(1, min(asked.page, -(-many // ROWS_A_PAGE)))
    most, skip = (None, 0) if whole else (ROWS_A_PAGE, (page - 1) * ROWS_A_PAGE)
    tasks = await store.listed(conn, view, look, most, skip) if many else []
    return Listing(asked, look, tasks, counts, everything, page)


def _kinds(desk: Desk, kind: str, everything: Sequence[Count]) -> tuple[str, ...] | None:
    if not kind:
        return None
    return tuple(sorted({count.kind for count in everything if choice_of(desk, count.kind) == kind}))


def choice_of(desk: Desk, kind: str) -> str:
    """How a kind is chosen: by its own word where it has a text; all that have none as one choice."""
    return known_kind(kind, desk.site.catalogue)


def kind_text(desk: Desk, kind: str) -> str:
    """What tasks of a kind are, in words."""
    return desk.text(f"tasks-kind-{choice_of(desk, kind)}")


def what(desk: Desk, task: Task) -> str:
    """What is to be done, in words."""
    return name_of(task, desk.site.catalogue, desk.language, desk.snapshot.rules.read(StepTitles))


def where(desk: Desk, unit: UUID) -> str:
    """The name of the unit, empty where it is closed; the municipality's where nobody told of it (a source that never spoke)."""
    return desk.unit_name(unit) if desk.snapshot.organisation().is_told_of(unit) else desk.snapshot.rules.name
