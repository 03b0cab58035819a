"""Parts of a delivery that overlap on a real PostgreSQL: nobody becomes two, and what comes after a part that failed is undone."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bench.csv_file import HEADER, MAPPING, rows_of
from services.chassis.reconcile import Reconciler
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.service import Connection
from services.chassis.settings import Settings
from services.chassis.work import Work
from services.intake import delivery
from services.intake.app import SERVICE
from services.intake.delivery import Delivering
from services.intake.overlap import Turn
from services.intake.reading.files import survey
from services.intake.reading.mapping import Mapping

LONG = 0.3
"""How long a part is being written: the next one has the time to do whatever it may."""


class Away(Exception):
    """The database does not write."""


@pytest.fixture
async def intake(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Runtime]:
    """Each part is one person, and takes long to be written."""
    monkeypatch.setattr(delivery, "CHUNK", 1)
    save = Reconciler.save

    async def slowly(self: Reconciler, conn: Connection, work: Work) -> None:
        await asyncio.sleep(LONG)
        await save(self, conn, work)

    monkeypatch.setattr(Reconciler, "save", slowly)
    async with open_runtime(SERVICE, settings) as runtime:
        yield runtime


def written(folder: Path, *rows: str) -> Path:
    path = folder / "jobs.csv"
    path.write_text(HEADER + "".join(rows), "utf-8")
    return path


async def take(intake: Runtime, path: Path) -> None:
    mapping = Mapping.parse(MAPPING)
    await Delivering(intake, mapping, survey(mapping, path)).run()


async def one_job_under_two_numbers(intake: Runtime, folder: Path) -> None:
    """Two persons' rows, each a part of its own, of one employment with one first day."""
    row, _ = rows_of(7)
    await take(intake, written(folder, row, row.replace("000007-0007", "000008-0008")))
    assert await intake.pool.fetchval("select count(*) from subject") == 1


async def test_who_claims_the_employment_of_the_part_before_is_the_same_person(intake: Runtime, tmp_path: Path) -> None:
    await one_job_under_two_numbers(intake, tmp_path)


async def test_without_waiting_it_would_be_two(intake: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_: Turn) -> None:
        """Go on."""

    monkeypatch.setattr(Turn, "apart", at_once)
    with pytest.raises(AssertionError):
        await one_job_under_two_numbers(intake, tmp_path)


async def the_first_of_two_fails(intake: Runtime, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save, begun = Reconciler.save, list[int]()

    async def failing(self: Reconciler, conn: Connection, work: Work) -> None:
        begun.append(1)
        if len(begun) == 1:
            await asyncio.sleep(2 * LONG)
            raise Away
        await save(self, conn, work)

    monkeypatch.setattr(Reconciler, "save", failing)
    with pytest.raises(Away):
        await take(intake, written(folder, rows_of(7)[0], rows_of(8)[0]))
    assert await intake.pool.fetchval("select count(*) from subject") == 0


async def test_what_comes_after_a_part_that_failed_is_undone(intake: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await the_first_of_two_fails(intake, tmp_path, monkeypatch)


async def test_without_the_order_it_would_stay(intake: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_: Turn) -> None:
        """Go on."""

    monkeypatch.setattr(Turn, "alone", at_once)
    with pytest.raises(AssertionError):
        await the_first_of_two_fails(intake, tmp_path, monkeypatch)
