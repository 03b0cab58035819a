"""Randers with its own rules and invented people: what payroll delivers, what people see and send on the pages, and what is counted."""

from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from deploy.local.paths import ROOT
from deploy.local.play.deliver import deliver
from deploy.local.play.visitor import Visitor
from deploy.local.stack import Stack
from deploy.local.waiting import run_async
from services.chassis.web.local_sign_in import hr_persona
from services.commands.tasks import Board, read_board
from services.intake.domain.keys import unit_id
from services.notification.domain.task import Stage, Task
from tests.kit import whole as kit
from tests.kit.by_hand import Row, leader_row, row, unit_row, write_delivery
from tests.kit.page_client import text_of

MAPPING = ROOT / "deploy" / "local" / "mappings" / "municipality.toml"
STAFF_SINCE = date(2020, 8, 3)
TOP, CHIEF, HR = "J00", "K000", "HR"
T = TypeVar("T")
Fields: TypeAlias = Mapping[str, str | Sequence[str]]
Life: TypeAlias = Generator[date, None, None]
"""What one person goes through. Each day that is given is waited for; the same day again: until all that was told is heard."""


@dataclass
class Town:
    """The town on a running stack. Days go forward only; what payroll tells on a day is delivered together."""

    stack: Stack
    folder: Path
    today: date = date.min
    told: list[Row] = field(default_factory=list)
    leaders: list[Row] = field(default_factory=list)
    deliveries: int = 0
    keys: dict[str, UUID] = field(default_factory=dict)

    def founded(self, units: Mapping[str, str], colleagues: Mapping[str, str]) -> None:
        """The first delivery: units with their leaders below one chief, and colleagues by unit."""
        posts = {CHIEF: TOP, **{leader: unit for unit, leader in units.items()}}
        staff = [self.row(number, unit, position="1003", start=STAFF_SINCE) for number, unit in posts.items()]
        staff += [self.row(number, unit, start=STAFF_SINCE) for number, unit in colleagues.items()]
        names = [unit_row(TOP, "Randers"), *(unit_row(unit, f"Hus {unit}", TOP) for unit in units)]
        self._deliver(staff, names, [leader_row(unit, leader) for leader, unit in posts.items()])

    def row(self, number: str, unit: str, **shown: str | date) -> Row:
        """What payroll shows of somebody as registered this morning."""
        return row(number, self.today, municipality=kit.RANDERS, unit=unit, mail=f"{number}@randers.example", **shown)

    def payroll(self, number: str, unit: str, **shown: str | date) -> None:
        """Payroll registers this of somebody today; a first day stays as it was told unless another one is."""
        self.told.append(self.row(number, unit, **shown))

    def ends_as_leader(self, unit: str, leader: str, last: date) -> None:
        """Payroll registers today that somebody leads a unit no longer."""
        self.leaders.append(leader_row(unit, leader, last, self.today))

    def reach(self, day: date) -> None:
        """It is the evening of a day, and all that comes of it is heard."""
        if self.today < day:
            kit.reach_day(self.stack, day)
            self.today = day
            kit.until_heard(self.stack)

    def hear(self) -> None:
        """What payroll told today is delivered, and all that is said of it is heard."""
        if self.told or self.leaders:
            self._deliver(self.told, (), self.leaders)
            self.told, self.leaders = [], []
        kit.until_heard(self.stack)

    def _deliver(self, rows: Sequence[Row], units: Sequence[Row], leaders: Sequence[Row]) -> None:
        self.deliveries += 1
        taken = deliver(self.stack, write_delivery(self.folder / str(self.deliveries), rows, units, leaders), MAPPING, kit.RANDERS)
        assert list(taken.refused) == []

    def key(self, number: str) -> UUID:
        """Under which key somebody goes."""
        if number not in self.keys:
            self.keys[number] = hr_persona(kit.RANDERS) if number == HR else kit.person_key(self.stack, kit.RANDERS, number)
        return self.keys[number]

    def tasks(self, number: str, *states: Stage) -> dict[str, Task]:
        """The tasks about somebody by kind: the open ones, or those in these states."""
        found = [task for task in self._board(states or (Stage.OPEN,)).tasks if task.about_person == self.key(number)]
        return {task.kind: task for task in found}

    def _board(self, states: Sequence[Stage]) -> Board:
        return run_async(read_board(self.stack.database("notification"), kit.RANDERS, states))

    def steps(self, number: str, occasion: str = "hire") -> dict[str, Mapping[str, Any]]:
        """The steps of somebody's introduction by name."""
        query = "SELECT * FROM step WHERE person_key = $1 AND occasion = $2 ORDER BY place"
        return {found["name"]: found for found in kit.rows(self.stack, "onboarding", query, self.key(number), occasion)}

    def plan(self, number: str, occasion: str = "hire") -> Mapping[str, Any]:
        """Somebody's plan."""
        (found,) = kit.rows(
            self.stack, "onboarding", "SELECT * FROM plan WHERE person_key = $1 AND occasion = $2", self.key(number), occasion
        )
        return found

    def read(self, who: str, path: str) -> str:
        """What a page says to somebody who signs in; its code and nothing else where it does not answer."""
        return run_async(self._visit(who, lambda visitor: _said(visitor, path)))

    def opened(self, path: str) -> str:
        """What a page says to somebody who is not signed in."""
        return run_async(self._visit(None, lambda visitor: _said(visitor, path)))

    def send(self, who: str, page: str, action: str = "", **fields: str | date | Sequence[str]) -> bool:
        """Somebody opens a page and sends one of its forms; whether it was offered and taken."""
        written: Fields = {name: value.isoformat() if isinstance(value, date) else value for name, value in fields.items()}
        return run_async(self._visit(who, lambda visitor: visitor.send(page, written, action)))

    def said(self, word: str, task: UUID) -> list[dict[str, Any]]:
        """What notification has said of a task under this word."""
        spoken = (r for r in kit.records(self.stack, "notification.v1") if r.header("ce_type") == f"notification.{word}.v1" and r.stands)
        return [r.body for r in spoken if r.body["task_id"] == str(task)]

    def climbed(self, task: UUID) -> list[tuple[int, str]]:
        """How often a late task was shown higher: after how many working days, and to whom."""
        return [(said["working_days_late"], said["to_key"]) for said in self.said("task-escalated", task)]

    def reminded_by_mail(self, task: UUID) -> list[str]:
        """On which days a mail of its own reminded of a task."""
        return [said["sent_on"] for said in self.said("task-reminded", task) if said["channel"] == "mail"]

    def mails(self, task: UUID, since: date = date.min) -> list[tuple[str, UUID, str]]:
        """The single mails about a task that were decided since a day: why, to whom, and whether they are sent; none waits any more."""
        query = """
            SELECT occasion, recipient, state FROM mail JOIN mail_about USING (mail_id)
            WHERE about = $1 AND made_at >= $2::date ORDER BY made_at"""

        def found() -> list[tuple[str, UUID, str]]:
            return [(row["occasion"], row["recipient"], row["state"]) for row in kit.rows(self.stack, "notification", query, task, since)]

        kit.until(lambda: all(state != "waiting" for _, _, state in found()))
        return found()

    async def _visit(self, who: str | None, do: Callable[[Visitor], Awaitable[T]]) -> T:
        visitor = Visitor(self.stack.web)
        try:
            if who is not None:
                await visitor.sign_in(self.key(who), kit.RANDERS)
            return await do(visitor)
        finally:
            await visitor.close()

    def holds_talk(self, who: str, number: str, name: str, held_on: date, occasion: str = "hire") -> bool:
        """The page of a talk is opened and its form sent: the talk was held."""
        page = f"/onboarding/talks/{self.steps(number, occasion)[name]['fact']}"
        return self.send(who, page, page, held_on=held_on, by_role="nearest-leader")

    def does_step(self, who: str, number: str, name: str, day: date, occasion: str = "hire") -> bool:
        """The page of a step is opened and its form sent: the step was done, or the plan approved."""
        step = self.steps(number, occasion)[name]
        page, field_name = f"/onboarding/steps/{step['fact']}", "approved" if step["how"] == "plan" else "done"
        return self.send(who, page, f"{page}/{field_name}", **{f"{field_name}_on": day})

    def counted(self, unit: str, known_on: date | None = None) -> dict[tuple[str, str], int]:
        """What reporting has counted of talks in a unit until this month, by measure and kind: exact, before anything is hidden."""
        query = """
            SELECT measure, split, sum(amount)::int AS amount FROM ledger
            WHERE municipality = $1 AND unit = $2 AND measure LIKE 'talks.%' AND known_on <= $3 AND period <= $4
            GROUP BY measure, split HAVING sum(amount) <> 0"""
        values = (kit.RANDERS, str(unit_id(kit.RANDERS, unit)), known_on or self.today, f"{self.today:%Y-%m}")
        return {(found["measure"], found["split"]): found["amount"] for found in kit.rows(self.stack, "reporting", query, *values)}

    def figures(self, *words: str) -> dict[tuple[str, str], tuple[str, int | None, int | None]]:
        """The published figures of talks in time, of the whole town by quarter and kind: status, numerator, denominator."""
        found = kit.told(self.stack, "figures", "talk-timeliness", *words, "--format", "json", "--municipality", kit.RANDERS)
        return {(f["period"], f["split"].get("kind", "")): (f["status"], f["numerator"], f["denominator"]) for f in found}


async def _said(visitor: Visitor, path: str) -> str:
    answer = await visitor.read(path)
    return text_of(answer.text) if answer.is_success else str(answer.status_code)


def live(town: Town, lives: Mapping[str, Callable[[Town], Life]]) -> dict[str, Exception | None]:
    """All lives side by side, day by day; how each ended: the failure that broke it off, or nothing."""
    running = {name: life(town) for name, life in lives.items()}
    ended: dict[str, Exception | None] = {}
    waits = {name: _on(name, running[name], ended) for name in lives}
    while left := {name: day for name, day in waits.items() if day is not None}:
        day = min(left.values())
        town.reach(day)
        for name in [name for name, its in left.items() if its == day]:
            waits[name] = _on(name, running[name], ended)
        town.hear()
    return ended


def _on(name: str, life: Life, ended: dict[str, Exception | None]) -> date | None:
    """Go on until the life waits again: for which day; none where it is over."""
    try:
        return next(life)
    except StopIteration:
        ended[name] = None
    except Exception as failure:  # noqa: BLE001 - the other lives go on; the test of this one raises it
        ended[name] = failure
    return None
