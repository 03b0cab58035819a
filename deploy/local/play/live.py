"""The small story on top: a hire whose start moves, a resignation that is withdrawn after a talk, a new leader."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from deploy.local.municipality import Municipality
from deploy.local.municipality.dice import Dice
from deploy.local.municipality.files import LEADER_COLUMNS, UNIT_COLUMNS, write_rows
from deploy.local.municipality.job import COLUMNS, Job
from deploy.local.municipality.story import LeaderRow
from services.chassis.calendar import COPENHAGEN

HIRE_DAY, MOVED_DAY, TALK_DAY, WITHDRAWN_DAY = date(2026, 1, 5), date(2026, 1, 7), date(2026, 1, 8), date(2026, 1, 9)
START = date(2026, 2, 2)
THREE_WEEKS = timedelta(days=21)
FEWEST = 80
"""With fewer employees there may be nobody beside the leaders who stays, and so nobody to play the story."""
LAST_DAY = date(2026, 2, 28)


@dataclass(frozen=True, slots=True)
class Happening:
    """A step of the live story: its day and what happens in words.

    `folder`: the delivery that tells it, if one does; `talk_with`: the employment whose retention talk is held that day.
    """

    day: date
    words: str
    folder: str | None = None
    talk_with: str | None = None


def write_live(made: Municipality, folder: Path) -> Iterator[Happening]:
    """Write each delivery, then hand it on to be played."""
    leaver = _somebody_who_stays(made)
    newcomer = made.job(made.person(Dice(made.seed, "live", "newcomer")))
    post = _last_row(leaver)
    newcomer.tell(
        _at(HIRE_DAY), unit=post["unit"], position=post["position"], form="Månedsløn", degree="1.0000", start=START, first_working_day=START
    )
    leaver.tell(_at(HIRE_DAY), last_day=LAST_DAY, reason="Egen opsigelse", received_on=HIRE_DAY)
    _write(folder / "live-1", [newcomer, leaver], [])
    yield Happening(HIRE_DAY, "somebody is hired from 2 February; somebody in the same unit resigns", "live-1")

    newcomer.tell(_at(MOVED_DAY), start=START + THREE_WEEKS, first_working_day=START + THREE_WEEKS)
    _write(folder / "live-2", [newcomer], _new_leader(made, leaver))
    yield Happening(MOVED_DAY, "the start is moved by three weeks; the unit gets a new leader", "live-2")

    yield Happening(TALK_DAY, "the new leader talks with who resigned", talk_with=leaver.number)

    leaver.tell(_at(WITHDRAWN_DAY), last_day=None, reason=None, received_on=None, withdrawn_on=WITHDRAWN_DAY)
    _write(folder / "live-3", [leaver], [])
    yield Happening(WITHDRAWN_DAY, "the resignation is withdrawn", "live-3")


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9), COPENHAGEN)


def _last_row(job: Job) -> dict[str, str]:
    return list(job.rows())[-1]


def _somebody_who_stays(made: Municipality) -> Job:
    """An employee of one job that shows no end, no leader, from a unit that has a leader."""
    led = {row.unit for row in made.leaders if row.to is None}
    return next(job for job in _stayers(made) if _last_row(job)["unit"] in led)


def _stayers(made: Municipality) -> list[Job]:
    leaders = {row.employment for row in made.leaders}
    numbers = Counter(job.person.number for job in made.jobs)
    return [job for job in made.jobs if job.registrations and job.number not in leaders and numbers[job.person.number] == 1 and _stays(job)]


def _stays(job: Job) -> bool:
    row = _last_row(job)
    return not row["last_day"] and not row["cancelled"] and row["form"] == "Månedsløn" and row["start"] < "2025"


def _new_leader(made: Municipality, leaver: Job) -> list[LeaderRow]:
    """Who led the leaver's unit stops today; a colleague leads it from tomorrow, of the same unit where there is one."""
    unit = _last_row(leaver)["unit"]
    led = [row for row in made.leaders if row.unit == unit and row.to is None][-1]
    colleagues = [job for job in _stayers(made) if job is not leaver]
    chosen = min(colleagues, key=lambda job: (_last_row(job)["unit"] != unit, job.number))
    ended = LeaderRow(unit, led.person, led.employment, led.level, led.since, MOVED_DAY, _at(MOVED_DAY))
    begun = LeaderRow(unit, chosen.person.number, chosen.number, led.level, MOVED_DAY + timedelta(days=1), None, _at(MOVED_DAY))
    return [ended, begun]


def _write(folder: Path, jobs: list[Job], leaders: list[LeaderRow]) -> None:
    write_rows(folder / "units.csv", UNIT_COLUMNS, [])
    write_rows(folder / "employments.csv", COLUMNS, [_last_row(job) for job in jobs])
    write_rows(folder / "leaders.csv", LEADER_COLUMNS, [row.shown() for row in leaders])
