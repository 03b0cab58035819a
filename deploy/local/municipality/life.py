"""What befalls an employment between its first and its last day: moves, hours, leaves, resignations taken back, and its end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from deploy.local.municipality.dice import Dice
from deploy.local.municipality.job import Job, first_working_day
from deploy.local.municipality.steps import LAST_DAY, first_of_next_month, month_end
from deploy.local.municipality.units import Tree

DEGREES = {"1.0000": 50.0, "0.8649": 22.0, "0.9459": 10.0, "0.7568": 8.0, "0.6757": 5.0, "0.5405": 5.0}
FORMS = {"Månedsløn": 88.0, "Timeløn": 7.0, "Elev": 3.0, "Særlige vilkår": 2.0}
REASONS = {
    "Egen opsigelse": 58.0,
    "Pension": 14.0,
    "Afsked": 10.0,
    "Tidsbegrænset udløb": 7.0,
    "Ukendt": 5.0,
    "Død": 1.0,
    "Intern flytning": 5.0,
}
LEAVES = {"Barsel": 70.0, "Pasningsorlov": 12.0, "Uddannelsesorlov": 10.0, "Andet": 8.0}
QUIET = timedelta(days=90)
"""Between two changes of one employment, so that they are registered in the order in which they hold."""


@dataclass(frozen=True)
class Post:
    """Where somebody works, as what and how."""

    unit: str
    position: str
    form: str
    degree: str

    def columns(self) -> dict[str, str]:
        """The columns of a row."""
        return {"unit": self.unit, "position": self.position, "form": self.form, "degree": self.degree}


@dataclass(frozen=True)
class End:
    """How a spell ends; `last_day` none: not before the story does."""

    last_day: date | None
    reason: str


def draw_end(dice: Dice, start: date, begin: date, form: str) -> End:
    """The end of a spell that is still running on `begin`: hazards are higher in the first year, last days mostly month ends."""
    first_year = begin < start + timedelta(days=365)
    day = begin + timedelta(days=25 + dice.days_until(0.24 if first_year else 0.13))
    if day > LAST_DAY + timedelta(days=120):
        return End(None, "")
    if dice.happens(0.85):
        day = month_end(day)
    return End(day, "Uddannelse afsluttet" if form == "Elev" else dice.by_weight(REASONS))


def changes(dice: Dice, job: Job, post: Post, begin: date, last: date, tree: Tree) -> Post:
    """Tell moves, changed hours, leaves and resignations taken back of one spell; gives the post in the end."""
    turn = begin + QUIET
    while (turn := turn + timedelta(days=dice.days_until(0.17))) < last - QUIET:
        day = first_of_next_month(turn)
        kind = dice.by_weight({"move": 5.0, "hours": 5.0, "leave": 4.0, "withdrawn": 3.0})
        turn = day + QUIET
        if kind == "move":
            post = _move(dice, job, post, day, tree)
        elif kind == "hours":
            post = _hours(dice, job, post, day)
        elif kind == "leave":
            turn = _leave(dice, job, day, last - QUIET) + QUIET
        elif day + 2 * QUIET < last:
            _withdrawn(dice, job, day)
    return post


def _when(dice: Dice, day: date) -> datetime:
    late = dice.happens(0.12)
    return dice.registered(day + timedelta(days=dice.between(3, 40)) if late else day - timedelta(days=dice.between(5, 40)))


def _move(dice: Dice, job: Job, post: Post, day: date, tree: Tree) -> Post:
    here = next(unit for unit in tree.units if unit.code == post.unit)
    alike = [unit for unit in tree.with_posts(day) if unit.area == here.area and unit != here]
    anywhere = [unit for unit in tree.with_posts(day) if unit != here]
    moved = Post(dice.one_of(alike if dice.happens(0.7) and alike else anywhere).code, post.position, post.form, post.degree)
    job.tell(_when(dice, day), valid_from=day, **moved.columns())
    return moved


def _hours(dice: Dice, job: Job, post: Post, day: date) -> Post:
    others = {degree: weight for degree, weight in DEGREES.items() if degree != post.degree}
    changed = Post(post.unit, post.position, post.form, dice.by_weight(others))
    job.tell(_when(dice, day), valid_from=day, **changed.columns())
    return changed


def _leave(dice: Dice, job: Job, day: date, latest: date) -> date:
    kind = dice.by_weight(LEAVES)
    until = min(month_end(day + timedelta(days=dice.between(60, 300))), latest)
    if until <= day:
        return day
    told = _when(dice, day)
    job.tell(told, leave_from=day, leave_to=until, leave_kind=kind)
    if dice.happens(0.15):
        back_earlier = until - timedelta(days=dice.between(7, 28))
        if back_earlier > day:
            at = max(dice.registered(back_earlier - timedelta(days=10)), told + timedelta(days=4))
            job.tell(at, leave_from=day, leave_to=back_earlier, leave_kind=kind)
            until = back_earlier
    return until


def _withdrawn(dice: Dice, job: Job, day: date) -> None:
    received = day + timedelta(days=dice.between(0, 25))
    last_day = month_end(received + timedelta(days=35))
    told = dice.registered(received + timedelta(days=dice.between(0, 2)))
    job.tell(told, last_day=last_day, reason="Egen opsigelse", received_on=min(received, told.date()))
    taken_back = max(told.date() + timedelta(days=1), received + timedelta(days=dice.between(4, 45)))
    if taken_back < last_day:
        at = max(dice.registered(taken_back + timedelta(days=1)), told + timedelta(days=1))
        job.tell(at, last_day=None, reason=None, received_on=None, withdrawn_on=min(taken_back, at.date()))
    else:
        job.tell(told + timedelta(days=3), last_day=None, reason=None, received_on=None, withdrawn_on=told.date() + timedelta(days=2))


def hire(dice: Dice, job: Job, post: Post, start: date, not_before: datetime | None = None) -> tuple[date, datetime]:
    """Tell a hire: mostly ahead, sometimes late, sometimes with a start that is moved; gives the true start, and when it was told."""
    begins = dice.by_weight({"ahead": 84.0, "same day": 5.0, "late": 11.0})
    ahead = {"ahead": dice.between(15, 60), "same day": 0, "late": -dice.between(2, 45)}[begins]
    told = dice.registered(start - timedelta(days=ahead))
    if not_before is not None:
        told = max(told, not_before)
    empty = dict.fromkeys(("last_day", "reason", "received_on", "leave_from", "leave_to", "leave_kind", "valid_from"))
    job.tell(told, start=start, first_working_day=first_working_day(start), **empty, **post.columns())
    if not_before is None and dice.happens(0.08):
        start += timedelta(days=dice.one_of((-14, -7, 7, 14, 21)))
        told += timedelta(days=dice.between(4, 20))
        job.tell(told, start=start, first_working_day=first_working_day(start))
    return start, told


def leave_for_good(dice: Dice, job: Job, end: End, hired: datetime) -> datetime:
    """Tell the end of a spell, after its hire was told: mostly ahead, sometimes late, sometimes with another last day first.

    Gives the last registration. A move by two numbers is told at once and right, as both numbers belong together.
    """
    assert end.last_day is not None
    ahead = -dice.between(1, 40) if dice.happens(0.08) or end.reason == "Død" else dice.between(28, 75)
    told = max(dice.registered(end.last_day - timedelta(days=ahead)), hired + timedelta(days=4))
    own = end.reason in {"Egen opsigelse", "Ukendt"}
    received = told.date() - timedelta(days=dice.between(0, 3)) if own and end.reason != "Ukendt" else None
    shown = {"reason": end.reason, "received_on": received}
    if dice.happens(0.06) and ahead > 0 and end.reason != "Intern flytning":
        first_said = dice.one_of((first_of_next_month(end.last_day) + timedelta(days=13), end.last_day - timedelta(days=14)))
        job.tell(told, last_day=first_said, **shown)
        told += timedelta(days=dice.between(4, 20))
    job.tell(told, last_day=end.last_day, **shown)
    return told


def gaps(dice: Dice, end: End) -> Iterator[date]:
    """The start of a rehire after this end, if there is one: under three months (interrupted) or well over."""
    assert end.last_day is not None
    if end.reason in {"Egen opsigelse", "Tidsbegrænset udløb", "Ukendt"} and dice.happens(0.06):
        days = dice.between(10, 80) if dice.happens(0.5) else dice.between(100, 400)
        yield end.last_day + timedelta(days=1 + days)
