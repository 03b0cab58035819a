"""Published values over time: what of a new set of figures must be written, and what of the old set ends. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from services.reporting.indicators.definition import DEFINITIONS
from services.reporting.indicators.figures import Figure, Key, Status


class Cause(StrEnum):
    """Why a value is another than the one before; a new definition version is another key, not a restatement of the old."""

    LATE_FACTS = "late-facts"


@dataclass(frozen=True, slots=True)
class Published:
    """A figure and since when it is the known one; `restated` where another one stood there before."""

    figure: Figure
    known_from: date
    restated: bool = False
    cause: Cause | None = None
    parameters: str = ""
    """The settings it was computed with, as JSON; they are printed with it, so that other settings make another value."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What to write: new values, and the keys whose value of an earlier day ends (or of this day is replaced)."""

    new: tuple[Published, ...]
    ended: tuple[Key, ...]
    replaced: tuple[Key, ...]


def _is_sensitive(key: Key) -> bool:
    return DEFINITIONS[key.definition_id].is_sensitive


def begins_quarter(before: date | None, today: date) -> bool:
    """Whether today lies in another quarter than the last publication of reasons; the first one always does."""
    return before is None or (before.year, (before.month - 1) // 3) != (today.year, (today.month - 1) // 3)


def preliminary(figures: Iterable[Figure]) -> list[Figure]:
    """The same figures while an event is unread that belongs to them."""
    return [replace(f, status=Status.PRELIMINARY) if f.status is Status.OK else f for f in figures]


def changes(
    standing: Mapping[Key, Published],
    figures: Iterable[Figure],
    today: date,
    parameters: Mapping[str, str],
    *,
    with_reasons: bool,
) -> Changes:
    """Compare with what stands. Values of the same day replace each other: a day has one printed value.

    `parameters`: the settings of each definition. `with_reasons`: whether B5 values may change today; else they wait, and
    show no cause when they change (C2.7).
    """
    wanted = {figure.key: figure for figure in figures}
    new: list[Published] = []
    for key, figure in wanted.items():
        old, settings = standing.get(key), parameters[key.definition_id]
        same = old is not None and old.figure == figure
        if old is not None and ((same and old.parameters == settings) or (_is_sensitive(key) and not with_reasons)):
            continue
        restated = old is not None and (old.restated or (old.known_from < today and not same))
        cause = Cause.LATE_FACTS if restated and not _is_sensitive(key) else None
        new.append(Published(figure, today, restated, cause, settings))
    gone = [key for key in standing if key not in wanted and (with_reasons or not _is_sensitive(key))]
    touched = [p.figure.key for p in new if p.figure.key in standing] + gone
    return Changes(
        new=tuple(new),
        ended=tuple(key for key in touched if standing[key].known_from < today),
        replaced=tuple(key for key in touched if standing[key].known_from >= today),
    )
