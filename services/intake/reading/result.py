"""What reading a delivery gives, whatever it was written in: accepted rows as drafts, and refused ones with their place and reason."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from services.intake.reading.draft import Draft
from services.intake.reading.mapping import Kind
from services.intake.reading.values import Unfit

Progress = Callable[[int], None]
"""Called now and then with how many more rows were read."""
TICK = 1000
PERSONS = frozenset({Kind.LISTED, Kind.EMPLOYMENTS, Kind.EMPLOYMENT_GONE, Kind.FACTS, Kind.PERSONS, Kind.EVENTS})
"""Rows that are about a person; the others are about a unit. An event may be about either, and units come first."""

TELLS_OF_PERSONS = frozenset({Kind.LISTED, Kind.EMPLOYMENTS})
"""Rows that tell of a person by name or at work, so that others may tell of a role."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A refused row. `cells` are kept where only intake reads them; they are never printed."""

    file: str
    file_ref: str
    line: int
    reason: str
    field: str
    column: str
    cells: Sequence[str]
    header: Sequence[str] = ()
    """The columns of its file; none for what has no columns."""


class Place(NamedTuple):
    """A file of a delivery: its name, what events call it (a file name may tell too much), and its own words for our fields."""

    name: str
    file_ref: str
    columns: Mapping[str, str]
    header: Sequence[str] = ()

    def refused(self, line: int, unfit: Unfit, cells: Sequence[str]) -> Wrong:
        """A row of this file as refused."""
        column = self.columns.get(unfit.field, unfit.field)
        return Wrong(self.name, self.file_ref, line, unfit.reason, unfit.field, column, cells, self.header)


NOWHERE = Place("", "", {})
"""For what no row of the delivery tells, such as that somebody is gone."""


class Accepted(NamedTuple):
    """A row that can be taken, and where it stood."""

    draft: Draft
    place: Place
    cells: Sequence[str]

    def refused(self, unfit: Unfit) -> Wrong:
        """The row as refused after all, for what only the other files of the delivery tell."""
        return self.place.refused(self.draft.line, unfit, self.cells)


ReadRow = Accepted | Wrong


class Delivery(Protocol):
    """What there is to take, however much it is: whose and which, and its rows in batches, none of which need be held."""

    @property
    def municipality(self) -> str:
        """Whose it is."""

    @property
    def feed(self) -> str:
        """The stream it belongs to."""

    @property
    def digest(self) -> str:
        """Its content."""

    @property
    def rows(self) -> int:
        """How many rows it has, refused ones too."""

    @property
    def units(self) -> set[str]:
        """The codes of the units it tells of."""

    @property
    def persons(self) -> set[str]:
        """Whom it tells of by name or at work, under the source's keys; where roles are told apart from persons."""

    @property
    def whole(self) -> "Whole | None":
        """What it shows as all there is; none where it shows only what is new."""

    @property
    def made_at(self) -> datetime | None:
        """When the source made it; none where it does not say."""

    @property
    def call(self) -> str:
        """What was asked of the source, where one feed has answers to several calls: each has an order of its own."""

    def batches(self, subjects: int) -> Iterator[list[ReadRow]]:
        """Every row once, those about units first, so many persons or units at a time, all rows of each of them together."""


Source = tuple[Kind, str]
"""What a row of a whole file is about: an employment or a unit, under its own key."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A delivery that shows all there is: when it was made, whom it shows (refused rows too), and of whom it only says that they left."""

    made_at: datetime
    present: set[Source] = field(default_factory=set)
    left: dict[str, int] = field(default_factory=dict)
    """Employment and line."""


@dataclass(slots=True)
class Reading:
    """What was read of a delivery: the accepted rows and the refused ones. `feed` is the stream it belongs to."""

    municipality: str
    feed: str
    digest: str
    rows: int = 0
    accepted: list[Accepted] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    whole: Whole | None = None
    made_at: datetime | None = None
    call: str = ""

    @property
    def units(self) -> set[str]:
        """The codes of the units it tells of."""
        return {row.draft.unit for row in self.accepted if row.draft.kind is Kind.UNITS}

    @property
    def persons(self) -> set[str]:
        """Whom it tells of by name or at work, under the source's keys."""
        return {row.draft.person for row in self.accepted if row.draft.kind in TELLS_OF_PERSONS}

    def batches(self, subjects: int) -> Iterator[list[ReadRow]]:
        """The refused rows, then all rows of a unit or person together, units first, so many of them at a time."""
        if self.wrong:
            yield [*self.wrong]
        groups: dict[tuple[bool, str], list[ReadRow]] = {}
        for row in self.accepted:
            groups.setdefault(_about(row.draft), []).append(row)
        ordered = [groups[key] for key in sorted(groups)]
        for start in range(0, len(ordered), subjects):
            yield [row for group in ordered[start : start + subjects] for row in group]


def _about(draft: Draft) -> tuple[bool, str]:
    """Whom a row is about; units come before persons."""
    gone = str(draft.fields.get("employment_id") or draft.fields.get("unit_id") or "")
    if draft.kind in PERSONS:
        return True, draft.person or draft.employment or gone
    return False, draft.unit or gone
