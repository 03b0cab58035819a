"""A directory on a real PostgreSQL and Kafka: one person with payroll, refused rows without a union, again, and names that go."""

import asyncio
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

from contracts.hr import DIRECTORY_TOPIC
from deploy.local.stack import Stack
from services.chassis.envelope import Ear, Erased, parse
from services.chassis.outbox import Relay
from services.chassis.producer import relay_producer
from services.chassis.runtime import Runtime
from services.intake import refused, refused_store
from services.intake.bringing import Bringing
from services.intake.delivery import Delivering
from services.intake.erasing import erase
from services.intake.outcome import Outcome
from services.intake.reading.files import survey
from services.intake.reading.mapping import Mapping
from services.intake.refused import OpenRow
from services.intake.releasing import put_right
from services.intake.vault import Vault
from tests.faults import raw
from tests.integration.test_bus import until
from tests.integration.test_deliveries import HR, OPERATOR, fetched, known
from tests.integration.test_intake import dict_of, outbox
from tests.kit import directory
from tests.kit.builders import noon
from tests.kit.deliveries import MAPPINGS
from tests.kit.records import Sent
from tests.kit.toy import TOY

TABLES_OF = "intake"
TOLD = "2026-01-05"
SAID = {
    "hr.unit-changed.v1": 3,
    "hr.person-named.v1": 4,
    "hr.leader-appointed.v1": 1,
    "hr.deputy-appointed.v1": 2,
    "hr.role-assigned.v1": 2,
    "hr.post-vacant.v1": 1,
    "hr.post-filled.v1": 1,
}


async def take(intake: Runtime, path: Path, mapping: str = "directory") -> Outcome:
    told = Mapping.load(MAPPINGS / f"{mapping}.toml")
    return await Delivering(intake, told, survey(told, path), Bringing.of(OPERATOR, told, path)).run()


async def opened(intake: Runtime, outcome: Outcome) -> dict[int, OpenRow]:
    """The refused rows of the one file that has any, by line."""
    async with intake.pool.acquire() as conn:
        (file,) = await refused_store.files(conn, outcome.id)
        rows = await refused.opened(conn, Vault.of(intake.settings), outcome.id, file.file_ref)
    return {row.line: row for row in rows}


async def said(intake: Runtime, name: str) -> list[dict[str, str]]:
    """The bodies of what was said under a name."""
    return [json.loads(body) for headers, body in await outbox(intake) if dict_of(headers)["ce_type"] == name and body]


async def test_a_directory_is_said_once_and_again_says_nothing(intake: Runtime, tmp_path: Path) -> None:
    first = await take(intake, directory.written(tmp_path / "d"))
    again = await take(intake, directory.written(tmp_path / "again"))
    more = await take(intake, directory.written(tmp_path / "more", roles=f"P1;010180-0004;AMR;;2026-06-01;;;;;;{TOLD};\n"))

    assert (first.said, first.refused_rows, first.broken) == (SAID, 0, 0)
    assert again.again
    assert more.said == {"hr.role-assigned.v1": 1}


async def test_names_and_mails_are_on_the_directory_topic_alone(intake: Runtime, tmp_path: Path) -> None:
    await take(intake, directory.written(tmp_path / "d"))
    said_elsewhere = await intake.pool.fetch("select headers || body as all from outbox where topic <> $1", DIRECTORY_TOPIC)

    assert len(said_elsewhere) == sum(SAID.values()) - SAID["hr.person-named.v1"]
    assert not [row for row in said_elsewhere for word in ("Dam", 'Eg"', "Fog", "Gry", "@", "010180", "FOA", "BUPL") if word in row["all"]]


async def test_who_is_in_the_directory_and_in_payroll_under_one_key_is_one_person(intake: Runtime, tmp_path: Path) -> None:
    await take(intake, directory.written(tmp_path / "d"))
    columns = ["person", "name", "mail", "employment", "unit", "position", "form", "degree", "start", "registered_at"]
    columns += ["municipality", "valid_from", "first_working_day", "fixed_term_until", "last_day", "reason", "received_on"]
    columns += ["withdrawn_on", "leave_from", "leave_to", "leave_kind", "cancelled"]
    row = ["0101800003", "FOG, CARL", "", "00017", "P1", "2001", "Månedsløn", "1.0000", "2020-01-01", "2026-02-01"]
    job = ";".join(columns) + "\n" + ";".join([*row, *[""] * (len(columns) - len(row))]) + "\n"
    (tmp_path / "employments.csv").write_text(job, "utf-8")

    await take(intake, tmp_path / "employments.csv", "municipality")

    (hire,) = await said(intake, "hr.hired.v1")
    names = {one["person_key"]: one["display_name"] for one in await said(intake, "hr.person-named.v1")}
    assert names[hire["person_key"]] == "Carl Fog"
    assert len(names) == 4


async def test_a_role_of_an_unknown_unit_or_of_somebody_never_shown_is_refused_and_taken_once_both_are_told(
    intake: Runtime, tmp_path: Path
) -> None:
    wrong = [
        f"X9;010180-0001;AMR;;2026-02-01;;;;;;{TOLD};FOA",
        f"P1;010180-0009;TR;;2026-02-01;;;;;;{TOLD};FOA",
        f"P1;010180-0001;stedfortræder;;2026-02-01;;010180-0009;;;;{TOLD};FOA",
        f"P1;010180-0001;TR;;2026-02-31;;;;;;{TOLD};FOA",
    ]
    rows = {"roles": "\n".join(wrong) + "\n"}
    taken = await take(intake, directory.written(tmp_path / "d", **rows))
    kept = [(await opened(intake, taken))[line] for line in range(8, 12)]

    assert [(row.reason, row.field) for row in kept] == [
        ("unknown-unit", "unit"),
        ("unknown-person", "person"),
        ("unknown-person", "deputy_for"),
        ("bad-date", "first_day"),
    ]
    assert taken.said == {**SAID, "intake.record-refused.v1": 4}
    assert not any("FOA" in cell for row in kept for cell in row.cells)
    assert await intake.pool.fetchval("select count(*) from person_key") == 4

    newcomer = directory.only(tmp_path / "newcomer", persons=f"010180-0009;Eva Hus;;;;;{TOLD}\n")
    assert (await take(intake, newcomer)).said == {"hr.person-named.v1": 1}
    again = await take(intake, directory.written(tmp_path / "d", **rows))
    assert (again.said, again.refused_rows) == ({"hr.role-assigned.v1": 1, "hr.deputy-appointed.v1": 1}, 2)


async def test_a_refused_role_is_put_right_in_its_sheet_without_the_columns_that_nobody_reads(intake: Runtime, tmp_path: Path) -> None:
    wrong = f"P1;010180-0001;TR for FOA;;2026-02-01;;;;;;{TOLD};FOA\nP1;010180-0001;AMR;;2026-02-31;;;;;;{TOLD};FOA\n"
    first = await take(intake, directory.written(tmp_path / "d", roles=f"{wrong}P1;010180-0001;TR;;2026-02-01;;;;;;{TOLD};FOA;FOA\n"))
    shown = await known(intake, first)
    sheet = (await fetched(intake, first)).decode("utf-8-sig")

    assert (shown.open, sheet.count("\r\n")) == (3, 3)
    assert "FOA" not in sheet
    mended = [line.replace("2026-02-31", "2026-02-28") for line in sheet.splitlines()]
    mended[1] = mended[1].replace(";'010180-0001;;;", ";'010180-0001;TR;;")

    second = await put_right(intake, shown, "\r\n".join(mended).encode(), HR)

    assert (second.said, second.refused_rows) == ({"hr.role-assigned.v1": 2}, 0)
    assert [(one["role"], one["effective_date"]) for one in (await said(intake, "hr.role-assigned.v1"))[-2:]] == [
        ("tr", "2026-02-01"),
        ("amr", "2026-02-28"),
    ]
    assert (await known(intake, first)).open == 1, "of a row with other cells than the header's nothing was kept to be put right"


async def test_who_was_erased_is_passed_over_with_name_and_role_and_kept_in_no_refused_row(intake: Runtime, tmp_path: Path) -> None:
    await take(intake, directory.written(tmp_path / "d"))
    (anne,) = [one["person_key"] for one in await said(intake, "hr.person-named.v1") if one["display_name"] == "Anne Dam"]
    assert await erase(intake, Vault.of(intake.settings), UUID(anne), "test")

    role = f"P1;010180-0001;AMR;;2026-05-01;;;;;;{TOLD};\n"
    alone = await take(intake, directory.only(tmp_path / "roles", roles=role))
    whole = await take(intake, directory.written(tmp_path / "more", roles=role))

    assert [(each.said, each.refused_rows) for each in (alone, whole)] == [({}, 0), ({}, 0)]
    assert alone.notes["erased-before"] == 1
    assert whole.notes["erased-before"] == 4, "her entry, her leadership, who stands in for her, and the new role"
    assert await intake.pool.fetchval("select count(*) from person_key") == 3


async def test_who_leaves_the_directory_leaves_a_tombstone(intake: Runtime, tmp_path: Path) -> None:
    await take(intake, directory.written(tmp_path / "d"))
    gone = directory.only(tmp_path / "gone", persons="010180-0002;Bo Eg;bo.eg@fjordby.dk;;2026-01-31;;2026-02-01\n")

    assert (await take(intake, gone)).said == {"hr.person-named.v1": 1}
    rows = [(dict_of(headers), body) for headers, body in await outbox(intake) if dict_of(headers)["ce_type"] == "hr.person-named.v1"]
    (tombstone,) = [headers for headers, body in rows if not body]
    assert (tombstone["ce_stands"], tombstone["ce_revision"]) == ("false", "2")
    assert sum(headers["ce_partitionkey"] == tombstone["ce_partitionkey"] for headers, _ in rows) == 2


async def test_the_last_record_of_who_left_has_no_value_on_the_topic(servers: Stack, intake: Runtime, tmp_path: Path) -> None:
    await take(intake, directory.only(tmp_path / "d", persons=f"010180-0002;Bo Eg;bo.eg@fjordby.dk;;;;{TOLD}\n"))
    await take(intake, directory.only(tmp_path / "gone", persons="010180-0002;Bo Eg;bo.eg@fjordby.dk;;2026-01-31;;2026-02-01\n"))
    person: UUID = await intake.pool.fetchval("select key from person_key")
    relaying = asyncio.create_task(Relay(intake, relay_producer).run())

    async def sent() -> bool:
        return not await intake.pool.fetchval("select count(*) from outbox")

    await until(sent)
    relaying.cancel()
    await asyncio.gather(relaying, return_exceptions=True)

    lines = [line for line in await raw.read(servers.kafka, DIRECTORY_TOPIC) if line.key == str(person).encode()]
    assert [line.value is None for line in lines] == [False, True]
    ear = Ear.of(replace(TOY, hears_names=True), ["999"])
    assert parse(Sent(DIRECTORY_TOPIC, 0, 0, lines[1].key, None, []), ear, noon(date(2026, 2, 2))) == Erased(person)
