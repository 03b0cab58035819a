"""A delivery that waits, or was refused as cut off, is a task of HR's until it is settled: from the file to the inbox and out of it."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from deploy.local.stack import Stack
from services.chassis.failures import Refused
from services.chassis.inlet import Inlet
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.intake import hold_store
from services.intake.app import SERVICE
from services.intake.delivery_store import State
from services.intake.domain.keys import unit_id
from services.intake.reading.refused import DeliveryRefused
from services.intake.releasing import decide, take_released
from services.notification import store
from services.notification.app import SERVICE as NOTIFICATION
from tests.integration.test_deliveries import HR, OPERATOR, known, take
from tests.integration.test_held_deliveries import leaving
from tests.kit.databases import new_database
from tests.kit.inbox import viewer
from tests.kit.records import OFFSETS, Sent, read_everything, set_day
from tests.kit.staff_file import staff, written
from tests.kit.story import RULES
from tests.unit.intake.opus_file import OPUS, employee, night, org_unit

MONDAY = date(2026, 3, 2)
HELD, SETTLED = "intake.delivery-held-back.v1", "intake.delivery-settled.v1"


@pytest.fixture
async def intake(settings: Settings, tmp_path: Path) -> AsyncIterator[Runtime]:
    """Forty are employed; it is Monday."""
    async with open_runtime(SERVICE, settings) as runtime:
        await set_day(runtime, MONDAY)
        await take(runtime, written(tmp_path, staff(range(40))))
        yield runtime


async def of_waits(intake: Runtime, kind: str = "delivery") -> list[Sent]:
    """What intake has said of deliveries that wait (or of what else HR is asked), as the broker has it."""
    rows = await intake.pool.fetch("select topic, key, headers, body from outbox where headers like $1 order by seq", f"%intake.{kind}-%")
    headers = [[(name, value.encode()) for name, value in json.loads(row["headers"])] for row in rows]
    return [Sent(row["topic"], 0, 0, row["key"].encode(), row["body"].encode(), h) for row, h in zip(rows, headers, strict=True)]


def told(record: Sent) -> tuple[str, int, dict[str, Any]]:
    """Type, revision and body."""
    headers = dict(record.headers)
    return (headers["ce_type"] or b"").decode(), int(headers["ce_revision"] or 0), json.loads(record.value or b"")


async def types(intake: Runtime) -> list[str]:
    return [told(record)[0] for record in await of_waits(intake)]


async def in_the_inbox(
    settings: Settings, servers: Stack, records: Sequence[Sent], today: date = MONDAY
) -> tuple[list[tuple[str, str, bool]], list[str]]:
    """The open tasks (kind, link, whether HR has them) and the states of all, in a notification of its own that hears these, in order."""
    async with (
        new_database(servers) as address,
        open_runtime(NOTIFICATION, settings.model_copy(update={"database_url": address})) as inbox,
    ):
        await set_day(inbox, today)
        await read_everything(inbox)
        for record in records:
            await Inlet(inbox).take([replace(record, offset=next(OFFSETS))])
        async with inbox.pool.acquire() as conn:
            hr = replace(viewer("somebody in HR", hr=True), municipality=told(records[0])[2]["municipality"])
            assert await store.tasks_of(conn, replace(hr, roles=frozenset({"leader"})), today, 9) == [], "no leader is asked"
            tasks = await store.tasks_of(conn, hr, today, 9)
            states = [row["state"] for row in await conn.fetch("select state from task")]
    return [(task.kind, task.link, task.in_hr_queue) for task in tasks], states


@pytest.mark.parametrize(("decided", "outcome"), [(State.RELEASED, "accepted"), (State.DROPPED, "refused")])
async def test_a_held_file_is_a_task_that_leads_to_its_page_until_hr_has_decided(
    intake: Runtime, settings: Settings, servers: Stack, tmp_path: Path, decided: State, outcome: str
) -> None:
    delivery = await take(intake, leaving(tmp_path, 10))
    waiting = await of_waits(intake)
    await decide(intake, delivery.id, decided, HR, "somebody looked")
    held, settled = await of_waits(intake)

    link = f"/intake/deliveries/{delivery.id}"
    assert waiting == [held]
    assert await in_the_inbox(settings, servers, [held, held]) == ([("delivery-wait", link, True)], ["open"])
    for heard in ([held, settled], [settled, held], [held, settled, held, settled]):
        assert await in_the_inbox(settings, servers, heard) == ([], ["done"])
    asked, over = told(held)[2], told(settled)[2]
    assert [told(record)[:2] for record in (held, settled)] == [(HELD, 1), (SETTLED, 2)]
    assert (asked["would_end"], asked["employed"], asked["feed"]) == (10, 40, "staff")
    assert asked["call"] == {
        "kind": "delivery-wait",
        "role": "hr",
        "unit_id": str(unit_id("730", "root")),
        "link": link,
        "opens": "2026-03-02",
        "due": "2026-03-02",
        "closes": "2026-03-03",
        "missed_after": "2027-03-03",
        "state": "open",
        "state_on": "2026-03-02",
    }
    assert (over["settled_on"], over["outcome"]) == ("2026-03-02", outcome)
    assert (over["call"]["state"], over["call"]["by_role"], over["call"]["link"]) == ("done", "hr", link)


async def test_the_same_file_again_asks_nobody_again_and_other_numbers_are_the_next_revision(intake: Runtime, tmp_path: Path) -> None:
    delivery, again = [await take(intake, leaving(tmp_path, 20)) for _ in range(2)]
    version = await intake.pool.fetchval("select version from subject where kind = 'delivery' and id = $1", delivery.id)
    assert again.held
    assert (await types(intake), version) == ([HELD], 1)

    await take(intake, leaving(tmp_path, 1))
    await take(intake, leaving(tmp_path, 20))

    (_, _, first), (kind, number, second) = [told(record) for record in await of_waits(intake)]
    assert (kind, number, first["would_end"], second["would_end"]) == (HELD, 2, 20, 19)
    assert first["call"] == second["call"]


async def test_what_was_let_in_beforehand_asks_nobody_and_what_was_let_in_by_who_sends_it_asks_no_longer(
    intake: Runtime, tmp_path: Path
) -> None:
    await take(intake, leaving(tmp_path, 10), release="a school was closed")
    assert await types(intake) == []

    held = await take(intake, leaving(tmp_path, 20, "20260303"))
    await take(intake, leaving(tmp_path, 20, "20260303"), release="another one")

    (_, _, _), (kind, _, over) = [told(record) for record in await of_waits(intake)]
    assert (kind, over["delivery_id"], over["outcome"]) == (SETTLED, str(held.id), "accepted")
    assert "by_role" not in over["call"], "not HR decided it"


async def test_a_later_file_of_the_feed_settles_what_waits_and_nobody_can_let_that_in(intake: Runtime, tmp_path: Path) -> None:
    held = await take(intake, leaving(tmp_path, 20))

    await take(intake, leaving(tmp_path, 2, "20260303"))

    assert await types(intake) == [HELD, SETTLED]
    assert told((await of_waits(intake))[1])[2]["outcome"] == "refused"
    shown = await known(intake, held)
    assert (shown.state, shown.turned_down) == (State.TURNED_DOWN, "older-delivery")
    assert await intake.pool.fetchval("select count(*) from held_part") == 0
    async with intake.pool.acquire() as conn:
        assert await hold_store.waiting(conn, "730") == 0
    with pytest.raises(DeliveryRefused, match="not-waiting"):
        await decide(intake, held.id, State.RELEASED, HR, "too late")


async def test_what_waits_no_longer_since_the_rules_changed_is_settled_when_it_is_taken(
    intake: Runtime, settings: Settings, tmp_path: Path
) -> None:
    await take(intake, leaving(tmp_path, 20))
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "730.toml").write_text(RULES + "[intake]\nheld_over_percent = 60\n", "utf-8")

    async with open_runtime(SERVICE, settings.model_copy(update={"rules": rules})) as others:
        await take(others, leaving(tmp_path, 20))

    assert await types(intake) == [HELD, SETTLED]
    assert told((await of_waits(intake))[1])[2]["outcome"] == "accepted"


async def test_one_that_was_dropped_and_is_brought_again_with_a_reason_was_let_in(intake: Runtime, tmp_path: Path) -> None:
    held = await take(intake, leaving(tmp_path, 20))
    await decide(intake, held.id, State.DROPPED, HR, "the file was cut off")
    with pytest.raises(DeliveryRefused, match="delivery-dropped"):
        await take(intake, leaving(tmp_path, 20))

    taken = await take(intake, leaving(tmp_path, 20), release="it was not")

    assert taken.said["hr.employment-end-registered.v1"] == 20
    assert await types(intake) == [HELD, SETTLED]


async def test_what_could_not_be_kept_is_neither_held_nor_said_until_it_is_brought_again(
    intake: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(hold_store, "keep_part", killed)
        with pytest.raises(ConnectionError):
            await take(intake, leaving(tmp_path, 20))
    assert await types(intake) == []
    assert await intake.pool.fetchval("select count(*) from hold") == 0

    await take(intake, leaving(tmp_path, 20))
    assert await types(intake) == [HELD]


async def test_what_was_let_go_and_taken_says_no_more_than_that(intake: Runtime, tmp_path: Path) -> None:
    held = await take(intake, leaving(tmp_path, 20))
    await decide(intake, held.id, State.RELEASED, OPERATOR, "the school was closed")
    await take_released(intake, await known(intake, held))

    assert await types(intake) == [HELD, SETTLED]
    assert "by_role" not in told((await of_waits(intake))[1])[2]["call"]


@pytest.fixture
async def opus(settings: Settings, tmp_path: Path) -> AsyncIterator[Runtime]:
    """A night of a hundred employees."""
    async with open_runtime(SERVICE, settings) as runtime:
        await set_day(runtime, MONDAY)
        await take(runtime, nights(tmp_path, 0, "20260302"), OPUS)
        yield runtime


def nights(folder: Path, missing: int, day: str) -> Path:
    """The file of a night, in which so many of the hundred are missing."""
    staff_of_all = [employee(str(number), cpr=f"99{number:08}") for number in range(100)]
    return night(folder, org_unit(), *staff_of_all[missing:], made=f"{day}224000")


async def the_turned_down(intake: Runtime) -> UUID:
    found: UUID = await intake.pool.fetchval("select id from delivery where turned_down is not null")
    return found


async def test_a_file_that_is_cut_off_is_a_task_of_hr_until_a_whole_one_came(
    opus: Runtime, settings: Settings, servers: Stack, tmp_path: Path
) -> None:
    for _ in range(2):
        with pytest.raises(Refused, match="incomplete-file"):
            await take(opus, nights(tmp_path, 50, "20260303"), OPUS)
    asked = await of_waits(opus)
    assert await types(opus) == [HELD]
    link = f"/intake/deliveries/{await the_turned_down(opus)}"
    assert await in_the_inbox(settings, servers, asked) == ([("delivery-incomplete", link, True)], ["open"])
    assert (told(asked[0])[2]["would_end"], told(asked[0])[2]["employed"]) == (50, 100)

    await take(opus, nights(tmp_path, 1, "20260304"), OPUS)

    assert await types(opus) == [HELD, SETTLED]
    assert told((await of_waits(opus))[1])[2]["outcome"] == "refused"
    assert await in_the_inbox(settings, servers, await of_waits(opus)) == ([], ["done"])
    assert (await opus.pool.fetchval("select turned_down from delivery where id = $1", await the_turned_down(opus))) == "incomplete-file"


async def test_a_file_that_lost_its_units_is_a_task_of_hr_too(opus: Runtime, tmp_path: Path) -> None:
    units = [org_unit(str(31 + number)) for number in range(20)]
    staff = [employee(str(number), cpr=f"99{number:08}") for number in range(100)]
    await take(opus, night(tmp_path, *units, *staff, made="20260303224000"), OPUS)

    with pytest.raises(Refused, match="incomplete-units"):
        await take(opus, night(tmp_path, units[0], *staff[1:], made="20260304224000"), OPUS)

    (asked,) = await of_waits(opus)
    assert (told(asked)[2]["call"]["kind"], told(asked)[2]["would_end"], told(asked)[2]["employed"]) == ("delivery-incomplete", 1, 100)


async def test_an_older_night_is_refused_and_nobody_is_alarmed(opus: Runtime, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="older-delivery"):
        await take(opus, nights(tmp_path, 0, "20260301"), OPUS)

    assert await types(opus) == []
