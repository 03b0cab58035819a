"""Silence on a real PostgreSQL: what is heard is noted once a day, an alarm is said, told and measured, and ends."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from deploy.local.stack import Stack
from services.chassis import health
from services.chassis.calendar import day_of
from services.chassis.inlet import Inlet
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.subject import Subject
from services.chassis.wake import Wake
from services.notification import store
from services.notification.app import SERVICE as NOTIFICATION
from services.retention import silence
from services.retention.app import SERVICE
from services.retention.domain.records import ExitOffered
from services.retention.domain.silence import KIND
from tests.kit.builders import MUNICIPALITY, an_id, end_registered, hired, noon, unit_changed
from tests.kit.databases import new_database
from tests.kit.first_year import told
from tests.kit.inbox import viewer
from tests.kit.page_client import PageClient
from tests.kit.records import OFFSETS, Sent, read_everything, sent, set_day, take
from tests.kit.story import RULES, revision

MONDAY = date(2026, 3, 2)
WATCHED = RULES + '[retention]\nexit_levels = ["leader"]\nsilence_hr_events_working_days = 5\nsilence_exit_offers_working_days = 3\n'


LIVE_ON_MONDAY = WATCHED.replace("live_from = 2020-01-01", f"live_from = {MONDAY}")


def _record(row: asyncpg.Record) -> Sent:
    headers = [(name, value.encode()) for name, value in json.loads(row["headers"])]
    return Sent(row["topic"], 0, next(OFFSETS), row["key"].encode(), row["body"].encode(), headers)


async def to_notification(runtime: Runtime, settings: Settings, servers: Stack) -> list[tuple[str, str, str, bool]]:
    """Everything retention has said goes to a notification of its own: kind, role, link of each open task, and whether HR has it."""
    rows = await runtime.pool.fetch("SELECT topic, key, headers, body FROM outbox ORDER BY seq")
    async with (
        new_database(servers) as address,
        open_runtime(NOTIFICATION, settings.model_copy(update={"database_url": address})) as inbox,
    ):
        await set_day(inbox, day_of(await runtime.now()))
        await read_everything(inbox)
        await Inlet(inbox).take([_record(row) for row in rows])
        async with inbox.pool.acquire() as conn:
            assert await store.tasks_of(conn, viewer("leader"), date(2027, 1, 1), 9) == [], "no leader is asked"
            tasks = await store.tasks_of(conn, viewer("somebody in HR", hr=True), date(2027, 1, 1), 9)
        return [(task.kind, task.role.value, task.link, task.in_hr_queue) for task in tasks]


@pytest.fixture
async def runtime(settings: Settings, tmp_path: Path) -> AsyncIterator[Runtime]:
    (tmp_path / "730.toml").write_text(WATCHED, "utf-8")
    async with open_runtime(SERVICE, settings.model_copy(update={"rules": tmp_path})) as opened:
        await set_day(opened, MONDAY)
        area, ward = unit_changed("area"), unit_changed("ward", "area")
        await take(opened, [told(unit, day=date(2026, 1, 5)) for unit in (area, ward)])
        yield opened


async def wait_until(runtime: Runtime, day: date) -> None:
    """It is another day, everything is read, whoever is due is woken, and silence was looked for."""
    await set_day(runtime, day)
    await read_everything(runtime)
    await Wake(runtime).once()
    await silence.look(runtime)
    await read_everything(runtime)
    await Wake(runtime).once()


async def said(runtime: Runtime) -> list[tuple[str, bool]]:
    rows = await runtime.pool.fetch("SELECT type, stands FROM statement WHERE kind = $1 ORDER BY key", KIND)
    return [(row["type"], row["stands"]) for row in rows]


async def hear_of(runtime: Runtime, person: str, day: date) -> None:
    await take(runtime, [told(hired(date(2026, 3, 1), unit="ward", person=person), f"hire of {person}", day)])


async def test_a_silent_source_becomes_a_task_of_hr_a_line_and_a_measure_until_it_speaks_again(runtime: Runtime) -> None:
    await hear_of(runtime, "anna", MONDAY)
    await wait_until(runtime, MONDAY)
    assert await said(runtime) == []
    assert await health.raised_alarms(runtime) == []

    await wait_until(runtime, date(2026, 3, 10))
    assert await said(runtime) == [("retention.silence-noticed.v1", True)]
    async with PageClient(health.health_app(runtime, None)) as status:  # as `forbliv status` asks
        answer = await status.get("/alarms")
    assert (answer.status_code, answer.json()) == (200, {"alarms": ["730: no HR event since 2026-03-02"]})
    assert (await health.status(runtime, None))["alarms"] == 1
    text = runtime.metrics.exposition().decode()
    assert 'forbliv_silence_days{municipality="730",what="silence-hr-events"} 8.0' in text
    assert 'forbliv_silence_alarm{municipality="730",what="silence-hr-events"} 1.0' in text
    (headers,) = [row["headers"] for row in await runtime.pool.fetch("SELECT headers FROM outbox WHERE headers LIKE '%silence%'")]
    assert '["ce_call","1"]' in headers
    assert f'["ce_partitionkey","{an_id("area")}"]' in headers

    await hear_of(runtime, "bo", date(2026, 3, 10))
    await wait_until(runtime, date(2026, 3, 10))
    assert await said(runtime) == [("retention.silence-done.v1", True)]
    assert await health.raised_alarms(runtime) == []


async def test_looking_twice_notes_nothing_new(runtime: Runtime) -> None:
    await hear_of(runtime, "anna", MONDAY)
    await wait_until(runtime, MONDAY)
    version = await runtime.pool.fetchval("SELECT version FROM subject WHERE kind = $1", KIND)
    for _ in range(3):
        await silence.look(runtime)
    assert await runtime.pool.fetchval("SELECT version FROM subject WHERE kind = $1", KIND) == version


async def test_people_leave_and_nobody_is_offered_a_talk(runtime: Runtime) -> None:
    leavers = ("anna", "bo")
    for person in leavers:
        await hear_of(runtime, person, MONDAY)
        end = end_registered(date(2026, 4, 30), unit="ward", person=person)
        await take(runtime, [told(end, f"end of {person}", MONDAY)])
    await wait_until(runtime, MONDAY)
    opens = await runtime.pool.fetchval("SELECT min(opens) FROM duty")
    await wait_until(runtime, opens)
    assert "no exit offer while people leave" not in str(await health.raised_alarms(runtime))
    await wait_until(runtime, opens + timedelta(days=8))
    assert f"730: no exit offer while people leave since {opens}" in await health.raised_alarms(runtime)

    offered = ExitOffered.model_validate(
        {"municipality": MUNICIPALITY, "end": an_id("end of anna"), "level": "leader", "by_role": "nearest-leader"}
        | {"offered_on": opens + timedelta(days=8)}
    )
    subject = Subject("person", an_id("anna"), MUNICIPALITY)
    await runtime.record({subject: [revision(offered, await runtime.now())]})
    await wait_until(runtime, opens + timedelta(days=8))
    assert "no exit offer" not in str(await health.raised_alarms(runtime))
    assert ("retention.silence-done.v1", True) in await said(runtime)


async def test_what_is_heard_is_noted_once_a_day_and_never_back(runtime: Runtime) -> None:
    async def noted() -> list[tuple[date, UUID]]:
        rows = await runtime.pool.fetch("SELECT last_on, ctid::text AS place FROM heard WHERE topic = 'hr.employment.v1'")
        return [tuple(row) for row in rows]

    inlet = Inlet(runtime)
    await read_everything(runtime)
    records = [sent(told(hired(MONDAY, unit="ward", person=str(n)), f"hire {n}", MONDAY)) for n in range(4)]
    await inlet.take([replace(records[0], offset=next(OFFSETS))])
    first = await noted()
    assert [day for day, _ in first] == [MONDAY]
    await inlet.take([replace(records[1], offset=next(OFFSETS))])
    assert await noted() == first, "the row was not written again"

    older = sent(revision(hired(MONDAY, unit="ward", person="late"), noon(MONDAY - timedelta(days=9))))
    await Inlet(runtime).take([replace(older, offset=next(OFFSETS))])
    assert [day for day, _ in await noted()] == [MONDAY]


async def test_the_alarm_is_a_task_in_hrs_queue_until_the_source_speaks_again(runtime: Runtime, settings: Settings, servers: Stack) -> None:
    await hear_of(runtime, "anna", MONDAY)
    await wait_until(runtime, date(2026, 3, 10))
    assert await to_notification(runtime, settings, servers) == [("silence-hr-events", "hr", "/intake/deliveries", True)]

    await hear_of(runtime, "bo", date(2026, 3, 10))
    await wait_until(runtime, date(2026, 3, 10))
    assert await to_notification(runtime, settings, servers) == []


@pytest.fixture
async def never(settings: Settings, tmp_path: Path) -> AsyncIterator[Runtime]:
    """A municipality that is live from Monday, and of which nobody has told anything."""
    (tmp_path / "730.toml").write_text(LIVE_ON_MONDAY, "utf-8")
    (tmp_path / "707.toml").write_text(RULES.replace('"730"', '"707"'), "utf-8")
    async with open_runtime(SERVICE, settings.model_copy(update={"rules": tmp_path})) as opened:
        await set_day(opened, MONDAY - timedelta(days=30))
        yield opened


async def test_a_source_that_never_spoke_is_waited_for_from_the_day_of_going_live(
    never: Runtime, settings: Settings, servers: Stack
) -> None:
    for quiet in (MONDAY - timedelta(days=20), MONDAY, date(2026, 3, 9)):
        await wait_until(never, quiet)
        assert await health.raised_alarms(never) == []
    assert await said(never) == []

    await wait_until(never, date(2026, 3, 10))
    assert await health.raised_alarms(never) == ["730: no HR event since 2026-03-02"]
    assert await to_notification(never, settings, servers) == [("silence-hr-events", "hr", "/intake/deliveries", True)]
    await silence.look(never)
    assert await said(never) == [("retention.silence-noticed.v1", True)], "looking twice says nothing new"

    await take(never, [told(unit_changed("area"), day=date(2026, 3, 10))])
    await hear_of(never, "anna", date(2026, 3, 10))
    await wait_until(never, date(2026, 3, 10))
    assert await health.raised_alarms(never) == []
    assert await said(never) == [("retention.silence-done.v1", True)]
    assert await to_notification(never, settings, servers) == []
