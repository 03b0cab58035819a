"""Another key also for refused rows and for what is held back: once the old key is gone, rows are still fetched and files let go."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from deploy.local.identity import write_private
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.intake import bringing, rotation, rotation_store
from services.intake.app import SERVICE
from services.intake.bringing import Bringing
from services.intake.delivery import Delivering
from services.intake.delivery_store import State
from services.intake.outcome import Outcome
from services.intake.reading.files import survey
from services.intake.reading.mapping import Mapping
from services.intake.refused import place_of
from services.intake.releasing import decide, put_right, take_released
from services.intake.rotation import rotate, standing
from services.intake.vault import Key, Vault, read_keys
from tests.integration.test_deliveries import HR, OPERATOR, cells, fetched, known, one_file, take
from tests.integration.test_held_deliveries import ENDED, leaving
from tests.kit.staff_file import MAPPING, cpr, row, staff, written

WRONG = range(50, 55)


@pytest.fixture
async def intake(settings: Settings, keys: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Runtime]:
    """Small batches and small parts, so that there is much between two."""
    monkeypatch.setattr(rotation, "BATCH", 2)
    monkeypatch.setattr(rotation, "PARTS", 2)
    monkeypatch.setattr(rotation, "PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(bringing, "CHUNK", 512)
    async with open_runtime(SERVICE, settings.model_copy(update={"identity_keys": keys})) as runtime:
        yield runtime


def another(keys: Path, name: str) -> Vault:
    """A key put before those of the file."""
    write_private(keys, Key.drawn(name).line + keys.read_text())
    return Vault(read_keys(keys), keys)


def only(keys: Path, vault: Vault) -> None:
    """All keys but the newest are gone."""
    write_private(keys, next(key.line for key in read_keys(keys) if key.id == vault.ids[0]))


async def rotated(intake: Runtime, vault: Vault, steps: int = 0) -> int:
    """Rotate, and be killed after so many steps; how many there were."""
    done = 0
    async with aclosing(rotate(intake.pool, vault)) as going:
        async for _ in going:
            done += 1
            if done == steps:
                break
    return done


async def with_refused_and_held(intake: Runtime, folder: Path) -> tuple[Outcome, Outcome]:
    """Forty are employed and five rows are refused; a file that would end twenty waits."""
    first = await take(intake, written(folder, [*staff(range(40)), *(row(number, degree="much") for number in WRONG)]))
    held = await take(intake, leaving(folder, 20))
    assert await intake.pool.fetchval("select count(*) from held_part") > 5
    return first, held


async def is_all_there(intake: Runtime, first: Outcome, held: Outcome) -> None:
    """Rows are fetched and put right, and the file is let go, from what was kept."""
    sheet = await fetched(intake, first)
    assert [told[3] for told in cells(sheet)[1:]] == [f"'{cpr(number)}" for number in WRONG]
    mended = await put_right(intake, await known(intake, first), sheet.replace(b"much", b"'0.5"), HR)
    assert mended.said["hr.hired.v1"] == len(WRONG)
    await decide(intake, held.id, State.RELEASED, HR, "the school was closed")
    assert (await take_released(intake, await known(intake, held))).said[ENDED] == 20


async def test_once_the_old_key_is_gone_rows_are_fetched_and_a_held_file_is_let_go(intake: Runtime, keys: Path, tmp_path: Path) -> None:
    first, held = await with_refused_and_held(intake, tmp_path)
    vault = another(keys, "second")

    await rotated(intake, vault)
    now = await standing(intake.pool, vault)
    only(keys, vault)

    assert (now.keys, now.is_done, now.made["first"]) == (["second"], True, {})
    await is_all_there(intake, first, held)


async def test_killed_between_any_two_steps_it_goes_on(intake: Runtime, keys: Path, tmp_path: Path) -> None:
    first, held = await with_refused_and_held(intake, tmp_path)
    steps = done = 0
    while done == steps:
        steps += 1
        vault = another(keys, f"key-{steps}")
        done = await rotated(intake, vault, steps)
        assert [told[3] for told in cells(await fetched(intake, first))[1:]] == [f"'{cpr(number)}" for number in WRONG]
        await rotated(intake, vault)
        now = await standing(intake.pool, vault)
        assert (now.is_done, {key for key, made in now.made.items() if made}) == (True, {vault.ids[0]}), f"killed after step {steps}"
        only(keys, vault)

    assert steps > 10
    await is_all_there(intake, first, held)


async def test_who_began_before_seals_with_the_newest_key(intake: Runtime, keys: Path, tmp_path: Path) -> None:
    """Also one that refuses all it has, and so looks nobody up."""
    path = written(tmp_path, [row(7, degree="much")])
    mapping = Mapping.parse(MAPPING)
    began_before = Delivering(intake, mapping, survey(mapping, path), Bringing.of(OPERATOR, mapping, path))
    await take(intake, written(tmp_path, staff(range(40)), "20260228"))
    vault = another(keys, "second")
    await rotated(intake, vault)

    outcome = await began_before.run()

    assert (await standing(intake.pool, vault)).made["first"] == {}
    only(keys, vault)
    assert cells(await fetched(intake, outcome))[1][3] == f"'{cpr(7)}"


async def test_what_an_earlier_change_of_keys_left_sealed_is_made_anew_too(intake: Runtime, keys: Path, tmp_path: Path) -> None:
    """Before this version a change left it, and forgot the key of the hashes."""
    first, _ = await with_refused_and_held(intake, tmp_path)
    vault = another(keys, "second")
    await rotated(intake, vault)
    place = place_of(first.id, await one_file(intake, first))
    sealed = await intake.pool.fetchval("select sealed from refused_file")
    await intake.pool.execute("update refused_file set sealed = $1", vault.seal(vault.open(sealed, place), place, "first"))
    left = await standing(intake.pool, vault)
    assert (left.keys, left.is_done, left.made["first"]) == (["second"], False, {"refused_file.sealed": 1})

    await rotated(intake, vault)

    assert (await standing(intake.pool, vault)).made["first"] == {}


async def test_every_column_that_is_sealed_is_made_anew(intake: Runtime) -> None:
    found = await intake.pool.fetch(rotation_store.MADE)

    made_anew = {*rotation_store.HASHED, *rotation_store.SEALED}
    assert {each["table_name"] for each in found if each["column_name"] == "sealed"} == made_anew
    assert {each["table_name"] for each in found} - made_anew == {"stopped"}
