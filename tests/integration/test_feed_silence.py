"""A feed that falls silent on a real PostgreSQL: looked for, asked, shown and measured, and over with its next file or answer."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest

from deploy.local.stack import Stack
from services.chassis import health
from services.chassis.failures import Refused
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.wake import Wake
from services.intake import feed_silence
from services.intake.app import SERVICE
from services.intake.delivery_store import State
from services.intake.domain.keys import unit_id
from services.intake.domain.records import FEED
from services.intake.releasing import decide, put_right, take_released
from tests.integration.test_deliveries import HR, cells, fetched, known, take
from tests.integration.test_delivery_tasks import in_the_inbox, nights, of_waits, told
from tests.integration.test_held_deliveries import leaving
from tests.kit.hr_desk import at_the_desk
from tests.kit.page_client import text_of
from tests.kit.polling import VARIABLES, poll, source_of
from tests.kit.records import read_everything, set_day
from tests.kit.sd_service import SdService, sd_service
from tests.kit.staff_file import row, staff, written
from tests.kit.story import RULES
from tests.unit.intake.opus_file import OPUS

WATCHED = RULES + '[intake]\nfeeds_silent_after_working_days = { staff = 2, sd = 1, "sd.units" = 1 }\n'
OF_OPUS = RULES.replace('"730"', '"707"') + "[intake]\nfeeds_silent_after_working_days = { opus = 2 }\n"
SILENT, HEARD = "intake.feed-fell-silent.v1", "intake.feed-heard-again.v1"


def day(number: int) -> date:
    """A day of March 2026; the second is a Monday."""
    return date(2026, 3, number)


MONDAY, WEDNESDAY, THURSDAY, FRIDAY = day(2), day(4), day(5), day(6)


@asynccontextmanager
async def opened_with(settings: Settings, folder: Path, *rules: str) -> AsyncIterator[Runtime]:
    """Intake on Monday, with the rules of these municipalities."""
    rules_at = folder / "rules"
    rules_at.mkdir()
    for place, text in enumerate(rules):
        (rules_at / f"{place}.toml").write_text(text, "utf-8")
    async with open_runtime(SERVICE, settings.model_copy(update={"rules": rules_at})) as runtime:
        await set_day(runtime, MONDAY)
        yield runtime


@pytest.fixture
async def staffed(settings: Settings, tmp_path: Path) -> AsyncIterator[Runtime]:
    """Only the file of staff is watched; it came on Monday, with forty who are employed."""
    async with opened_with(settings, tmp_path, RULES + "[intake]\nfeeds_silent_after_working_days = { staff = 2 }\n") as runtime:
        await take(runtime, written(tmp_path, staff(range(40))))
        await on(runtime, MONDAY)
        yield runtime


@pytest.fixture
async def watching(settings: Settings, tmp_path: Path) -> AsyncIterator[Runtime]:
    """Feeds of two municipalities are watched; both are live from Monday, and nothing has come."""
    live = [rules.replace("live_from = 2020-01-01", f"live_from = {MONDAY}") for rules in (WATCHED, OF_OPUS)]
    async with opened_with(settings, tmp_path, *live) as runtime:
        yield runtime


@pytest.fixture
def sd(monkeypatch: pytest.MonkeyPatch) -> Iterator[SdService]:
    """A payroll service that tells of nobody."""
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    with sd_service() as service:
        yield service


async def on(runtime: Runtime, today: date) -> None:
    """It is another day: whoever is due is woken, and silence is looked for."""
    await set_day(runtime, today)
    await read_everything(runtime)
    await Wake(runtime).once()
    await feed_silence.look(runtime)


async def said(runtime: Runtime) -> list[tuple[str, str, bool]]:
    """What stands of each silence, by feed: the type, and whether it stands."""
    rows = await runtime.pool.fetch(
        "select type, body::jsonb ->> 'feed' as feed, stands from statement where kind = $1 order by feed, key", FEED
    )
    return [(row["feed"], row["type"], row["stands"]) for row in rows]


async def test_a_file_that_does_not_come_is_a_task_in_hrs_queue_until_the_next_one_does(
    staffed: Runtime, settings: Settings, servers: Stack, tmp_path: Path
) -> None:
    await on(staffed, WEDNESDAY)
    assert await said(staffed) == []
    assert await health.raised_alarms(staffed) == []

    await on(staffed, THURSDAY)
    (silent,) = await of_waits(staffed, "feed")
    kind, number, body = told(silent)
    assert (kind, number, body["feed"], body["expected_every_hours"]) == (SILENT, 1, "staff", 48)
    assert body["last_seen"].startswith("2026-03-02T")
    assert body["call"]["unit_id"] == str(unit_id("730", "root"))
    task = ("feed-silence", "/intake/deliveries", True)
    assert await in_the_inbox(settings, servers, [silent, silent], THURSDAY) == ([task], ["open"])
    assert await health.raised_alarms(staffed) == ["730: nothing from feed staff since 2026-03-02"]
    assert (await health.status(staffed, None))["alarms"] == 1
    text = staffed.metrics.exposition().decode()
    assert 'forbliv_silence_days{municipality="730",what="feed-staff"} 3.0' in text
    assert 'forbliv_silence_alarm{municipality="730",what="feed-staff"} 1.0' in text

    await set_day(staffed, FRIDAY)
    await take(staffed, written(tmp_path, staff(range(40), seen="2026-03-06"), "20260306"))
    await on(staffed, FRIDAY)
    silent, heard = await of_waits(staffed, "feed")
    kind, number, body = told(heard)
    assert (kind, number, body["heard_on"], body["call"]["state"]) == (HEARD, 2, "2026-03-06", "done")
    for records in ([silent, heard], [heard, silent]):
        assert await in_the_inbox(settings, servers, records, FRIDAY) == ([], ["done"])
    assert await health.raised_alarms(staffed) == []


async def test_looking_twice_says_nothing_twice_and_a_day_is_noted_once(staffed: Runtime, tmp_path: Path) -> None:
    async def notes() -> int:
        found: int = await staffed.pool.fetchval("select version from subject where kind = $1", FEED)
        return found

    first = await notes()
    await take(staffed, written(tmp_path, staff(range(41)), "20260302"))
    for _ in range(3):
        await feed_silence.look(staffed)
    assert await notes() == first

    for today in (THURSDAY, THURSDAY, FRIDAY):
        await on(staffed, today)
    assert await notes() == first + 1
    assert len(await of_waits(staffed, "feed")) == 1


async def test_the_worker_looks_by_itself(staffed: Runtime) -> None:
    await set_day(staffed, THURSDAY)
    staffed.said.clear()
    running = [asyncio.create_task(loop(staffed)) for loop in SERVICE.loops]
    try:
        async with asyncio.timeout(30):
            await staffed.said.wait()
    finally:
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    assert await said(staffed) == [("staff", SILENT, True)]


async def test_the_same_file_again_is_a_sign_of_life(staffed: Runtime, tmp_path: Path) -> None:
    await set_day(staffed, WEDNESDAY)
    await take(staffed, written(tmp_path, staff(range(40))))
    await on(staffed, WEDNESDAY)
    await on(staffed, FRIDAY)

    assert await said(staffed) == []


async def test_a_file_that_waits_or_is_older_or_wrong_in_every_row_is_not_heard(staffed: Runtime, tmp_path: Path) -> None:
    await set_day(staffed, WEDNESDAY)
    held = await take(staffed, leaving(tmp_path, 20, "20260304"))
    with pytest.raises(Refused, match="older-delivery"):
        await take(staffed, written(tmp_path, staff(range(39)), "20260201"))
    wrong = await take(staffed, written(tmp_path, [row(50, degree="much")], "20260303"))
    assert (wrong.seen, wrong.refused_rows) == (1, 1)
    await on(staffed, WEDNESDAY)
    await on(staffed, THURSDAY)
    assert await said(staffed) == [("staff", SILENT, True)]

    await decide(staffed, held.id, State.RELEASED, HR, "a school was closed")
    await take_released(staffed, await known(staffed, held))
    await on(staffed, FRIDAY)
    assert await said(staffed) == [("staff", SILENT, False)], "it had come in time, and HR has let it in"


async def test_what_hr_puts_right_is_no_word_of_the_source(staffed: Runtime, tmp_path: Path) -> None:
    wrong = await take(staffed, written(tmp_path, [*staff(range(3)), row(50, degree="much")], "20260302"))
    await set_day(staffed, WEDNESDAY)
    header, *rows = cells(await fetched(staffed, wrong))
    sheet = "\n".join(";".join(line) for line in (header, *rows)).replace("much", "0.5000")
    assert (await put_right(staffed, await known(staffed, wrong), sheet.encode(), HR)).refused_rows == 0
    await on(staffed, WEDNESDAY)
    await on(staffed, THURSDAY)

    assert await said(staffed) == [("staff", SILENT, True)]


async def test_a_night_that_is_cut_off_is_refused_and_not_heard(watching: Runtime, tmp_path: Path) -> None:
    await take(watching, nights(tmp_path, 0, "20260302"), OPUS)
    await on(watching, MONDAY)
    await set_day(watching, WEDNESDAY)
    with pytest.raises(Refused, match="incomplete-file"):
        await take(watching, nights(tmp_path, 50, "20260304"), OPUS)
    await on(watching, WEDNESDAY)
    await on(watching, THURSDAY)

    assert ("opus", SILENT, True) in await said(watching)


async def test_an_answer_that_tells_of_nobody_is_heard_and_one_that_does_not_come_is_not(watching: Runtime, sd: SdService) -> None:
    source = source_of(sd, units=True)
    for number in (2, 3, 4):
        steps = await poll(watching, source, f"2026-03-0{number}T08:00")
        assert [step.failed for step in steps] == [None, None, None]
        await feed_silence.look(watching)
    assert await watching.pool.fetchval("select count(*) from delivery") == 0
    assert [each for each in await said(watching) if each[0].startswith("sd")] == []

    await on(watching, FRIDAY)
    assert [each for each in await said(watching) if each[0].startswith("sd")] == [("sd", SILENT, True), ("sd.units", SILENT, True)]
    await poll(watching, source, "2026-03-06T13:00")
    await feed_silence.look(watching)
    assert [each for each in await said(watching) if each[0].startswith("sd")] == [("sd", HEARD, True), ("sd.units", HEARD, True)]


async def test_after_a_week_without_us_only_what_is_silent_then_is_asked_about_once(
    watching: Runtime, settings: Settings, tmp_path: Path
) -> None:
    await take(watching, written(tmp_path, staff(range(40))))
    await take(watching, nights(tmp_path, 0, "20260302"), OPUS)
    await on(watching, MONDAY)
    await set_day(watching, day(9))
    await take(watching, nights(tmp_path, 0, "20260309"), OPUS)

    async with open_runtime(SERVICE, settings.model_copy(update={"rules": watching.settings.rules})) as restarted:
        await on(restarted, day(10))
        await on(restarted, day(10))
        asked = [told(record) for record in await of_waits(restarted, "feed")]
    assert sorted((body["feed"], kind, number) for kind, number, body in asked if not body["feed"].startswith("sd")) == [
        ("staff", SILENT, 1)
    ]
    assert {body["call"]["opens"] for _, _, body in asked} == {"2026-03-10"}


async def test_hr_reads_which_source_is_silent_where_the_task_leads(watching: Runtime, settings: Settings, tmp_path: Path) -> None:
    await take(watching, written(tmp_path, staff(range(40))))
    await on(watching, MONDAY)
    async with at_the_desk(settings) as hr:
        assert "Der er" not in text_of((await hr.get("/intake/deliveries")).text)
        await on(watching, THURSDAY)
        page = text_of((await hr.get("/intake/deliveries")).text)
    assert "Der er ikke kommet noget fra staff siden mandag" in page
    assert "Der er endnu ikke kommet noget fra sd." in page
    async with at_the_desk(settings, municipality="707") as other:
        assert "staff" not in text_of((await other.get("/intake/deliveries")).text)


async def test_nobody_is_asked_about_a_feed_that_no_rule_names(settings: Settings, tmp_path: Path) -> None:
    async with opened_with(settings, tmp_path, RULES) as runtime:
        await take(runtime, written(tmp_path, staff(range(40))))
        for today in (MONDAY, FRIDAY, date(2027, 3, 1)):
            await on(runtime, today)
        assert await runtime.pool.fetchval("select count(*) from subject where kind = $1", FEED) == 0
