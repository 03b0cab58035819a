"""A directory and a payroll on a real PostgreSQL: who leaves by the one leads no longer in what is said of the other."""

import re
from pathlib import Path
from typing import Any

from services.chassis.runtime import Runtime
from services.chassis.subject import Subject
from services.intake.domain.records import PERSON
from tests.integration.test_directory import TOLD, said, take
from tests.kit import directory
from tests.kit.deliveries import ROOT

MIGRATION = ROOT / "services" / "intake" / "migrations" / "0010_post_named.sql"
COLUMNS = ["person", "name", "mail", "employment", "unit", "position", "form", "degree", "start", "registered_at"]
COLUMNS += ["municipality", "valid_from", "first_working_day", "fixed_term_until", "last_day", "reason", "received_on"]
COLUMNS += ["withdrawn_on", "leave_from", "leave_to", "leave_kind", "cancelled"]
ANNE = ["0101800001", "DAM, ANNE", "", "00011", "P1", "2001", "Månedsløn", "1.0000", "2020-01-01"]


def payroll(folder: Path, registered: str, last_day: str) -> Path:
    """Anne's job in a file."""
    row = dict.fromkeys(COLUMNS, "") | dict(zip(COLUMNS, ANNE, strict=False)) | {"registered_at": registered, "last_day": last_day}
    folder.mkdir()
    file = folder / "employments.csv"
    file.write_text(";".join(COLUMNS) + "\n" + ";".join(row.values()) + "\n", "utf-8")
    return file


async def employed(intake: Runtime, folder: Path, registered: str, last_day: str = "") -> None:
    """Payroll shows it."""
    taken = await take(intake, payroll(folder, registered, last_day), "municipality")
    assert (taken.refused_rows, taken.broken) == (0, 0)


async def left(intake: Runtime) -> list[dict[str, Any]]:
    return await said(intake, "hr.leader-ended.v1")


async def test_the_end_is_told_to_the_unit_whichever_comes_first_and_taken_back_with_it(intake: Runtime, tmp_path: Path) -> None:
    await take(intake, directory.only(tmp_path / "units", units=f"P1;Plejecenter Nord;institution;;2020-01-01;;{TOLD}\n"))
    await employed(intake, tmp_path / "1", "2026-01-02")
    await employed(intake, tmp_path / "2", "2026-01-03", "2026-03-31")
    assert await left(intake) == []

    await take(intake, directory.written(tmp_path / "d"))
    (ended,) = await left(intake)
    assert ended["last_day"] == "2026-03-31"

    await employed(intake, tmp_path / "3", "2026-01-09")
    stands = await intake.pool.fetchval("select stands from statement where type = 'hr.leader-ended.v1'")
    assert stands is False


async def test_what_was_told_before_is_noted_by_the_migration(intake: Runtime, tmp_path: Path) -> None:
    await take(intake, directory.written(tmp_path / "d"))
    rows = await intake.pool.fetch("select id, convert_from(tail, 'UTF8') as tail, municipality from subject where kind = 'person'")
    for row in rows:  # as it was before this was noted
        old = re.sub(r"record\.post-named[^\n]*\n", "", row["tail"])
        assert old != row["tail"] or "record.post-named" not in row["tail"]
        await intake.pool.execute("update subject set tail = $2, version = version + 1 where id = $1", row["id"], old.encode())
    await employed(intake, tmp_path / "1", "2026-01-03", "2026-03-31")
    assert await left(intake) == []

    await intake.pool.execute(MIGRATION.read_text("utf-8"))
    async with intake.transaction() as (conn, moment):
        done = await intake.reconcile(conn, {Subject(PERSON, row["id"], row["municipality"]): [] for row in rows}, moment)
    done()

    assert [ended["last_day"] for ended in await left(intake)] == ["2026-03-31"]
    await intake.pool.execute(MIGRATION.read_text("utf-8"))
    async with intake.transaction() as (conn, moment):
        done = await intake.reconcile(conn, {Subject(PERSON, row["id"], row["municipality"]): [] for row in rows}, moment)
    done()
    assert len(await left(intake)) == 1
