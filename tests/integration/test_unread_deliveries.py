"""What cannot be read stands in HR's list with the reason in words, whether somebody brought the file or the payroll service gave it."""

import asyncio
import gzip
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import stamina
from typer.testing import CliRunner, Result

from deploy.local.keys import keys_file
from deploy.local.state import StackState, take_lock, write_state
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.cli import app
from services.intake.app import SERVICE
from services.intake.polling import client
from tests.kit.hr_desk import at_the_desk
from tests.kit.page_client import PageClient, text_of
from tests.kit.polling import VARIABLES, failures, marks, poll, source_of
from tests.kit.sd_service import SdService, Trouble, sd_service
from tests.kit.staff_file import HEADER, MAPPING, row, written
from tests.unit.intake.opus_file import OPUS
from tests.unit.intake.sd_answer import hired, job

LIST = "/intake/deliveries"
CP1252 = HEADER.encode() + b"\r\n" + row(1).replace("Bo =Lund", "Bj\xf8rn").encode("cp1252")
CUT_OFF = Trouble(body="<GetEmploymentChangedAtDate20111201><Person>")
OF_ENCODING = "Ikke modtaget Filens tegn kan ikke læses. Filen er gemt med en anden tegnkodning end aftalt."

Import = Callable[..., Awaitable[Result]]


@pytest.fixture
async def intake(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Runtime]:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    async with open_runtime(SERVICE, settings) as runtime:
        yield runtime


@pytest.fixture
async def hr(settings: Settings, intake: Runtime) -> AsyncIterator[PageClient]:
    async with at_the_desk(settings) as desk:
        yield desk


@pytest.fixture
def imports(settings: Settings, tmp_path: Path) -> Iterator[Import]:
    """`forbliv import` on a stack whose intake has this database."""
    home = tmp_path / "stack"
    home.mkdir()
    held = take_lock(home)
    assert settings.identity_keys is not None
    keys_file(home).write_bytes(settings.identity_keys.read_bytes())
    state = {"directory": home, "launcher": 0, "kafka": settings.kafka, "web": None, "health_ports": {}, "pids": {}, "secret_file": home}
    addresses = {"admin_database": settings.database_url, "databases": {"intake": settings.database_url}}
    write_state(StackState.model_validate(state | addresses))
    (tmp_path / "mapping.toml").write_text(MAPPING, "utf-8")

    async def run(way_in: str, *arguments: object) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, ["import", way_in, *map(str, arguments), "--dir", str(home)])

    yield run
    os.close(held)


async def listed(hr: PageClient) -> str:
    return text_of((await hr.get(LIST)).text)


async def test_a_file_in_another_encoding_than_the_mapping_says_stands_in_the_list_with_that_reason(
    imports: Import, hr: PageClient, intake: Runtime, tmp_path: Path
) -> None:
    file = tmp_path / "staff-20260301.csv"
    file.write_bytes(CP1252)

    assert (await imports("csv", file, "--dry-run")).exit_code == 1
    assert "Der er ingen leverancer." in await listed(hr), "a dry run writes nothing"
    result = await imports("csv", file)

    assert (result.exit_code, "bad-encoding" in result.output) == (1, True)
    assert f"(drift) – – – {OF_ENCODING}" in await listed(hr)
    (kept,) = await intake.pool.fetch("select id, d::text as text from delivery d")
    assert "staff-2026" not in kept["text"], "the name of a file may tell too much"
    page = text_of((await hr.get(f"{LIST}/{kept['id']}")).text)
    assert OF_ENCODING in page
    assert "Rækker" not in page, "nobody counted them"
    await imports("csv", file)
    assert await intake.pool.fetchval("select count(*) from delivery") == 1, "the same bytes are the same delivery"


async def test_once_it_is_written_rightly_it_is_taken_and_the_first_stays_with_its_reason(
    imports: Import, hr: PageClient, tmp_path: Path
) -> None:
    (tmp_path / "staff-20260301.csv").write_bytes(CP1252)
    await imports("csv", tmp_path / "staff-20260301.csv")
    result = await imports("csv", written(tmp_path, [row(1)]))

    assert result.exit_code == 0, result.output
    assert "1 0 0 Modtaget helt" in await listed(hr)
    assert OF_ENCODING in await listed(hr)


@pytest.mark.parametrize(
    ("way_in", "mapping", "name", "content", "reason"),
    [
        ("csv", MAPPING, "staff-20260301.csv", b"CPR;Number\r\n1;2\r\n", "Kolonnen Unit skal stå i filens første linje netop én gang."),
        ("csv", MAPPING, "staff-today.csv", HEADER.encode(), "Filen siger ikke, hvornår den er lavet."),
        ("csv", MAPPING, "staff-20260301.csv.gz", gzip.compress(HEADER.encode())[:-9], "Filen kan ikke læses."),
        ("csv", MAPPING, "staff-20260301.csv.gz", gzip.compress(b" " * 70_000_000), "Filen er større, end den må være"),
        ("opus", OPUS, "ZLPE20260302224000_delta.xml", b"<kmd><employee", "Filen slutter for tidligt."),
        ("opus", OPUS, "ZLPE20260302224000_delta.xml", b"<kmd></employee>", "Filen er ikke gyldig XML."),
        ("opus", OPUS, "ZLPE20260302224000_delta.xml", b"<!DOCTYPE kmd [<!ENTITY a 'b'>]><kmd/>", "Filen indeholder en DTD"),
        ("opus", OPUS, "tonight.xml", b"<kmd/>", "Filen siger ikke, hvornår den er lavet."),
    ],
    ids=["header", "no-export-time", "bad-file", "too-large", "truncated", "bad-xml", "entity", "opus-name"],
)
async def test_every_file_that_is_refused_while_it_is_read_is_a_delivery(
    imports: Import, hr: PageClient, tmp_path: Path, way_in: str, mapping: str, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / "its.toml").write_text(mapping, "utf-8")
    (tmp_path / name).write_bytes(content)

    result = await imports(way_in, tmp_path / name, "--mapping", tmp_path / "its.toml", "--municipality", "730")

    assert result.exit_code == 1, result.output
    assert f"Ikke modtaget {reason}" in await listed(hr)


async def test_what_is_no_file_is_no_delivery(imports: Import, hr: PageClient, tmp_path: Path) -> None:
    for way_in, mapping in (("csv", "mapping.toml"), ("opus", "opus.toml")):
        (tmp_path / "opus.toml").write_text(OPUS, "utf-8")
        result = await imports(way_in, tmp_path / "absent.csv", "--mapping", tmp_path / mapping, "--municipality", "730")
        assert "no file here" in result.output

    assert "Der er ingen leverancer." in await listed(hr)


@pytest.fixture
def sd() -> Iterator[SdService]:
    with stamina.set_testing(True, attempts=client.ATTEMPTS, cap=True), sd_service() as service:
        service.in_force.append(job(*hired("2025-12-01", "2026-01-01")))
        yield service


async def test_an_answer_that_is_cut_off_stands_in_the_list_once_however_often_it_is_asked_for(
    intake: Runtime, sd: SdService, hr: PageClient
) -> None:
    source = source_of(sd)
    await poll(intake, source, "2026-11-21T12:00")
    sd.troubles.extend([CUT_OFF, CUT_OFF])
    first = await poll(intake, source, "2026-11-21T12:10")
    second = await poll(intake, source, "2026-11-21T12:20")

    assert failures([*first, *second]) == ["truncated-xml"] * 2
    assert (await listed(hr)).count("sd-zz (over nettet) – – – Ikke modtaget Filen slutter for tidligt.") == 1
    assert (await marks(intake))["employments"] == ("2026-11-21 12:00", True), "it is asked for again"
    await poll(intake, source, "2026-11-21T12:30")
    assert (await marks(intake))["employments"] == ("2026-11-21 12:30", False)
