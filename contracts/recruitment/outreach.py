"""What is done so that people know the house: activities for the young, partners, campaigns. Nobody in it, pupils least of all."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import AboutUnit, Amount, Call, Codes, Count, DataClass, Word
from contracts.recruitment.vacancy import TOPIC
from contracts.words import OccupationGroup


class ActivityKind(Word):
    """What is done with the young (S2, R4)."""

    WORK_EXPERIENCE_WEEK_43 = "work-experience-week-43"
    JUNIOR_DAY = "junior-day"
    PROJECT_WEEK = "project-week"
    AFTER_SCHOOL_JOB = "after-school-job"
    OPEN_HOUSE = "open-house"
    UNKNOWN = "unknown"


class Partner(Word):
    """With whom HR works for groups that are short."""

    JOBCENTRE = "jobcentre"
    REGION = "region"
    SCHOOL = "school"
    UNKNOWN = "unknown"


class OutreachEvent(AboutUnit):
    """What is done at or for a unit."""

    topic: ClassVar[str] = TOPIC
    data_class: ClassVar[DataClass] = DataClass.NONE


class EarlyInterestActivity(OutreachEvent):
    """An activity is booked: the unit that hosts it plans it and takes part."""

    activity_id: UUID
    kind: ActivityKind
    call: Call

    def ce_subject(self) -> str:
        """The activity."""
        return f"activity/{self.activity_id}"


class EarlyInterestActivityPlanned(EarlyInterestActivity):
    """Booked."""

    wire: ClassVar[str] = "recruitment.early-interest-activity-planned.v1"


class EarlyInterestActivityDue(EarlyInterestActivity):
    """The host is asked to prepare and hold it."""

    wire: ClassVar[str] = "recruitment.early-interest-activity-due.v1"


class EarlyInterestActivityHeld(EarlyInterestActivity):
    """Held, with so many who took part: pupils are counted, never named."""

    wire: ClassVar[str] = "recruitment.early-interest-activity-held.v1"

    held_on: date
    participants: Count


class EarlyInterestActivityMissed(EarlyInterestActivity):
    """Not held before `call.missed_after` had passed."""

    wire: ClassVar[str] = "recruitment.early-interest-activity-missed.v1"


class PartnerFollowUp(OutreachEvent):
    """HR talks with a partner about a group that is short."""

    partnership_id: UUID
    partner: Partner
    occupation_group: OccupationGroup
    call: Call

    def ce_subject(self) -> str:
        """The partnership."""
        return f"partnership/{self.partnership_id}"


class PartnerFollowUpPlanned(PartnerFollowUp):
    """Known, its window not open."""

    wire: ClassVar[str] = "recruitment.partner-follow-up-planned.v1"


class PartnerFollowUpDue(PartnerFollowUp):
    """HR is asked."""

    wire: ClassVar[str] = "recruitment.partner-follow-up-due.v1"


class PartnerFollowUpHeld(PartnerFollowUp):
    """Held."""

    wire: ClassVar[str] = "recruitment.partner-follow-up-held.v1"

    held_on: date


class PartnerFollowUpMissed(PartnerFollowUp):
    """Not held before `call.missed_after` had passed."""

    wire: ClassVar[str] = "recruitment.partner-follow-up-missed.v1"


class CampaignRun(OutreachEvent):
    """A campaign ran for the unit and those below it, from `first_day` to `last_day`: figures before and after are compared."""

    wire: ClassVar[str] = "recruitment.campaign-run.v1"

    campaign_id: UUID
    channels: Codes
    first_day: date
    last_day: date
    spent: Amount | None = None

    def ce_subject(self) -> str:
        """The campaign."""
        return f"campaign/{self.campaign_id}"
