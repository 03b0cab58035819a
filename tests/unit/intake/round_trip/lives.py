"""What is true of an employment after what the story registered of it: its spells, read without any code of intake."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from deploy.local.municipality import Municipality
from deploy.local.municipality.job import Job
from deploy.local.municipality.steps import LAST_DAY

DAY = timedelta(days=1)
OPEN = date(9999, 12, 31)


class Terms(NamedTuple):
    """Where and how much."""

    unit: str
    degree: str


class End(NamedTuple):
    """How a spell ends, as registered; the reason in the source's own words."""

    last_day: date
    reason: str
    received_on: date | None


class Leave(NamedTuple):
    """Both days away, and the kind in the source's own words."""

    first: date
    last: date
    kind: str


class Withdrawn(NamedTuple):
    """A resignation that was taken back, with where somebody worked as it was known then."""

    end: End
    on: date | None
    terms: Terms


@dataclass
class Spell:
    """From a hire to its end. `told`: the day its hire was registered."""

    told: date
    position: str
    form: str
    start: date
    first_working_day: date
    initial: Terms
    later: dict[date, Terms] = field(default_factory=dict)
    end: End | None = None
    withdrawn: list[Withdrawn] = field(default_factory=list)
    leaves: dict[date, Leave] = field(default_factory=dict)
    cancelled: bool = False

    def changes(self) -> Iterator[tuple[date, Terms, Terms]]:
        """Every day before the end with other terms than before: the day, the old and the new."""
        before = self.initial
        for day, terms in sorted(self.later.items()):
            if self.start < day <= (self.end.last_day if self.end else OPEN) and terms != before:
                yield day, before, terms
                before = terms

    def on(self, day: date) -> Terms:
        """The terms of a day."""
        return [self.initial, *(new for since, _, new in self.changes() if since <= day)][-1]


Registered = tuple[datetime, dict[str, Any]]


def registrations(job: Job) -> list[Registered]:
    """What the source had learnt of a job by the end of the story, in order."""
    return sorted((told for told in job.registrations if told[0].date() <= LAST_DAY), key=lambda told: told[0])


def history(job: Job) -> list[tuple[date, list[Spell]]]:
    """The days on which the source learnt something of a job, each with the spells as known then."""
    told = registrations(job)
    return [(at.date(), spells_of(told[:count])) for count, (at, _) in enumerate(told, 1)]


def days_of(made: Municipality) -> list[date]:
    """Every day on which something was registered, in order."""
    moments = [at for job in made.jobs for at, _ in registrations(job)]
    moments += [row.registered_at for row in made.tree.rows] + [led.registered_at for led in made.leaders]
    return sorted({at.date() for at in moments if at.date() <= LAST_DAY})


def spells_of(told: Sequence[Registered]) -> list[Spell]:
    """The spells after these registrations of one job."""
    spells: list[Spell] = []
    state: dict[str, Any] = {}
    for at, changed in told:
        state |= {"withdrawn_on": None, **changed}
        terms = Terms(state["unit"], state["degree"])
        ended = spells[-1].end if spells else None
        if not spells or (ended and state["start"] > ended.last_day):
            spells.append(Spell(at.date(), state["position"], state["form"], state["start"], state["first_working_day"], terms))
        _learn(spells[-1], state, terms)
    return spells


def _learn(spell: Spell, state: dict[str, Any], terms: Terms) -> None:
    spell.cancelled = bool(state.get("cancelled"))
    spell.start, spell.first_working_day = state["start"], state["first_working_day"]
    if (since := state.get("valid_from")) is None:
        spell.initial = terms
    else:
        spell.later[since] = terms
    if state.get("last_day"):
        spell.end = End(state["last_day"], state["reason"], state.get("received_on"))
    elif spell.end:
        spell.withdrawn.append(Withdrawn(spell.end, state["withdrawn_on"], spell.on(spell.end.last_day)))
        spell.end = None
    if first := state.get("leave_from"):
        spell.leaves[first] = Leave(first, state["leave_to"], state["leave_kind"])
