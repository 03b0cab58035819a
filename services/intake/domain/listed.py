"""The name of a person as a directory lists it: from which day, until which, and gone when nobody lists the person any longer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.base import Name
from contracts.hr import PersonNamed
from services.chassis.subject import Revision
from services.intake.domain.claims import by_day
from services.intake.domain.records import Seen

DAY = timedelta(days=1)


class ListedSeen(Seen):
    """One entry of a directory: a person's name and work mail from `first_day` (none: always) to `last_day` (none: as far as known).

    The entry of one first day told again replaces what was told; `cancelled`: it never was.
    """

    wire: ClassVar[str] = "record.listed-seen.v1"

    person_key: UUID
    display_name: Name
    work_mail: Annotated[str, Field(max_length=254)] | None = None
    first_day: date | None = None
    last_day: date | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """What a directory says of a person on a day, and the next day on which time alone changes that."""

    told: bool
    """Whether the directory tells of the person at all: then it decides, also that there is no name any longer."""
    name: PersonNamed | None = None
    changes_on: date | None = None


NOT_LISTED = Listing(told=False)


def listing(rows: Sequence[Revision[ListedSeen]], today: date) -> Listing:
    """The entry of today; before the first one, and in a gap, the next one counts already: a newcomer's leader needs the name."""
    if not rows:
        return NOT_LISTED
    entries = {_begins(row.body): row.body for row in sorted(rows, key=lambda r: by_day(r, _begins(r.body)))}
    held = {first: entry for first, entry in sorted(entries.items()) if not entry.cancelled}
    if not held:
        return NOT_LISTED
    begun = [first for first in held if first <= today]
    coming = [first for first in held if first > today]
    entry = held[begun[-1]] if begun else None
    ends = entry.last_day if entry else None
    if ends is not None and ends < today:
        entry, ends = None, None
    if entry is None and coming:
        entry = held[coming[0]]
    days = [*coming[:1], *([ends + DAY] if ends else [])]
    return Listing(told=True, name=_named(entry) if entry else None, changes_on=min(days, default=None))


def _begins(entry: ListedSeen) -> date:
    return entry.first_day or date.min


def _named(entry: ListedSeen) -> PersonNamed:
    return PersonNamed(
        municipality=entry.municipality, person_key=entry.person_key, display_name=entry.display_name, work_mail=entry.work_mail
    )
