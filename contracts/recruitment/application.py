"""Applications: local only, kept short. An applicant is an id of the application, never a person key."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import AboutUnit, Call, DataClass, Word

RESTRICTED_TOPIC = "recruitment.restricted.v1"


class WithdrawnAt(Word):
    """When an applicant withdrew."""

    BEFORE_ANSWER = "before-answer"
    AFTER_INVITATION = "after-invitation"
    AFTER_INTERVIEW = "after-interview"
    AFTER_OFFER = "after-offer"
    UNKNOWN = "unknown"


class WithdrawalReason(Word):
    """Why, as far as the applicant said."""

    OTHER_JOB = "other-job"
    PAY = "pay"
    DISTANCE = "distance"
    HOURS = "hours"
    TASKS = "tasks"
    NO_ANSWER = "no-answer"
    OTHER = "other"
    UNKNOWN = "unknown"


class ApplicantStepKind(Word):
    """What is asked for about an applicant."""

    ANSWER = "answer"
    PRE_INTERVIEW_CALL = "pre-interview-call"
    EXPECTATION_CHECK = "expectation-check"
    UNKNOWN = "unknown"


class ApplicationEvent(AboutUnit):
    """What is said about one application to a unit; keyed by it."""

    topic: ClassVar[str] = RESTRICTED_TOPIC
    data_class: ClassVar[DataClass] = DataClass.LOCAL_ONLY

    application_id: UUID

    def ce_subject(self) -> str:
        """The application."""
        return f"application/{self.application_id}"

    def record_key(self) -> str:
        """The application."""
        return str(self.application_id)


class ApplicationReceived(ApplicationEvent):
    """It came in; every service forgets it on `erase_on`."""

    wire: ClassVar[str] = "recruitment.application-received.v1"

    ad_id: UUID | None = None
    received_on: date
    internal: bool = False
    unsolicited: bool = False
    erase_on: date


class InterviewInvited(ApplicationEvent):
    """The applicant is invited; where the house calls before the interview, by when."""

    wire: ClassVar[str] = "recruitment.interview-invited.v1"

    interview_on: date
    call_before: date | None = None


class ApplicationWithdrawn(ApplicationEvent):
    """The applicant withdrew."""

    wire: ClassVar[str] = "recruitment.application-withdrawn.v1"

    withdrawn_on: date
    stage: WithdrawnAt
    reason: WithdrawalReason = WithdrawalReason.UNKNOWN


class ApplicationRejected(ApplicationEvent):
    """The applicant was told no; `personal`: by a person in words of their own, not by a standard letter."""

    wire: ClassVar[str] = "recruitment.application-rejected.v1"

    rejected_on: date
    personal: bool


class ApplicantStep(ApplicationEvent):
    """Answer, call before the interview, align expectations: a duty about one application; its call is about nobody by key."""

    step: ApplicantStepKind
    call: Call


class ApplicantStepPlanned(ApplicantStep):
    """Known, its window not open."""

    wire: ClassVar[str] = "recruitment.applicant-step-planned.v1"


class ApplicantStepDue(ApplicantStep):
    """Somebody is asked."""

    wire: ClassVar[str] = "recruitment.applicant-step-due.v1"


class ApplicantStepDone(ApplicantStep):
    """Done on `done_on`; in the window or late, as it was when the step was closed."""

    wire: ClassVar[str] = "recruitment.applicant-step-done.v1"

    done_on: date
    in_window: bool


class ApplicantStepMissed(ApplicantStep):
    """Not done before `call.missed_after` had passed."""

    wire: ClassVar[str] = "recruitment.applicant-step-missed.v1"
