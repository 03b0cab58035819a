"""The closed lists of tasks: why somebody holds one, why it moved, went up or fell away."""

from contracts.base import Word


class WhyHolder(Word):
    """Why this person holds the task."""

    NEAREST_LEADER = "nearest-leader"
    OWN_CASE = "own-case"
    VACANT_POST = "vacant-post"
    DEPUTY = "deputy"
    ABSENT_LEADER = "absent-leader"
    HR_QUEUE = "hr-queue"
    ROLE_HOLDER = "role-holder"
    """Has the very role that the duty names, such as that of AMR, at its unit or the next one above it that has any."""
    NO_MENTOR = "no-mentor"
    """The nearest leader, since the plan has no colleague as mentor, or none any longer."""
    UNKNOWN = "unknown"


class ReassignCause(Word):
    """Why a task came to another holder."""

    NEW_LEADER = "new-leader"
    LEADER_LEFT = "leader-left"
    DEPUTY = "deputy"
    VACANCY = "vacancy"
    MANUAL = "manual"
    UNIT_CHANGED = "unit-changed"
    """The duty belongs to another unit now."""
    ROLE_CHANGED = "role-changed"
    """Somebody else has the role, or the duty names another one."""
    UNKNOWN = "unknown"


class MoveCause(Word):
    """Why a task got another due date."""

    START_MOVED = "start-moved"
    END_MOVED = "end-moved"
    CALENDAR = "calendar"
    AGREED = "agreed"
    UNKNOWN = "unknown"


class DeclinedBy(Word):
    """Who said no."""

    PERSON = "person"
    HOLDER = "holder"
    UNKNOWN = "unknown"


class CancelCause(Word):
    """Why a task fell away."""

    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    EMPLOYMENT_CANCELLED = "employment-cancelled"
    ENDED = "ended"
    NEVER_STARTED = "never-started"
    ERASED = "erased"
    UNKNOWN = "unknown"


class Channel(Word):
    """How somebody was reminded."""

    DIGEST = "digest"
    MAIL = "mail"
    CARD = "card"
    UNKNOWN = "unknown"


class EscalationCause(Word):
    """Why a task went up."""

    LATE = "late"
    LEGAL = "legal"
    NO_LEADER = "no-leader"
    BOUNCED = "bounced"
    UNKNOWN = "unknown"
