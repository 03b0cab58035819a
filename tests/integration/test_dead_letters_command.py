"""`forbliv dead-letters` against a real database: list, show, redrive, drop, and broken subjects derived again."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import asyncpg
import pytest
import typer
from typer.testing import CliRunner, Result

from contracts.hr import Hired
from deploy.local.stack import Stack
from services.chassis.inlet import Inlet
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.service import Changed, Connection
from services.chassis.settings import Settings
from services.chassis.wake import Wake
from services.commands import dead_letters
from services.onboarding.app import SERVICE
from tests.kit.builders import an_id, hired, noon
from tests.kit.records import Sent, read_everything, sent
from tests.kit.story import revision

START = date(2026, 3, 2)
MANY = 1_010
Run = Callable[..., Awaitable[Result]]


@dataclass(frozen=True)
class OneService:
    """A stack that has one service, as far as the command asks."""

    url: str
    kafka: str
    health_ports: tuple[str, ...] = ("onboarding",)

    @property
    def state(self) -> "OneService":
        return self

    def database(self, service: str) -> str:
        return {"onboarding": self.url}[service]


def hire(person: str) -> Sent:
    return sent(revision(hired(START, person=person), noon(START)))


@pytest.fixture
async def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(Stack, "load", lambda *_: OneService(settings.database_url, settings.kafka))
    monkeypatch.delenv("FORBLIV_KAFKA", raising=False)
    app = typer.Typer()
    dead_letters.register(app)

    async def invoked(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, ["dead-letters", *arguments], env={"COLUMNS": "240"})

    async with open_runtime(SERVICE, settings) as runtime:
        await read_everything(runtime)
        ahead = replace(
            hire("early"), headers=[(n, b"2199-01-01T00:00:00+00:00" if n == "ce_time" else v) for n, v in hire("early").headers]
        )
        await Inlet(runtime).take([replace(hire("anna"), value=b'{"municipality":"730"}'), ahead, hire("bo")])
        await runtime.pool.execute("UPDATE subject SET broken = 'KeyError at plan.py:1', wake_at = $1", datetime(2199, 1, 1, tzinfo=UTC))
    return invoked


async def listed(run: Run, *arguments: str) -> dict[str, list[dict[str, object]]]:
    answer = await run("list", "--json", *arguments)
    assert answer.exit_code == 0, answer.output
    found: dict[str, list[dict[str, object]]] = json.loads(answer.stdout)
    return found


async def test_list_tells_letters_and_broken_subjects_side_by_side(run: Run) -> None:
    found = await listed(run)
    (first, second), (broken,) = found["letters"], found["broken"]
    assert (first["service"], first["type"], first["subject"], first["attempts"]) == ("onboarding", "hr.hired.v1", str(an_id("anna")), 1)
    assert second["reason"] == "ce_time is more than a day ahead"
    assert (broken["kind"], broken["id"], broken["problem"]) == ("person", str(an_id("bo")), "KeyError at plan.py:1")

    text = (await run("list", "--service", "onboarding")).output
    assert str(an_id("anna")) in text
    assert f"person/{an_id('bo')}" in text
    assert (await run("list", "--service", "nobody")).exit_code == 1


async def test_show_tells_the_raw_record(run: Run) -> None:
    answer = await run("show", "1", "--service", "onboarding", "--json")
    told = json.loads(answer.stdout)

    assert told["headers"]["ce_type"] == Hired.wire
    assert told["body"] == '{"municipality":"730"}'
    assert told["key"] == str(an_id("anna"))
    assert (await run("show", "99", "--service", "onboarding")).exit_code == 1


async def test_redrive_reads_what_can_be_read_and_says_what_cannot(run: Run, settings: Settings) -> None:
    async with open_runtime(SERVICE, settings) as runtime:
        good = hire("anna").value
        await runtime.pool.execute("UPDATE dead_letter SET body = $1 WHERE id = 1", good)

    answer = await run("redrive", "1", "2", "--service", "onboarding", "--by", "Inger")
    assert answer.exit_code == 1
    assert "letter 1 is read" in answer.output
    assert "letter 2 is still unread: ce_time is more than a day ahead" in answer.output
    (left,) = (await listed(run))["letters"]
    assert (left["id"], left["attempts"]) == (2, 2)
    settled, _ = (await listed(run, "--all"))["letters"]
    assert (settled["settled"], settled["settled_by"]) == ("read", "Inger")
    assert (await run("redrive", "1", "--service", "onboarding")).exit_code == 1, "once"
    assert (await run("redrive", "--service", "onboarding")).exit_code == 1, "nothing is meant by nothing"
    assert "there is no open letter 9999999999999999999" in (await run("redrive", "9" * 19, "--service", "onboarding")).output
    assert "one is neither the number of a letter nor KIND/ID" in (await run("redrive", "one", "--service", "onboarding")).output


@pytest.mark.parametrize("problem", [asyncpg.NumericValueOutOfRangeError("1 in 20"), ValueError("a value")], ids=["table", "code"])
async def test_what_our_tables_or_code_refuse_is_said_and_the_letters_behind_it_are_tried(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    async def save(conn: Connection, changed: Sequence[Changed]) -> None:
        if any(change.subject.id == an_id("carl") for change in changed):
            raise problem
        await SERVICE.save_rows(conn, changed)

    refusing = replace(SERVICE, save_rows=save)
    async with open_runtime(refusing, settings) as runtime:
        await Inlet(runtime).take([hire("carl"), hire("eva")])
        await Inlet(runtime).take([replace(hire("dora"), value=b"{")])
        await runtime.pool.execute("UPDATE dead_letter SET body = $1 WHERE subject = $2", hire("dora").value, an_id("dora"))
    refused, unread = (letter["id"] for letter in (await listed(run))["letters"][2:])
    with monkeypatch.context() as patched:
        patched.setattr("services.onboarding.app.SERVICE", refusing)
        answer = await run("redrive", "--all", "--service", "onboarding")
        assert answer.exit_code == 1
        assert answer.exception is None or isinstance(answer.exception, SystemExit)
        assert f"letter {refused} is still unread: nobody here can take it: {type(problem).__name__} at" in answer.output
        assert f"letter {unread} is read" in answer.output
        answer = await run("redrive", str(refused), "--service", "onboarding")
        assert f"letter {refused} is still unread: nobody here can take it: {type(problem).__name__} at" in answer.output
    assert [(x["id"], x["attempts"]) for x in (await listed(run))["letters"]] == [(1, 2), (2, 2), (refused, 3)]
    assert (await run("redrive", str(refused), "--service", "onboarding")).exit_code == 0, "mended"


async def test_a_broken_subject_is_due_at_once_and_the_worker_derives_it(run: Run, settings: Settings) -> None:
    assert (await run("redrive", f"person/{an_id('bo')}", "--service", "onboarding")).exit_code == 0
    assert (await run("redrive", f"person/{an_id('anna')}", "--service", "onboarding")).exit_code == 1

    async with open_runtime(SERVICE, settings) as runtime:
        assert await Wake(runtime).once() == 1
    assert (await listed(run))["broken"] == []


async def test_drop_needs_a_reason_and_keeps_it(run: Run, settings: Settings) -> None:
    assert (await run("drop", "1", "--service", "onboarding")).exit_code == 2
    assert (await run("drop", "1", "--service", "onboarding", "--why", " ")).exit_code == 1
    assert (await run("drop", "1", "--service", "onboarding", "--why", "sent by mistake", "--by", "Inger")).exit_code == 0
    assert (await run("drop", "1", "--service", "onboarding", "--why", "again")).exit_code == 1

    line = (await listed(run, "--all"))["letters"][0]
    assert (line["settled"], line["settled_by"], line["why"]) == ("dropped", "Inger", "sent by mistake")
    assert "sent by mistake" in (await run("list", "--all")).output


async def test_all_means_all_letters_and_all_broken_subjects(run: Run, settings: Settings) -> None:
    answer = await run("redrive", "--all", "--service", "onboarding")

    assert "letter 1 is still unread" in answer.output
    assert "1 broken subjects are derived again" in answer.output

    async def nothing_left(runtime: Runtime) -> None:
        await runtime.pool.execute("DELETE FROM dead_letter; UPDATE subject SET broken = NULL")

    async with open_runtime(SERVICE, settings) as runtime:
        await nothing_left(runtime)
    assert "there is nothing to do" in (await run("redrive", "--all", "--service", "onboarding")).output
    assert "no dead letters" in (await run("list")).output


async def test_no_letter_is_passed_over_however_many_there_are(run: Run, settings: Settings) -> None:
    """Rubbish of a foreign speaker stops nothing, so there may be any number of letters."""
    copies = 'INSERT INTO dead_letter (topic, partition, "offset", headers, body, reason, died_at)'
    async with open_runtime(SERVICE, settings) as runtime:
        await runtime.pool.execute(
            f"{copies} SELECT 'hr.employment.v1', 1, n, '[[\"ce_type\", null]]', '{{', 'wrong', $1 FROM generate_series(1, $2) n",
            noon(START),
            MANY,
        )

    assert f"onboarding: {MANY + 2 - dead_letters.SHOWN_LETTERS} more letters; --json tells all" in (await run("list")).output
    assert len((await listed(run))["letters"]) == MANY + 2
    assert "letter 1 is still unread" in (await run("redrive", "--all", "--service", "onboarding")).output
    assert [letter["attempts"] for letter in (await listed(run))["letters"]] == [2] * (MANY + 2)
