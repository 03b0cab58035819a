"""The story as nightly files of KMD OPUS: each shows everybody as registered by that night, and nothing of what was or will be."""

from datetime import date, timedelta
from pathlib import Path

from deploy.local.municipality import Municipality
from deploy.local.municipality.job import Job
from deploy.local.municipality.words import POSITIONS
from tests.unit.intake.opus_file import employee, night, org_unit
from tests.unit.intake.round_trip.lives import Spell, history
from tests.unit.intake.round_trip.sd import LEVELS, table

FULL = 37
CONTRACTS = {"Månedsløn": "00", "Timeløn": "03", "Elev": "05", "Særlige vilkår": "08"}
FORMS = {"00": "monthly", "03": "hourly", "05": "pupil", "08": "special-terms"}
KEPT = timedelta(days=30)
"""So long after the last day somebody is in the files, and then no more."""
MAPPING = f"""
feed = "opus"
municipality = "999"
source_system = "opus"
[opus]
work_mail = true
[opus.work_contract]
{table(FORMS.items())}
[opus.leaders]
{table(LEVELS.items())}
[opus.occupation_group]
{table((post.code, post.group) for post in POSITIONS)}
"""


Histories = list[tuple[Job, list[tuple[date, list[Spell]]]]]


def histories(made: Municipality) -> Histories:
    """What was known of every job, and since when."""
    return [(job, history(job)) for job in made.jobs]


def nightly(made: Municipality, jobs: Histories, folder: Path, day: date) -> Path:
    """The file of one night."""
    rows = [row for row in made.tree.rows if row.registered_at.date() <= day]
    units = []
    for code in {row.unit: None for row in rows}:
        of_unit = [row for row in rows if row.unit == code]
        last = of_unit[-1]
        told = {"parentOrgUnit": last.parent, "longName": last.name, "orgType": last.level}
        units.append(org_unit(code, f"{last.registered_at.date()}", startDate=f"{of_unit[0].valid_from}", **told))
    employees = [element for job, known in jobs if (element := _element(job, known, day))]
    return night(folder, *units, *employees, made=f"{day:%Y%m%d}224000")


def _element(job: Job, known: list[tuple[date, list[Spell]]], day: date) -> str:
    """A job as the file of a night shows it: not yet, whole, only as left (every other one), or no more."""
    told = [each for each in known if each[0] <= day]
    if not told:
        return ""
    changed, (*_, spell) = told[-1]
    if spell.cancelled:
        return ""
    terms = [spell.initial, *(new for _, _, new in spell.changes())][-1]
    if spell.end and day > max(spell.end.last_day, changed):
        if day > spell.end.last_day + KEPT:
            return ""
        if int(job.number) % 2:
            return f'<employee id="{job.number}" client="999" action="leave"/>'
    given, family = job.person.name.split(" ", 1)
    return employee(
        job.number,
        f"{changed}",
        entryDate=f"{spell.start}",
        leaveDate=f"{spell.end.last_day}" if spell.end else "",
        cpr=job.person.number,
        firstName=given,
        lastName=family,
        email=job.person.mail,
        workContract=CONTRACTS[spell.form],
        positionId=spell.position,
        isManager=f"{spell.position in LEVELS}".lower(),
        orgUnit=terms.unit,
        numerator=f"{round(float(terms.degree) * FULL)}",
        denominator=f"{FULL}",
    )
