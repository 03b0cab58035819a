"""A source that shows rows of one person or unit, and what intake says of it: the real pure step, no I/O."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import TypeVar

from contracts.base import Event
from services.chassis.advance import State, advance, empty
from services.chassis.reference import Snapshot
from services.chassis.rules import parse
from services.chassis.subject import History, Revision, Subject, body_text
from services.intake.app import SERVICE
from services.intake.domain.records import EmploymentSeen, LeaderSeen, Seen, UnitSeen
from tests.kit.builders import MUNICIPALITY, an_id, noon
from tests.kit.story import RULES

E = TypeVar("E", bound=Event)
LONG_AFTER = datetime(2030, 1, 1, tzinfo=UTC)
FIRST = date(2021, 3, 1)
LAST = date(2022, 5, 31)
KNOWN = date(2021, 1, 15)


def shown(registered: date, **more: object) -> EmploymentSeen:
    """A row of an employment, registered on a day; it began on 1 March 2021."""
    fields = {
        "municipality": MUNICIPALITY,
        "feed": "test",
        "registered_at": noon(registered),
        "person_key": an_id("person"),
        "employment_id": an_id("job"),
        "first_day": FIRST,
        "unit_id": an_id("unit"),
        "employment_form": "monthly",
        "occupation_group": "nurse",
        "degree": "1.0000",
        **more,
    }
    return EmploymentSeen.model_validate(fields)


def leaving(registered: date, last: date = LAST, reason: str = "own-request", **more: object) -> EmploymentSeen:
    """A row of an employment that ends."""
    return shown(registered, last_day=last, reason_class=reason, **more)


def unit_shown(registered: date, **more: object) -> UnitSeen:
    """A row of a unit."""
    fields = {
        "municipality": MUNICIPALITY,
        "feed": "test",
        "registered_at": noon(registered),
        "unit_id": an_id("unit"),
        "valid_from": date(2020, 1, 1),
        "name": "Plejecenter",
        "level": "institution",
        **more,
    }
    return UnitSeen.model_validate(fields)


def leader_shown(registered: date, **more: object) -> LeaderSeen:
    """A row of a leadership."""
    fields = {
        "municipality": MUNICIPALITY,
        "feed": "test",
        "registered_at": noon(registered),
        "unit_id": an_id("unit"),
        "person_key": an_id("leader"),
        "employment_id": an_id("job of leader"),
        "leader_level": "department",
        "first_day": date(2021, 1, 1),
        **more,
    }
    return LeaderSeen.model_validate(fields)


class Source:
    """One subject as its source shows it."""

    def __init__(self, kind: str = "person", now: datetime | date = LONG_AFTER, rules: str = RULES) -> None:
        """Begin with nothing shown."""
        self.kind = SERVICE.kind(kind)
        self.now = now if isinstance(now, datetime) else noon(now)
        self.rules = parse(rules)
        subject = Subject(kind, an_id("unit" if kind == "unit" else "person"), self.rules.municipality)
        self.state: State = empty(subject)
        self.spoken: list[Revision[Event]] = []

    def shows(self, *rows: Seen, at: datetime | date | None = None) -> "Source":
        """Rows of one delivery; known when they were registered, or all `at` a moment."""
        known = None if at is None else at if isinstance(at, datetime) else noon(at)
        return self.records(Revision(row.fact(), 0, 1, True, known or row.registered_at, row, row.wire) for row in rows)

    def records(self, revisions: Iterable[Revision[Event]]) -> "Source":
        """Own records arrive in one transaction."""
        snapshot = Snapshot(History(Subject("reference", an_id("reference"), self.rules.municipality)), self.rules)
        step = advance(SERVICE, self.kind, self.state, list(revisions), snapshot, self.now)
        self.state = step.state
        self.spoken += [said.revision for said in step.says]
        return self

    def reaches(self, day: date) -> "Source":
        """The clock goes on and wakes the subject if it is time."""
        self.now = noon(day)
        if self.state.wake_at is not None and self.state.wake_at <= self.now:
            self.records([])
        return self

    def said(self, kind: type[E]) -> list[Revision[E]]:
        """Every revision of this type, as it was said."""
        return [r for r in self.spoken if isinstance(r.body, kind)]  # type: ignore[misc]  # narrowed by isinstance

    def stands(self, kind: type[E]) -> list[E]:
        """What stands of this type."""
        held = (said.revision for said in self.state.said.values())
        return [r.body for r in held if r.stands and isinstance(r.body, kind)]

    def standing(self) -> dict[tuple[str, ...], str]:
        """Every statement that stands, with its body."""
        held = self.state.said.items()
        return {key: f"{s.revision.type} {s.revision.fact} {body_text(s.revision.body)}" for key, s in held if s.revision.stands}
