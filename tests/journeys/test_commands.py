"""The command line as people type it, each command a process of its own: what it prints, its exit code, and what it leaves behind."""

import csv
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.local.municipality.job import COLUMNS
from deploy.local.paths import ROOT
from deploy.local.play.deliver import evening, reach
from deploy.local.play.live import FEWEST
from deploy.local.processes import SERVICES
from deploy.local.stack import Stack
from deploy.local.waiting import run_async
from tests.kit.shell import Shell
from tests.kit.small_town import ANNE, HOME, MUNICIPALITY, NAMES, NEWCOMER, TODAY, write_town
from tests.kit.whole import RULES, person_key

pytestmark = pytest.mark.stack

MAPPING = ROOT / "deploy" / "local" / "mappings" / "municipality.toml"
SECRETS = ("Hemmelig Hansen", "0101011234", "halvtreds procent", "job-hemmelig")
"""What a row says that nobody can read: whose it is, and the value that is wrong."""
TALK = "talk-2-weeks"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A stack that was left running by `up --detach`; it is stopped in the end, whatever happened."""
    home = tmp_path_factory.mktemp("commands")
    (home / "rules").mkdir()
    text = (RULES / "999.toml").read_text("utf-8").replace('"999"', f'"{MUNICIPALITY}"')
    (home / "rules" / f"{MUNICIPALITY}.toml").write_text(text, "utf-8")
    shell = Shell(home / "stack", home / "rules")
    try:
        begun = shell.types("up", "--detach")
        assert begun.returncode == 0, begun.stderr
        assert Stack.load(shell.directory).web in begun.stdout
        run_async(reach(Stack.load(shell.directory), TODAY))
        yield shell
    finally:
        shell.types("down", "--wipe")


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small town's file, with one row more that cannot be read."""
    folder = write_town(tmp_path_factory.mktemp("town"))
    name, person, degree, job = SECRETS
    wrong = {"municipality": MUNICIPALITY, "person": person, "name": name, "employment": job, "unit": HOME, "form": "Månedsløn"}
    wrong |= {"degree": degree, "start": TODAY.isoformat(), "registered_at": evening(TODAY).isoformat()}
    with (folder / "employments.csv").open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, COLUMNS, delimiter=";", lineterminator="\n").writerow(wrong)
    return folder


def people_in(delivery: Path) -> int:
    """Who can be read: a person is hired once, however many rows tell of them."""
    with (delivery / "employments.csv").open(encoding="utf-8", newline="") as file:
        return len({row["person"] for row in csv.DictReader(file, delimiter=";")} - {SECRETS[1]})


@pytest.fixture(scope="module")
def imported(shell: Shell, delivery: Path) -> Any:
    """What `import csv --wait --json` told, after it was tried out twice."""
    return shell.told("import", "csv", str(delivery), "--mapping", str(MAPPING), "--municipality", MUNICIPALITY, "--wait", "--json")


def test_a_stack_left_running_is_healthy_and_no_second_one_starts_there(shell: Shell) -> None:
    status, again = shell.told("status", "--json"), shell.types("up", "--detach")

    assert {name for name, service in status["services"].items() if service["healthy"]} == set(SERVICES)
    assert status["web_healthy"] is True
    assert again.returncode == 1
    assert "runs in" in again.stderr


def test_a_dry_run_names_line_and_field_of_a_bad_row_prints_no_value_and_writes_nothing(shell: Shell, delivery: Path) -> None:
    words = ("import", "csv", str(delivery), "--mapping", str(MAPPING), "--municipality", MUNICIPALITY, "--dry-run")
    lines = (delivery / "employments.csv").read_text("utf-8").splitlines()

    printed, told = shell.types(*words), shell.told(*words, "--json")

    assert printed.returncode == 0
    assert f"employments.csv:{len(lines)}: bad-number degree (degree)" in printed.stdout.splitlines()
    assert [(wrong["line"], wrong["reason"], wrong["field"]) for wrong in told["refused"]] == [(len(lines), "bad-number", "degree")]
    assert told["dry_run"] is True
    assert told["events"]["hr.hired.v1"] == people_in(delivery)
    said = printed.stdout + printed.stderr + json.dumps(told, ensure_ascii=False)
    assert [secret for secret in SECRETS if secret in said] == []
    assert shell.told("tasks", "--all", "--json") == []


def test_an_import_that_waits_returns_when_all_have_heard(shell: Shell, delivery: Path, imported: Any) -> None:
    status = shell.told("status", "--json")

    assert imported["events"]["hr.hired.v1"] == people_in(delivery)
    assert imported["dry_run"] is False
    assert not [secret for secret in SECRETS if secret in json.dumps(imported, ensure_ascii=False)]
    assert {name: service["lag"] + service["outbox"] for name, service in status["services"].items()} == dict.fromkeys(SERVICES, 0)


def test_an_import_without_a_mapping_fails_in_one_line(shell: Shell, delivery: Path) -> None:
    done = shell.types("import", "csv", str(delivery))

    assert done.returncode == 1
    assert "--mapping" in done.stderr


@pytest.mark.usefixtures("imported")
def test_tasks_are_listed_with_window_holder_and_why(shell: Shell) -> None:
    stack = Stack.load(shell.directory)
    newcomer, anne = (str(person_key(stack, MUNICIPALITY, number)) for number in (NEWCOMER, ANNE))

    (talk,) = [task for task in shell.told("tasks", "--json") if (task["about"], task["kind"]) == (newcomer, TALK)]
    hers, elsewhere = shell.types("tasks", "--leader", NAMES[ANNE]), shell.types("tasks", "--unit", "Nowhere")

    assert (talk["state"], talk["opens"], talk["closes"]) == ("open", "2025-01-15", "2025-01-31")
    assert (talk["holder"], talk["holder_name"], talk["why"]) == (anne, NAMES[ANNE], "nearest-leader")
    assert hers.returncode == 0
    assert all(word in hers.stdout for word in ("for whom", "holder", "why", NAMES[NEWCOMER], "Fjordvang"))
    assert elsewhere.returncode == 1
    assert "there is no unit Nowhere" in elsewhere.stderr


@pytest.mark.usefixtures("imported")
def test_a_clock_moved_forward_brings_the_next_month_and_ends_what_was_not_done(shell: Shell) -> None:
    before = shell.types("clock")
    moved, not_back, no_duration = shell.types("clock", "--advance", "P4W"), shell.types("clock", "--set", "2025-01-01"), shell.types(
        "clock", "--advance", "tomorrow"
    )  # fmt: skip

    assert (before.returncode, moved.returncode) == (0, 0)
    gone = datetime.fromisoformat(moved.stdout.strip()) - datetime.fromisoformat(before.stdout.strip())
    assert timedelta(weeks=4) <= gone < timedelta(weeks=4, hours=1)
    assert (not_back.returncode, no_duration.returncode) == (1, 1)
    assert "forward only" in not_back.stderr
    assert "P30D" in no_duration.stderr
    newcomer = str(person_key(Stack.load(shell.directory), MUNICIPALITY, NEWCOMER))
    talks = {task["state"] for task in shell.told("tasks", "--all", "--json") if (task["about"], task["kind"]) == (newcomer, TALK)}
    assert talks == {"missed"}
    assert (newcomer, TALK) not in {(task["about"], task["kind"]) for task in shell.told("tasks", "--json")}
    told = shell.told("figures", "headcount", "--format", "json", "--from", "2025-01")
    assert [(figure["period"], figure["status"], figure["value"]) for figure in told] == [("2025-01", "ok", 21)]


@pytest.mark.usefixtures("imported")
def test_figures_are_printed_for_people_and_an_unknown_indicator_is_refused(shell: Shell) -> None:
    table, unknown = shell.types("figures", "headcount", "--by", "unit"), shell.types("figures", "happiness")

    assert table.returncode == 0
    assert "Fjordvang" in table.stdout
    assert unknown.returncode == 1
    assert "there is no indicator happiness" in unknown.stderr


def test_a_stack_that_is_taken_down_leaves_no_process_and_wiped_no_file(shell: Shell) -> None:
    pids = Stack.load(shell.directory).state.pids

    stopped, again, status, wiped = (shell.types(*words) for words in (("down",), ("down",), ("status",), ("down", "--wipe")))

    assert [done.returncode for done in (stopped, again, status, wiped)] == [0, 0, 1, 0]
    assert stopped.stdout.strip() == "stopped"
    assert again.stdout.strip() == "no stack was running"
    assert "no stack runs in" in status.stderr
    assert {name for name, pid in pids.items() if is_alive(pid)} == set()
    assert not shell.directory.exists()


def is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_a_municipality_too_small_for_the_story_of_the_demo_is_refused(tmp_path: Path) -> None:
    assert Shell(tmp_path / "demo", RULES).types("demo", "--once", "--employees", str(FEWEST - 1)).returncode == 2
