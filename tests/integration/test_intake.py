"""Deliveries on a real PostgreSQL: taken once, taken up again after a crash, refused row by row, said in order."""

import gzip
import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest
from starlette.requests import HTTPConnection

from deploy.local.municipality import invent, write
from services.chassis.failures import Refused
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.web import mount
from services.chassis.web.identity import Known, SessionIdentity
from services.intake import delivery, delivery_store, store
from services.intake.app import SERVICE, build_web
from services.intake.delivery import Delivering
from services.intake.outcome import Outcome
from services.intake.reading.files import survey
from services.intake.reading.mapping import Mapping
from tests.kit.builders import an_id
from tests.kit.deliveries import MAPPINGS, samples
from tests.kit.page_client import PageClient, opened, text_of
from tests.kit.records import set_day

HEADER = "EmployeeID,recorddate_key,orighiredate_key,terminationdate_key,store_name,termreason_desc,STATUS\n"
YEARS = "".join(
    f"{person}.0,12/31/{year} 0:00,8/28/1989,6/30/2009,{person % 3 + 1}.0,Not Applicable,ACTIVE\n"
    for person in range(1, 8)
    for year in (2006, 2007, 2008)
)
LEAVINGS = "".join(f"{person}.0,6/1/2009 0:00,8/28/1989,6/30/2009,{person % 3 + 1}.0,Resignaton,TERMINATED\n" for person in range(1, 4))
SAID = {"hr.unit-changed.v1": 4, "hr.hired.v1": 7, "hr.employment-end-registered.v1": 3, "hr.resigned.v1": 3}


@pytest.fixture
async def intake(settings: Settings) -> AsyncIterator[Runtime]:
    """On a day before the last one that the samples tell of: what is still to come is not said, whenever the tests run."""
    async with open_runtime(SERVICE, settings) as runtime:
        await set_day(runtime, date(2026, 11, 30))
        yield runtime


async def take(intake: Runtime, path: Path, mapping: str = "mfg10", *, dry_run: bool = False) -> Outcome:
    told = Mapping.load(MAPPINGS / f"{mapping}.toml")
    return await Delivering(intake, told, survey(told, path), dry_run=dry_run).run()


def written(folder: Path, text: str, name: str = "years.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def dict_of(headers: str) -> dict[str, str]:
    return dict(json.loads(headers))


async def outbox(intake: Runtime) -> list[tuple[str, str]]:
    rows = await intake.pool.fetch("select headers, body from outbox order by seq")
    return [(row["headers"], row["body"]) for row in rows]


async def test_a_file_is_said_once_and_again_says_nothing(intake: Runtime, tmp_path: Path) -> None:
    first = await take(intake, written(tmp_path, HEADER + YEARS + LEAVINGS))
    before = await outbox(intake)
    second = await take(intake, written(tmp_path, HEADER + YEARS + LEAVINGS))
    (tmp_path / "again.csv.gz").write_bytes(gzip.compress((HEADER + YEARS + LEAVINGS).encode()))
    packed = await take(intake, tmp_path / "again.csv.gz")

    assert first.said == SAID
    assert second.again
    assert packed.again
    assert not second.said
    assert await outbox(intake) == before


async def test_shuffled_rows_are_no_news(intake: Runtime, tmp_path: Path) -> None:
    await take(intake, written(tmp_path, HEADER + YEARS + LEAVINGS))
    rows = (YEARS + LEAVINGS).splitlines(keepends=True)
    Random(7).shuffle(rows)

    again = await take(intake, written(tmp_path, HEADER + "".join(rows), "shuffled.csv"))

    assert not again.again
    assert not again.said


async def test_a_dry_run_tells_and_writes_nothing(intake: Runtime, tmp_path: Path) -> None:
    tried = await take(intake, written(tmp_path, HEADER + YEARS + LEAVINGS), dry_run=True)

    assert tried.said == SAID
    assert await outbox(intake) == []
    assert await intake.pool.fetchval("select count(*) from person_key") == 0
    assert (await take(intake, written(tmp_path, HEADER + YEARS + LEAVINGS))).said == SAID


async def test_a_crash_between_two_transactions_is_taken_up_again(intake: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "CHUNK", 2)
    path = written(tmp_path, HEADER + YEARS + LEAVINGS)
    told = Mapping.load(MAPPINGS / "mfg10.toml")

    class Killed(Exception):
        pass

    def kill(_rows: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        await Delivering(intake, told, survey(told, path)).run(kill)
    half = Counter(dict_of(headers)["ce_type"] for headers, _ in await outbox(intake))
    rest = await take(intake, path)

    assert half + rest.said == SAID
    assert half
    ids = [dict_of(headers)["ce_id"] for headers, _ in await outbox(intake)]
    assert len(ids) == len(set(ids))


async def test_history_becomes_known_when_the_source_registered_it_and_later_deliveries_when_they_come(
    intake: Runtime, tmp_path: Path
) -> None:
    await take(intake, written(tmp_path, HEADER + YEARS))
    first = {dict_of(h)["ce_time"] for h, _ in await outbox(intake) if dict_of(h)["ce_type"] == "hr.hired.v1"}
    await take(intake, written(tmp_path, HEADER + LEAVINGS, "later.csv"))
    ends = [dict_of(h)["ce_time"] for h, _ in await outbox(intake) if dict_of(h)["ce_type"] == "hr.employment-end-registered.v1"]

    assert first == {datetime(2006, 12, 30, 23, tzinfo=UTC).isoformat()}
    assert all(datetime.fromisoformat(moment).date() > date(2020, 1, 1) for moment in ends)


async def test_an_import_waits_for_none_but_says_that_another_is_running(intake: Runtime, tmp_path: Path) -> None:
    async with store.alone(intake.pool, "998 mfg10", "mfg10"):
        with pytest.raises(Refused, match="import-running"):
            await take(intake, written(tmp_path, HEADER + YEARS))


async def test_a_municipality_without_rules_is_refused(intake: Runtime, tmp_path: Path) -> None:
    told = Mapping.load(MAPPINGS / "mfg10.toml")
    with pytest.raises(Refused, match="no-rules"):
        Delivering(intake, told, survey(told, written(tmp_path, HEADER + YEARS), "111"))


async def test_refused_rows_are_kept_said_without_their_value_and_stop_nothing(intake: Runtime) -> None:
    taken = await take(intake, samples("employments-bad.csv"), "samples")
    async with intake.pool.acquire() as conn:
        deliveries = await delivery_store.latest(conn, "707")

    assert taken.said == {"intake.record-refused.v1": 9}
    assert (deliveries[0].seen, deliveries[0].refused, deliveries[0].done) == (9, 9, True)
    assert await intake.pool.fetchval("select count(*) from refused_row") == 9
    assert not any("99047" in body or "stress" in body for _, body in await outbox(intake))
    assert not (await take(intake, samples("employments-bad.csv"), "samples")).said


async def test_a_row_of_an_unknown_unit_is_taken_when_the_same_file_comes_after_the_unit(intake: Runtime) -> None:
    await take(intake, samples("employments-bad.csv"), "samples")
    async with intake.pool.acquire() as conn:
        await store.keep_units(conn, "707", ["X999"])

    again = await take(intake, samples("employments-bad.csv"), "samples")

    assert again.said == {"hr.hired.v1": 1}
    assert len(again.refused) == 8


class SignedIn(SessionIdentity):
    """Somebody of municipality 707 who signed in."""

    def __init__(self, *, hr: bool) -> None:
        self._known = Known(an_id("somebody"), "707", hr)

    async def who(self, request: HTTPConnection) -> Known | None:  # noqa: ARG002 - the same for every request
        return self._known


async def test_hr_sees_what_was_refused_and_nobody_else_sees_deliveries(settings: Settings) -> None:
    async with open_runtime(SERVICE, settings) as intake:
        await take(intake, samples("employments-bad.csv"), "samples")
    secret = settings.model_copy(update={"secret": "a secret of the tests, long enough"})
    async with opened(mount([build_web(secret)], identity=SignedIn(hr=True))) as app, PageClient(app) as client:
        listed = await client.get("/intake/deliveries")
        (path,) = set(re.findall(r"/intake/deliveries/[0-9a-f-]{36}", listed.text))
        page = text_of((await client.get(path)).text)
    async with opened(mount([build_web(secret)], identity=SignedIn(hr=False))) as app, PageClient(app) as client:
        hidden = [(await client.get(where)).status_code for where in ("/intake/deliveries", path)]

    assert "Ukendt status" in page
    assert "Forkert antal kolonner" in page
    assert "stress" not in page
    assert hidden == [404, 404]


async def test_the_deliveries_of_the_invented_municipality_are_taken_without_a_refusal(intake: Runtime, tmp_path: Path) -> None:
    write(invent(1, 60), tmp_path)

    history = await take(intake, tmp_path / "history", "municipality")
    january = await take(intake, tmp_path / "2025-01", "municipality")

    assert not history.refused
    assert not january.refused
    assert history.broken == january.broken == 0
    assert history.said["hr.hired.v1"] >= 60
    assert history.said["hr.leader-appointed.v1"] > 0
    assert history.said["hr.person-named.v1"] > 0
