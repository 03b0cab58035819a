"""What is known of a delivery on a real PostgreSQL: who brought it, its refused rows sealed, put right, and what came too late."""

import csv
import io
from collections import Counter
from pathlib import Path

import pytest

from services.chassis.failures import Refused
from services.chassis.runtime import Runtime
from services.intake import delivery_store, refused_store
from services.intake.bringing import Bringing
from services.intake.delivery import Delivering
from services.intake.delivery_store import Bringer, Brought, Shown, State
from services.intake.outcome import Outcome
from services.intake.reading.files import survey
from services.intake.reading.mapping import Mapping
from services.intake.reading.refused import DeliveryRefused
from services.intake.releasing import put_right, refused_rows
from tests.integration.test_intake import outbox
from tests.kit.builders import an_id
from tests.kit.deliveries import MAPPINGS, samples
from tests.kit.staff_file import MAPPING, SECRET_NAME, cpr, row, staff, written

TABLES_OF = "intake"
OPERATOR = Brought(Bringer.OPERATOR, "kim")
HR = Brought(Bringer.HR, str(an_id("somebody in hr")))


async def take(intake: Runtime, path: Path, mapping: str = MAPPING, release: str | None = None) -> Outcome:
    told = Mapping.parse(mapping)
    return await Delivering(intake, told, survey(told, path), Bringing.of(OPERATOR, told, path, release)).run()


async def known(intake: Runtime, outcome: Outcome) -> Shown:
    async with intake.pool.acquire() as conn:
        found = await delivery_store.one(conn, outcome.municipality, outcome.id)
    assert found is not None
    return found


async def one_file(intake: Runtime, outcome: Outcome) -> str:
    async with intake.pool.acquire() as conn:
        (file,) = await refused_store.files(conn, outcome.id)
    return file.file_ref


async def fetched(intake: Runtime, outcome: Outcome) -> bytes:
    shown = await known(intake, outcome)
    return await refused_rows(intake, shown, await one_file(intake, outcome), an_id("somebody in hr"), lambda row: row.reason)


def cells(sheet: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(sheet.decode("utf-8-sig"), newline=""), delimiter=";"))


async def everything_kept(intake: Runtime) -> str:
    """All of intake's own tables but the keys, as text; bytes as their hex digits."""
    of_deliveries = ("delivery", "delivery_said", "delivery_note", "delivery_file", "mapping_used", "download")
    tables = (*of_deliveries, "refused_row", "refused_file", "hold", "held_part", "outbox")
    return "\n".join([str(await intake.pool.fetchval(f"select string_agg(t::text, ' ') from {name} t")) for name in tables])


async def test_a_delivery_tells_who_brought_it_how_it_was_read_and_what_it_said(intake: Runtime, tmp_path: Path) -> None:
    outcome = await take(intake, written(tmp_path, [*staff(range(3)), row(3, degree="much")]))
    again = await take(intake, written(tmp_path, [*staff(range(3)), row(3, degree="much")]))

    shown = await known(intake, outcome)
    assert (shown.brought, shown.way_in, shown.state) == (OPERATOR, "csv", State.DONE)
    assert (shown.seen, shown.refused, shown.open) == (4, 1, 1)
    assert shown.made_at is not None
    assert shown.made_at.isoformat() == "2026-02-28T23:00:00+00:00"
    async with intake.pool.acquire() as conn:
        assert await delivery_store.said(conn, outcome.id) == outcome.said
    assert outcome.said["hr.hired.v1"] == 3
    assert not again.said


async def test_a_refused_row_is_kept_sealed_and_stands_nowhere_in_the_clear(intake: Runtime, tmp_path: Path) -> None:
    outcome = await take(intake, written(tmp_path, [row(7, degree="much")]))

    kept = await everything_kept(intake)
    for secret in (cpr(7), SECRET_NAME, "staff-20260301", "much"):
        assert secret not in kept
        assert secret.encode().hex() not in kept
    assert cells(await fetched(intake, outcome))[1][3:] == [
        f"'{cpr(7)}", "'00007", "'N1", SECRET_NAME, "much", "'2021-05-01", "", "'2026-03-01", ""
    ]  # fmt: skip


async def test_a_row_that_was_moved_to_another_place_is_not_shown(intake: Runtime, tmp_path: Path) -> None:
    outcome = await take(intake, written(tmp_path, [row(7, degree="much"), row(8, degree="more")]))
    await intake.pool.execute("update refused_row set sealed = (select sealed from refused_row where line = 2) where line = 3")

    with pytest.raises(DeliveryRefused, match="unopened"):
        await fetched(intake, outcome)
    assert await intake.pool.fetchval("select count(*) from download") == 0


async def test_who_fetches_rows_is_noted_with_how_many_and_nothing_of_them(intake: Runtime, tmp_path: Path) -> None:
    outcome = await take(intake, written(tmp_path, [row(7, degree="much"), row(8, degree="more")]))
    await fetched(intake, outcome)

    async with intake.pool.acquire() as conn:
        (noted,) = await refused_store.downloads(conn, outcome.id, 10)
    assert (noted.by_person, noted.rows, noted.file_ref) == (an_id("somebody in hr"), 2, await one_file(intake, outcome))


async def test_rows_that_were_put_right_are_taken_and_those_still_wrong_are_refused_again(intake: Runtime, tmp_path: Path) -> None:
    first = await take(intake, written(tmp_path, [row(1), row(2, degree="much"), row(3, degree="more"), row(4, degree="most")]))
    lines = (await fetched(intake, first)).decode("utf-8-sig").splitlines(keepends=True)
    sheet = "".join([lines[0], lines[1].replace("much", "0,5"), lines[2].replace("more", "0.5")]).encode()

    second = await put_right(intake, await known(intake, first), sheet, HR)
    again = await put_right(intake, await known(intake, first), sheet, HR)

    assert second.said == {"hr.hired.v1": 1, "hr.person-named.v1": 1, "intake.record-refused.v1": 1}
    assert [(wrong.line, wrong.reason, wrong.field) for wrong in second.refused] == [(2, "bad-number", "degree")]
    assert not again.said
    shown = await known(intake, second)
    assert (shown.corrects, shown.brought, shown.open) == (first.id, HR, 1)
    async with intake.pool.acquire() as conn:
        rows = await refused_store.shown(conn, first.id, 10)
        assert [number for number, _ in await delivery_store.corrections(conn, first.id)] == [second.id]
    assert {refused.line: refused.settled_by for refused in rows} == {3: second.id, 4: second.id, 5: None}
    assert cells(await fetched(intake, first))[1][0] == "5", "what is settled is not kept"
    assert (await known(intake, first)).open == 1


async def test_a_row_that_the_source_sends_right_as_well_is_no_second_fact(intake: Runtime, tmp_path: Path) -> None:
    first = await take(intake, written(tmp_path, [row(1), row(2, degree="much")]))
    sheet = (await fetched(intake, first)).replace(b"much", b"'0.8649")
    await put_right(intake, await known(intake, first), sheet, HR)
    before = await outbox(intake)

    await take(intake, written(tmp_path, [row(1), row(2)], "20260302"))

    assert [body for _, body in (await outbox(intake))[len(before) :]] == []


async def test_a_file_of_ones_own_stands_for_all_rows_and_is_read_as_the_first_delivery_was(intake: Runtime, tmp_path: Path) -> None:
    first = await take(intake, written(tmp_path, [row(2, degree="0,5")]))
    own = written(tmp_path, [row(2, degree="0.5")], "20990101").read_bytes()

    second = await put_right(intake, await known(intake, first), own, OPERATOR)

    assert second.said["hr.hired.v1"] == 1
    assert (await known(intake, first)).open == 0
    assert (await known(intake, second)).open == 0


async def test_sending_the_first_file_again_opens_nothing_that_was_settled(intake: Runtime, tmp_path: Path) -> None:
    path = written(tmp_path, [row(1), row(2, degree="much")])
    first = await take(intake, path)
    await put_right(intake, await known(intake, first), (await fetched(intake, first)).replace(b"much", b"'0.5"), HR)

    await take(intake, path)

    assert (await known(intake, first)).open == 0
    with pytest.raises(DeliveryRefused, match="no-rows"):
        await fetched(intake, first)


async def test_an_older_file_is_refused_and_stands_in_the_list_with_the_reason(intake: Runtime, tmp_path: Path) -> None:
    await take(intake, written(tmp_path, staff(range(3)), "20260302"))
    before = await outbox(intake)

    with pytest.raises(Refused, match="older-delivery"):
        await take(intake, written(tmp_path, staff(range(4)), "20260301"))

    assert await outbox(intake) == before
    async with intake.pool.acquire() as conn:
        latest = await delivery_store.latest(conn, "730")
    assert Counter((shown.state, shown.turned_down) for shown in latest) == {
        (State.DONE, None): 1,
        (State.TURNED_DOWN, "older-delivery"): 1,
    }


async def test_rows_of_an_older_file_can_be_put_right_after_a_later_one(intake: Runtime, tmp_path: Path) -> None:
    first = await take(intake, written(tmp_path, [row(1), row(2, degree="much")], "20260301"))
    await take(intake, written(tmp_path, [row(1)], "20260302"))

    second = await put_right(intake, await known(intake, first), (await fetched(intake, first)).replace(b"much", b"'0.5"), HR)

    assert second.said["hr.hired.v1"] == 1


async def test_an_answer_of_sd_that_is_older_than_the_last_one_to_the_same_call_is_refused(intake: Runtime, tmp_path: Path) -> None:
    text = samples("GetEmploymentChangedAtDate.xml", "sd").read_text("utf-8")
    sd = (MAPPINGS / "sd.toml").read_text("utf-8")
    await take(intake, samples("GetEmploymentChangedAtDate.xml", "sd"), sd)
    older = tmp_path / "older.xml"
    older.write_text(text.replace('creationDateTime="2026-11-21T05:00:07"', 'creationDateTime="2026-11-21T05:00:06"'), "utf-8")

    with pytest.raises(Refused, match="older-delivery"):
        await take(intake, older, sd)
    assert (await take(intake, samples("GetEmploymentChanged.baseline.xml", "sd"), sd)).said, "another call has an order of its own"
