"""The rows of those who leave on a real PostgreSQL: none is left behind, none stands twice."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.retention.app import SERVICE
from tests.kit.builders import an_id, resigned
from tests.kit.first_year import told
from tests.kit.leavers import fill, leavers
from tests.kit.records import take
from tests.kit.story import revision


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(SERVICE, settings) as opened:
        await fill(opened)
        yield opened


async def test_an_end_that_never_was_leaves_no_row(runtime: Runtime) -> None:
    end = told(leavers()["end of retires"], "end of retires")

    await take(runtime, [revision(end.body, end.known_at, fact=end.fact, number=2, stands=False)])

    assert await runtime.pool.fetchval("SELECT count(*) FROM leaving WHERE person_key = $1", an_id("retires")) == 0
    assert await runtime.pool.fetchval("SELECT count(*) FROM duty") == 8


async def test_an_end_that_was_heard_before_its_resignation_moves_to_the_case_of_the_resignation(runtime: Runtime) -> None:
    notice = resigned(date(2026, 3, 31), unit="ward", person="retires")

    await take(runtime, [told(notice, "notice of retires")])

    cases = await runtime.pool.fetch(
        "SELECT DISTINCT case_id FROM duty JOIN leaving USING (case_id) WHERE person_key = $1", an_id("retires")
    )
    assert [row["case_id"] for row in cases] == [an_id("notice of retires")]
