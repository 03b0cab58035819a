"""What is wrong with a message or with one event of it: a word and a field, never a value."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError


class Reason(StrEnum):
    """Why something told cannot be taken; `intake-reason-<word>` in the catalogue says it in plain words."""

    MISSING_VALUE = "missing-value"
    BAD_KEY = "bad-key"
    BAD_TEXT = "bad-text"
    BAD_CODE = "bad-code"
    UNKNOWN_CODE = "unknown-code"
    BAD_NUMBER = "bad-number"
    BAD_DATE = "bad-date"
    SENTINEL_DATE = "sentinel-date"
    BAD_INSTANT = "bad-instant"
    IN_THE_FUTURE = "in-the-future"
    BAD_FORM = "bad-form"
    BAD_YES_OR_NO = "bad-yes-or-no"
    END_BEFORE_START = "end-before-start"
    NOT_THE_DAY_AFTER = "not-the-day-after"
    NOT_THE_FIRST_DAY = "not-the-first-day"
    UNKNOWN_TYPE = "unknown-type"
    SAID_BY_US = "said-by-us"
    BAD_ATTRIBUTE = "bad-attribute"
    TWO_WAYS = "two-ways"
    NEEDS_FACT = "needs-fact"
    NEEDS_REVISION = "needs-revision"
    NEEDS_HIRE = "needs-hire"
    OTHER_SOURCE = "other-source"
    OTHER_MUNICIPALITY = "other-municipality"
    NOT_THE_FIRST_ID = "not-the-first-id"
    OTHER_THING = "other-thing"
    ID_TAKEN = "id-taken"
    REVISION_TAKEN = "revision-taken"
    ERASED_BEFORE = "erased-before"


FORBIDDEN = frozenset({Reason.OTHER_SOURCE, Reason.OTHER_MUNICIPALITY})
"""The speaker may not say this at all."""
CONFLICTS = frozenset({Reason.ID_TAKEN, Reason.REVISION_TAKEN, Reason.OTHER_THING, Reason.NOT_THE_FIRST_ID, Reason.ERASED_BEFORE})
"""It does not go with what the source said before."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `field`: an attribute of the event, or a field of its body."""

    reason: Reason
    field: str


def unfit(reason: Reason) -> PydanticCustomError:
    """What a validator raises: the reason alone."""
    return PydanticCustomError(reason.value, reason.value)


_BY_TYPE: tuple[tuple[str, Reason], ...] = (
    ("missing", Reason.MISSING_VALUE),
    ("timezone", Reason.BAD_INSTANT),
    ("datetime", Reason.BAD_INSTANT),
    ("date", Reason.BAD_DATE),
    ("literal", Reason.UNKNOWN_CODE),
    ("bool", Reason.BAD_YES_OR_NO),
    ("int", Reason.BAD_NUMBER),
    ("decimal", Reason.BAD_NUMBER),
    ("greater", Reason.BAD_NUMBER),
    ("less", Reason.BAD_NUMBER),
    ("string_pattern", Reason.BAD_CODE),
    ("string_to", Reason.BAD_TEXT),
)
"""What pydantic's words for a failure begin with; all others are about the form of what stands there."""


def faults_of(wrong: ValidationError, numbers: frozenset[str] = frozenset()) -> tuple[Fault, ...]:
    """What pydantic found, a fault per field; a pattern that does not fit is a number's where the field is one."""
    found = {fault.field: fault for fault in reversed([_fault(detail, numbers) for detail in wrong.errors(include_url=False)])}
    return tuple(reversed(found.values()))


def _fault(detail: ErrorDetails, numbers: frozenset[str]) -> Fault:
    field = str(detail["loc"][0]) if detail["loc"] else "data"
    reason = _reason(detail["type"])
    return Fault(Reason.BAD_NUMBER if reason is Reason.BAD_CODE and field in numbers else reason, field)


def _reason(kind: str) -> Reason:
    if kind in _known():
        return Reason(kind)
    return next((reason for beginning, reason in _BY_TYPE if kind.startswith(beginning)), Reason.BAD_FORM)


def _known() -> Iterable[str]:
    return Reason._value2member_map_
