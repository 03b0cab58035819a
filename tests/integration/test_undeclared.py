"""What a service does not declare never comes into its outbox: the subject waits as a broken one, and nobody else does."""

from dataclasses import replace
from datetime import date

from services.chassis.inlet import Inlet
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.tables import wakes
from services.chassis.wake import Wake
from tests.kit.builders import an_id, hired, noon
from tests.kit.records import read_everything, sent
from tests.kit.story import revision
from tests.kit.toy import TOY, BellPlanned, Echoed

LONG_AGO, AHEAD = date(2026, 3, 2), date(2100, 3, 2)


async def said(runtime: Runtime) -> list[tuple[str, str]]:
    """What waits in the outbox: of whom, and as what."""
    rows = await runtime.pool.fetch("SELECT key, headers FROM outbox ORDER BY seq")
    return [(row["key"], row["headers"].split('"ce_type","')[1].split('"')[0]) for row in rows]


async def test_what_is_not_declared_waits_with_its_subject_until_code_declares_it(settings: Settings) -> None:
    """The bell of one person rang long ago, and its echo is undeclared; that of the other is planned."""
    hires = [revision(hired(day, person=name), noon(LONG_AGO)) for name, day in (("person", LONG_AGO), ("other", AHEAD))]
    async with open_runtime(replace(TOY, says=(BellPlanned,)), settings) as forgetful:
        await read_everything(forgetful)
        await Inlet(forgetful).take([sent(heard) for heard in hires])

        assert await said(forgetful) == [(str(an_id("other")), BellPlanned.wire)]
        async with forgetful.pool.acquire() as conn:
            (broken,) = await wakes.broken(conn)
        assert broken.problem.startswith("Undeclared at ")
        assert await forgetful.pool.fetchval("SELECT count(*) FROM dead_letter") == 0

    async with open_runtime(TOY, settings) as mended:
        await Wake(mended)._underived()
        await Wake(mended).once()

        assert (str(an_id("person")), Echoed.wire) in await said(mended)
        async with mended.pool.acquire() as conn:
            assert await wakes.broken(conn) == []
