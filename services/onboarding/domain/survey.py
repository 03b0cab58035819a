"""Short surveys: who may answer which and when, in which period it counts, and how few answers are told together with others. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from contracts.onboarding.counts import IntroSurvey
from services.chassis.calendar import Calendar, month_end
from services.onboarding.domain.rows import MentorRow, PlanRow
from services.onboarding.rules import Anchors, Question, Rhythm, SurveyRule, SurveyRules, day_at

DAY = timedelta(days=1)
SHEETS = ""
"""Stands in place of a question for the sheets themselves: how many were asked, and how many of them answered."""
ANSWERED_DAYS = 365
"""So long after a survey has closed it is known that somebody answered it: a start that is moved opens it again, not for them."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Somebody may answer a survey about one introduction, from `opens` to and with `closes`."""

    survey: IntroSurvey
    plan_id: UUID
    person_key: UUID
    unit_id: UUID
    opens: date
    closes: date
    questions: tuple[Question, ...]

    @property
    def key(self) -> tuple[UUID, str, UUID]:
        """What somebody answers once."""
        return self.plan_id, self.survey.value, self.person_key

    def is_open(self, today: date) -> bool:
        """Whether it can be answered on the day."""
        return self.opens <= today <= self.closes

    @property
    def known_until(self) -> date:
        """Until when it is kept that it was answered."""
        return self.closes + ANSWERED_DAYS * DAY


def offers(plans: Iterable[PlanRow], mentors: Iterable[MentorRow], rules: SurveyRules, calendar: Calendar) -> tuple[Offer, ...]:
    """Every survey these newcomers and these mentors of theirs are asked, by plan and survey; a mentor of two kinds is asked once."""
    found = [*_of_newcomers(plans, rules, calendar), *_of_mentors(mentors, rules, calendar)]
    return tuple({offer.key: offer for offer in sorted(found, key=lambda o: (o.plan_id, o.survey, o.person_key, o.closes))}.values())


def _of_newcomers(plans: Iterable[PlanRow], rules: SurveyRules, calendar: Calendar) -> Iterator[Offer]:
    for plan in plans:
        for survey, rule in rules.asked.items():
            window = _window(rule, plan.starts_on, plan.last_day, calendar) if plan.occasion in rule.occasions else None
            if rule.on and window is not None:
                yield Offer(survey, plan.plan_id, plan.person_key, plan.unit_id, *window, rule.questions)


def _of_mentors(mentors: Iterable[MentorRow], rules: SurveyRules, calendar: Calendar) -> Iterator[Offer]:
    for mentor in mentors:
        for survey, rule in rules.asked.items():
            window = _window(rule, mentor.named_from, mentor.until, calendar) if not rule.occasions else None
            if rule.on and window is not None and mentor.mentor_key is not None:
                yield Offer(survey, mentor.plan_id, mentor.mentor_key, mentor.unit_id, *window, rule.questions)


def _window(rule: SurveyRule, start: date, end: date | None, calendar: Calendar) -> tuple[date, date] | None:
    """The first and the last day; who leaves may answer to the last working day, of a stay that ended also after it."""
    anchors = Anchors(start, start, end)
    opens, closes = day_at(rule.opens, anchors, calendar), day_at(rule.closes, anchors, calendar)
    if opens is None or closes is None:
        return None
    if end is not None and not rule.is_of_the_end:
        closes = min(closes, end)
    opens = max(opens, start)
    return (opens, closes) if opens <= closes else None


def period_of(day: date, rhythm: Rhythm) -> str:
    """The period in which what closes on a day counts."""
    return f"{day.year}" if rhythm is Rhythm.YEAR else f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def first_day(period: str) -> date:
    """The first day of a period, of either rhythm."""
    year, _, quarter = period.partition("-Q")
    return date(int(year), 3 * int(quarter or 1) - 2, 1)


def last_day(period: str) -> date:
    """The last day of a period, of either rhythm."""
    year, _, quarter = period.partition("-Q")
    return month_end(date(int(year), 3 * int(quarter or 4), 1))


@dataclass(frozen=True, slots=True)
class Tally:
    """`n` answers and their sum; of sheets: `n` that were answered of `total` asked."""

    total: int
    n: int

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(self.total + other.total, self.n + other.n)


NOTHING = Tally(0, 0)
Amounts = Mapping[tuple[UUID, str], Tally]
"""By unit and question."""


def added(*many: Amounts) -> dict[tuple[UUID, str], Tally]:
    """Amounts of the same places together."""
    total: dict[tuple[UUID, str], Tally] = {}
    for amounts in many:
        for place, tally in amounts.items():
            total[place] = total.get(place, NOTHING) + tally
    return total


def unanswered(asked: Iterable[Offer], done: frozenset[tuple[UUID, str, UUID]]) -> dict[tuple[UUID, str], Tally]:
    """Those who were asked and have not answered, at the unit they are in."""
    return added(*({(offer.unit_id, SHEETS): Tally(1, 0)} for offer in asked if offer.key not in done))


def pooled(
    amounts: Amounts, path: Callable[[UUID], tuple[UUID, ...]], least: int
) -> tuple[dict[tuple[UUID, str], Tally], dict[tuple[UUID, str], Tally]]:
    """What may be told, and what must wait: fewer than `least` answers are told with those of the unit above, and so on up the tree.

    `path`: from the root to a unit. Each question for itself, since not everybody answers each. What is too few even on top is told
    with the next period: no answers are told in a smaller number, and none is lost.
    """
    told: list[Amounts] = []
    left: list[Amounts] = []
    paths = {unit: path(unit) for unit, _ in amounts}
    waiting = {(paths[unit], question): tally for (unit, question), tally in amounts.items()}
    for depth in range(max(map(len, paths.values()), default=0), 0, -1):
        for place in [place for place in waiting if len(place[0]) == depth]:
            (way, question), tally = place, waiting.pop(place)
            if tally.n >= least:
                told.append({(way[-1], question): tally})
            elif way[:-1]:
                waiting[way[:-1], question] = waiting.get((way[:-1], question), NOTHING) + tally
            else:
                left.append({(way[-1], question): tally})
    return added(*told), added(*left)
