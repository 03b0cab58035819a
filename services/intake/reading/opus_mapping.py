"""What a municipality decides about its files of KMD OPUS, as data (danish-hr 2)."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from contracts.base import Code
from contracts.words import LeaderLevel, OccupationGroup
from services.intake.reading.part import Form, Group, Level, Part

ANY_OTHER = "*"


class LeaveDate(StrEnum):
    """What `leaveDate` is."""

    LAST_DAY = "last-day"
    FIRST_DAY_OUT = "first-day-out"


class OpusSource(Part):
    """The table `[opus]` of a mapping file; in its lists `*` is any other code.

    `work_mail`: `email` of an employee is the address at work, and may be told.
    `leaders`: how high somebody with `isManager` leads, by position, where it is another level than `leader_level`.
    A file that shows more than `missing_percent` of the known employees no more, from `missing_from` employees up, is refused whole;
    so is one that shows so many of the known units no more, from `missing_units_from` units up.
    """

    work_contract: dict[str, Form]
    occupation_group: dict[str, Group] = Field(default_factory=dict)
    leader_level: Level = LeaderLevel.DEPARTMENT
    leaders: dict[str, Level] = Field(default_factory=dict)
    level: dict[str, Code] = Field(default_factory=dict)
    leave_date: LeaveDate = LeaveDate.LAST_DAY
    work_mail: bool = False
    missing_percent: Annotated[int, Field(ge=0, le=100)] = 5
    missing_from: Annotated[int, Field(ge=1)] = 100
    missing_units_from: Annotated[int, Field(ge=1)] = 20

    def group_of(self, position: str) -> OccupationGroup:
        """The group of a position."""
        return self.occupation_group.get(position, self.occupation_group.get(ANY_OTHER, OccupationGroup.UNKNOWN))
