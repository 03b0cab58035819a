"""Five years of Fjordby: posts that somebody holds, leaves and that are filled again; and who leads which unit."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from deploy.local.municipality.dice import Dice
from deploy.local.municipality.job import Job, Person, first_working_day
from deploy.local.municipality.life import DEGREES, FORMS, End, Post, changes, draw_end, gaps, hire, leave_for_good
from deploy.local.municipality.steps import FIRST_DAY, LAST_DAY, first_of_next_month
from deploy.local.municipality.units import LEADER_LEVELS, Tree, Unit, invent_tree
from deploy.local.municipality.words import FAMILY_NAMES, GIVEN_NAMES

DAY = timedelta(days=1)


@dataclass(frozen=True)
class LeaderRow:
    """One registration of a leadership; `to` is the last day as leader."""

    unit: str
    person: str
    employment: str
    level: str
    since: date
    to: date | None
    registered_at: datetime

    def shown(self) -> dict[str, str]:
        """The row of the file."""
        return {
            "unit": self.unit,
            "person": self.person,
            "employment": self.employment,
            "level": self.level,
            "from": self.since.isoformat(),
            "to": self.to.isoformat() if self.to else "",
            "registered_at": self.registered_at.isoformat(),
        }


@dataclass(frozen=True)
class Spell:
    """From a hire on; what happened before `begin` is not told, as it was before the story. `told`: when the hire was."""

    start: date
    begin: date
    told: datetime


@dataclass
class Municipality:
    """All that happened, as the source registered it."""

    seed: int
    tree: Tree
    jobs: list[Job] = field(default_factory=list)
    leaders: list[LeaderRow] = field(default_factory=list)
    _people: int = 0

    def person(self, dice: Dice) -> Person:
        """Somebody new, with a name drawn."""
        self._people += 1
        return Person(f"P{self._people:06d}", f"{dice.one_of(GIVEN_NAMES)} {dice.one_of(FAMILY_NAMES)}")

    def job(self, person: Person) -> Job:
        """A new employment number."""
        self.jobs.append(Job(person, f"{len(self.jobs) + 1:05d}"))
        return self.jobs[-1]


def invent(seed: int = 1, employees: int = 5000) -> Municipality:
    """The municipality of this seed, with about so many employees at any time (at least one a unit: its leader)."""
    made = Municipality(seed, invent_tree(seed))
    for unit in made.tree.units:
        _leadership(made, unit)
    units = made.tree.with_posts(LAST_DAY)
    for number in range(max(0, employees - len(made.tree.units))):
        dice = Dice(seed, "post", number)
        unit = units[number % len(units)] if number < len(units) else dice.one_of(units)
        assert unit.area is not None
        form = dice.by_weight(FORMS)
        position = dice.by_weight(unit.area.posts)
        _post(made, dice, Post(unit.code, position, form, dice.by_weight(DEGREES)), max(unit.created, date(1992, 1, 1)))
    return made


def _post(made: Municipality, dice: Dice, post: Post, opened: date) -> None:
    start = opened
    if opened < FIRST_DAY:
        start = first_of_next_month(max(opened, FIRST_DAY - timedelta(days=40 + dice.days_until(0.15))))
    begin = max(start, FIRST_DAY)
    while start <= LAST_DAY + timedelta(days=60):
        last = _held(made, dice, post, start, begin)
        if last is None:
            return
        start = begin = _next_start(dice, last)


def _next_start(dice: Dice, last: date) -> date:
    start = last + timedelta(days=1 + dice.between(0, 75))
    return first_of_next_month(start) if dice.happens(0.75) else start


def _held(made: Municipality, dice: Dice, post: Post, start: date, begin: date) -> date | None:
    """One holder of a post, from a hire to an end and what follows from it; gives the last day, none where there is none."""
    job = made.job(made.person(dice))
    if begin == start and dice.happens(0.04):
        told = dice.registered(start - timedelta(days=dice.between(20, 50)))
        job.tell(told, start=start, first_working_day=first_working_day(start), **post.columns())
        job.tell(told + timedelta(days=dice.between(3, 30)), cancelled="ja")
        return start
    true_start, told = hire(dice, job, post, start)
    last = _spell(made, dice, job, post, Spell(true_start, max(begin, true_start), told))
    if post.form == "Månedsløn" and dice.happens(0.08):
        _second_job(made, dice, job.person, true_start, last)
    return last


def _spell(made: Municipality, dice: Dice, job: Job, post: Post, spell: Spell) -> date | None:
    end = draw_end(dice, spell.start, spell.begin, post.form)
    post = changes(dice, job, post, spell.begin, end.last_day or LAST_DAY + timedelta(days=200), made.tree)
    if end.last_day is None:
        return None
    told = leave_for_good(dice, job, end, spell.told)
    if end.reason == "Intern flytning":
        units = [unit for unit in made.tree.with_posts(end.last_day) if unit.code != post.unit]
        following = made.job(job.person)
        new_post = Post(dice.one_of(units).code, post.position, post.form, post.degree)
        _again(made, dice, following, new_post, end.last_day + DAY, told, at_once=True)
    else:
        for start_again in gaps(dice, end):
            same_number = dice.happens(0.5)
            _again(made, dice, job if same_number else made.job(job.person), post, start_again, told)
    return end.last_day


def _again(made: Municipality, dice: Dice, job: Job, post: Post, start: date, told: datetime, *, at_once: bool = False) -> None:
    """The same person starts again, told after the end was (or in the same moment, for a move by two numbers)."""
    if at_once:
        job.tell(told, start=start, first_working_day=first_working_day(start), **post.columns())
    else:
        _, told = hire(dice, job, post, start, not_before=told + timedelta(days=4))
    _spell(made, dice, job, post, Spell(start, start, told))


def _second_job(made: Municipality, dice: Dice, person: Person, start: date, last: date | None) -> None:
    """Another job of the same person, begun after and ended before the first one."""
    begins = first_of_next_month(max(start, FIRST_DAY) + timedelta(days=dice.between(60, 400)))
    until = begins + timedelta(days=dice.between(120, 700))
    latest = last or LAST_DAY + timedelta(days=200)
    if until >= latest - timedelta(days=60):
        return
    unit = dice.one_of(made.tree.with_posts(begins))
    assert unit.area is not None
    form = dice.one_of(("Timeløn", "Månedsløn"))
    job = made.job(person)
    post = Post(unit.code, dice.by_weight(unit.area.posts), form, "0.2703")
    _, told = hire(dice, job, post, begins, not_before=dice.registered(begins - 9 * DAY))
    leave_for_good(dice, job, End(until, "Egen opsigelse"), told)


def _leadership(made: Municipality, unit: Unit) -> None:
    """Who leads a unit over the years: employed there, gone at times, and the post sometimes empty."""
    dice = Dice(made.seed, "leader", unit.code)
    position, level = LEADER_LEVELS[unit.level]
    post = Post(unit.code, position, "Månedsløn", "1.0000")
    start = max(unit.created, first_of_next_month(FIRST_DAY - timedelta(days=100 + dice.between(0, 3000))))
    while start <= LAST_DAY:
        job = made.job(made.person(dice))
        told = dice.registered(start - timedelta(days=dice.between(20, 60)))
        job.tell(told, start=start, first_working_day=first_working_day(start), **post.columns())
        made.leaders.append(LeaderRow(unit.code, job.person.number, job.number, level, start, None, told))
        last = max(start, FIRST_DAY) + timedelta(days=200 + dice.days_until(0.2))
        if last > LAST_DAY + timedelta(days=90):
            return
        last = first_of_next_month(last) - DAY
        told = dice.registered(last - timedelta(days=dice.between(25, 70)))
        reason = dice.by_weight({"Egen opsigelse": 70.0, "Pension": 20.0, "Afsked": 10.0})
        job.tell(told, last_day=last, reason=reason, received_on=told.date() if reason == "Egen opsigelse" else None)
        made.leaders.append(LeaderRow(unit.code, job.person.number, job.number, level, start, last, told))
        start = first_of_next_month(last + timedelta(days=dice.one_of((-40, 0, 0, 20, 50))))
        start = max(start, last + DAY)
