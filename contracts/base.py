"""What all events share: frozen, deaf to unknown fields, one subject, one key, dates that mean one thing.

Shapes: `date` is a Danish calendar day, an instant carries an offset, ids are opaque uuids.
Nothing here or in any event names a person: see the classes in `DataClass`.
"""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, TypeAlias
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue


class DataClass(StrEnum):
    """Who may read an event (catalogue, section 5).

    NONE: no person in it. PSEUDONYMOUS: opaque ids, dates and codes of persons, for the services that listen.
    RAW_COUNTS: counts before suppression, still personal in a small unit: for reporting alone, on `<speaker>.counts.v1`.
    LOCAL_ONLY: sensitive by what it is about (absence, applicants): for its listeners, on `<speaker>.restricted.v1`, kept for 400 days.
    DIRECTORY: names, on the one topic that reporting may not read.
    """

    NONE = "none"
    PSEUDONYMOUS = "pseudonymous"
    RAW_COUNTS = "raw-counts"
    LOCAL_ONLY = "local-only"
    DIRECTORY = "directory"


OF_NOBODY: dict[str, JsonValue] = {"x-data-class": DataClass.NONE.value}
OF_A_PERSON: dict[str, JsonValue] = {"x-data-class": DataClass.PSEUDONYMOUS.value}
"""The class of a field where it is another than that of its event; a field without one is of the event's class."""

Municipality = Annotated[str, Field(pattern=r"^\d{3}$", json_schema_extra=OF_NOBODY)]
"""The three digits of a Danish municipality: 730 Randers, 707 Norddjurs."""
UnitId = Annotated[UUID, Field(json_schema_extra=OF_NOBODY)]
PersonKey = Annotated[UUID, Field(json_schema_extra=OF_A_PERSON)]
"""The opaque key of a person: what is erased when the person is."""
EmploymentId = Annotated[UUID, Field(json_schema_extra=OF_A_PERSON)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]
"""A word from a configured list, never free text."""
Codes = Annotated[tuple[Code, ...], Field(max_length=50)]
Degree = Annotated[str, Field(pattern=r"^[01]\.\d{4}$|^2\.0000$")]
"""Employment degree as decimal text, 1.0000 = 37 hours a week."""
Amount = Annotated[str, Field(pattern=r"^\d{1,9}\.\d{2}$")]
"""Kroner or hours, decimal text with 2 places."""
Number = Annotated[str, Field(pattern=r"^-?\d{1,12}(\.\d{1,6})?$")]
"""Decimal text with at most 6 decimals, rounded once on the way out, half away from zero."""
Count = Annotated[int, Field(ge=0, le=999_999_999)]
Period = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}|-Q[1-4]|-\d{2}-\d{2}/\d{4}-\d{2}-\d{2})?$")]
"""`YYYY`, `YYYY-MM`, `YYYY-Qn` or `YYYY-MM-DD/YYYY-MM-DD`, both days included."""
Name = Annotated[str, Field(min_length=1, max_length=120)]
Path = Annotated[str, Field(pattern=r"^/[A-Za-z0-9/_-]{0,199}$")]


def schema_id(wire: str) -> str:
    """The URI of the schema of a wire name: its `$id`, and on the bus the attribute `dataschema`."""
    return f"urn:forbliv:{wire}"


class Word(StrEnum):
    """A closed list of words; a reader takes a word it does not know as `unknown` where the list has one."""

    if not TYPE_CHECKING:
        value = property(attrgetter("_value_"))  # asked for with every word of every body that is written, and slow in the library

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        return cls.__members__.get("UNKNOWN") if isinstance(value, str) else None


class HolderRole(Word):
    """Whose task a duty is, as a role at a unit, never as a person."""

    NEAREST_LEADER = "nearest-leader"
    LEADERS_LEADER = "leaders-leader"
    DEPUTY = "deputy"
    HR = "hr"
    MENTOR = "mentor"
    AMR = "amr"
    TR = "tr"
    CHIEF = "chief"
    ADVISER = "adviser"
    SECOND_PARTY = "second-party"
    UNKNOWN = "unknown"


class CallState(Word):
    """Where a duty is in its life."""

    PLANNED = "planned"
    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"
    MISSED = "missed"
    NEVER_STARTED = "never-started"


class SourceSystem(Word):
    """Which kind of foreign system told."""

    SD = "sd"
    OPUS = "opus"
    CSV = "csv"
    CLOUDEVENTS = "cloudevents"
    MANUAL = "manual"
    UNKNOWN = "unknown"


class Precision(Word):
    """Whether the source gave the moment of registration or only its day."""

    DAY = "day"
    INSTANT = "instant"


class Value(BaseModel):
    """A part of an event: frozen and deaf to fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


Upcast: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
"""From the body of one version, as JSON gives it and not yet validated, to that of the next. Pure; may change what it is given."""


class Event(Value):
    """A fact in past tense. `wire` and `topic` are literals, pinned by a test; an empty topic never leaves its service.

    `older`: the wire names that are read as this class too, the oldest first, each with the step to the next one, the last to this.
    """

    wire: ClassVar[str]
    topic: ClassVar[str] = ""
    data_class: ClassVar[DataClass] = DataClass.PSEUDONYMOUS
    older: ClassVar[Mapping[str, Upcast]] = {}

    municipality: Municipality

    def ce_subject(self) -> str:
        """The CloudEvents attribute `subject`, for example `employment/<uuid>`."""
        raise NotImplementedError

    def record_key(self) -> str:
        """The Kafka key: the person key for what is about an employment, else the id of the subject."""
        raise NotImplementedError


class Call(Value):
    """The part of an event that wants a task done.

    Held from `opens` to `closes`, both included, is in time; until `missed_after` it is late; then missed.
    It names a role at a unit, never the holder; `state_on` is a date of the duty, never the day of saying.
    In an event of data class none it is about nobody.
    """

    kind: Code
    role: HolderRole
    unit_id: UnitId
    about_person: PersonKey | None = None
    opens: date
    due: date
    closes: date
    missed_after: date
    state: CallState
    state_on: date | None = None
    by_role: HolderRole | None = None
    why: Code | None = None
    link: Path


class Called(Event):
    """Any event of a duty, read by one who only cares for its call (header `ce_call: 1`). `plan_id`: of which plan it is a step, if any.

    `step_code`, `course_code`: how the municipality's rules call the step or the course, where the kind of the call alone does not tell.
    """

    wire: ClassVar[str] = "*"

    call: Call
    plan_id: UUID | None = None
    step_code: Code | None = None
    course_code: Code | None = None

    def ce_subject(self) -> str:
        """Unknown here: only the speaker knows the subject of its event."""
        return "duty"

    def record_key(self) -> str:
        """Unknown here: only the speaker knows the key of its event."""
        return str(self.call.about_person)


class AboutEmployment(Event):
    """What is said about one employment; its key is the person, so that all jobs of a person keep their order."""

    employment_id: EmploymentId
    person_key: PersonKey
    unit_id: UnitId

    def ce_subject(self) -> str:
        """The employment."""
        return f"employment/{self.employment_id}"

    def record_key(self) -> str:
        """The person."""
        return str(self.person_key)


class AboutUnit(Event):
    """What is said about one unit; keyed by it."""

    unit_id: UnitId

    def ce_subject(self) -> str:
        """The unit."""
        return f"unit/{self.unit_id}"

    def record_key(self) -> str:
        """The unit."""
        return str(self.unit_id)


class Registered(Event):
    """What a foreign source registered: when it is true and when the source learned it."""

    effective_date: date
    registered_at: AwareDatetime
    registered_precision: Precision = Precision.INSTANT
    source_system: SourceSystem = SourceSystem.UNKNOWN
