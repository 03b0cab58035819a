"""The story as answers of SD Løn: a first load of all that holds, then for each day what was registered on it; names and tree apart."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple
from xml.sax.saxutils import escape

from deploy.local.municipality import Municipality
from deploy.local.municipality.job import Job
from deploy.local.municipality.units import Tree, UnitRow
from deploy.local.municipality.words import POSITIONS
from tests.unit.intake.round_trip.lives import DAY, OPEN, Spell, history, registrations
from tests.unit.intake.sd_answer import ROOT, answer, fact

FIRST_LOAD = ROOT.replace("AtDate", "")
INSTITUTION = "FJ"
HOURLY_FROM = 80_000
ENDS = {"Død": "7", "Pension": "9"}
LETTERS = {"Elev": "E", "Særlige vilkår": "S"}
"""Positions of their own for pupils and for special terms: only a position tells them apart from those paid by the month."""
LEVELS = {"1001": "director", "1002": "chief", "1003": "area-agreement", "1004": "department"}


def table(pairs: Iterable[tuple[str, str]]) -> str:
    """The lines of a table of a mapping file."""
    return "\n".join(f'{name} = "{value}"' for name, value in pairs)


MAPPING = f"""
feed = "sd"
municipality = "999"
source_system = "sd"
[sd]
hourly_from = {HOURLY_FROM}
[sd.status]
0 = "contract"
1 = "at-work"
3 = "leave"
7 = "ended"
8 = "ended"
9 = "ended"
S = "deleted"
[sd.end_reason]
7 = "death-or-emigration"
8 = "unknown"
9 = "retirement"
[sd.leaders]
{table(LEVELS.items())}
[sd.occupation_group]
{table((letter + post.code, post.group) for post in POSITIONS for letter in ("", *LETTERS.values()))}
[sd.position_form]
{table((letter + post.code, form) for post in POSITIONS for letter, form in (("E", "pupil"), ("S", "special-terms")))}
"""


class Period(NamedTuple):
    """A value of one kind of fact and the days it holds."""

    kind: str
    first: date
    last: date
    value: str


def service_number(job: Job) -> str:
    """The number payroll knows a job by: from 80000 on it is paid by the hour."""
    hourly = job.registrations[0][1]["form"] == "Timeløn"
    return f"{HOURLY_FROM + int(job.number)}" if hourly else job.number


def keys(made: Municipality) -> dict[str, str]:
    """The key of each job at this source, by its number in the story."""
    return {job.number: f"{INSTITUTION} {service_number(job)}" for job in made.jobs}


def position_of(code: str) -> str:
    """The story's code of a position."""
    return code.removeprefix("e").removeprefix("s")


def first_load(made: Municipality, until: date) -> str:
    """All that holds of everybody at the end of a day."""
    return _employments(made, date.min, until, FIRST_LOAD)


def changed(made: Municipality, since: date, until: date) -> str:
    """What was registered after the day `since`, to and with `until`; empty where nothing was."""
    return _employments(made, since, until, ROOT)


def _employments(made: Municipality, since: date, until: date, root: str) -> str:
    people: dict[str, list[str]] = {}
    for job in made.jobs:
        told = [each for each in history(job) if each[0] <= until]
        facts = [(period, day) for period, day in known(told).items() if day > since] if told and told[-1][0] > since else []
        if facts:
            people.setdefault(job.person.number, []).append(_employment(job, told[-1][1][-1].start, sorted(facts)))
    return answer(*(_person(number, jobs) for number, jobs in people.items()), root=root, **_made(until)) if people else ""


def names(made: Municipality, since: date, until: date) -> str:
    """The names of those who came since, each with the address of a job."""
    found = {job.person.number: job for job in made.jobs if any(since < at.date() <= until for at, _ in registrations(job)[:1])}
    persons = []
    for number, job in found.items():
        given, family = job.person.name.split(" ", 1)
        told = f"<PersonGivenName>{escape(given)}</PersonGivenName><PersonSurnameName>{escape(family)}</PersonSurnameName>"
        persons.append(_person(number, [told, _reached(job)]))
    return answer(*persons, root="GetPerson20111201", **_made(until)) if persons else ""


def _made(day: date) -> dict[str, str]:
    return {"made": f"{day}T23:00:00", "institution": INSTITUTION}


def _person(number: str, inner: Iterable[str]) -> str:
    return f"<Person><PersonCivilRegistrationIdentifier>{number}</PersonCivilRegistrationIdentifier>{''.join(inner)}</Person>"


def _reached(job: Job) -> str:
    mail = f"<ContactInformation><EmailAddressIdentifier>{job.person.mail}</EmailAddressIdentifier></ContactInformation>"
    return f"<Employment><EmploymentIdentifier>{service_number(job)}</EmploymentIdentifier>{mail}</Employment>"


def _employment(job: Job, start: date, facts: Iterable[tuple[Period, date]]) -> str:
    inner = "".join(fact(p.kind, f"{day}", f"{p.first}", f"{p.last}", p.value) for p, day in facts)
    number = f"<EmploymentIdentifier>{service_number(job)}</EmploymentIdentifier><EmploymentDate>{start}</EmploymentDate>"
    return f"<Employment>{number}{inner}</Employment>"


def known(told: Iterable[tuple[date, list[Spell]]]) -> dict[Period, date]:
    """What holds of a job after all that was registered: a period keeps its day of registration until it is another period."""
    held: dict[Period, date] = {}
    for day, spells in told:
        held = {period: held.get(period, day) for period in periods(spells)}
    return held


def periods(spells: list[Spell]) -> Iterator[Period]:
    """All facts of these spells."""
    if spells[-1].cancelled:
        yield Period("EmploymentStatus", spells[-1].start, OPEN, "S")
        return
    lines: dict[str, list[Period]] = {}
    for spell in spells:
        paint(lines, Period("EmploymentDepartment", spell.start, OPEN, spell.initial.unit))
        paint(lines, Period("WorkingTime", spell.start, OPEN, spell.initial.degree))
        paint(lines, Period("Profession", spell.start, OPEN, LETTERS.get(spell.form, "") + spell.position))
        for day, _, new in spell.changes():
            paint(lines, Period("EmploymentDepartment", day, OPEN, new.unit))
            paint(lines, Period("WorkingTime", day, OPEN, new.degree))
        for status in _statuses(spell, is_first=spell is spells[0]):
            paint(lines, status)
    for line in lines.values():
        yield from line


def _statuses(spell: Spell, *, is_first: bool) -> Iterator[Period]:
    """A contract from the day it was registered (a first hire, registered ahead), else from the first day; then at work, away, gone."""
    kind = "EmploymentStatus"
    since = min(spell.told, spell.start) if is_first else spell.start
    if since < spell.first_working_day:
        yield Period(kind, since, spell.first_working_day - DAY, "0")
    yield Period(kind, spell.first_working_day, OPEN, "1")
    for leave in spell.leaves.values():
        yield Period(kind, leave.first, leave.last, "3")
    if spell.end:
        yield Period(kind, spell.end.last_day + DAY, OPEN, ENDS.get(spell.end.reason, "8"))


def paint(lines: dict[str, list[Period]], new: Period) -> None:
    """Lay a period over those of its kind; neighbours of one value are one period."""
    held = lines.get(new.kind, [])
    kept = [old for old in held if old.last < new.first or old.first > new.last]
    for old in (old for old in held if old not in kept):
        kept += [old._replace(last=new.first - DAY)] if old.first < new.first else []
        kept += [old._replace(first=new.last + DAY)] if old.last > new.last else []
    joined: list[Period] = []
    for period in sorted([*kept, new], key=lambda each: each.first):
        if joined and joined[-1].value == period.value and joined[-1].last + DAY == period.first:
            joined[-1] = joined[-1]._replace(last=period.last)
        else:
            joined.append(period)
    lines[new.kind] = joined


def departments(tree: Tree, until: date) -> str:
    """The names of all units over time, as known at the end of a day."""
    found = []
    for code in {row.unit: None for row in _rows(tree, until)}:
        lines: dict[str, list[Period]] = {}
        for row in (row for row in _rows(tree, until) if row.unit == code):
            paint(lines, Period("name", row.valid_from, OPEN, row.name))
        found += [_department(code, level, name) for level in [_level(tree, code)] for name in lines["name"]]
    return answer(*found, root="GetDepartment20111201", **_made(until))


def _department(code: str, level: str, name: Period) -> str:
    days = f"<ActivationDate>{name.first}</ActivationDate><DeactivationDate>{name.last}</DeactivationDate>"
    unit = f"<DepartmentIdentifier>{code}</DepartmentIdentifier><DepartmentLevelIdentifier>{level}</DepartmentLevelIdentifier>"
    return f"<Department>{days}{unit}<DepartmentName>{escape(name.value)}</DepartmentName></Department>"


def organization(tree: Tree, asked_from: date, until: date) -> str:
    """The tree in the periods between its changes from a day on, as known at the end of another; the inner reference is the parent."""
    rows = _rows(tree, until)
    turns = sorted({asked_from, *(row.valid_from for row in rows if row.valid_from > asked_from)})
    blocks = []
    for first, then in zip(turns, [*turns[1:], OPEN], strict=True):
        last = then if then == OPEN else then - DAY
        parents = {row.unit: row.parent for row in sorted(rows, key=lambda row: row.valid_from) if row.valid_from <= first}
        inner = "".join(_reference(tree, code, parents) for code in parents if code not in parents.values())
        blocks.append(
            f"<Organization><ActivationDate>{first}</ActivationDate><DeactivationDate>{last}</DeactivationDate>{inner}</Organization>"
        )
    return answer(*blocks, root="GetOrganization20111201", **_made(until))


def _reference(tree: Tree, code: str, parents: dict[str, str]) -> str:
    above = _reference(tree, parents[code], parents) if parents[code] else ""
    level = f"<DepartmentLevelIdentifier>{_level(tree, code)}</DepartmentLevelIdentifier>"
    return f"<DepartmentReference><DepartmentIdentifier>{code}</DepartmentIdentifier>{level}{above}</DepartmentReference>"


def _rows(tree: Tree, until: date) -> list[UnitRow]:
    return [row for row in tree.rows if row.registered_at.date() <= until]


def _level(tree: Tree, code: str) -> str:
    return next(unit.level for unit in tree.units if unit.code == code)
