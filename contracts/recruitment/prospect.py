"""Who may come one day: the job bank, and citizens whom the jobcentre, a school or volunteers send. Local only, kept short."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import AboutUnit, Call, DataClass, Word
from contracts.recruitment.application import RESTRICTED_TOPIC
from contracts.words import OccupationGroup


class ProspectSource(Word):
    """How the house came to know a prospect."""

    UNSOLICITED = "unsolicited"
    OPEN_HOUSE = "open-house"
    INFORMAL_TALK = "informal-talk"
    EARLIER_APPLICANT = "earlier-applicant"
    REFERRAL = "referral"
    PLACEMENT = "placement"
    UNKNOWN = "unknown"


class Track(Word):
    """Where the way of a candidate leads."""

    DIRECT_JOB = "direct-job"
    EDUCATION = "education"
    UNKNOWN = "unknown"


class Measure(Word):
    """What helps a candidate on the way."""

    PRE_COURSE = "pre-course"
    ADULT_APPRENTICE = "adult-apprentice"
    MENTOR = "mentor"
    FLEX_JOB = "flex-job"
    OTHER = "other"
    UNKNOWN = "unknown"


class Sender(Word):
    """Who sends a candidate."""

    JOBCENTRE = "jobcentre"
    SCHOOL = "school"
    VOLUNTEER = "volunteer"
    UNKNOWN = "unknown"


class CandidateStep(Word):
    """How far a candidate has come."""

    SCREENED = "screened"
    PRE_COURSE_COMPLETED = "pre-course-completed"
    STARTED_JOB = "started-job"
    STARTED_EDUCATION = "started-education"
    LEFT = "left"
    UNKNOWN = "unknown"


class ProspectStepKind(Word):
    """What is asked for about a prospect."""

    VACANCY_MATCH = "vacancy-match"
    CANDIDATE_MENTOR = "candidate-mentor"
    UNKNOWN = "unknown"


class ProspectEvent(AboutUnit):
    """What is said about one prospect of a unit; keyed by them."""

    topic: ClassVar[str] = RESTRICTED_TOPIC
    data_class: ClassVar[DataClass] = DataClass.LOCAL_ONLY

    prospect_id: UUID

    def ce_subject(self) -> str:
        """The prospect."""
        return f"prospect/{self.prospect_id}"

    def record_key(self) -> str:
        """The prospect."""
        return str(self.prospect_id)


class ProspectRegistered(ProspectEvent):
    """Somebody agreed to be asked when there is a vacancy, until `consent_until`; forgotten then."""

    wire: ClassVar[str] = "recruitment.prospect-registered.v1"

    source: ProspectSource
    consent_until: date
    occupation_group: OccupationGroup


class CandidateReferred(ProspectEvent):
    """Somebody was sent on a way into the welfare professions."""

    wire: ClassVar[str] = "recruitment.candidate-referred.v1"

    referred_on: date
    referred_by: Sender
    track: Track
    measure: Measure = Measure.UNKNOWN
    occupation_group: OccupationGroup = OccupationGroup.UNKNOWN


class CandidateStepRecorded(ProspectEvent):
    """A step of that way was taken."""

    wire: ClassVar[str] = "recruitment.candidate-step-recorded.v1"

    step: CandidateStep
    step_on: date


class ProspectStep(ProspectEvent):
    """Match with a vacancy, name a mentor: a duty about one prospect; its call is about nobody by key."""

    step: ProspectStepKind
    vacancy_id: UUID | None = None
    call: Call


class ProspectStepPlanned(ProspectStep):
    """Known, its window not open."""

    wire: ClassVar[str] = "recruitment.prospect-step-planned.v1"


class ProspectStepDue(ProspectStep):
    """Somebody is asked."""

    wire: ClassVar[str] = "recruitment.prospect-step-due.v1"


class ProspectStepDone(ProspectStep):
    """Done on `done_on`; in the window or late, as it was when the step was closed."""

    wire: ClassVar[str] = "recruitment.prospect-step-done.v1"

    done_on: date
    in_window: bool


class ProspectStepMissed(ProspectStep):
    """Not done before `call.missed_after` had passed."""

    wire: ClassVar[str] = "recruitment.prospect-step-missed.v1"
