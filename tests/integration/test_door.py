"""The door on a real PostgreSQL: durable before it answers, once for each id, corrected as its source corrects, for its source alone."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.chassis.runtime import Runtime
from services.chassis.settings import Settings
from services.chassis.web import mount
from services.intake import delivery_store
from services.intake.app import build_web
from services.intake.delivery_store import State
from services.intake.telling import Feed, take
from services.intake.told.event import Refused
from services.intake.told.faults import Fault, Reason
from services.intake.vault import Key, Vault
from tests.kit.page_client import PageClient, opened
from tests.kit.speakers import FEED, MUNICIPALITY, OTHER_SOURCE, SOURCE, register, token
from tests.kit.told import end, hire, told

TABLES_OF = "intake"
BATCHED = "application/cloudevents-batch+json"
STRUCTURED = "application/cloudevents+json"
SECRET = "a secret of the tests, long enough"


class Source(PageClient):
    """A source that tells."""

    async def tell(self, *events: Any, **headers: str) -> httpx.Response:
        """One event, or several as a batch."""
        content, kind = (events[0], STRUCTURED) if len(events) == 1 else (events, BATCHED)
        return await self.post("/api/events", content=json.dumps(content), headers={"content-type": kind, **headers})


@pytest.fixture
def door(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"secret": SECRET, "speakers": register(tmp_path)})


@pytest.fixture
async def source(door: Settings) -> AsyncIterator[Source]:
    async with opened(mount([build_web(door)])) as app, Source(app) as client:
        client.headers["authorization"] = f"Bearer {token()}"
        yield client


async def said(intake: Runtime) -> list[tuple[str, str, str, dict[str, Any]]]:
    """What stands in the outbox: type, fact, whether it stands, body."""
    rows = await intake.pool.fetch("select headers, body from outbox order by seq")
    heads = [dict(json.loads(row["headers"])) for row in rows]
    return [(h["ce_type"], h["ce_fact"], h["ce_stands"], json.loads(r["body"])) for h, r in zip(heads, rows, strict=True)]


async def kinds(intake: Runtime) -> list[str]:
    return [kind for kind, *_ in await said(intake)]


async def test_what_was_accepted_is_in_the_outbox_under_ids_of_ours(source: Source, intake: Runtime) -> None:
    answer = await source.tell(told("1", hire()))
    ((kind, _, stands, body), *rest) = await said(intake)

    assert (answer.status_code, answer.json()) == (202, {"index": 0, "id": "1", "source": SOURCE, "outcome": "accepted"})
    assert (kind, stands) == ("hr.hired.v1", "true")
    assert body["source_system"] == "cloudevents"
    assert [kind for kind, *_ in rest] == ["hr.employment-started.v1"], "its first day has come"
    assert not {"P-1", "A-17", "E-300"} & set(map(str, body.values()))


async def test_the_same_event_again_says_nothing_as_after_a_crash_between_commit_and_answer(source: Source, intake: Runtime) -> None:
    await source.tell(told("1", hire()))
    before = await said(intake)

    again = await source.tell(told("1", hire()))

    assert (again.status_code, again.json()["outcome"]) == (202, "duplicate")
    assert await said(intake) == before


async def test_the_same_id_with_another_body_is_a_conflict_and_changes_nothing(source: Source, intake: Runtime) -> None:
    await source.tell(told("1", hire()))
    before = await said(intake)

    other = await source.tell(told("1", hire(degree="0.5000")))

    assert (other.status_code, other.json()["errors"][0]["code"]) == (409, "id-taken")
    assert other.headers["content-type"] == "application/problem+json"
    assert [each for each in await said(intake) if each[0] != "intake.record-refused.v1"] == before


async def test_a_batch_is_answered_event_by_event(source: Source, intake: Runtime) -> None:
    answer = await source.tell(
        told("1", hire()), told("2", hire(degree="1,0")), told("3", hire(), source=OTHER_SOURCE), "nonsense", told("1", hire())
    )
    outcomes = [event["outcome"] for event in answer.json()["events"]]

    assert answer.status_code == 207
    assert outcomes == ["accepted", "refused", "refused", "refused", "duplicate"]
    assert [e["problem"]["status"] for e in answer.json()["events"] if "problem" in e] == [422, 403, 422]
    assert sorted(await kinds(intake)) == ["hr.employment-started.v1", "hr.hired.v1", *["intake.record-refused.v1"] * 3]


async def test_a_problem_names_the_field_in_plain_words_danish_first(source: Source) -> None:
    danish = await source.tell(told("1", hire(effective_date="31-02-2026")))
    english = await source.tell(told("1", hire(effective_date="31-02-2026")), **{"accept-language": "en"})

    assert danish.json()["errors"] == [
        {"field": "effective_date", "code": "bad-date", "detail": "Gælder fra (effective_date): Datoen findes ikke"}
    ]
    assert english.json()["detail"].startswith("Holds from (effective_date): ")
    assert "31-02-2026" not in danish.text, "a value is never repeated"


async def test_a_correction_is_the_next_revision_of_the_same_fact(source: Source, intake: Runtime) -> None:
    await source.tell(told("1", hire("2099-02-01")))
    await source.tell(told("2", hire("2099-03-01"), supersedes="1", time="2026-01-11T00:00:00Z"))
    await source.tell(told("3", hire("2099-03-01"), supersedes="1", time="2026-01-12T00:00:00Z", cancelled=True))
    first, second, *rest = await said(intake)

    assert first[1] == second[1]
    assert second[3]["effective_date"] == "2099-03-01"
    assert {(kind, stands) for kind, _, stands, _ in rest} == {("hr.hired.v1", "false"), ("hr.employment-cancelled.v1", "true")}


async def test_what_must_name_the_first_of_its_chain_and_names_another_is_refused(source: Source) -> None:
    await source.tell(told("1", hire()))
    await source.tell(told("2", hire(), supersedes="1", time="2026-01-11T00:00:00Z"))

    wrong = await source.tell(told("3", hire(), supersedes="2"))
    other = await source.tell(told("4", hire(person_key="P-2"), supersedes="1"))

    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (409, "not-the-first-id")
    assert (other.status_code, other.json()["errors"][0]["code"]) == (409, "other-thing")


async def test_an_end_implies_a_resignation_and_its_day(source: Source, intake: Runtime) -> None:
    await source.tell(told("1", hire()), told("2", end("2026-03-31", "2026-04-01"), "hr.employment-end-registered.v1"))

    assert sorted(await kinds(intake)) == [
        "hr.employment-end-registered.v1", "hr.employment-ended.v1", "hr.employment-started.v1", "hr.hired.v1", "hr.resigned.v1",
    ]  # fmt: skip


async def test_an_id_of_ours_is_kept_and_the_same_key_is_the_same_person(source: Source, intake: Runtime) -> None:
    await source.tell(told("1", hire("2099-01-01")))
    ((_, _, _, body),) = await said(intake)
    ids = {name: body[name] for name in ("person_key", "employment_id", "unit_id")}
    await source.tell(told("2", {"change": "created", "name": "Nord", "level": "team", "unit_id": "E-300", "effective_date": "2026-01-01", "registered_at": "2026-01-01T00:00:00Z"}, "hr.unit-changed.v1"))  # fmt: skip  # noqa: E501

    await source.tell(told("3", {**hire("2099-01-01"), **ids, "leave_from": "2099-02-01", "effective_date": "2099-02-01"}, "hr.leave-registered.v1"))  # fmt: skip  # noqa: E501
    last = (await said(intake))[-1][3]

    assert {name: last[name] for name in ids} == ids


async def test_calls_are_deliveries_with_their_refused_events_and_none_of_their_values(source: Source, intake: Runtime) -> None:
    await source.tell(told("1", hire()), told("2", hire(person_key="101090-1234\n")))
    rows = await intake.pool.fetch("select seen, refused, done from delivery")
    refused = await intake.pool.fetch("select line, reason, field, sealed from refused_row")

    assert [tuple(row) for row in rows] == [(2, 1, True)]
    assert [tuple(row) for row in refused] == [(2, "bad-key", "person_key", None)]


async def noted(intake: Runtime) -> tuple[int, int, int]:
    """How many deliveries there are, how many of their rows are refused, and how many refusals were said."""
    counts = ("select count(*) from delivery", "select count(*) from refused_row")
    deliveries, rows = [await intake.pool.fetchval(count) for count in counts]
    return deliveries, rows, (await kinds(intake)).count("intake.record-refused.v1")


async def test_calls_that_are_wrong_alike_are_each_a_delivery_and_the_same_call_again_is_none(source: Source, intake: Runtime) -> None:
    january, march = told("e-1", hire("2026-01-32")), told("e-2", hire("2026-03-32"))
    first = await source.tell(january)
    second = await source.tell(march)

    assert [first.json()["errors"], await noted(intake)] == [second.json()["errors"], (2, 2, 2)]
    for again in (january, march):
        await source.tell(again)
    assert await noted(intake) == (2, 2, 2)
    binary = {"content-type": "application/json", **{f"ce-{name}": str(march[name]) for name in ("specversion", "id", "source", "type")}}
    for name in ("e-3", "e-4", "e-4"):
        await source.post("/api/events", content=json.dumps(march["data"]), headers={**binary, "ce-id": name})
    assert await noted(intake) == (4, 4, 4), "what stands in the headers counts"


async def test_readable_events_that_are_refused_alike_are_told_apart_by_their_ids_whenever_they_are_stamped(
    source: Source, intake: Runtime
) -> None:
    await source.tell(told("1", hire()), told("2", hire(), supersedes="1", time="2026-01-11T00:00:00Z"))
    for name, day in (("3", 12), ("4", 12), ("4", 13)):
        answer = await source.tell(told(name, hire(), supersedes="2", time=f"2026-01-{day}T00:00:00Z"))
        assert answer.json()["errors"][0]["code"] == "not-the-first-id"

    assert await noted(intake) == (3, 2, 2)


async def test_a_call_that_holds_no_events_is_a_delivery_refused_with_its_reason(source: Source, intake: Runtime) -> None:
    for content in ("{", "{", "[", "[]", json.dumps([told("1", hire())] * 501)):
        await source.post("/api/events", content=content, headers={"content-type": BATCHED})
    await source.tell(told("1", hire()))
    async with intake.pool.acquire() as conn:
        deliveries = [each for each in reversed(await delivery_store.latest(conn, MUNICIPALITY)) if not each.done]

    assert [(each.turned_down, each.turned_down_fields["most"], each.again) for each in deliveries] == [
        ("not-json", "500", 1), ("not-json", "500", 0), ("no-events", "500", 0), ("too-many-events", "500", 0),
    ]  # fmt: skip
    assert {(each.state, each.seen, each.refused, each.way_in, each.brought.by) for each in deliveries} == {
        (State.TURNED_DOWN, 0, 0, "events", SOURCE)
    }
    assert (await noted(intake))[1:] == (0, 0), "its sender was told why, and nothing else is said"


async def test_without_the_key_nobody_finds_by_guessing_what_a_refused_call_said(source: Source, intake: Runtime) -> None:
    wrong = told("e-1", hire("2026-01-32", person_key="0101900000"))
    await source.tell(wrong)
    feed = Feed(FEED, SOURCE, MUNICIPALITY, intake.rules[MUNICIPALITY].live_from)
    guess = ([Refused((Fault(Reason.BAD_DATE, "effective_date"),))], json.dumps(wrong).encode())

    await take(intake, Vault.of(intake.settings), feed, *guess)
    assert await noted(intake) == (1, 1, 1)
    await intake.pool.execute("delete from vault_key")
    await take(intake, Vault([Key("other", bytes(32))]), feed, *guess)
    assert await noted(intake) == (2, 2, 2)


async def test_a_first_load_is_known_when_it_was_registered(door: Settings, tmp_path: Path, intake: Runtime) -> None:
    loading = door.model_copy(update={"speakers": register(tmp_path, first_load=True)})
    async with opened(mount([build_web(loading)])) as app, Source(app) as source:
        await source.tell(told("1", hire("2020-01-01", registered_at="2019-12-01T10:00:00+01:00")), authorization=f"Bearer {token()}")
    heads = dict(json.loads(await intake.pool.fetchval("select headers from outbox order by seq limit 1")))

    assert heads["ce_time"].startswith("2019-12-01T09:00:00")
