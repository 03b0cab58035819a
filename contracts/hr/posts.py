"""Posts of the plan: empty or held. No person in them."""

from typing import ClassVar
from uuid import UUID

from contracts.base import DataClass
from contracts.hr.organisation import UnitEvent
from contracts.words import LeaderLevel


class PostEvent(UnitEvent):
    """What is said about one post of a unit; keyed by it."""

    data_class: ClassVar[DataClass] = DataClass.NONE

    post_id: UUID
    leader_post: bool = False
    leader_level: LeaderLevel | None = None

    def ce_subject(self) -> str:
        """The post."""
        return f"post/{self.post_id}"

    def record_key(self) -> str:
        """The post."""
        return str(self.post_id)


class PostVacant(PostEvent):
    """Nobody holds the post from `effective_date`; who stands in for its holder does not fill it."""

    wire: ClassVar[str] = "hr.post-vacant.v1"


class PostFilled(PostEvent):
    """Somebody holds the post from `effective_date`, the first day, not the day of signing; which person is not told here."""

    wire: ClassVar[str] = "hr.post-filled.v1"

    internal: bool
    agency_used: bool | None = None
