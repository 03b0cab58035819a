"""The closed lists of the catalogue, section 3: readers take a word they do not know as `unknown`."""

from contracts.base import Word


class EmploymentForm(Word):
    """How somebody is employed; monthly is the population of most figures."""

    MONTHLY = "monthly"
    HOURLY = "hourly"
    PUPIL = "pupil"
    STUDENT = "student"
    TEMPORARY = "temporary"
    SPECIAL_TERMS = "special-terms"
    YOUTH = "youth"
    UNKNOWN = "unknown"


class ReasonClass(Word):
    """Why an employment ends."""

    OWN_REQUEST = "own-request"
    DISMISSAL = "dismissal"
    RETIREMENT = "retirement"
    FIXED_TERM_END = "fixed-term-end"
    EDUCATION_END = "education-end"
    INTERNAL_MOVE = "internal-move"
    DEATH_OR_EMIGRATION = "death-or-emigration"
    TRANSFER_OF_UNDERTAKING = "transfer-of-undertaking"
    UNKNOWN = "unknown"


class LeaveKind(Word):
    """Kinds of leave that may be said; never sick leave."""

    PARENTAL = "parental"
    EDUCATION = "education"
    MILITARY_OR_AID = "military-or-aid"
    CARE = "care"
    OTHER = "other"
    UNKNOWN = "unknown"


class OccupationGroup(Word):
    """Professions as far as figures tell them apart."""

    NURSE = "nurse"
    SOSU_HELPER = "sosu-helper"
    SOSU_ASSISTANT = "sosu-assistant"
    PEDAGOGUE = "pedagogue"
    PEDAGOGIC_ASSISTANT = "pedagogic-assistant"
    SOCIAL_WORKER = "social-worker"
    HEALTH_VISITOR = "health-visitor"
    DENTAL = "dental"
    ACADEMIC_SPECIALIST = "academic-specialist"
    LEADER = "leader"
    TEACHER = "teacher"
    TECHNICAL_CLEANING = "technical-cleaning"
    ADMINISTRATION = "administration"
    OTHER = "other"
    UNKNOWN = "unknown"


class LeaderLevel(Word):
    """Levels of leadership; area-agreement is the Danish aftaleholder."""

    TEAM = "team"
    DEPARTMENT = "department"
    AREA_AGREEMENT = "area-agreement"
    CHIEF = "chief"
    DIRECTOR = "director"
    UNKNOWN = "unknown"


class MilestoneKind(Word):
    """Steps of the first year that can be due."""

    PLAN_BEFORE_START = "plan-before-start"
    MENTORS_NAMED = "mentors-named"
    PRE_BOARDING = "pre-boarding"
    FIRST_DAY = "first-day"
    FIRST_WEEK = "first-week"
    SAFETY_INTRODUCTION = "safety-introduction"
    TALK_2_WEEKS = "talk-2-weeks"
    MONTH_1 = "month-1"
    TALK_3_MONTHS = "talk-3-months"
    TALK_6_12_MONTHS = "talk-6-12-months"
    FIRST_YEAR = "first-year"
    REPRESENTATIVES_CONTACTED = "representatives-contacted"
    REINTRODUCTION_PLAN = "reintroduction-plan"
    REINTRODUCTION_TALK = "reintroduction-talk"
    LEADER_MENTOR_6_MONTHS = "leader-mentor-6-months"
    LEADER_MENTOR_EVALUATION = "leader-mentor-evaluation"
    LEADER_ONBOARDING = "leader-onboarding"
    HAND_OVER = "hand-over"
    WORKS_ALONE = "works-alone"
    FIXED_TERM_END = "fixed-term-end"
    TRIAL_END = "trial-end"
    LOCAL_STEP = "local-step"
    UNKNOWN = "unknown"


class Occasion(Word):
    """Why an introduction is given."""

    HIRE = "hire"
    RETURN_FROM_LEAVE = "return-from-leave"
    INTERNAL_MOVE = "internal-move"
    PUPIL_OR_STUDENT = "pupil-or-student"
    TEMP = "temp"
    NEW_LEADER = "new-leader"
    TERM_ENDING = "term-ending"
    TRIAL_ENDING = "trial-ending"
    UNKNOWN = "unknown"


class PlanEnd(Word):
    """How a plan ended."""

    DONE = "done"
    DECLINED = "declined"
    MISSED = "missed"
    NEVER_STARTED = "never-started"
    UNKNOWN = "unknown"


class TalkTheme(Word):
    """What a follow-up talk touched; coded, never text."""

    TASKS = "tasks"
    CULTURE = "culture"
    RULES = "rules"
    WORK_ENVIRONMENT = "work-environment"
    COLLEAGUES = "colleagues"
    LEADERSHIP = "leadership"
    TECHNOLOGY = "technology"
    CITIZENS = "citizens"
    OTHER = "other"
    UNKNOWN = "unknown"


class ExitReason(Word):
    """Coded reasons of an exit talk; they stay in `retention` until they are counted."""

    LEADERSHIP = "leadership"
    TASKS = "tasks"
    WORKLOAD = "workload"
    PAY = "pay"
    WORKING_HOURS = "working-hours"
    DEVELOPMENT = "development"
    COLLEAGUES = "colleagues"
    WORK_ENVIRONMENT = "work-environment"
    COMMUTE = "commute"
    FAMILY = "family"
    OTHER_JOB = "other-job"
    EDUCATION = "education"
    RETIREMENT = "retirement"
    HEALTH_NOT_ASKED = "health-not-asked"
    OTHER = "other"
    NO_ANSWER = "no-answer"
    UNKNOWN = "unknown"


class Silent(Word):
    """What was not heard though it should have been (danish-hr 12)."""

    HR_EVENTS = "hr-events"
    EXIT_OFFERS = "exit-offers"
    UNKNOWN = "unknown"


class ExitLevel(Word):
    """Who holds the exit talk: the nearest leader, or a second party."""

    LEADER = "leader"
    EMPLOYEE = "employee"
    UNKNOWN = "unknown"


class HireChannel(Word):
    """How a hire came about."""

    AD = "ad"
    BANK = "bank"
    REFERRAL = "referral"
    INTERNAL = "internal"
    JOBCENTRE = "jobcentre"
    PLACEMENT = "placement"
    UNKNOWN = "unknown"


class SupportTerms(Word):
    """Terms that call for support at the start."""

    NONE = "none"
    SPECIAL_TERMS = "special-terms"
    LANGUAGE = "language"
    ADULT_APPRENTICE = "adult-apprentice"
    UNKNOWN = "unknown"


class FocusArea(Word):
    """The five focus areas of the strategy (S0)."""

    ATTRACTIVE_WORKPLACE = "attractive-workplace"
    PROFESSIONAL_RECRUITMENT = "professional-recruitment"
    SYSTEMATIC_INTRODUCTION = "systematic-introduction"
    SUSTAINABLE_RETENTION = "sustainable-retention"
    FUTURE_WORKFORCE = "future-workforce"
    UNKNOWN = "unknown"


class UnitChange(Word):
    """What happened to a unit."""

    CREATED = "created"
    RENAMED = "renamed"
    MOVED = "moved"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Closed(Word):
    """How much of a day a workplace is closed."""

    NONE = "none"
    FROM_NOON = "from-noon"
    WHOLE = "whole"
