"""Lives in which what happens is drawn without regard for what is usual: any change after any other, ahead or late."""

from datetime import date, timedelta
from typing import Any

from deploy.local.municipality import Municipality
from deploy.local.municipality.dice import Dice
from deploy.local.municipality.job import Job, Person
from deploy.local.municipality.life import DEGREES, LEAVES, REASONS
from deploy.local.municipality.units import invent_tree
from tests.unit.intake.round_trip.lives import DAY, Spell, spells_of

FORMS = ("Månedsløn", "Timeløn", "Elev", "Særlige vilkår")
EMPTY = dict.fromkeys(("last_day", "reason", "received_on", "leave_from", "leave_to", "leave_kind", "valid_from"))


def wild(seed: int, jobs: int = 30) -> Municipality:
    """All units of an invented municipality, and jobs of two a person with wild lives."""
    made = Municipality(seed, invent_tree(seed))
    person = Person("", "")
    for number in range(jobs):
        if number % 2 == 0:
            person = made.person(Dice(seed, "wild person", number))
        _Life(Dice(seed, "wild", number), made.job(person), [unit.code for unit in made.tree.units[10:20]]).live()
    return made


class _Life:
    def __init__(self, dice: Dice, job: Job, units: list[str]) -> None:
        self._dice, self._job, self._units = dice, job, units
        self._at = dice.registered(date(2021, 2, 1) + timedelta(days=dice.between(0, 300)))

    def live(self) -> None:
        post = {"unit": self._dice.one_of(self._units), "position": "2001", "form": self._dice.one_of(FORMS), "degree": self._degree()}
        self._hire(self._near(60), **post)
        for _ in range(self._dice.between(1, 9)):
            self._at = self._dice.registered(self._at.date() + timedelta(days=self._dice.between(5, 120)))
            spell = spells_of(self._job.registrations)[-1]
            kinds = self._open(spell) if spell.end is None else self._ended(spell)
            getattr(self, f"_{self._dice.by_weight(kinds)}")(spell)
            if self._at.date() > date(2025, 10, 1):
                return

    def _open(self, spell: Spell) -> dict[str, float]:
        if spell.cancelled:
            return {"restore": 1.0}
        return {"change": 6.0, "leave": 3.0, "end": 3.0, "cancel": 0.5, "start": 1.0 if len(self._job.registrations) == 1 else 0.0}

    def _ended(self, spell: Spell) -> dict[str, float]:
        if spell.cancelled:
            return {"restore": 1.0}
        return {"change": 1.0, "end": 2.0, "withdraw": 2.0 if spell.end and spell.end.reason == "Egen opsigelse" else 0.0, "again": 3.0}

    def _near(self, days: int) -> date:
        return self._at.date() + timedelta(days=self._dice.between(-days, days))

    def _degree(self) -> str:
        return self._dice.by_weight(DEGREES)

    def _tell(self, **changed: Any) -> None:
        self._job.tell(self._at, **changed)

    def _hire(self, start: date, **post: Any) -> None:
        self._tell(start=start, first_working_day=start + timedelta(days=self._dice.between(0, 3)), **EMPTY, **post)

    def _start(self, spell: Spell) -> None:
        moved = spell.start + timedelta(days=self._dice.between(-20, 20))
        self._tell(start=moved, first_working_day=moved + timedelta(days=self._dice.between(0, 3)))

    def _cancel(self, _spell: Spell) -> None:
        self._tell(cancelled="ja")

    def _restore(self, _spell: Spell) -> None:
        self._tell(cancelled=None)

    def _change(self, spell: Spell) -> None:
        latest = spell.end.last_day if spell.end else date(2026, 1, 1)
        day = min(max(self._near(200), spell.start + DAY), latest)
        if day <= spell.start:
            return
        terms = spell.on(day)
        what = self._dice.between(1, 3)
        unit = self._dice.one_of(self._units) if what & 1 else terms.unit
        self._tell(valid_from=day, unit=unit, degree=self._degree() if what & 2 else terms.degree, leave_from=None)

    def _leave(self, spell: Spell) -> None:
        free = max([spell.first_working_day + DAY, *(leave.last + 2 * DAY for leave in spell.leaves.values())])
        first = max(self._near(60), free)
        last = first + timedelta(days=self._dice.between(0, 200))
        if spell.leaves and self._dice.happens(0.4):
            first = max(spell.leaves)
            last = first + timedelta(days=self._dice.between(0, 200))
        self._tell(leave_from=first, leave_to=last, leave_kind=self._dice.by_weight(LEAVES))

    def _end(self, spell: Spell) -> None:
        day = max([self._near(90), spell.first_working_day, *(leave.last + DAY for leave in spell.leaves.values())])
        day += DAY if spell.end and day == spell.end.last_day else timedelta()
        drawn = "Egen opsigelse" if self._dice.happens(0.5) else "" if spell.form == "Elev" else self._dice.by_weight(REASONS)
        reason = spell.end.reason if spell.end else drawn or "Uddannelse afsluttet"
        received = self._at.date() if reason == "Egen opsigelse" else None
        self._tell(last_day=day, reason=reason, received_on=received, leave_from=None)

    def _withdraw(self, _spell: Spell) -> None:
        self._tell(last_day=None, reason=None, received_on=None, withdrawn_on=self._at.date(), leave_from=None)

    def _again(self, spell: Spell) -> None:
        assert spell.end
        start = max(spell.end.last_day + 2 * DAY, self._near(60))
        self._hire(start)
