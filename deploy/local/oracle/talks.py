"""`talk-timeliness`, `resignations-kept` and `exit-coverage`: from the rows and from what was really recorded."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from deploy.local.oracle.log import EXITS, FOLLOW_UPS, RETENTION, Recorded, of
from deploy.local.oracle.people import Leaving, People
from deploy.local.oracle.windows import Duty, follow_up, of_notice, retention

EITHER = "either"


@dataclass(frozen=True)
class Counted:
    """A talk that was due: in which units (those above, too), when its window closed, and how it went."""

    kind: str
    units: tuple[str, ...]
    closed_on: date
    outcome: str


def talks(people: People, log: Sequence[Recorded], today: date) -> list[Counted]:
    """Every talk whose window closed to and with today while the person was employed, or that was held by then."""
    found: list[Counted] = []
    for kind, duty in _duties(people, log, today):
        closes, held = duty.window.closes, duty.held_on
        by_then = held is not None and held <= closes
        if closes <= today and (by_then or people.employed(duty.spell.person, closes)):
            units = people.tree.chain(duty.spell.unit_on(closes), closes)
            found.append(Counted(kind, units, closes, outcome(duty, early=kind == RETENTION)))
    return found


def outcome(duty: Duty, *, early: bool = False) -> str:
    """in-time, late, missed, declined or not-held; `early`: held before the window opened is in time, too."""
    if duty.held_on is not None:
        if duty.held_on > duty.window.closes:
            return "late"
        return "in-time" if early or duty.held_on >= duty.window.opens else "not-held"
    return "declined" if duty.declined else "missed" if duty.missed else "not-held"


def _duties(people: People, log: Sequence[Recorded], today: date) -> Iterator[tuple[str, Duty]]:
    by_employment: dict[str, list[Recorded]] = {}
    for entry in log:
        by_employment.setdefault(entry.employment, []).append(entry)
    for jobs in people.jobs.values():
        numbers: Counter[str] = Counter()
        for job in jobs:
            number, rows, told = numbers[job.employment], people.rows[job.employment], by_employment.get(job.employment, [])
            numbers[job.employment] += 1
            for kind in FOLLOW_UPS:
                duty = follow_up(kind, number, rows, of(told, job.employment, kind), today)
                if duty is not None:
                    yield kind, duty
            for notice in range(len(job.resignations)):
                duty = retention(number, notice, rows, of(told, job.employment, RETENTION), today)
                if duty is not None:
                    yield RETENTION, duty


@dataclass(frozen=True)
class Settled:
    """A resignation that ended: withdrawn, or the last day has passed."""

    units: tuple[str, ...]
    on: date
    withdrawn: bool
    kept: bool


def resignations(people: People, log: Sequence[Recorded], today: date) -> list[Settled]:
    """The resignations of the monthly paid settled to and with today, without those that were not the employee's own wish."""
    found: list[Settled] = []
    for jobs in people.jobs.values():
        for job in [job for job in jobs if job.is_monthly()]:
            of_job = of(log, job.employment, RETENTION)
            for number, notice in enumerate(job.resignations):
                told = of_notice(of_job, job.resignations, number)
                settled = notice.withdrawn_on or notice.last_day
                if settled > today or any(entry.action == "not-own-wish" for entry in told):
                    continue
                units = people.tree.chain(job.unit_on(notice.received_on), notice.received_on)
                held = [entry.day for entry in told if entry.action == "held"]
                found.append(Settled(units, settled, notice.withdrawn_on is not None, is_kept(notice.withdrawn_on, held)))
    return found


def is_kept(withdrawn_on: date | None, held: Iterable[date]) -> bool:
    """Withdrawn after a retention talk was held, or on the same day."""
    return withdrawn_on is not None and any(day <= withdrawn_on for day in held)


@dataclass(frozen=True)
class Reached:
    """How far an exit talk of one leaver came, by level and at either; each later step implies the earlier ones."""

    units: tuple[str, ...]
    on: date
    steps: dict[str, str]


STEPS = ("none", "offered", "accepted", "held")


def exits(people: People, log: Sequence[Recorded], today: date) -> list[Reached]:
    """Everybody who left the municipality to and with today, and how far their exit talks came."""
    found: list[Reached] = []
    for leaving in people.leavings:
        if leaving.day <= today:
            units = {above for job in leaving.ended for above in people.tree.chain(job.unit_on(leaving.day), leaving.day)}
            found.append(Reached(tuple(sorted(units)), leaving.day, _steps(leaving, log)))
    return found


def _steps(leaving: Leaving, log: Sequence[Recorded]) -> dict[str, str]:
    steps = {
        level: max((furthest(of(log, job.employment, kind)) for job in leaving.ended), key=STEPS.index) for level, kind in EXITS.items()
    }
    return steps | {EITHER: max(steps.values(), key=STEPS.index)}


def furthest(told: Iterable[Recorded]) -> str:
    """The step an exit talk came to: held without an answer counts as accepted; who declines after accepting has not accepted."""
    step = "none"
    for entry in told:
        if step != "held":
            step = {"held": "held", "accepted": "accepted", "declined": "offered", "offered": max(step, "offered", key=STEPS.index)}[
                entry.action
            ]
    return step
