"""What a career adds: stocks at and after month ends, the 12-month cohort, who left, came, moved and was interrupted."""

from datetime import date
from itertools import pairwise

from services.reporting.contributions.employment import DAY, Career, Population, Run, Units, leaving
from services.reporting.contributions.sheet import Sheet, between, steps
from services.reporting.months import Month, month_of

WINDOW = 12
AT_MONTH_END = "at-month-end"
AFTER_MONTH_END = "after-month-end"
COHORT_LOST = "cohort-lost"
LEAVERS = "leavers"
HIRES = "hires"
INTERRUPTED = "interrupted"
RETURNED = "returned"
MOVED_IN = "moved-in"
MOVED_OUT = "moved-out"


def measure(name: str, population: Population) -> str:
    """The name of a measure of one population, for example `at-month-end.p1`."""
    return f"{name}.{population.word}"


def count_persons(career: Career, sheet: Sheet) -> None:
    """Everything that is counted in persons; the populations as the indicators need them."""
    for population in Population:
        _headcount(career, population, sheet)
        _leavers(career, population, sheet)
    _cohort(career, Population.P2, sheet)
    _moves(career, Population.P2, sheet)


def _headcount(career: Career, population: Population, sheet: Sheet) -> None:
    days = [day for spell in career.spells for day in (*spell.turning_days, *([spell.last + DAY] if spell.last else []))]
    sheet.stock(measure(AT_MONTH_END, population), steps(days, lambda day: career.on(day, population)))


def _turning_days(run: Run) -> list[date]:
    """The days of a run on which the units after the day may be others."""
    days = {day for spell in run.spells for day in (*spell.turning_days, *([spell.last] if spell.last else []))}
    return sorted(day for day in days if run.first <= day and (run.last is None or day <= run.last))


def _cohort(career: Career, population: Population, sheet: Sheet) -> None:
    """Base: employed after W0. Lost: of these whose stay ends in the 12 months after W0, booked at the window's end."""
    base = steps([day for run in career.runs for day in _turning_days(run)], lambda day: career.after(day, population))
    sheet.stock(measure(AFTER_MONTH_END, population), base)
    for stay in career.stays:
        last = stay[-1].last
        if last is not None and leaving(stay) is not None:
            left = month_of(last)
            begun = max(month_of(stay[0].first), left - WINDOW)
            lost = between(base, Month(begun), Month(left - 1))
            sheet.stock(measure(COHORT_LOST, population), lost if begun < left else [], shift=WINDOW)


def _leavers(career: Career, population: Population, sheet: Sheet) -> None:
    for stay in career.stays:
        end = leaving(stay)
        if end is not None and end.last is not None:
            units = career.during(stay[-1], end.last, population)
            sheet.event(measure(LEAVERS, population), units, end.last, split=end.reason)


def _moves(career: Career, population: Population, sheet: Sheet) -> None:
    """So that in every node: opening + in − out + moved in − moved out + returned − interrupted = closing (indicator `mobility`)."""
    for stay in career.stays:
        for n, run in enumerate(stay):
            came = RETURNED if n else HIRES
            sheet.event(measure(came, population), career.during(run, run.first, population), run.first)
            for before, now in pairwise(_turning_days(run)):
                _move(career.during(run, before, population), career.during(run, now, population), now, population, sheet)
            gone = run.last is not None and not (run is stay[-1] and leaving(stay) is not None)
            if gone and run.last is not None:
                sheet.event(measure(INTERRUPTED, population), career.during(run, run.last, population), run.last)


def _move(old: Units, new: Units, day: date, population: Population, sheet: Sheet) -> None:
    """A node is entered where the person is after and was not before; so both at once in nodes that hold both units: nothing."""
    if old != new:
        for name, apart in ((MOVED_IN, old), (MOVED_OUT, new)):
            sheet.event(measure(name, population), old | new, day)
            sheet.event(measure(name, population), apart, day, amount=-1)
