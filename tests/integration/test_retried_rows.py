"""Rows that were refused for want of a unit are taken once a delivery has told of it (samples: bad row 8), once, whatever stops it."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.chassis.runtime import Runtime, open_runtime
from services.chassis.service import Connection
from services.chassis.settings import Settings
from services.intake import delivery, mending, refused_store, retrying, store
from services.intake.app import SERVICE
from services.intake.bringing import Bringing
from services.intake.delivery_store import State
from services.intake.identity import whose
from services.intake.outcome import Outcome
from services.intake.reading.files import survey
from services.intake.reading.mapping import Mapping
from services.intake.retrying import deliver
from services.intake.told_of import ToldOf
from tests.integration.test_deliveries import OPERATOR, known
from tests.integration.test_intake import dict_of, outbox
from tests.kit.deliveries import MAPPINGS, samples
from tests.kit.records import set_day
from tests.kit.staff_file import MAPPING, row, written

ORGANISATION = """
feed = "organisation"

[[files]]
kind = "units"
columns = { unit = "Kode", name = "Navn", valid_from = "Fra", registered_at = "Set" }
"""
STAFF = re.sub(r"\[units\]\n.*\n.*\n", "", MAPPING).replace("[made]", 'known_units = ["N1"]\n\n[made]')
"""Employees in units that somebody else tells of."""
DIRECTORY = (
    ORGANISATION.replace('kind = "units"', 'kind = "units"\nname = "units.csv"')
    + """
[[files]]
kind = "listed"
name = "persons.csv"
columns = { person = "Person", name = "Navn", registered_at = "Set" }

[[files]]
kind = "roles"
name = "roles.csv"
columns = { unit = "Kode", person = "Person", role = "Rolle", first_day = "Fra", registered_at = "Set" }
"""
)
HIRED = "hr.hired.v1"


@pytest.fixture
async def intake(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(SERVICE, settings) as runtime:
        await set_day(runtime, date(2026, 11, 30))
        yield runtime


async def take(intake: Runtime, path: Path, mapping: str, municipality: str = "730", *, dry_run: bool = False) -> Outcome:
    told = Mapping.parse(mapping)
    bringing = Bringing.of(OPERATOR, told, path)
    return await deliver(intake, told, survey(told, path, municipality), bringing, dry_run=dry_run)


async def take_units(intake: Runtime, folder: Path, *codes: str, municipality: str = "730", dry_run: bool = False) -> Outcome:
    """A delivery that tells of these units."""
    path = folder / f"units-{'-'.join(codes)}.csv"
    path.write_text("Kode;Navn;Fra;Set\n" + "".join(f"{code};Unit {code};2020-01-01;2026-01-02\n" for code in codes), "utf-8")
    return await take(intake, path, ORGANISATION, municipality, dry_run=dry_run)


async def take_staff(intake: Runtime, folder: Path, unit: str, numbers: Iterable[int], day: str = "20260301") -> Outcome:
    """A delivery of employees in this unit."""
    return await take(intake, written(folder, [row(number, unit=unit) for number in numbers], day), STAFF)


async def said(intake: Runtime, wire: str = HIRED) -> int:
    """How many events of a type, each once."""
    ids = [dict_of(h)["ce_id"] for h, _ in await outbox(intake)]
    assert len(ids) == len(set(ids))
    return sum(dict_of(headers)["ce_type"] == wire for headers, _ in await outbox(intake))


async def open_rows(intake: Runtime) -> int:
    found: int = await intake.pool.fetchval("select count(*) from refused_row where settled_by is null")
    return found


async def test_row_8_of_the_samples_is_taken_once_somebody_has_told_of_its_unit(intake: Runtime, tmp_path: Path) -> None:
    bad = await take(intake, samples("employments-bad.csv"), (MAPPINGS / "samples.toml").read_text("utf-8"), "707")
    other = await take_units(intake, tmp_path, "Y1", municipality="707")
    assert (bad.refused_rows, await said(intake), other.notes) == (9, 0, {})

    told = await take_units(intake, tmp_path, "X999", municipality="707")

    assert (told.notes, await said(intake)) == ({"unit-now-known": 1}, 1)
    async with intake.pool.acquire() as conn:
        rows = {each.line: each.settled_by for each in await refused_store.shown(conn, bad.id, 20)}
    ((line, by),) = [(line, by) for line, by in rows.items() if by]
    assert line == 8
    mended = await known(intake, replace(bad, id=by))
    assert (mended.corrects, mended.state, mended.brought, mended.refused) == (bad.id, State.DONE, OPERATOR, 0)
    before = await outbox(intake)
    for again in (
        await take_units(intake, tmp_path, "X999", municipality="707"),
        await take_units(intake, tmp_path, "Z1", municipality="707"),
    ):
        assert again.notes == {}
    assert await said(intake) == 1
    assert [h for h, _ in (await outbox(intake))[len(before) :] if dict_of(h)["ce_type"] != "hr.unit-changed.v1"] == []


async def test_only_the_rows_of_units_that_are_known_are_tried_and_a_dry_run_tries_none(intake: Runtime, tmp_path: Path) -> None:
    mixed = written(tmp_path, [row(1, unit="A"), row(2, unit="B"), row(3), row(4, unit="A", degree="much")])
    await take(intake, mixed, STAFF)
    tried = await take_units(intake, tmp_path, "A", dry_run=True)
    assert (await said(intake), await open_rows(intake), tried.notes) == (1, 3, {})

    told = await take_units(intake, tmp_path, "A")
    assert (await said(intake), await open_rows(intake), told.notes) == (2, 2, {"unit-now-known": 1})

    await take_units(intake, tmp_path, "B")
    assert (await said(intake), await open_rows(intake)) == (3, 1), "who never could be read is left to people"


async def test_what_is_wrong_for_another_reason_too_is_refused_with_that_one(intake: Runtime, tmp_path: Path) -> None:
    """A role of an unknown unit whose person nobody told of either."""
    path = tmp_path / "roles.csv"
    path.write_text("Kode;Person;Rolle;Fra;Set\nP9;010180-0001;amr;2026-02-01;2026-01-05\n", "utf-8")
    await take(intake, path, DIRECTORY)
    told = await take_units(intake, tmp_path, "P9")

    assert told.notes == {}
    rows = await intake.pool.fetch("select reason, settled_by is null as open from refused_row order by reason")
    assert [tuple(each) for each in rows] == [("unknown-person", True), ("unknown-unit", False)]


class Killed(Exception):
    pass


async def test_killed_before_they_are_tried_they_are_with_whatever_comes_next(
    intake: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await take_staff(intake, tmp_path, "A", range(5))

    async def killed(*_: Any, **__: Any) -> None:
        raise Killed

    for stopped in ((mending, "put_right"), (store, "tried")):
        with monkeypatch.context() as patch:
            patch.setattr(*stopped, killed)
            with pytest.raises(Killed):
                await take_units(intake, tmp_path, "A")
    assert (await said(intake), await open_rows(intake)) == (5, 0), "the second time only the note was not made"
    again = await take_units(intake, tmp_path, "A")

    assert again.again
    assert (await said(intake), await said(intake, "intake.record-refused.v1")) == (5, 5)
    async with intake.pool.acquire() as conn:
        assert await store.untried_units(conn, "730") == set()


async def test_killed_between_two_transactions_of_the_rows_it_goes_on_without_doubling(
    intake: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await take_staff(intake, tmp_path, "A", range(7))
    asked = Counter[str]()

    async def killed(*told: Any) -> Any:
        asked["times"] += 1
        if asked["times"] == 3:  # the units, then two persons at a time
            raise Killed
        return await whose(*told)

    monkeypatch.setattr(delivery, "CHUNK", 2)
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "whose", killed)
        with pytest.raises(Killed):
            await take_units(intake, tmp_path, "A")
    half = await said(intake)
    told = await take_units(intake, tmp_path, "A")

    assert 0 < half < 7
    assert (await said(intake), await open_rows(intake), told.notes) == (7, 0, {"unit-now-known": 7})


async def test_many_rows_are_put_right_some_at_a_time(intake: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "BATCH", 2)
    await take_staff(intake, tmp_path, "A", range(5))

    told = await take_units(intake, tmp_path, "A")

    assert (told.notes, await said(intake), await open_rows(intake)) == ({"unit-now-known": 5}, 5, 0)
    assert await intake.pool.fetchval("select count(*) from delivery where corrects is not null") == 3


async def test_while_another_import_of_the_feed_runs_they_wait_for_the_next_delivery(intake: Runtime, tmp_path: Path) -> None:
    await take_staff(intake, tmp_path, "A", range(2))
    async with store.alone(intake.pool, "730 staff", "staff"):
        told = await take_units(intake, tmp_path, "A")
    assert (told.notes, await said(intake)) == ({}, 0)

    later = await take_units(intake, tmp_path, "A")

    assert (later.notes, await said(intake)) == ({"unit-now-known": 2}, 2)


async def test_a_unit_told_of_while_the_rows_were_read_is_not_missed(
    intake: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other delivery had tried what was open before these rows were refused."""
    await take_units(intake, tmp_path, "A")
    opened = ToldOf.open

    async def before_it_was_told(conn: Connection, mapping: Mapping, read: Any) -> ToldOf:
        monkeypatch.setattr(ToldOf, "open", opened)
        return ToldOf({"N1"}, None)

    monkeypatch.setattr(ToldOf, "open", before_it_was_told)
    staff = await take_staff(intake, tmp_path, "A", range(2))

    assert staff.refused_rows == 2
    assert (staff.notes, await said(intake), await open_rows(intake)) == ({"unit-now-known": 2}, 2, 0)
