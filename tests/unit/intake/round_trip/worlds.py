"""Each way in with a memory of its own: the real readers and the real pure step, day by day, no I/O but the files."""

import csv
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from contracts.base import Event
from deploy.local.municipality import LIVE_FROM, Municipality, write
from deploy.local.municipality.files import write_rows
from deploy.local.municipality.steps import HISTORY, folders, month_end
from services.chassis.rules import parse
from services.chassis.subject import Revision, Subject
from services.intake.domain.event_seen import EventSeen
from services.intake.ours import OurIds, record
from services.intake.told.event import Speaker, Told, hear
from services.intake.told.message import Raw
from tests.kit.builders import noon
from tests.kit.deliveries import MAPPINGS
from tests.unit.intake.payroll import OpaqueIds, Payroll
from tests.unit.intake.round_trip import events, opus, sd
from tests.unit.intake.round_trip.lives import DAY, days_of
from tests.unit.intake.sd_answer import written

MUNICIPALITY = "999"
CSV = (MAPPINGS / "municipality.toml").read_text("utf-8")
BEGUN = date(2021, 1, 1)
"""The first load: what was registered before is told of as it is on this day."""
AFTER = date(2026, 6, 1)
"""A day on which every day of the story has passed."""
RULES = f'municipality = "{MUNICIPALITY}"\nname = "Fjordby"\nlive_from = {BEGUN}\n'


def world(mapping: str) -> Payroll:
    """Nothing is known yet."""
    payroll = Payroll(text=mapping, municipality=MUNICIPALITY)
    payroll.rules = parse(RULES)
    return payroll


def deliveries(made: Municipality) -> list[tuple[date, date]]:
    """Since when and until when each delivery tells of what was registered: the first load, then every day on which something was."""
    later = [day for day in days_of(made) if day > BEGUN]
    return list(zip([date.min, BEGUN, *later[:-1]], [BEGUN, *later], strict=True))


def loads(payroll: Payroll, path: Path, on: date) -> None:
    """A delivery arrives on a day on which the clock has woken whom it must; every row is taken."""
    assert not payroll.reaches(on).loads(path, on).wrong


def calls(made: Municipality) -> list[tuple[date, list[dict[str, Any]]]]:
    """What the source says in one call: all that was registered before the first load, then day by day."""
    found: dict[date, list[dict[str, Any]]] = defaultdict(list)
    for day, said in events.calls(made):
        found[max(day, BEGUN)] += said
    return sorted(found.items())


def by_events(made: Municipality) -> Payroll:
    """Every event through the reading of the HTTP door."""
    payroll = world(CSV)
    for day, said in calls(made):
        hears(payroll.reaches(day), said, day)
    return payroll.reaches(AFTER)


def hears(payroll: Payroll, said: Iterable[dict[str, Any]], on: date) -> None:
    """One call on a day: every event is taken."""
    ids = OurIds(OpaqueIds(), OpaqueIds(), frozenset(), OpaqueIds())
    arrivals: dict[Subject, list[Revision[Event]]] = defaultdict(list)
    for event in said:
        attributes = {name: value for name, value in event.items() if name != "data"}
        told = hear(Raw(attributes, event["data"]), Speaker(events.SOURCE, MUNICIPALITY), noon(AFTER))
        assert isinstance(told, Told), (told, event["type"])
        subject, seen = record(told, ids, MUNICIPALITY, "fjordby")
        arrivals[subject].append(Revision(seen.fact(), 0, 1, True, noon(on), seen, EventSeen.wire))
    for subject, rows in arrivals.items():
        payroll.step(subject, rows, noon(on))


def by_sd(made: Municipality, folder: Path, overlap: int = 0) -> Payroll:
    """A folder a day with the names of persons, their employments, the names of units and their tree: what something was registered of.

    `overlap`: days before, of which every answer tells again.
    """
    payroll = world(sd.MAPPING)
    for number, (since, until) in enumerate(deliveries(made)):
        answers = sd_answers(made, max(since, BEGUN) - overlap * DAY if number else since, until)
        for name, text in answers.items():
            written(folder / f"{until}", text, f"{name}.xml")
        if answers:
            loads(payroll, folder / f"{until}", until)
    return payroll.reaches(AFTER)


def sd_answers(made: Municipality, since: date, until: date) -> dict[str, str]:
    """What SD answers about these days; nothing where nothing was registered."""
    units = any(since < row.registered_at.date() <= until for row in made.tree.rows)
    employments = sd.first_load(made, until) if since == date.min else sd.changed(made, since, until)
    found = {"persons": sd.names(made, since, until), "employments": employments}
    if units:
        found |= {"departments": sd.departments(made.tree, until), "organization": sd.organization(made.tree, BEGUN, until)}
    return {name: text for name, text in found.items() if text}


def by_opus(made: Municipality, folder: Path, times: int = 1) -> Payroll:
    """A file for every night on which something was registered, taken so many times."""
    payroll, jobs = world(opus.MAPPING), opus.histories(made)
    for _, until in deliveries(made):
        path = opus.nightly(made, jobs, folder, until)
        for _ in range(times):
            loads(payroll, path, until)
    return payroll.reaches(AFTER)


def by_files(made: Municipality, folder: Path, *, backward: bool = False) -> Payroll:
    """The generator's own files as it cuts them: the history, then a folder a month."""
    write(made, folder)
    payroll = world(CSV)
    for each in reversed(folders()) if backward else folders():
        until = LIVE_FROM - DAY if each == HISTORY else month_end(date.fromisoformat(f"{each}-01"))
        loads(payroll, folder / each, until)
    return payroll.reaches(AFTER)


def daily(made: Municipality, folder: Path) -> list[tuple[date, Path]]:
    """The rows of the generator's files, cut as the other sources tell: a first load, then a folder for each day."""
    write(made, folder)
    rows: dict[tuple[date, str], list[dict[str, str]]] = defaultdict(list)
    columns: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*/*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter=";"):
                columns[path.name] = list(row)
                rows[max(BEGUN, datetime.fromisoformat(row["registered_at"]).date()), path.name].append(row)
    for (day, name), told in rows.items():
        write_rows(folder / "days" / f"{day}" / name, columns[name], told)
    return [(day, folder / "days" / f"{day}") for day in sorted({day for day, _ in rows})]


def by_rows(made: Municipality, folder: Path) -> Payroll:
    """The generator's rows, a delivery a day."""
    payroll = world(CSV)
    for day, path in daily(made, folder):
        loads(payroll, path, day)
    return payroll.reaches(AFTER)
