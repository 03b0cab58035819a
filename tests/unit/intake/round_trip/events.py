"""The story said as events: CloudEvents of a source that names its facts and numbers its corrections, a call for each day."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, NamedTuple

from deploy.local.municipality import Municipality
from deploy.local.municipality.job import Job
from deploy.local.municipality.steps import LAST_DAY
from services.intake.reading.mapping import Kind
from services.intake.reading.mapping import Mapping as FeedMapping
from tests.kit.deliveries import MAPPINGS
from tests.unit.intake.round_trip.lives import DAY, End, Spell, Terms, registrations, spells_of

SOURCE = "/fjordby/hr"
Words = Mapping[str, Mapping[str, str]]
STEPS = {"sosu-helper": "helper", "sosu-assistant": "assistant", "pedagogic-assistant": "assistant"} | dict.fromkeys(
    ("nurse", "pedagogue", "social-worker", "health-visitor", "teacher", "academic-specialist"), "professional"
)
"""What a pupil of such a group becomes."""


class Fact(NamedTuple):
    """What is told of one fact: its event type, and its body without who registered it when. `by`: the fact it was registered with."""

    wire: str
    body: dict[str, Any]
    by: str = ""


Facts = dict[str, Fact]


def words() -> Words:
    """What the source's own words mean, field by field: the same list its files are read with."""
    files = FeedMapping.load(MAPPINGS / "municipality.toml").files
    return next(file.words for file in files if file.kind is Kind.EMPLOYMENTS)


def calls(made: Municipality) -> list[tuple[date, list[dict[str, Any]]]]:
    """The days on which something was registered, each with what the source says on it."""
    said = [event for job in made.jobs for event in _of_job(job)]
    said += [event for at, name, fact in _of_units(made) for event in [_event(at, name, 1, fact)]]
    by_day: dict[date, list[dict[str, Any]]] = {}
    for event in sorted(said, key=lambda event: (event["time"], event["id"])):
        by_day.setdefault(datetime.fromisoformat(event["time"]).date(), []).append(event)
    return sorted(by_day.items())


def _event(
    at: datetime, name: str, revision: int, fact: Fact, *, cancelled: bool = False, registered: datetime | None = None
) -> dict[str, Any]:
    body = fact.body if fact.wire == "hr.person-named.v1" else {**fact.body, "registered_at": (registered or at).isoformat()}
    return {
        "specversion": "1.0",
        "id": f"{name} {revision}",
        "source": SOURCE,
        "type": fact.wire,
        "time": at.isoformat(),
        "fact": name,
        "revision": revision,
        **({"cancelled": True} if cancelled else {}),
        "data": body,
    }


def _of_job(job: Job) -> Iterator[dict[str, Any]]:
    """A fact that is new, another, or no longer so, after each registration; that an education is over, on its day."""
    known: Facts = {}
    numbers: dict[str, int] = {}
    registered: dict[str, datetime] = {}
    for at, spells in _moments(job):
        facts = facts_of(job, spells, at.date())
        for name, fact in {**facts, **{name: fact for name, fact in known.items() if name not in facts}}.items():
            gone = name not in facts
            if gone or known.get(name) != fact:
                numbers[name] = numbers.get(name, 0) + 1
                registered[name] = registered.get(fact.by, at)
                yield _event(at, name, numbers[name], fact, cancelled=gone, registered=registered[name])
        known = facts


def _moments(job: Job) -> Iterator[tuple[datetime, list[Spell]]]:
    told = registrations(job)
    for count, (at, _) in enumerate(told, 1):
        spells = spells_of(told[:count])
        yield at, spells
        until = told[count][0].date() if count < len(told) else date.max
        over = [spell.end.last_day + DAY for spell in spells if spell.end and not spell.cancelled]
        yield from ((datetime.combine(day, time.min, at.tzinfo), spells) for day in over if at.date() < day <= until)


def facts_of(job: Job, spells: list[Spell], on: date) -> Facts:
    """Every fact that is true of a job on a day: its name at the source, and what is said of it."""
    named = Fact("hr.person-named.v1", {"person_key": job.person.number, "display_name": job.person.name, "work_mail": job.person.mail})
    facts = {f"name {job.person.number} {job.number}": named}
    before: date | None = None
    for number, spell in enumerate(spells):
        of = _Told(job, spell, f"{job.number} {number}", words())
        facts |= of.cancelled() if spell.cancelled else {**of.hired(before), **of.changes(), **of.leaves(), **of.leaving(), **of.taught(on)}
        before = spell.end.last_day if spell.end else None
    return facts


class _Told(NamedTuple):
    """One spell, as its facts are told."""

    job: Job
    spell: Spell
    name: str
    words: Words

    def _block(self, terms: Terms, on: date) -> dict[str, Any]:
        return {
            "person_key": self.job.person.number,
            "employment_id": self.job.number,
            "unit_id": terms.unit,
            "employment_form": self.words["form"][self.spell.form],
            "effective_date": on.isoformat(),
        }

    def cancelled(self) -> Facts:
        return {f"hired {self.name}": Fact("hr.employment-cancelled.v1", self._block(self.spell.initial, self.spell.start))}

    def hired(self, before: date | None) -> Facts:
        spell = self.spell
        fields = {
            "first_working_day": spell.first_working_day.isoformat(),
            "position_code": spell.position,
            "occupation_group": self.words["occupation_group"][spell.position],
            "degree": spell.initial.degree,
            **({"rehire": True, "previous_last_working_day": before.isoformat()} if before else {}),
        }
        return {f"hired {self.name}": Fact("hr.hired.v1", {**self._block(spell.initial, spell.start), **fields})}

    def changes(self) -> Facts:
        found: Facts = {}
        for day, old, new in self.spell.changes():
            if old.unit != new.unit:
                moved = {"old_unit_id": old.unit, "new_unit_id": new.unit, "internal_move": True}
                found[f"moved {self.name} {day}"] = Fact("hr.placement-changed.v1", {**self._block(new, day), **moved})
            if old.degree != new.degree:
                hours = {"old_degree": old.degree, "new_degree": new.degree}
                found[f"hours {self.name} {day}"] = Fact("hr.hours-changed.v1", {**self._block(new, day), **hours})
        return found

    def leaves(self) -> Facts:
        return {
            f"leave {self.name} {first}": Fact(
                "hr.leave-registered.v1",
                {
                    **self._block(self.spell.on(first), first),
                    "leave_from": first.isoformat(),
                    "leave_to": leave.last.isoformat(),
                    "leave_kind": self.words["leave_kind"][leave.kind],
                },
            )
            for first, leave in self.spell.leaves.items()
        }

    def leaving(self) -> Facts:
        """Own notice as a resignation, from which an end follows; any other end as an end. One that was taken back stays as received."""
        found: Facts = {}
        for number, gone in enumerate(self.spell.withdrawn):
            found |= self._end(gone.end, number, gone.terms)
            on = {"withdrawn_on": gone.on.isoformat()} if gone.on else {}
            back = {**self._block(gone.terms, gone.end.last_day + DAY), "resignation_fact": f"end {self.name} {number}", **on}
            found[f"back {self.name} {number}"] = Fact("hr.resignation-withdrawn.v1", back)
        if end := self.spell.end:
            found |= self._end(end, len(self.spell.withdrawn), self.spell.on(end.last_day))
        return found

    def taught(self, on: date) -> Facts:
        """The education of a pupil, once its end is told, and that it is over."""
        end = self.spell.end
        if end is None or (self.words["reason"][end.reason], self.words["form"][self.spell.form]) != ("education-end", "pupil"):
            return {}
        step = {"ladder_step": STEPS.get(self.words["occupation_group"][self.spell.position], "other")}
        begun = {**self._block(self.spell.initial, self.spell.start), **step, "planned_end": end.last_day.isoformat()}
        found = {f"taught {self.name}": Fact("hr.education-started.v1", begun)}
        if on > end.last_day:
            over = {**self._block(self.spell.on(end.last_day), end.last_day + DAY), **step, "outcome": "unknown"}
            found[f"taught until {self.name}"] = Fact("hr.education-ended.v1", over, f"end {self.name} {len(self.spell.withdrawn)}")
        return found

    def _end(self, end: End, number: int, terms: Terms) -> Facts:
        reason = self.words["reason"][end.reason]
        wire = "hr.resigned.v1" if reason == "own-request" else "hr.employment-end-registered.v1"
        received = {"received_on": end.received_on.isoformat()} if end.received_on else {}
        fields = {"last_working_day": end.last_day.isoformat(), "reason_class": reason, **received}
        return {f"end {self.name} {number}": Fact(wire, {**self._block(terms, end.last_day + DAY), **fields})}


def _of_units(made: Municipality) -> Iterator[tuple[datetime, str, Fact]]:
    for row in made.tree.rows:
        parents = {"parent_unit_id": row.parent} if row.parent else {}
        before = [old.parent for old in made.tree.rows if old.unit == row.unit and old.valid_from < row.valid_from]
        old = {"old_parent_unit_id": before[-1]} if row.change == "moved" else {}
        body = {"unit_id": row.unit, "change": row.change, "name": row.name, "level": row.level, **parents, **old}
        fact = Fact("hr.unit-changed.v1", {**body, "effective_date": row.valid_from.isoformat()})
        yield row.registered_at, f"unit {row.unit} {row.valid_from}", fact
    for led in made.leaders:
        if led.registered_at.date() > LAST_DAY:
            continue
        who = {"unit_id": led.unit, "person_key": led.person, "employment_id": led.employment}
        name = f"{led.unit} {led.employment} {led.since}"
        if led.to is None:
            body = {**who, "effective_date": led.since.isoformat(), "leader_level": led.level, "employment_form": "monthly"}
            yield led.registered_at, f"leader {name}", Fact("hr.leader-appointed.v1", body)
        else:
            last = {"last_day": led.to.isoformat(), "effective_date": (led.to + DAY).isoformat(), "employment_form": "monthly"}
            yield led.registered_at, f"leader until {name}", Fact("hr.leader-ended.v1", {**who, **last})
