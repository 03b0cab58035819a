"""Who is who on a real PostgreSQL: no number in the clear anywhere, a changed number is the same person, who is erased stays away."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from prometheus_client import generate_latest

from deploy.local.stack import Stack
from services.chassis import database, logs
from services.chassis.runtime import Runtime
from services.chassis.settings import Settings
from services.chassis.web import mount
from services.intake import identity, identity_store, whole
from services.intake.app import SERVICE, build_web
from services.intake.delivery import Delivering
from services.intake.erasing import erase
from services.intake.outcome import Outcome
from services.intake.reading.draft import Draft
from services.intake.reading.files import read
from services.intake.reading.mapping import Kind, Mapping
from services.intake.rotation_store import HASHED
from services.intake.vault import Key, NoKeys, Unopened, Vault
from tests.integration.test_door import SECRET, Source, said
from tests.integration.test_intake import outbox
from tests.kit.databases import new_database
from tests.kit.deliveries import MAPPINGS, ROOT, samples
from tests.kit.dump import everything, found_in
from tests.kit.page_client import opened
from tests.kit.speakers import register, token
from tests.kit.told import hire, told
from tests.unit.intake.jobs import HEADER, MAPPING, row
from tests.unit.intake.opus_file import OPUS, employee, night, org_unit, sample

OLD, NEW, OTHER = "9901740001", "9902740002", "9903740003"


@pytest.fixture
async def source(settings: Settings, tmp_path: Path) -> AsyncIterator[Source]:
    own = settings.model_copy(update={"secret": SECRET, "speakers": register(tmp_path)})
    async with opened(mount([build_web(own)])) as app, Source(app) as client:
        client.headers["authorization"] = f"Bearer {token()}"
        yield client


async def take(intake: Runtime, path: Path, mapping: Mapping | None = None) -> Outcome:
    told_by = mapping or Mapping.parse(OPUS)
    return await Delivering(intake, told_by, read(told_by, path)).run()


class Nights:
    """One nightly file after the other."""

    def __init__(self, intake: Runtime, folder: Path) -> None:
        self._intake = intake
        self._folder = folder
        self._day = 1

    async def shows(self, *employees: str) -> Outcome:
        self._day += 1
        return await take(self._intake, night(self._folder, org_unit(), *employees, made=f"202603{self._day:02}224000"))


@pytest.fixture
def nights(intake: Runtime, tmp_path: Path) -> Nights:
    return Nights(intake, tmp_path)


async def persons(intake: Runtime) -> list[UUID]:
    """The subjects that somebody's rows joined, but those erased."""
    return [row[0] for row in await intake.pool.fetch("select id from subject where kind = 'person' and not erased order by id")]


async def keys_of(intake: Runtime) -> set[UUID]:
    """All person keys that a number leads to."""
    return {row[0] for row in await intake.pool.fetch("select key from person_key")}


async def test_no_number_of_a_person_or_an_employment_stands_in_the_clear_anywhere(
    intake: Runtime, source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(SERVICE.name, "0")
    secrets = {"9904011234", "A-17-4711", "hire-9904011234", "first-9904011234"}
    for mapping, path in _samples(tmp_path):
        drafts = [row.draft for row in read(mapping, path).accepted]
        secrets |= {key for draft in drafts for key in (draft.person, draft.employment) if key}
        assert (await take(intake, path, mapping)).said
    body = hire(person_key="9904011234", employment_id="A-17-4711")
    first, second = told("hire-9904011234", body), told("2", body, fact="first-9904011234", revision=1)
    assert (await source.tell(first, second, told("3", {**body, "degree": "x"}))).status_code == 207

    held = await everything(intake.pool)
    assert len(secrets) > 30
    assert {table: found for table, text in held.items() if (found := found_in(text, secrets))} == {}
    assert {table for table, text in held.items() if text} >= {*HASHED, "shown", "history", "outbox", "statement", "delivery"}
    assert found_in(capsys.readouterr().out, secrets) == set()
    assert found_in(generate_latest(intake.metrics.registry).decode(), secrets) == set()


def _samples(folder: Path) -> list[tuple[Mapping, Path]]:
    sd = [samples(f"GetEmployment{name}.xml", "sd") for name in ("Changed.baseline", "ChangedAtDate")]
    nights = [sample(folder, name) for name in ("ZLPE_delta.previous.xml", "ZLPE_delta.xml")]
    csv = (Mapping.load(MAPPINGS / "samples.toml"), samples("employments.csv"))
    return [csv, *((Mapping.load(MAPPINGS / "sd.toml"), path) for path in sd), *((Mapping.parse(OPUS), path) for path in nights)]


async def test_the_proof_above_sees_a_number_in_any_kind_of_column(intake: Runtime) -> None:
    await intake.pool.execute("create table a (b bytea, c jsonb, d text[])")
    for place, value in (("b", "'9901740001 x'"), ("c", "'[\"9901740001\"]'"), ("d", "'{a,9901740001}'")):
        await intake.pool.execute(f"insert into a ({place}) values ({value})")
        assert found_in((await everything(intake.pool))["a"], {"9901740001"})
        await intake.pool.execute("delete from a")


def test_what_a_row_is_known_by_holds_no_number_that_could_be_guessed_of_it() -> None:
    """Of a hash without a key, all possible numbers are tried in a minute."""
    one, other = (Draft(Kind.EMPLOYMENTS, 1, "U", {}, number, "1") for number in (OLD, NEW))

    assert whole.digest_of(one) == whole.digest_of(other)


async def test_a_changed_number_is_the_same_person_and_says_nothing(intake: Runtime, nights: Nights) -> None:
    await nights.shows(employee(cpr=OLD))
    before = await persons(intake)

    changed = await nights.shows(employee(cpr=NEW, changed="2026-03-03"))
    unchanged = await nights.shows(employee(cpr=NEW, changed="2026-03-03"))
    later = await nights.shows(employee(cpr=NEW, changed="2026-03-03"), employee("5002", cpr=NEW, changed="2026-03-04"))
    gone = await nights.shows(employee("5002", cpr=NEW, changed="2026-03-04"))

    assert (changed.said, changed.subjects, unchanged.subjects) == ({}, 1, 0)
    assert later.said["hr.hired.v1"] == 1
    assert gone.said["hr.employment-cancelled.v1"] == 1
    assert await persons(intake) == before
    assert len(before) == 1


async def test_a_new_number_that_was_only_named_so_far_is_the_known_person_too(intake: Runtime, tmp_path: Path) -> None:
    """A deputy's row comes before those of the employments, and names whom it stands in for by the new number."""
    mapping = Mapping.parse(MAPPING)
    jobs = [HEADER + row(person=number, seen=seen) for number, seen in ((OLD, "14-01-2021 10:30"), (NEW, "15-01-2021 10:30"))]
    deputy = f"unit;person;job;for;from;to;what;seen\nU1;{OTHER};9;{NEW};2021-03-01;;;14-01-2021 10:30\n"
    units = "unit;name;level;parent;from;change;seen\nU1;Nord;team;;2020-01-01;;14-01-2021 10:30\n"
    await take(intake, _folder(tmp_path / "1", units=units, jobs=jobs[0]), mapping)
    await take(intake, _folder(tmp_path / "2", deputies=deputy), mapping)
    before = await persons(intake)
    assert len(await keys_of(intake)) == 3

    outcome = await take(intake, _folder(tmp_path / "3", jobs=jobs[1]), mapping)

    assert not outcome.said
    assert await persons(intake) == before
    assert len(await keys_of(intake)) == 2, "the new number leads to the known person now"


def _folder(folder: Path, **files: str) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


async def test_two_numbers_of_one_employment_are_one_person_wherever_a_batch_ends(intake: Runtime) -> None:
    claims = ((OLD, "7"), (NEW, "7"), (NEW, "8"))
    rows = [Draft(Kind.EMPLOYMENTS, 1, "U", {"first_day": date(2026, 1, 1)}, person, employment) for person, employment in claims]
    async with intake.transaction() as (conn, _):
        together = [await identity.whose(conn, Vault.of(intake.settings), "730", rows)]
        apart = [await identity.whose(conn, Vault.of(intake.settings), "707", part) for part in (rows[:1], rows[1:])]
    for found in (together, apart):
        assert len({each.keys.person_of(draft) for each in found for draft in each.drafts}) == 1


async def test_without_the_rule_a_changed_number_would_be_somebody_else(
    intake: Runtime, nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "keeper", lambda *_: None)

    with pytest.raises(AssertionError):
        await test_a_changed_number_is_the_same_person_and_says_nothing(intake, nights)


async def test_who_is_erased_leaves_nothing_and_the_next_file_does_not_bring_the_person_back(intake: Runtime, nights: Nights) -> None:
    both = (employee(cpr=OLD), employee("5002", cpr=OTHER))
    await nights.shows(*both)
    person = await _person_of(intake, "5001")
    bo = await _person_of(intake, "5002")
    told_before = len(await outbox(intake))

    assert await _erased(intake, person)
    erased = await everything(intake.pool)
    again = [await nights.shows(employee(cpr=OLD, changed=f"2026-03-0{day}"), both[1]) for day in (3, 4)]

    assert {table for table, text in erased.items() if str(person) in text} <= {"subject", "outbox"}, "a gravestone, and what was said"
    assert [outcome.notes["erased-before"] for outcome in again] == [1, 1]
    assert [row[0] for row in await intake.pool.fetch("select erased_before from delivery order by made_at")] == [0, 1, 1]
    assert len(await outbox(intake)) == told_before
    assert (await persons(intake), await keys_of(intake)) == ([bo], {bo})
    assert not await _erased(intake, person), "nobody has this key any more"


async def test_without_the_stop_list_the_next_file_brings_the_person_back(
    intake: Runtime, nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "is_erased", lambda *_: False)

    with pytest.raises(AssertionError):
        await test_who_is_erased_leaves_nothing_and_the_next_file_does_not_bring_the_person_back(intake, nights)


async def test_who_is_employed_anew_after_the_erasure_is_somebody_new(intake: Runtime, nights: Nights) -> None:
    await nights.shows(employee(cpr=OLD))
    person = await _person_of(intake, "5001")
    await _erased(intake, person)

    hired = await nights.shows(employee(cpr=OLD), employee("5003", cpr=OLD, entryDate="2099-01-01"))
    moved = await nights.shows(employee(cpr=OLD), employee("5003", "2026-03-04", cpr=OLD, entryDate="2099-01-01", numerator="30"))

    assert (hired.said, hired.notes["erased-before"]) == ({"hr.hired.v1": 1}, 1)
    assert moved.said == {"hr.hired.v1": 1}, "a correction of the same hire"
    (new,) = await persons(intake)
    assert new != person


async def test_the_clock_says_nothing_of_who_was_erased(intake: Runtime, nights: Nights) -> None:
    await nights.shows(employee(cpr=OLD, entryDate="2099-01-01"))
    wakes = "select count(*) from subject where wake_at is not null"
    assert await intake.pool.fetchval(wakes) == 1

    await _erased(intake, await _person_of(intake, "5001"))

    assert await intake.pool.fetchval(wakes) == 0


async def test_at_the_door_an_event_about_who_was_erased_is_refused_and_its_names_of_events_are_gone(
    intake: Runtime, source: Source
) -> None:
    await source.tell(told("1", hire("2099-01-01")))
    (person,) = await persons(intake)
    await _erased(intake, person)

    again = await source.tell(told("1", hire("2020-01-01")))
    by_our_id = await source.tell(told("2", hire("2020-01-01", person_key=str(person), employment_id="B-1")))

    assert [(answer.status_code, answer.json()["errors"][0]["code"]) for answer in (again, by_our_id)] == [(409, "erased-before")] * 2
    assert await intake.pool.fetchval("select count(*) from told_event") == 0
    assert (await persons(intake), await keys_of(intake)) == ([], set())
    assert [kind for kind, *_ in await said(intake)].count("hr.hired.v1") == 1


async def _erased(intake: Runtime, person: UUID) -> bool:
    return await erase(intake, Vault.of(intake.settings), person, "request")


async def _person_of(intake: Runtime, number: str) -> UUID:
    """Who has an employment, by the source's number."""
    async with intake.pool.acquire() as conn, conn.transaction():
        prints = await identity_store.prints(conn, Vault.of(intake.settings))
        known = await identity_store.known(conn, prints, Mapping.parse(OPUS).municipality or "", [], [number])
    (holders,) = known.holders.values()
    return next(iter(holders.values()))


async def test_a_database_that_was_filled_before_is_refused_with_a_sentence_and_stays_as_it_was(servers: Stack) -> None:
    async with new_database(servers) as address:
        pool = await database.open_pool(address, size=1)
        wanted = database.of_service("intake", ROOT / "services" / "intake")
        await database.migrate(pool, [each for each in wanted if each.name < "intake/0004"])
        await pool.execute("insert into person_key values ('730', '9901740001', gen_random_uuid())")

        with pytest.raises(asyncpg.RaiseError, match="holds person numbers in the clear") as refused:
            await database.migrate(pool, wanted)
        assert refused.value.hint is not None
        assert "forbliv down --wipe" in refused.value.hint
        assert await pool.fetchval("select count(*) from person_key where source = '9901740001'") == 1
        await pool.close()


def test_the_pages_and_a_delivery_do_not_start_without_keys(settings: Settings) -> None:
    with pytest.raises(NoKeys, match="FORBLIV_IDENTITY_KEYS is not set"):
        build_web(settings.model_copy(update={"identity_keys": None}))


async def test_who_lacks_a_key_of_the_database_mints_nothing(intake: Runtime, nights: Nights, tmp_path: Path) -> None:
    await nights.shows(employee(cpr=OLD))
    before = await keys_of(intake)
    other = tmp_path / "keys"
    other.write_text(Key.drawn("other").line)
    mapping = Mapping.parse(OPUS)
    path = night(tmp_path, org_unit(), employee(cpr=OTHER), made="20260310224000")
    stranger = Runtime(SERVICE, intake.settings.model_copy(update={"identity_keys": other}), intake.pool)

    with pytest.raises(Unopened, match="'test-1' is not in FORBLIV_IDENTITY_KEYS"):
        await Delivering(stranger, mapping, read(mapping, path)).run()
    assert await keys_of(intake) == before
