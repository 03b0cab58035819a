"""What was said, without ids and known times: the facts of one way in, and how they differ from those of another."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple
from uuid import UUID

from contracts.base import Event
from contracts.hr import EmploymentCancelled, LeaveEnded, LeaveRegistered, LeaveStarted, ResignationWithdrawn
from deploy.local.municipality import Municipality
from deploy.local.municipality.job import MUNICIPALITY
from services.chassis.calendar import day_of
from services.chassis.subject import Revision
from services.intake.domain.keys import unit_id
from tests.kit.builders import an_id
from tests.unit.intake.payroll import Payroll

POINTERS = {
    LeaveRegistered.wire: "leave_id",
    LeaveStarted.wire: "leave_id",
    LeaveEnded.wire: "leave_id",
    ResignationWithdrawn.wire: "resignation_fact",
    EmploymentCancelled.wire: "hired_fact",
}
"""Fields that name another fact; two ways in name the same one where it says the same."""
NO_MORE = "a fact that stands no more"
WAY_IN = frozenset({"registered_at", "registered_precision", "source_system"})
WHOLE = "*"
"""As a field: the fact itself is said by one of the two only."""


class Fact(NamedTuple):
    """The last revision of a fact under the source's own keys: what, of which job, person or unit, and what is said of it."""

    type: str
    about: str
    fields: dict[str, str]


class Difference(NamedTuple):
    """One fact that two ways in say otherwise in one field, or that one alone says."""

    type: str
    field: str
    here: Fact | None
    there: Fact | None

    @property
    def named(self) -> tuple[str, str]:
        """What a list of differences calls it: the name of the event without speaker and version, and the field."""
        return self.type.split(".")[1], self.field

    @property
    def values(self) -> tuple[str, str]:
        """The field on both sides; empty where the fact is not said."""
        return tuple(fact.fields.get(self.field, "") if fact else "" for fact in (self.here, self.there))  # type: ignore[return-value]


def same(text: str) -> str:
    return text


@dataclass
class Dialect:
    """How a source writes what the story names: the number of a job as its key, and a position as the story's own code."""

    key: Callable[[str], str] = same
    position: Callable[[str], str] = same


def facts(made: Municipality, payroll: Payroll, dialect: Dialect, *, standing: bool = False) -> list[Fact]:
    """Every fact that was ever said, as it is now and at which revision; `standing`: that stands, however it came to be."""
    people = {job.person.number: an_id(job.person.number) for job in made.jobs}
    jobs = {job.number: an_id(dialect.key(job.number)) for job in made.jobs}
    last = [said.revision for state in payroll.states.values() for said in state.said.values() if said.to is None]
    found = facts_of(last, names_of(made, people, jobs), dialect)
    return [_however(fact) for fact in found if fact.fields["stands"] == "True"] if standing else found


def _however(fact: Fact) -> Fact:
    return fact._replace(fields=fact.fields | {"revision": ""})


def names_of(made: Municipality, people: Mapping[str, UUID], jobs: Mapping[str, UUID]) -> dict[str, str]:
    """What the ids in events stand for, from the ids of persons and jobs by their numbers in the story."""
    return {
        **{str(number): f"job {job}" for job, number in jobs.items()},
        **{str(number): f"person {person}" for person, number in people.items()},
        **{str(unit_id(MUNICIPALITY, unit.code)): f"unit {unit.code}" for unit in made.tree.units},
    }


def facts_of(last: Iterable[Revision[Event]], names: Mapping[str, str], dialect: Dialect) -> list[Fact]:
    """The last revision of each fact, as a fact under the names of the story."""
    held = {revision.fact: revision for revision in last}
    return [_fact(revision, held, names, dialect) for revision in held.values()]


def _fact(revision: Revision[Event], held: Mapping[UUID, Revision[Event]], names: Mapping[str, str], dialect: Dialect) -> Fact:
    body = revision.body.model_dump(mode="json", exclude=set(WAY_IN))
    if pointer := POINTERS.get(revision.type):
        there = held.get(UUID(body[pointer]))
        body[pointer] = f"{there.type} {there.body.effective_date}" if there and there.stands else NO_MORE  # type: ignore[attr-defined]
    if body.get("position_code"):
        body["position_code"] = dialect.position(body["position_code"])
    if (registered := getattr(revision.body, "registered_at", None)) is not None:
        body["registered_on"] = day_of(registered)
    fields = {name: names.get(str(value), str(value)) for name, value in body.items()}
    fields |= {"stands": str(revision.stands), "revision": str(revision.revision)}
    about = fields.get("employment_id") or fields.get("person_key") or fields["unit_id"]
    return Fact(revision.type, about, fields)


def differences(here: list[Fact], there: list[Fact]) -> Iterator[Difference]:
    """How two ways in differ, fact by fact: those of one type about one job, person or unit in the order of their days."""
    groups: dict[tuple[str, str], tuple[list[Fact], list[Fact]]] = defaultdict(lambda: ([], []))
    for side, said in enumerate((here, there)):
        for fact in said:
            groups[fact.type, fact.about][side].append(fact)
    for (kind, _), sides in sorted(groups.items()):
        for one, other in _pairs(*sides):
            if one is None or other is None:
                yield Difference(kind, WHOLE, one, other)
            else:
                yield from (Difference(kind, name, one, other) for name in one.fields if one.fields[name] != other.fields[name])


def _pairs(here: list[Fact], there: list[Fact]) -> Iterator[tuple[Fact | None, Fact | None]]:
    """What belongs together: facts of one day, and of what is left the first with the first."""
    rest = sorted(there, key=_by_day)
    alone: list[Fact] = []
    for one in sorted(here, key=_by_day):
        other = next((fact for fact in rest if _day(fact) == _day(one)), None)
        if other is None:
            alone.append(one)
        else:
            rest.remove(other)
            yield one, other
    yield from zip_longest(alone, rest)


def _day(fact: Fact) -> tuple[str, str]:
    return fact.fields.get("effective_date", ""), fact.fields["stands"]


def _by_day(fact: Fact) -> tuple[tuple[str, str], str]:
    return _day(fact), str(fact.fields)
