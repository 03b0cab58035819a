"""What a source told as an event, kept as an own record: which of its facts it is about, and what it says of it, under our ids."""

from functools import cached_property
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts import BY_WIRE
from contracts.base import Event, SourceSystem
from services.intake.domain.records import Seen


class EventSeen(Seen):
    """One event of a source. `told_fact`: the source's fact, under an id of ours; `number`: the source's own revision of it.

    `first`: it begins a chain without numbers. `moment`: what such a chain is ordered by. `cancelled`: the fact stands no longer.
    """

    wire: ClassVar[str] = "record.event-seen.v1"

    source_system: SourceSystem = SourceSystem.CLOUDEVENTS
    told_fact: UUID
    number: Annotated[int, Field(ge=1)] | None = None
    first: bool = False
    moment: AwareDatetime
    cancelled: bool = False
    type: str
    body: dict[str, Any]

    @cached_property
    def event(self) -> Event:
        """The event of the contract, with our ids."""
        return BY_WIRE[self.type].model_validate(self.body)
