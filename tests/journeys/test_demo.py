"""The demo as people start it, played to its end: every figure equals the independent oracle's. Then what it left in its two servers."""

import csv
import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml

from contracts.reporting import IndicatorValuePublished
from deploy.asyncapi.document import FILE
from deploy.local.oracle import Recorded
from deploy.local.oracle.log import read_log
from deploy.local.play import live
from deploy.local.play.fjordby import MUNICIPALITY
from deploy.local.processes import SERVICES
from deploy.local.stack import Stack, running_stack
from services.intake.domain.keys import unit_id
from tests.kit.shell import Shell
from tests.kit.whole import RULES, person_key, records, rows

pytestmark = pytest.mark.stack

EMPLOYEES = 500
SEED = 1
UNTOLD = ("deputy-appointed", "role-assigned", "post-filled", "calendar-changed", "unit-complexity-recorded")
NO_ROW_TELLS = {
    "hr.restricted.v1": ("absence-started", "absence-ended"),
    "hr.employment.v1": (
        *("practice-placement-started", "practice-placement-ended"),
        "course-completed",
    ),
    "hr.counts.v1": ("workforce-snapshot-taken", "workforce-flow-counted", "workforce-cohort-counted", "work-accidents-counted"),
}
"""What only a source that sends events can tell; here all sources send files."""
NOBODY_RECORDS = (
    *("intro-plan-approved", "mentor-named", "course-done"),
    *("observation-planned", "observation-due", "observation-done", "observation-missed"),
)
FOLLOW_UPS = ("opened", "reassigned", "moved", "reminded", "escalated", "done", "declined", "missed", "cancelled")
NOT_IN_THE_STORY = {
    *(("/forbliv/intake", "intake.v1", f"intake.{name}.v1") for name in ("record-refused", "delivery-held-back", "delivery-settled")),
    *(("/forbliv/intake", "intake.v1", f"intake.{name}.v1") for name in ("feed-fell-silent", "feed-heard-again")),
    *(("/forbliv/intake", "hr.organisation.v1", f"hr.{name}.v1") for name in UNTOLD),
    ("/forbliv/intake", "hr.employment.v1", "hr.employment-changed.v1"),
    *(("/forbliv/intake", topic, f"hr.{name}.v1") for topic, names in NO_ROW_TELLS.items() for name in names),
    *(("/forbliv/onboarding", "onboarding.v1", f"onboarding.{name}.v1") for name in NOBODY_RECORDS),
    ("/forbliv/onboarding", "onboarding.counts.v1", "onboarding.intro-survey-closed.v1"),
    *(("/forbliv/notification", "notification.restricted.v1", f"notification.follow-up-{name}.v1") for name in FOLLOW_UPS),
    ("/forbliv/recruitment", "recruitment.v1", "recruitment.position-filled.v1"),
    ("/forbliv/retention", "retention.v1", "retention.silence-done.v1"),
}
"""What a service can say and has no reason to here.

All rows are good and no file would end a town, no directory tells of deputies, roles and posts, nobody has another position, who is
silent speaks later, no feed is watched, and no duty is confidential.
Of introductions the leaders record their talks alone, and nobody answers a survey.
"""


@dataclass(frozen=True)
class Played:
    """What `forbliv demo --once --json` left behind: its exit code and what it printed, and its directory."""

    done: "subprocess.CompletedProcess[str]"
    status: int
    directory: Path

    @property
    def deliveries(self) -> Path:
        """The files of the story, and the log of what was recorded."""
        return self.directory / "deliveries"

    @property
    def entries(self) -> list[Recorded]:
        """What was recorded, in its order."""
        return read_log(self.deliveries / "recorded.jsonl")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Five years of life: an import, twelve months with talks, and the live story; then the demo is over."""
    shell = Shell(tmp_path_factory.mktemp("demo") / "stack", RULES)
    done = shell.types("demo", "--once", "--json", "--employees", str(EMPLOYEES), "--seed", str(SEED))
    return Played(done, shell.types("status").returncode, shell.directory)


@pytest.fixture(scope="module")
def kept(played: Played) -> Iterator[Stack]:
    """Its two servers alone, started again over what they kept."""
    with running_stack(played.directory) as stack:
        yield stack


def test_every_figure_equals_the_oracles_and_nothing_is_left_running(played: Played) -> None:
    assert played.done.returncode == 0, played.done.stderr
    found = json.loads(played.done.stdout)

    assert (found["good"], found["differences"], found["too_few"]) == (True, [], {})
    assert found["equal"]["headcount"] > 0
    assert all(word in played.done.stderr for word in ("for whom", "holder", "Scorecard", "the resignation is withdrawn"))
    assert played.status == 1


def test_no_record_was_one_that_nobody_could_read(kept: Stack) -> None:
    """Also none of a later day: the services began on the first day of the story, not on that of the machine."""
    assert {name: rows(kept, name, "SELECT topic, type, reason FROM dead_letter") for name in SERVICES} == {name: [] for name in SERVICES}


def test_leaders_recorded_talks_of_every_kind_by_the_pages(played: Played) -> None:
    entries = played.entries

    kinds = {"talk-2-weeks", "talk-3-months", "talk-6-12-months", "retention", "exit-leader", "exit-employee"}
    assert {entry.kind for entry in entries} == kinds
    assert {entry.action for entry in entries} >= {"held", "declined", "offered", "accepted"}


def test_what_the_bus_says_of_the_figures_is_what_was_printed(kept: Stack) -> None:
    """The last record of each key, against the values that stood at the end of the last day that is over."""
    over = live.TALK_DAY
    query = "SELECT definition_id, unit, split, period, status, value FROM published WHERE municipality = $1 AND known_from <= $2"
    query += " AND (known_to IS NULL OR known_to > $2)"
    printed = {
        (row["definition_id"], row["unit"], row["split"], row["period"]): (row["status"], row["value"])
        for row in rows(kept, "reporting", query, MUNICIPALITY, over)
    }
    said: dict[bytes | None, IndicatorValuePublished | None] = {}
    for record in records(kept, IndicatorValuePublished.topic):
        if record.header("ce_municipality") == MUNICIPALITY:
            said[record.key] = IndicatorValuePublished.model_validate_json(record.value or b"") if record.stands else None
    standing = [event for event in said.values() if event is not None]

    assert {_of(event): (event.status, event.value and Decimal(event.value)) for event in standing} == printed
    assert len(standing) > 10_000


def _of(event: IndicatorValuePublished) -> tuple[str, str, str, str]:
    split = ",".join(f"{part.name}={part.value}" for part in event.split)
    return event.definition_id, str(event.unit_id or ""), split, event.period


@dataclass(frozen=True)
class Cast:
    """Who plays in the live story, under the keys they go by: read from what the source delivered."""

    newcomer: UUID
    leaver: UUID
    unit: UUID
    leader_before: UUID
    leader_after: UUID


@pytest.fixture(scope="module")
def cast(kept: Stack, played: Played) -> Cast:
    folder = played.deliveries
    first = delivered(folder / "live-1" / "employments.csv")
    newcomer, leaver = (next(row for row in first if bool(row["last_day"]) is leaves) for leaves in (False, True))
    ended, begun = delivered(folder / "live-2" / "leaders.csv")
    keys = [person_key(kept, MUNICIPALITY, row["person"]) for row in (newcomer, leaver, ended, begun)]
    return Cast(keys[0], keys[1], unit_id(MUNICIPALITY, leaver["unit"]), keys[2], keys[3])


def delivered(path: Path) -> list[Mapping[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_a_start_moved_by_three_weeks_moves_every_talk_by_three_weeks(kept: Stack, cast: Cast) -> None:
    windows: dict[str, list[tuple[date, date]]] = {}
    for record in records(kept, "onboarding.v1"):
        if record.key == str(cast.newcomer).encode() and record.stands and (call := record.body.get("call")):
            windows.setdefault(call["kind"], []).append((date.fromisoformat(call["opens"]), date.fromisoformat(call["closes"])))

    moved = {kind: (told[-1][0] - told[0][0], told[-1][1] - told[0][1]) for kind, told in windows.items() if kind.startswith("talk-")}
    assert moved == dict.fromkeys(("talk-2-weeks", "talk-3-months", "talk-6-12-months"), (live.THREE_WEEKS, live.THREE_WEEKS))


def test_a_new_leader_takes_over_the_open_tasks_and_it_is_said_why(kept: Stack, cast: Cast) -> None:
    (talk,) = tasks_about(kept, cast.leaver, "retention-talk")
    of_unit = [r for r in records(kept, "notification.v1") if r.body.get("unit_id") == str(cast.unit)]
    reassigned = [r.body for r in of_unit if r.header("ce_type") == "notification.task-reassigned.v1"]
    opened = [r.body for r in of_unit if r.header("ce_type") == "notification.task-opened.v1" and r.body["task_id"] == str(talk["task_id"])]
    taken_over = [body for body in reassigned if body["to_key"] == str(cast.leader_after)]

    assert opened[0]["holder_key"] == str(cast.leader_before)
    assert str(talk["task_id"]) in {body["task_id"] for body in taken_over}
    assert {(body["cause"], body["why_holder"]) for body in taken_over} == {("new-leader", "nearest-leader")}
    held = "SELECT task_id FROM task WHERE municipality = $1 AND unit_id = $2 AND state = 'open' AND holder = $3"
    assert rows(kept, "notification", held, MUNICIPALITY, cast.unit, cast.leader_before) == []


def test_the_withdrawal_cancels_what_was_left_and_not_the_talk_that_was_held(kept: Stack, cast: Cast) -> None:
    about = {row["kind"]: row["state"] for row in tasks_about(kept, cast.leaver)}
    before_an_ad = "SELECT kind, state FROM task WHERE municipality = $1 AND unit_id = $2 AND opens >= $3 AND about_person IS NULL"
    of_vacancy = {row["kind"]: row["state"] for row in rows(kept, "notification", before_an_ad, MUNICIPALITY, cast.unit, live.HIRE_DAY)}
    arose = [r for r in records(kept, "recruitment.v1") if r.header("ce_type") == "recruitment.vacancy-arose.v1"]
    of_unit = [r for r in arose if r.body["unit_id"] == str(cast.unit) and r.header("ce_time") >= live.HIRE_DAY.isoformat()]

    assert about == {"retention-talk": "done", "exit-talk-leader": "cancelled", "exit-talk-employee": "cancelled"}
    assert of_vacancy == {"vacancy-review": "cancelled", "more-hours": "cancelled"}
    assert [r.stands for r in of_unit] == [True, False]


def test_who_stays_after_the_talk_counts_as_kept(kept: Stack, played: Played, cast: Cast) -> None:
    booked = "SELECT measure, unit, sum(amount)::int AS n FROM ledger WHERE municipality = $1 AND period = '2026-01' GROUP BY 1, 2"
    stayed = {(row["measure"], row["unit"]): row["n"] for row in rows(kept, "reporting", booked, MUNICIPALITY) if row["n"]}

    assert {unit: n for (measure, unit), n in stayed.items() if measure == "resignations.kept"} == {str(cast.unit): 1}
    assert [(entry.action, entry.day) for entry in played.entries][-1] == ("held", live.TALK_DAY)


def test_who_says_and_who_reads_what_is_what_others_are_told(kept: Stack) -> None:
    described = yaml.load(FILE.read_text("utf-8"), yaml.CSafeLoader)["operations"].values()
    said = {(r.header("ce_source"), r.topic, r.header("ce_type")) for r in records(kept)}
    read = {(name, row["topic"]) for name in SERVICES for row in rows(kept, name, "SELECT DISTINCT topic FROM consumed")}

    sends = {(f"/forbliv/{o['x-service']}", *named(o, each)) for o in described if o["action"] == "send" for each in o["messages"]}
    assert sends - said == NOT_IN_THE_STORY
    assert said <= sends
    assert read == {(o["x-service"], o["channel"]["$ref"].rpartition("/")[2]) for o in described if o["action"] == "receive"}


def named(operation: Mapping[str, Any], message: Mapping[str, str]) -> tuple[str, str]:
    """Topic and wire name of a message of an operation."""
    return operation["channel"]["$ref"].rpartition("/")[2], message["$ref"].rpartition("/")[2]


def tasks_about(kept: Stack, person: UUID, kind: str = "%") -> list[Mapping[str, object]]:
    """The tasks of the live story about somebody."""
    query = "SELECT task_id, kind, state, holder FROM task WHERE municipality = $1 AND about_person = $2 AND opens >= $3 AND kind LIKE $4"
    return list(rows(kept, "notification", query, MUNICIPALITY, person, live.HIRE_DAY, kind))
