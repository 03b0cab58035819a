"""The collection: every second year each chief area hands in its scorecard, which is frozen then."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.base import Call, Count, DataClass, Event, UnitId, Word
from contracts.reporting.strategy import TOPIC


class Receiver(Word):
    """Who is shown what was collected."""

    DIREKTION = "direktion"
    HOVEDUDVALG = "hovedudvalg"
    POLITICAL_COMMITTEE = "political-committee"
    UNKNOWN = "unknown"


class CollectionEvent(Event):
    """What is said about one collection; keyed by it."""

    topic: ClassVar[str] = TOPIC
    data_class: ClassVar[DataClass] = DataClass.NONE

    collection_id: UUID

    def ce_subject(self) -> str:
        """The collection."""
        return f"collection/{self.collection_id}"

    def record_key(self) -> str:
        """The collection."""
        return str(self.collection_id)


class CollectionOpened(CollectionEvent):
    """So many areas are asked to hand in by `submit_by`, in the tree of `opens_on`."""

    wire: ClassVar[str] = "reporting.collection-opened.v1"

    opens_on: date
    submit_by: date
    areas: Count
    receivers: Annotated[tuple[Receiver, ...], Field(max_length=10)]


class AreaSubmission(CollectionEvent):
    """The duty of one chief area to hand in."""

    unit_id: UnitId
    call: Call


class AreaSubmissionPlanned(AreaSubmission):
    """Known, the collection not open."""

    wire: ClassVar[str] = "reporting.area-submission-planned.v1"


class AreaSubmissionDue(AreaSubmission):
    """The chief is asked."""

    wire: ClassVar[str] = "reporting.area-submission-due.v1"


class AreaSubmitted(AreaSubmission):
    """Handed in; `snapshot_id` names what was frozen."""

    wire: ClassVar[str] = "reporting.area-submitted.v1"

    submitted_on: date
    in_time: bool
    snapshot_id: UUID


class AreaSubmissionMissed(AreaSubmission):
    """Not handed in before `call.missed_after` had passed."""

    wire: ClassVar[str] = "reporting.area-submission-missed.v1"


class CollectionClosed(CollectionEvent):
    """Nothing more is taken; `snapshot_id` names what was frozen of all areas."""

    wire: ClassVar[str] = "reporting.collection-closed.v1"

    closed_on: date
    submitted: Count
    missing: Count
    snapshot_id: UUID
