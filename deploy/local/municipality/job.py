"""One employment as registrations: what the payroll system learned and when, folded into rows that show the whole state."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

MUNICIPALITY = "999"
COLUMNS = (
    *(
        "municipality",
        "person",
        "name",
        "mail",
        "employment",
        "unit",
        "position",
        "form",
        "degree",
        "valid_from",
        "start",
        "first_working_day",
    ),
    *("fixed_term_until", "last_day", "reason", "received_on", "withdrawn_on", "leave_from", "leave_to", "leave_kind", "cancelled"),
    "registered_at",
)
_SATURDAY = 5

Told = str | date | None


@dataclass(frozen=True)
class Person:
    """Somebody, under the number the source knows."""

    number: str
    name: str

    @property
    def mail(self) -> str:
        """The work address; `example` is nobody's domain."""
        return f"{self.number.lower()}@fjordby.example"


@dataclass
class Job:
    """An employment number of a person and what was registered about it; the order of telling does not matter."""

    person: Person
    number: str
    registrations: list[tuple[datetime, dict[str, Told]]] = field(default_factory=list)

    def tell(self, at: datetime, **changed: Told) -> None:
        """The source learns something at a moment; what is not named stays as it was shown."""
        self.registrations.append((at, changed))

    def rows(self) -> Iterator[dict[str, str]]:
        """A row for each registration: the whole state as the source shows it then."""
        state: dict[str, Told] = dict.fromkeys(COLUMNS)
        state |= {"municipality": MUNICIPALITY, "person": self.person.number, "name": self.person.name, "mail": self.person.mail}
        state |= {"employment": self.number}
        for at, changed in sorted(self.registrations, key=lambda told: told[0]):
            state |= {"withdrawn_on": None, **changed}
            shown = {column: _text(state[column]) for column in COLUMNS}
            yield shown | {"registered_at": at.isoformat()}


def _text(value: Told) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else value


def first_working_day(start: date) -> date:
    """The first weekday from `start` on; New Year's Day is nobody's first day."""
    day = start
    while day.weekday() >= _SATURDAY or (day.month, day.day) == (1, 1):
        day += timedelta(days=1)
    return day
