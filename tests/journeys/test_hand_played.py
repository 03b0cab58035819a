"""A small story on the whole stack, by the commands and pages people use: dates that move, a deputy, a week away, and rubbish."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer

from deploy.local.caughtup import told_status
from deploy.local.failures import StackFailed
from deploy.local.paths import ROOT
from deploy.local.play.deliver import Delivered, deliver
from deploy.local.play.visitor import Visitor
from deploy.local.stack import Stack
from deploy.local.waiting import run_async
from tests.kit import whole as kit
from tests.kit.by_hand import LEADER, deliver_deputy, deliver_unit, row, write_delivery
from tests.kit.page_client import text_of

pytestmark = pytest.mark.stack

MAPPING = ROOT / "deploy" / "local" / "mappings" / "municipality.toml"
TALK = "talk-2-weeks"
MONDAY = date(2026, 3, 2)
OPENED = date(2026, 3, 27)
AWAY_FROM, AWAY_TO, BACK = date(2026, 3, 30), date(2026, 3, 31), date(2026, 4, 1)
SATURDAY, SUNDAY, AFTER = date(2026, 4, 11), date(2026, 4, 12), date(2026, 4, 20)
AWAY = ("onboarding", "retention", "notification")
GOOD, EASTER, LEAVES, DEPUTY = "H002", "H003", "H004", "H007"


@pytest.fixture(scope="module")
def told(whole: Stack, tmp_path_factory: pytest.TempPathFactory) -> "Told":
    """The story, played once; each test looks at one thing it shows."""
    return Told(whole, tmp_path_factory.mktemp("by_hand"))


class Told:
    """What was seen at each step."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack, self.folder = stack, folder
        kit.reach_day(stack, MONDAY)
        start = date(2026, 3, 17)
        newcomers = (row(GOOD, MONDAY, start=start, first_working_day=start), row(EASTER, MONDAY, start=date(2026, 3, 6)))
        self.take(deliver_unit(folder / "first", [row(LEAVES, MONDAY), row(DEPUTY, MONDAY), *newcomers]))
        kit.until_heard(stack)
        kit.reach_day(stack, OPENED)
        kit.until_heard(stack)
        self.open = self.talk_of(GOOD)
        later = date(2026, 4, 7)
        self.take(write_delivery(folder / "moved", [row(GOOD, OPENED, start=later, first_working_day=later)]))
        kit.until_heard(stack)
        self.moved = self.talk_of(GOOD)
        self.over_easter = self.talk_of(EASTER)
        self.two_days_with_a_deputy()
        self.a_week_away()

    def take(self, path: Path) -> Delivered:
        return deliver(self.stack, path, MAPPING, kit.HAND)

    def two_days_with_a_deputy(self) -> None:
        """The leader is away on Monday and Tuesday, as was told the Friday before: whose task is it on each of the days?"""
        self.take(deliver_deputy(self.folder / "deputy", DEPUTY, AWAY_FROM, AWAY_TO, OPENED))
        self.held_by: list[tuple[date, str, str]] = []
        for day in (OPENED, AWAY_FROM, AWAY_TO, BACK):
            kit.reach_day(self.stack, day)
            kit.until_heard(self.stack)
            talk = self.talk_of(EASTER)
            self.held_by.append((day, talk["holder"], talk["why"]))
            if day == AWAY_TO:
                self.desk_of_the_deputy = self.desk_of(DEPUTY)

    def a_week_away(self) -> None:
        """Somebody has resigned at a weekend and regrets it while nobody listens; meanwhile the talk opens."""
        kit.reach_day(self.stack, SATURDAY)
        resigned = row(LEAVES, SATURDAY, last_day=date(2026, 5, 31), reason="Egen opsigelse", received_on=SATURDAY)
        self.take(write_delivery(self.folder / "resigned", [resigned]))
        kit.until_heard(self.stack)
        with kit.away(self.stack, *AWAY):
            kit.reach_day(self.stack, SUNDAY)
            self.take(write_delivery(self.folder / "withdrawn", [row(LEAVES, SUNDAY, withdrawn_on=SUNDAY)]))
            kit.reach_day(self.stack, AFTER)
            kit.until_heard(self.stack, without=AWAY)
        kit.until_heard(self.stack)

    def desk_of(self, number: str) -> str:
        """The inbox of somebody who signs in. Raises `StackFailed` where nobody can as this person."""

        async def visit() -> str:
            visitor = Visitor(self.stack.web)
            try:
                await visitor.sign_in(kit.person_key(self.stack, kit.HAND, number), kit.HAND)
                return text_of((await visitor.read("/tasks")).text)
            finally:
                await visitor.close()

        return run_async(visit())

    def talk_of(self, number: str) -> dict[str, Any]:
        about = str(kit.person_key(self.stack, kit.HAND, number))
        (found,) = [
            task
            for task in kit.told(self.stack, "tasks", "--all", "--json", "--municipality", kit.HAND)
            if (task["about"], task["kind"]) == (about, TALK)
        ]
        return found

    def said_of(self, number: str, topic: str) -> list[kit.Raw]:
        key = str(kit.person_key(self.stack, kit.HAND, number)).encode()
        return [record for record in kit.records(self.stack, topic) if record.key == key]


def test_the_open_talk_moves_with_the_start(told: Told) -> None:
    assert (told.open["state"], told.open["opens"], told.open["closes"]) == ("open", "2026-03-26", "2026-04-13")
    assert told.moved["task_id"] == told.open["task_id"]
    assert (told.moved["state"], told.moved["opens"], told.moved["closes"]) == ("planned", "2026-04-16", "2026-05-04")


def test_a_window_that_would_close_on_maundy_thursday_closes_on_the_wednesday(told: Told) -> None:
    assert told.over_easter["closes"] == "2026-04-01"


def test_a_deputy_has_the_leaders_task_while_the_period_runs_and_then_the_leader_again(told: Told) -> None:
    leader, deputy = (str(kit.person_key(told.stack, kit.HAND, number)) for number in (LEADER, DEPUTY))
    reassigned = [r.body for r in kit.records(told.stack, "notification.v1") if r.header("ce_type") == "notification.task-reassigned.v1"]
    said = [(body["to_key"], body["cause"]) for body in reassigned if body["task_id"] == told.over_easter["task_id"]]

    assert told.held_by == [
        (OPENED, leader, "nearest-leader"),
        (AWAY_FROM, deputy, "deputy"),
        (AWAY_TO, deputy, "deputy"),
        (BACK, leader, "nearest-leader"),
    ]
    assert said == [(deputy, "deputy"), (leader, "deputy")]
    assert f"Person {EASTER}" in told.desk_of_the_deputy
    with pytest.raises(StackFailed, match="403"):
        told.desk_of(DEPUTY)


def test_a_week_away_is_caught_up_once(told: Told) -> None:
    now = told.talk_of(GOOD)
    opened = [r for r in kit.records(told.stack, "notification.v1") if r.header("ce_fact") and r.body.get("task_id") == now["task_id"]]
    due = [r for r in told.said_of(GOOD, "onboarding.v1") if r.header("ce_fact") == now["task_id"]]

    assert now["state"] == "open"
    assert [r.stands for r in opened if r.header("ce_type") == "notification.task-opened.v1"] == [True, False, True]
    assert [r.body["call"]["opens"] for r in due if r.header("ce_type") == "onboarding.intro-milestone-due.v1"] == [
        "2026-03-26",
        "2026-04-16",
    ]
    assert len({r.header("ce_id") for r in due}) == len(due)


def test_nobody_is_asked_for_a_talk_with_somebody_whose_withdrawal_was_waiting_unread(told: Told) -> None:
    of_leaving = told.said_of(LEAVES, "retention.v1")
    duties = {r.header("ce_fact") for r in of_leaving}
    asked = [r for r in kit.records(told.stack, "notification.v1") if r.body.get("task_id") in duties]

    assert [r.header("ce_type") for r in told.said_of(LEAVES, "hr.employment.v1")].count("hr.resignation-withdrawn.v1") == 1
    assert {r.header("ce_type") for r in of_leaving if "talk" in r.header("ce_type")} == {"retention.retention-talk-planned.v1"}
    assert [r for r in asked if r.header("ce_type") == "notification.task-opened.v1"] == []


def test_the_leader_sees_it_and_records_it_and_the_task_is_done(told: Told) -> None:
    task = told.talk_of(GOOD)
    leader = kit.person_key(told.stack, kit.HAND, LEADER)

    async def visit() -> tuple[str, bool]:
        visitor = Visitor(told.stack.web)
        try:
            await visitor.sign_in(leader, kit.HAND)
            inbox = text_of((await visitor.read("/tasks")).text)
            fields = {"held_on": AFTER.isoformat(), "by_role": "nearest-leader"}
            page = f"/onboarding/talks/{task['task_id']}"
            return inbox, await visitor.send(page, fields, page)
        finally:
            await visitor.close()

    inbox, accepted = run_async(visit())
    kit.until_heard(told.stack)

    assert task["holder"] == str(leader)
    assert f"Person {GOOD}" in inbox
    assert accepted
    assert told.talk_of(GOOD)["state"] == "done"


def test_rubbish_has_a_name_and_the_rest_goes_on(told: Told) -> None:
    stack = told.stack
    before = {name: told_status(stack, name) for name in stack.state.health_ports}
    (told.folder / "headless").mkdir()
    (told.folder / "headless" / "employments.csv").write_text("person;name\n1;Nobody\n", "utf-8")

    headless = kit.command(
        stack, "import", "csv", str(told.folder / "headless"), "--mapping", str(MAPPING), "--municipality", kit.HAND
    )  # fmt: skip
    run_async(_produce_rubbish(stack))
    taken = told.take(write_delivery(told.folder / "bad", [row("H005", AFTER, degree="many"), row("H006", AFTER, start=date(2026, 5, 1))]))
    kit.until_heard(stack)

    assert headless.returncode == 1
    assert "bad-header" in headless.stderr
    assert [(wrong.line, wrong.field) for wrong in taken.refused] == [(2, "degree")]
    assert told.talk_of("H006")["state"] == "planned"
    for name in ("onboarding", "retention", "recruitment", "reporting"):
        now, was = told_status(stack, name), before[name]
        assert now is not None
        assert was is not None
        assert now["dead_letters"] - was["dead_letters"] == 2, "a header that is null and one that is no text; the rest is skipped"
        assert now["broken"] == 0


async def _produce_rubbish(stack: Stack) -> None:
    key = str(uuid4()).encode()
    kinds: list[tuple[bytes | None, list[tuple[str, bytes | None]]]] = [
        (b"{}", [("ce_type", b"hr.hired.v1"), ("ce_fact", None)]),
        (b"{}", [("ce_type", b"\xff\xfe")]),
        (b"{}", [("ce_type", b"hr.moved-to-the-moon.v1")]),
        (None, [("ce_type", b"hr.hired.v1")]),
    ]
    producer = AIOKafkaProducer(bootstrap_servers=stack.kafka, acks="all")
    await producer.start()
    try:
        for value, headers in kinds:
            await producer.send_and_wait("hr.employment.v1", value, key=key, headers=headers)
    finally:
        await producer.stop()
