"""Every figure, exact: numerator, denominator and value per indicator, period, unit and split."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from deploy.local.oracle.days import DAY, month_ends, months_on
from deploy.local.oracle.log import EXITS, FOLLOW_UPS, RETENTION, Recorded
from deploy.local.oracle.people import People, Staff
from deploy.local.oracle.rows import LIVE_FROM, Deliveries
from deploy.local.oracle.talks import EITHER, STEPS, exits, resignations, talks

FIRST_DAY = date(2021, 1, 1)


@dataclass(frozen=True)
class Figure:
    """One figure before suppression. `n` is what the minimum n is tested on; `unit` the source's code; no value: nothing to divide by."""

    indicator: str
    period: str
    unit: str
    split: str
    numerator: int
    denominator: Fraction | None
    n: int

    @property
    def value(self) -> Fraction | None:
        """A count, or percent."""
        if self.denominator is None:
            return Fraction(self.numerator)
        return Fraction(100 * self.numerator) / self.denominator if self.denominator else None


def figures(deliveries: Deliveries, log: Sequence[Recorded], known_on: date, first: date = FIRST_DAY) -> list[Figure]:
    """All figures of periods that are over by `known_on`, as known at the end of that day; from the month of `first` on."""
    known = deliveries.known_by(known_on)
    heard = [entry for entry in log if entry.recorded_on <= known_on]
    people = People(known.employments, known.units)
    ends = list(month_ends(first, known_on))
    return [*_stocks(people, ends), *_leavers_by_kind(people, ends), *_cases(people, heard, ends)]


def _stocks(people: People, ends: Sequence[date]) -> Iterator[Figure]:
    @cache
    def on(day: date, *, everyone: bool) -> Staff:
        return people.on(day, everyone=everyone)

    for end in ends:
        period = f"{end:%Y-%m}"
        for split, everyone in (("p1", True), ("p2", False)):
            staff = on(end, everyone=everyone)
            yield from (Figure("headcount", period, u, split, n := len(staff.get(u, ())), None, n) for u in people.tree.units)
        if months_on(end.replace(day=1), -12) >= ends[0].replace(day=1):
            yield from _turnover(people, end, lambda day: on(day, everyone=False))
        if end.month == 12 and end.replace(month=1, day=1) >= ends[0].replace(day=1):
            yield from _terminated(people, end, on(end, everyone=True))


def _turnover(people: People, end: date, on: Callable[[date], Staff]) -> Iterator[Figure]:
    opening = end.replace(day=1)
    opening = months_on(opening, -11) - DAY
    window = list(month_ends(opening, end))
    left = people.left(opening + DAY, end, everyone=False)
    base = people.after(opening, everyone=False)
    gone = {leaving.person for leaving in people.leavings if opening < leaving.day <= end}
    for unit in people.tree.units:
        heads = sum(len(on(day).get(unit, ())) for day in window)
        mean = Fraction(heads, len(window))
        yield Figure(
            "turnover-leavers-over-average-headcount",
            f"{end:%Y-%m}",
            unit,
            "",
            len(left.get(unit, ())),
            mean,
            min(len(on(day).get(unit, ())) for day in window),
        )
        cohort = base.get(unit, set())
        yield Figure("turnover-cohort-12m", f"{end:%Y-%m}", unit, "", len(cohort & gone), Fraction(len(cohort)), len(cohort))


def _terminated(people: People, end: date, staff: Staff) -> Iterator[Figure]:
    left = people.left(end.replace(month=1, day=1), end, everyone=True)
    for unit in people.tree.units:
        gone = len(left.get(unit, ()))
        all_of_year = len(staff.get(unit, ())) + gone
        yield Figure("percent-terminated", f"{end:%Y}", unit, "", gone, Fraction(all_of_year), all_of_year)


def periods(ends: Sequence[date], first: date) -> Iterator[tuple[str, date, date]]:
    """The quarters and years that are over by the last of the month ends and begin on or after `first`."""
    for end in ends:
        for name, months in ((f"{end:%Y}-Q{(end.month + 2) // 3}", 3), (f"{end:%Y}", 12)):
            opening = months_on(end.replace(day=1), 1 - months)
            if end.month % months == 0 and opening >= first:
                yield name, opening, end


def _leavers_by_kind(people: People, ends: Sequence[date]) -> Iterator[Figure]:
    reasons = sorted({leaving.reason for leaving in people.leavings})
    for period, opening, end in periods(ends, ends[0].replace(day=1)):
        everybody = people.left(opening, end, everyone=False)
        for reason in reasons:
            left = people.left(opening, end, everyone=False, reason=reason)
            for unit in people.tree.units:
                n = len(everybody.get(unit, ()))
                yield Figure("leavers-by-kind", period, unit, reason, len(left.get(unit, ())), Fraction(n), n)


def _cases(people: People, log: Sequence[Recorded], ends: Sequence[date]) -> Iterator[Figure]:
    today = ends[-1]
    due, settled, left = talks(people, log, today), resignations(people, log, today), exits(people, log, today)
    for period, opening, end in periods(ends, LIVE_FROM):
        for unit in people.tree.units:
            mine = [talk for talk in due if opening <= talk.closed_on <= end and unit in talk.units]
            for kind in (*FOLLOW_UPS, RETENTION):
                outcomes = [talk.outcome for talk in mine if talk.kind == kind]
                yield _share("talk-timeliness", period, unit, kind, outcomes.count("in-time"), len(outcomes))
            ended = [each for each in settled if opening <= each.on <= end and unit in each.units]
            yield _share("resignations-kept", period, unit, "kept", sum(each.kept for each in ended), len(ended))
            yield _share("resignations-kept", period, unit, "withdrawn", sum(each.withdrawn for each in ended), len(ended))
            gone = [each.steps for each in left if opening <= each.on <= end and unit in each.units]
            yield from _coverage(period, unit, gone)


def _coverage(period: str, unit: str, leavers: Iterable[dict[str, str]]) -> Iterator[Figure]:
    gone = list(leavers)
    for level in (EITHER, *EXITS):
        offered, accepted, held = (sum(STEPS.index(each[level]) >= step for each in gone) for step in (1, 2, 3))
        for step, numerator, denominator in (
            ("offered", offered, len(gone)),
            ("accepted", accepted, offered),
            ("held", held, accepted),
            ("reached", held, len(gone)),
        ):
            yield _share("exit-coverage", period, unit, f"{step},{level}", numerator, denominator)


def _share(indicator: str, period: str, unit: str, split: str, numerator: int, denominator: int) -> Figure:
    return Figure(indicator, period, unit, split, numerator, Fraction(denominator), denominator)
