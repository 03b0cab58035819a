"""What a record that no code can read still tells: its key and the headers that are intact. Total, as the parser is."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from pydantic import ValidationError

from services.chassis.ids import event_id_text, uuid_or_none

OWN_SOURCES = "/forbliv/"
"""How the source of everything begins that our own services say."""


class Readable(Protocol):
    """What is read of a record here."""

    @property
    def key(self) -> bytes | None:
        """The raw key."""

    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]:
        """The raw headers."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """A record no code can read, with the reason in plain words and what its intact headers and its key told."""

    reason: str
    fact: UUID | None = None
    number: int | None = None
    epoch: int | None = field(default=None, compare=False)
    subject: UUID | None = field(default=None, compare=False)
    """What the key names: the joining key of most that is heard."""
    type: str | None = field(default=None, compare=False)
    municipality: str | None = field(default=None, compare=False)
    misfit: bool = field(default=False, compare=False)
    """One of our own services said it, its headers are intact, and its body does not fit its schema."""


def invalid(record: Readable, reason: str, types: Collection[str], municipalities: Collection[str], *, misfit: bool = False) -> Invalid:
    """The reason and all that is still told; of types and municipalities only those known here, never a text of the record."""
    told = _text(record)
    fact, epoch, number = _uuid(told.get("ce_fact")), _number(told.get("ce_epoch")), _number(told.get("ce_revision"))
    is_named = fact is not None and epoch is not None and number is not None
    type_, municipality = told.get("ce_type"), told.get("ce_municipality")
    return Invalid(
        reason,
        fact if is_named else None,
        number if is_named else None,
        epoch if is_named else None,
        _uuid(_decoded(record.key)),
        type_ if type_ in types else None,
        municipality if municipality in municipalities else None,
        misfit and is_named and told.get("ce_source", "").startswith(OWN_SOURCES) and _id(fact, epoch, number) == told.get("ce_id"),
    )


def words(problem: Exception) -> str:
    """What is wrong, in plain words, never a value."""
    match problem:
        case ValidationError():
            where = sorted({".".join(str(part) for part in error["loc"]) + " " + error["type"] for error in problem.errors()})
            return "the body does not fit its schema: " + ", ".join(where[:5])
        case UnicodeDecodeError():
            return "a header is not UTF-8"
        case KeyError():
            return f"the header {problem.args[0]} is missing"
        case ValueError() if "isoformat" in str(problem):
            return "ce_time is not a moment"
        case _:
            return str(problem)[:200] or type(problem).__name__


def _text(record: Readable) -> Mapping[str, str]:
    """The headers that stand once and are text."""
    times = Counter(name for name, _ in record.headers)
    told = {name: _decoded(value) for name, value in record.headers if times[name] == 1}
    return {name: value for name, value in told.items() if value is not None}


def _decoded(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else uuid_or_none(text)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else None


def _id(fact: UUID | None, epoch: int | None, number: int | None) -> str:
    assert fact is not None
    assert epoch is not None
    assert number is not None
    return event_id_text(fact, epoch, number)
