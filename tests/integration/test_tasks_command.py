"""`forbliv tasks`: what the inbox holds, for an operator and for scripts."""

import asyncio
import json
import re
from datetime import date
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from deploy.local.failures import StackFailed
from deploy.local.stack import Stack
from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.commands import tasks
from services.notification.app import SERVICE
from services.notification.domain.task import Stage
from services.notification.mail.choices import address_with
from tests.kit.builders import MUNICIPALITY, an_id, hired
from tests.kit.inbox import WEDNESDAY, duties, fill, told
from tests.kit.records import take


@pytest.fixture
async def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command against a filled inbox."""

    class OneDatabase:
        web = "http://127.0.0.1:8080"
        secret = "a secret of the tests"

        def database(self, _service: str) -> str:
            return settings.database_url

    monkeypatch.setattr(Stack, "load", lambda *_: OneDatabase())
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime)
        await take(runtime, [told(hired(date(2026, 3, 9), unit="ward")), told(hired(date(2026, 3, 9), unit="kitchen", person="third"))])
    app = typer.Typer()
    tasks.register(app)

    async def run(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, arguments, env={"COLUMNS": "80"})

    return run


async def listed(command: Any, *arguments: str) -> set[str]:
    """Which duties are listed, by their names."""
    answer = await command("--json", *arguments)
    assert answer.exit_code == 0, answer.output
    by_id = {str(an_id(name)): name for name in duties()}
    return {by_id[one["task_id"]] for one in json.loads(answer.stdout)}


async def test_every_open_task_with_window_holder_and_why(command: Any) -> None:
    answer = await command("--json")

    found = {one["task_id"]: one for one in json.loads(answer.stdout)}
    assert found[str(an_id("own case"))] == {
        "task_id": str(an_id("own case")),
        "kind": "exit-talk-leader",
        "unit_id": str(an_id("ward")),
        "about": str(an_id("leader")),
        "opens": "2026-03-02",
        "due": "2026-03-06",
        "closes": "2026-03-06",
        "state": "open",
        "holder": str(an_id("chief")),
        "holder_name": "Carla Dam",
        "why": "own-case",
    }
    assert found[str(an_id("second party"))]["holder"] is None
    assert len(found) == len(duties()) - 1


async def test_planned_tasks_are_listed_when_all_are_asked_for(command: Any) -> None:
    assert await listed(command, "--all") == set(duties())


@pytest.mark.parametrize("leader", ["Anne Holm", "anne holm", str(an_id("leader"))])
async def test_a_leaders_tasks_are_found_by_key_or_name(command: Any, leader: str) -> None:
    assert await listed(command, "--leader", leader) == {"late", "this week", "open after due", "later", "new kind"}


async def test_what_was_escalated_is_listed_for_the_leader_above_too(command: Any) -> None:
    assert await listed(command, "--leader", "Carla Dam") == {"own case", "late"}


async def test_a_unit_brings_those_below_it(command: Any) -> None:
    assert await listed(command, "--unit", "Omsorg og sundhed") == set(duties()) - {"coming"}
    assert await listed(command, "--unit", str(an_id("kitchen"))) == set()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--unit", "Ukendt"), "there is no unit Ukendt"),
        (("--municipality", "101"), "nothing is known of municipality 101; there are: 730"),
    ],
)
async def test_what_cannot_be_found_is_said_in_one_line(command: Any, arguments: tuple[str, ...], said: str) -> None:
    answer = await command(*arguments)

    assert answer.exit_code == 1
    assert said in answer.output


async def test_people_read_a_table_without_codes(command: Any) -> None:
    answer = await command()

    assert f"7 tasks on {WEDNESDAY}" in answer.output
    assert "Retention talk" in answer.output
    assert "Somebody else than the" in answer.output
    assert "exit-talk-leader" not in answer.output


async def test_a_row_is_read_in_80_columns(command: Any) -> None:
    lines = (await command()).output.splitlines()

    assert max(map(len, lines)) <= 80
    late = next(at for at, line in enumerate(lines) if line.split()[:1] == ["late"])
    assert [re.split(r" {2,}", line.strip()) for line in lines[late : late + 3]] == [
        ["late", "Retention talk", "Anne Holm"],
        ["from 2026-02-02", "Dorte Krogh", "Nearest leader"],
        ["to", "2026-02-16", "Hjemmepleje Nord"],
    ]


@pytest.mark.parametrize("leader", ["Anne Holm", "anne holm", str(an_id("leader"))])
async def test_a_digest_is_shown_as_it_would_be_sent_now(command: Any, leader: str) -> None:
    answer = await command("--digest", leader)

    assert answer.exit_code == 0, answer.output
    assert answer.output.startswith("Hej\n\n5 opgaver venter. 1 er over fristen.\n\nOver fristen (1)\n")
    assert "- Fastholdelsessamtale\n  Dorte Krogh, Hjemmepleje Nord" in answer.output
    assert "http://127.0.0.1:8080/onboarding/talks/1" in answer.output
    choices = address_with("a secret of the tests", "http://127.0.0.1:8080", MUNICIPALITY, an_id("leader"))
    assert answer.output.endswith(f"Her kan du vælge opsamlingen fra eller få den på engelsk:\n\n{choices}\n"), "as in the mail"


async def test_a_digest_shows_who_comes_and_goes(command: Any) -> None:
    with_tasks = await command("--digest", "Anne Holm")
    without = await command("--digest", "gry friis")

    assert "Hvem kommer og går de næste 14 dage (1)\n\n  - Bo Lund starter\n  Hjemmepleje Nord\n  Første dag mandag 9. marts" in (
        with_tasks.output
    )
    assert without.output.startswith("Hej\n\nIngen opgaver venter lige nu.\n\nHvem kommer og går de næste 14 dage (1)\n\n  - Emil Skov-M")


async def test_the_digest_of_hr_is_its_queue(command: Any) -> None:
    answer = await command("--digest", "HR")

    assert "Fratrædelsessamtale med en anden end nærmeste leder" in answer.output
    assert "opsamlingen fra" not in answer.output, "nobody declines it for all of HR"


async def test_who_has_nothing_to_do_gets_no_digest(command: Any) -> None:
    answer = await command("--digest", "Bo Lund")

    assert (answer.exit_code, "nobody who is called Bo Lund has a task, or somebody who comes or goes" in answer.output) == (1, True)


async def test_an_empty_stack_has_no_tasks(settings: Settings) -> None:
    async with open_runtime(SERVICE, settings):
        board = await tasks.read_board(settings.database_url, None, ())

    assert board.tasks == []
    assert tasks.of_leader(board.tasks, "Anne Holm", board) == []


async def test_one_of_several_municipalities_must_be_named(settings: Settings) -> None:
    async with open_runtime(SERVICE, settings) as runtime:
        await runtime.pool.execute("INSERT INTO reference_version (municipality, version) VALUES ('730', 1), ('707', 1)")

    with pytest.raises(StackFailed, match="--municipality: 707, 730"):
        await tasks.read_board(settings.database_url, None, ())


async def test_who_was_never_heard_of_is_not_what_is_meant_without_a_name(settings: Settings) -> None:
    """All there can be of such a municipality is HR's task to ask why it is silent."""
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime)
        await runtime.pool.execute("UPDATE task SET municipality = '707' WHERE task_id = $1", an_id("second party"))

    open_ones = tuple(Stage)
    meant = {task.task_id for task in (await tasks.read_board(settings.database_url, None, open_ones)).tasks}
    named = {task.task_id for task in (await tasks.read_board(settings.database_url, "707", open_ones)).tasks}
    assert (an_id("second party") in meant, len(meant)) == (False, len(duties()) - 1)
    assert named == {an_id("second party")}
