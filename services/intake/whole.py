"""A whole file beside what the last one showed: the rows that differ, and who is gone. Pure; what was shown is kept in `store.py`."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from contracts.base import Precision
from services.chassis.calendar import day_of, midnight
from services.intake.reading.draft import Draft
from services.intake.reading.mapping import Kind
from services.intake.reading.mapping import Mapping as FeedMapping
from services.intake.reading.opus_mapping import OpusSource
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.result import Delivery, Source, Whole

OF_REGISTRATION = frozenset({"registered_at", "registered_precision", "answered_at", "valid_from"})
"""A new date of registration alone is no change (danish-hr 2.2)."""
GONE = {Kind.EMPLOYMENT_GONE: Kind.EMPLOYMENTS, Kind.UNIT_GONE: Kind.UNITS}
GONE_ID = {Kind.EMPLOYMENT_GONE: "employment_id", Kind.UNIT_GONE: "unit_id"}
"""Who is gone is no more in the file: such a row has our id, in this field."""
CUT_OFF = {Kind.EMPLOYMENTS: "incomplete-file", Kind.UNITS: "incomplete-units"}
"""Why a file is refused in which too many of a kind are missing."""


Thing = tuple[Kind, UUID]
"""An employment or a unit of a whole file, under our id."""


class Shown(NamedTuple):
    """What the last whole file showed of an employment or unit: the digest of its row, and whose it is (opaque)."""

    digest: str
    person: UUID | None


@dataclass(frozen=True, slots=True)
class Ids:
    """Our ids for the keys a whole file names, as far as they are known; a unit's comes of its code."""

    persons: Mapping[str, UUID]
    employments: Mapping[str, UUID]
    unit_id: Callable[[str], UUID]

    def thing(self, source: Source) -> Thing | None:
        """What a row is about; none for an employment that was never shown."""
        kind, code = source
        found = self.unit_id(code) if kind is Kind.UNITS else self.employments.get(code)
        return None if found is None else (kind, found)

    def things(self, sources: Iterable[Source]) -> set[Thing]:
        """Those that are known."""
        return {thing for source in sources if (thing := self.thing(source)) is not None}


def named(drafts: Iterable[Draft], whole: Whole) -> tuple[set[str], set[str]]:
    """The persons and employments that a whole file names."""
    present = {code for kind, code in whole.present if kind is Kind.EMPLOYMENTS}
    return {draft.person for draft in drafts if draft.person}, present | set(whole.left)


def digest_of(draft: Draft) -> str:
    """The content of a row, whenever it was registered; without the person's number, which could be guessed of it."""
    told = sorted((name, str(value)) for name, value in draft.fields.items() if name not in OF_REGISTRATION)
    return hashlib.sha256(repr((draft.unit, draft.other, told)).encode()).hexdigest()


def differing(drafts: list[Draft], whole: Whole, shown: Mapping[Thing, Shown], limits: OpusSource, ids: Ids) -> list[Draft]:
    """The rows that differ from the last file, and a row for everybody who is gone since.

    Raises `DeliveryRefused` with a reason of `CUT_OFF` where so many employments or units are missing that the file must be cut off.
    """
    lines = {ids.employments[number]: line for number, line in whole.left.items() if number in ids.employments}
    left = {(Kind.EMPLOYMENTS, employment) for employment in lines} & shown.keys()
    missing = shown.keys() - ids.things(whole.present) - left
    _look_for_a_cut(shown, missing, limits)
    changed = [draft for draft in drafts if _differs(draft, shown, ids)]
    return [
        *changed,
        *(_gone(thing, shown[thing], whole, lines.get(thing[1]) if thing in left else None) for thing in sorted(missing | left)),
    ]


def content_of(delivery: Delivery, mapping: FeedMapping, corrects: UUID | None = None) -> str:
    """What a delivery is known by: content and mapping, and of a whole file when it was made: who came and is gone leaves it as before.

    One that puts another right is not that one even with the same rows: these stay kept until it is done.
    """
    made_at = f" {delivery.whole.made_at.isoformat()}" if delivery.whole else ""
    return f"{delivery.digest} {mapping.digest}{made_at}{f' {corrects}' if corrects else ''}"


def source_of(draft: Draft) -> Source:
    """What a row of a whole file is about."""
    return (Kind.EMPLOYMENTS, draft.employment) if draft.kind is Kind.EMPLOYMENTS else (Kind.UNITS, draft.unit)


def gone_of(draft: Draft) -> Thing:
    """What is gone according to a row of `differing`."""
    return GONE[draft.kind], draft.fields[GONE_ID[draft.kind]]


def _look_for_a_cut(shown: Iterable[Thing], missing: Iterable[Thing], limits: OpusSource) -> None:
    known, lost = (Counter(kind for kind, _ in things) for things in (shown, missing))
    for kind, least in ((Kind.EMPLOYMENTS, limits.missing_from), (Kind.UNITS, limits.missing_units_from)):
        if known[kind] >= least and lost[kind] * 100 > known[kind] * limits.missing_percent:
            ends = {"would_end": lost[Kind.EMPLOYMENTS], "employed": known[Kind.EMPLOYMENTS]}
            told = {"missing": lost[kind], "known": known[kind], **ends}
            raise DeliveryRefused(CUT_OFF[kind], **{name: str(number) for name, number in told.items()})


def _differs(draft: Draft, shown: Mapping[Thing, Shown], ids: Ids) -> bool:
    thing = ids.thing(source_of(draft))
    was = None if thing is None else shown.get(thing)
    return was is None or was.digest != digest_of(draft) or was.person != ids.persons.get(draft.person)


def _gone(thing: Thing, was: Shown, whole: Whole, line: int | None) -> Draft:
    """`line`: where the file says that somebody has left."""
    kind, number = thing
    day = day_of(whole.made_at)
    fields: dict[str, Any] = {
        "registered_at": midnight(day),
        "registered_precision": Precision.DAY,
        "answered_at": whole.made_at,
        "day": day,
    }
    if kind is Kind.UNITS:
        return Draft(Kind.UNIT_GONE, 0, "", {**fields, "unit_id": number})
    return Draft(
        Kind.EMPLOYMENT_GONE, line or 0, "", {**fields, "left": line is not None, "person_key": was.person, "employment_id": number}
    )
