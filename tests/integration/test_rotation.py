"""Another key on a real PostgreSQL: no id changes, wherever it is stopped, whoever imports meanwhile, whichever keys they know."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner

from deploy.local.identity import write_private
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.web import mount
from services.cli import app as cli
from services.intake import delivery, rotation, rotation_store
from services.intake.app import SERVICE, build_web
from services.intake.delivery import Delivering
from services.intake.erasing import erase
from services.intake.identity_store import Prints
from services.intake.reading.files import read
from services.intake.reading.mapping import Mapping
from services.intake.rotation import rotate, standing
from services.intake.vault import Key, Vault, read_keys
from tests.integration.test_door import SECRET, Source
from tests.kit.page_client import opened
from tests.kit.speakers import register, token
from tests.kit.told import hire, told
from tests.unit.intake.opus_file import OPUS, employee, night, org_unit

STAFF = tuple(str(5001 + number) for number in range(3))
Ids = dict[str, set[UUID]]


@pytest.fixture
def own(settings: Settings, keys: Path, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"identity_keys": keys, "secret": SECRET, "speakers": register(tmp_path)})


@pytest.fixture
async def intake(own: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Runtime]:
    """Small batches, so that there is much between two."""
    monkeypatch.setattr(rotation, "BATCH", 2)
    monkeypatch.setattr(rotation, "PAUSE_SECONDS", 0.001)
    async with open_runtime(SERVICE, own) as runtime:
        yield runtime


def another(keys: Path, name: str) -> Vault:
    """A key put before those of the file."""
    write_private(keys, Key.drawn(name).line + keys.read_text())
    return Vault(read_keys(keys), keys)


async def import_all(intake: Runtime, folder: Path, day: int) -> None:
    """The same staff with other hours every day, so that every row is taken."""
    rows = [employee(name, f"2026-03-{day:02}", cpr=f"990174{name}", numerator=str(day)) for name in STAFF]
    mapping = Mapping.parse(OPUS)
    await Delivering(intake, mapping, read(mapping, night(folder, org_unit(), *rows, made=f"202603{day:02}224000"))).run()


async def ids(intake: Runtime) -> Ids:
    """All ids there are."""
    tables = {"person_key": "key", "employment_key": "key", "told_fact": "fact"}
    return {t: {row[0] for row in await intake.pool.fetch(f"select {c} from {t}")} for t, c in tables.items()}


async def stopped_after(intake: Runtime, vault: Vault, steps: int) -> int:
    """Rotate and be killed after so many steps; how many there were."""
    done = 0
    async with aclosing(rotate(intake.pool, vault)) as going:
        async for _ in going:
            done += 1
            if done == steps:
                break
    return done


async def test_killed_between_any_two_steps_it_goes_on_and_no_id_changes(
    intake: Runtime, keys: Path, tmp_path: Path, own: Settings
) -> None:
    async with opened(mount([build_web(own)])) as app, Source(app) as source:
        source.headers["authorization"] = f"Bearer {token()}"
        events = [told(f"hire-{n}", hire("2099-01-01", person_key=f"P-{n}", employment_id=f"A-{n}")) for n in range(2)]
        assert (await source.tell(*events)).status_code == 202
        await import_all(intake, tmp_path, 2)
        before, steps = await ids(intake), 1
        while True:
            vault = another(keys, f"key-{steps}")
            done = await stopped_after(intake, vault, steps)
            await import_all(intake, tmp_path, 2 + steps)
            again = await source.tell(*events)

            assert (again.json()["duplicate"], await ids(intake)) == (2, before), f"killed after step {steps}"
            await stopped_after(intake, vault, 0)
            now = await standing(intake.pool, vault)
            assert (now.keys, now.is_done) == ([f"key-{steps}"], True)
            assert set(now.made) - {f"key-{steps}"} == {key for key, made in now.made.items() if not made}
            if done < steps:
                break
            steps += 1
    assert steps > 6


async def test_without_looking_under_both_hashes_somebody_would_become_another(
    intake: Runtime, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: Settings
) -> None:
    def under_the_newest(prints: Prints, texts: Any) -> dict[bytes, str]:
        return {prints.newest(text): text for text in texts}

    monkeypatch.setattr(Prints, "by_hash", under_the_newest)

    with pytest.raises(AssertionError):
        await test_killed_between_any_two_steps_it_goes_on_and_no_id_changes(intake, keys, tmp_path, own)


async def test_killed_inside_a_step_it_leaves_the_rows_as_they_were(
    intake: Runtime, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await import_all(intake, tmp_path, 2)
    before, vault = await ids(intake), another(keys, "second")
    anew = rotation_store.hash_anew

    async def killed(*told: Any) -> None:
        await anew(*told)
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(rotation_store, "hash_anew", killed)
        with pytest.raises(ConnectionError):
            await stopped_after(intake, vault, 0)
    assert not (await standing(intake.pool, vault)).is_done
    await stopped_after(intake, vault, 0)
    await import_all(intake, tmp_path, 3)

    assert (await standing(intake.pool, vault)).is_done
    assert await ids(intake) == before


async def test_imports_beside_a_rotation_give_the_same_ids(
    intake: Runtime, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three imports that know the first key alone when they begin, and a rotation in the midst of them."""
    monkeypatch.setattr(delivery, "CHUNK", 1)
    await import_all(intake, tmp_path, 2)
    before, vault = await ids(intake), another(keys, "second")

    async def imports() -> None:
        for day in (3, 4, 5):
            await import_all(intake, tmp_path, day)

    await asyncio.gather(imports(), stopped_after(intake, vault, 0))
    now = await standing(intake.pool, vault)

    assert await ids(intake) == before
    assert (now.keys, now.made["first"]) == (["second"], {})


async def test_a_process_that_began_before_reads_its_keys_again_and_says_later_while_one_is_missing(
    intake: Runtime, keys: Path, own: Settings
) -> None:
    first, leave = (
        told("1", hire("2099-01-01")),
        told("2", hire("2099-01-01", degree="0.5000"), supersedes="1", time="2026-01-12T00:00:00Z"),
    )
    async with opened(mount([build_web(own)])) as app, Source(app) as source:
        source.headers["authorization"] = f"Bearer {token()}"
        await source.tell(first)
        before, second = await ids(intake), Key.drawn("second")
        await stopped_after(intake, Vault([second, *read_keys(keys)]), 0)

        without = await source.tell(leave)
        write_private(keys, second.line)
        answer = await source.tell(leave)

    assert (without.status_code, without.headers["retry-after"]) == (503, "5")
    assert (answer.status_code, answer.json()["outcome"]) == (202, "accepted")
    assert await ids(intake) == before


async def test_who_was_erased_stays_away_after_a_rotation_and_the_stop_list_keeps_its_key(
    intake: Runtime, keys: Path, tmp_path: Path
) -> None:
    await import_all(intake, tmp_path, 2)
    person = await intake.pool.fetchval("select person from employment_person limit 1")
    assert await erase(intake, Vault.of(intake.settings), person, "request")
    before, vault = await ids(intake), another(keys, "second")

    await stopped_after(intake, vault, 0)
    await import_all(intake, tmp_path, 3)
    now = await standing(intake.pool, vault)

    assert await ids(intake) == before
    assert len(before["person_key"]) == len(STAFF) - 1
    assert (now.keys, now.is_done, now.made["first"]) == (["second", "first"], True, {"stopped.hash": 4})


async def test_the_command_draws_a_key_changes_to_it_and_goes_on_with_one_that_was_stopped(
    intake: Runtime, keys: Path, tmp_path: Path, own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"KAFKA": own.kafka, "DATABASE_URL": own.database_url, "RULES": own.rules, "IDENTITY_KEYS": keys}.items():
        monkeypatch.setenv(f"FORBLIV_{name}", str(value))
    await import_all(intake, tmp_path, 2)
    before = await ids(intake)

    changed = await asyncio.to_thread(CliRunner().invoke, cli, ["keys", "rotate"])
    drawn = [key.id for key in read_keys(keys)]
    await stopped_after(intake, another(keys, "third"), 2)
    halfway = await asyncio.to_thread(CliRunner().invoke, cli, ["keys", "status"])
    ended = await asyncio.to_thread(CliRunner().invoke, cli, ["keys", "rotate"])

    assert (changed.exit_code, len(drawn), drawn[1]) == (0, 2, "first")
    assert "employment_key.hash" in halfway.output.splitlines()[1]
    assert [key.id for key in read_keys(keys)] == ["third", *drawn], "no further key was drawn"
    assert ended.output.splitlines()[-2:] == [f"{key}  old  nothing: it may go when no backup needs it" for key in drawn]
    assert await ids(intake) == before


def test_a_drawn_line_is_one_for_the_file(tmp_path: Path) -> None:
    drawn = CliRunner().invoke(cli, ["keys", "draw", "2026-11"])
    (tmp_path / "keys").write_text(drawn.output)

    assert [key.id for key in read_keys(tmp_path / "keys")] == ["2026-11"]
