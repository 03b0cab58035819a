"""A delivery that would end too many employments on a real PostgreSQL: it waits, is kept, let go, dropped, and goes on after a crash."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.intake import delivery
from services.intake.app import SERVICE
from services.intake.delivery import Delivering
from services.intake.delivery_store import State
from services.intake.reading.files import survey
from services.intake.reading.mapping import Mapping
from services.intake.reading.refused import DeliveryRefused
from services.intake.releasing import decide, take_released
from tests.integration.test_deliveries import HR, OPERATOR, everything_kept, known, take
from tests.integration.test_intake import dict_of, outbox
from tests.kit.staff_file import MAPPING, cpr, staff, written

LAST = "2026-04-30"
ENDED = "hr.employment-end-registered.v1"


@pytest.fixture
async def intake(settings: Settings, tmp_path: Path) -> AsyncIterator[Runtime]:
    """Forty are employed."""
    async with open_runtime(SERVICE, settings) as runtime:
        await take(runtime, written(tmp_path, staff(range(40))))
        yield runtime


def leaving(folder: Path, count: int, day: str = "20260302") -> Path:
    """The file of a day, in which so many of the forty leave."""
    return written(folder, staff(range(40), dict.fromkeys(range(count), LAST), f"{day[:4]}-{day[4:6]}-{day[6:]}"), day)


async def of_people(intake: Runtime) -> list[tuple[str, str]]:
    """What is said, but for what HR is asked about the delivery itself."""
    return [each for each in await outbox(intake) if not dict_of(each[0])["ce_type"].startswith("intake.delivery-")]


async def said(intake: Runtime) -> Counter[str]:
    return Counter(dict_of(headers)["ce_type"] for headers, _ in await outbox(intake))


async def test_a_file_that_would_end_a_quarter_waits_and_nothing_of_it_is_taken(intake: Runtime, tmp_path: Path) -> None:
    before = await of_people(intake)

    held = await take(intake, leaving(tmp_path, 10))

    assert held.held is not None
    assert (held.held.ending, held.held.employed) == (10, 40)
    assert await of_people(intake) == before
    assert (await known(intake, held)).state is State.WAITING
    kept = await everything_kept(intake)
    assert cpr(3) not in kept
    assert cpr(3).encode().hex() not in kept


async def test_fewer_than_a_handful_and_ends_that_are_known_never_wait(intake: Runtime, tmp_path: Path) -> None:
    nine = await take(intake, leaving(tmp_path, 9))
    same_and_nine_more = await take(intake, leaving(tmp_path, 18, "20260303"))

    assert nine.held is same_and_nine_more.held is None
    assert (await said(intake))[ENDED] == 18


async def test_what_is_let_go_is_taken_from_what_was_kept_and_then_kept_no_longer(intake: Runtime, tmp_path: Path) -> None:
    path = leaving(tmp_path, 20)
    held = await take(intake, path)
    path.unlink()

    await decide(intake, held.id, State.RELEASED, HR, "the school was closed")
    taken = await take_released(intake, await known(intake, held))

    assert taken.id == held.id
    assert taken.said[ENDED] == 20
    shown = await known(intake, held)
    assert shown.state is State.DONE
    assert shown.hold is not None
    assert (shown.hold.by, shown.hold.why, shown.brought) == (HR, "the school was closed", OPERATOR)
    assert await intake.pool.fetchval("select count(*) from held_part") == 0
    with pytest.raises(DeliveryRefused, match="not-waiting"):
        await decide(intake, held.id, State.DROPPED, HR, "too late")


async def test_what_is_dropped_is_gone_and_is_not_taken_when_it_comes_again(intake: Runtime, tmp_path: Path) -> None:
    before = await of_people(intake)
    held = await take(intake, leaving(tmp_path, 20))

    await decide(intake, held.id, State.DROPPED, HR, "the file was cut off")

    assert await intake.pool.fetchval("select count(*) from held_part") == 0
    with pytest.raises(DeliveryRefused, match="delivery-dropped"):
        await take(intake, leaving(tmp_path, 20))
    assert await of_people(intake) == before
    assert (await known(intake, held)).state is State.DROPPED
    whole = await take(intake, leaving(tmp_path, 2, "20260303"))
    assert whole.said[ENDED] == 2, "the next file is judged by itself"


async def test_the_same_file_again_waits_still_and_can_be_let_go_as_it_is_sent(intake: Runtime, tmp_path: Path) -> None:
    first, again = await take(intake, leaving(tmp_path, 20)), await take(intake, leaving(tmp_path, 20))
    sent = await take(intake, leaving(tmp_path, 20), release="the school was closed")

    assert first.held == again.held
    assert sent.said[ENDED] == 20
    shown = await known(intake, sent)
    assert shown.hold is not None
    assert (shown.state, shown.hold.decided, shown.hold.by) == (State.DONE, "released", OPERATOR)


async def test_what_was_let_go_and_then_killed_goes_on_without_doubling(
    intake: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "CHUNK", 7)
    path = leaving(tmp_path, 20)
    held = await take(intake, path)
    await decide(intake, held.id, State.RELEASED, HR, "the school was closed")
    told = Mapping.parse(MAPPING)

    class Killed(Exception):
        pass

    def kill(_rows: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        await Delivering(intake, told, survey(told, path)).run(kill)
    half = (await said(intake))[ENDED]
    assert (await known(intake, held)).state is State.RELEASED
    await take_released(intake, await known(intake, held))

    assert 0 < half < 20
    assert (await said(intake))[ENDED] == 20
    ids = [dict_of(headers)["ce_id"] for headers, _ in await outbox(intake)]
    assert len(ids) == len(set(ids))


async def test_a_dry_run_tells_that_it_would_wait_and_notes_nothing(intake: Runtime, tmp_path: Path) -> None:
    told, path = Mapping.parse(MAPPING), leaving(tmp_path, 20)

    tried = await Delivering(intake, told, survey(told, path), dry_run=True).run()

    assert tried.held is not None
    assert tried.said[ENDED] == 20
    assert await intake.pool.fetchval("select count(*) from hold") == 0
