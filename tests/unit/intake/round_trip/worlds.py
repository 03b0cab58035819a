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
from tests.unit.intake.payroll import Ids, Payroll
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


def by_events(made: Municipality) -> Payroll:
    """Every event through the reading of the HTTP door."""
    payroll = world(CSV)
    calls = events.calls(made)
    first = [event for day, said in calls if day <= BEGUN for event in said]
    hears(payroll, first, BEGUN)
    for day, said in calls:
        if day > BEGUN:
            hears(payroll, said, day)
    return payroll.reaches(AFTER)


def hears(payroll: Payroll, said: Iterable[dict[str, Any]], on: date) -> None:
    """One call on a day: every event is taken."""
    ids = OurIds(Ids(), Ids(), frozenset(), Ids())
    arrivals: dict[Subject, list[Revision[Event]]] = defaultdict(list)
    for event in said:
        attributes = {name: value for name, value in event.items() if name != "data"}
        told = hear(Raw(attributes, event["data"]), Speaker(events.SOURCE, MUNICIPALITY), noon(AFTER))
        assert isinstance(told, Told), (told, event["type"])
        subject, seen = record(told, ids, MUNICIPALITY, "fjordby")
        arrivals[subject].append(Revision(seen.fact(), 0, 1, True, noon(on), seen, EventSeen.wire))
    for subject, rows in arrivals.items():
        payroll.step(subject, rows, noon(on))


def by_sd(made: Municipality, folder: Path) -> Payroll:
    """The tree and the names of units, then names and employments, whenever something was registered."""
    payroll = world(sd.MAPPING)
    for number, (since, until) in enumerate(deliveries(made)):
        for name, text in sd_answers(made, since, until).items():
            reading = payroll.loads(written(folder, text, f"{number:04}-{name}.xml"), until)
            assert not reading.wrong
    return payroll.reaches(AFTER)


def sd_answers(made: Municipality, since: date, until: date) -> dict[str, str]:
    """What SD answers about these days; nothing where nothing was registered."""
    units = any(since < row.registered_at.date() <= until for row in made.tree.rows)
    employments = sd.first_load(made, until) if since == date.min else sd.changed(made, since, until)
    found = {"persons": sd.names(made, since, until), "employments": employments}
    if units:
        found |= {"departments": sd.departments(made.tree, until), "organization": sd.organization(made.tree, BEGUN, until)}
    return {name: text for name, text in found.items() if text}


def by_opus(made: Municipality, folder: Path) -> Payroll:
    """A file for every night on which something was registered."""
    payroll = world(opus.MAPPING)
    for _, until in deliveries(made):
        reading = payroll.loads(opus.nightly(made, folder, until), until)
        assert not reading.wrong
    return payroll.reaches(AFTER)


def by_files(made: Municipality, folder: Path) -> Payroll:
    """The generator's own files as it cuts them: the history, then a folder a month."""
    write(made, folder)
    payroll = world(CSV)
    for each in folders():
        until = LIVE_FROM - DAY if each == HISTORY else month_end(date.fromisoformat(f"{each}-01"))
        assert not payroll.loads(folder / each, until).wrong
    return payroll.reaches(AFTER)


def by_rows(made: Municipality, folder: Path) -> Payroll:
    """The rows of the generator's files, cut as the other sources tell: a first load, then a delivery a day."""
    write(made, folder)
    rows: dict[tuple[date, str], list[dict[str, str]]] = defaultdict(list)
    columns: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*/*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter=";"):
                columns[path.name] = list(row)
                rows[max(BEGUN, datetime.fromisoformat(row["registered_at"]).date()), path.name].append(row)
    payroll = world(CSV)
    for day in sorted({day for day, _ in rows}):
        for name in columns:
            if told := rows.get((day, name)):
                write_rows(folder / "days" / f"{day}" / name, columns[name], told)
        assert not payroll.loads(folder / "days" / f"{day}", day).wrong
    return payroll.reaches(AFTER)
