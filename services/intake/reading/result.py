"""What reading a delivery gives, whatever it was written in: accepted rows as drafts, and refused ones with their place and reason."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from services.intake.reading.draft import Draft
from services.intake.reading.mapping import Kind
from services.intake.reading.values import Unfit

Progress = Callable[[int], None]
"""Called now and then with how many more rows were read."""
TICK = 1000


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


class Place(NamedTuple):
    """A file of a delivery: its name, what events call it (a file name may tell too much), and its own words for our fields."""

    name: str
    file_ref: str
    columns: Mapping[str, str]

    def refused(self, line: int, unfit: Unfit, cells: Sequence[str]) -> Wrong:
        """A row of this file as refused."""
        return Wrong(self.name, self.file_ref, line, unfit.reason, unfit.field, self.columns.get(unfit.field, unfit.field), cells)


class Accepted(NamedTuple):
    """A row that can be taken, and where it stood."""

    draft: Draft
    place: Place
    cells: Sequence[str]

    def refused(self, unfit: Unfit) -> Wrong:
        """The row as refused after all, for what only the other files of the delivery tell."""
        return self.place.refused(self.draft.line, unfit, self.cells)


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
