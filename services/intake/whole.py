"""A whole file beside what the last one showed: the rows that differ, and who is gone. Pure; what was shown is kept in `store.py`."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from contracts.base import Precision
from services.chassis.calendar import day_of, midnight
from services.intake.reading.draft import Draft
from services.intake.reading.mapping import Kind
from services.intake.reading.opus_mapping import OpusSource
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.result import Source, Whole

OF_REGISTRATION = frozenset({"registered_at", "registered_precision", "answered_at", "valid_from"})
"""A new date of registration alone is no change (danish-hr 2.2)."""
GONE = {Kind.EMPLOYMENT_GONE: Kind.EMPLOYMENTS, Kind.UNIT_GONE: Kind.UNITS}


class Shown(NamedTuple):
    """What the last whole file showed of an employment or unit: the digest of its row, and whose it is (opaque)."""

    digest: str
    person: UUID | None


def source_of(draft: Draft) -> Source:
    """What a row of a whole file is about."""
    kind = GONE.get(draft.kind, draft.kind)
    return kind, draft.employment if kind is Kind.EMPLOYMENTS else draft.unit


def digest_of(draft: Draft) -> str:
    """The content of a row, whenever it was registered."""
    told = sorted((name, str(value)) for name, value in draft.fields.items() if name not in OF_REGISTRATION)
    return hashlib.sha256(repr((draft.person, draft.unit, draft.other, told)).encode()).hexdigest()


def differing(drafts: list[Draft], whole: Whole, shown: Mapping[Source, Shown], limits: OpusSource) -> list[Draft]:
    """The rows that differ from the last file, and a row for everybody who is gone since.

    Raises `DeliveryRefused("incomplete-file")` where so many are missing that the file must be cut off.
    """
    missing = shown.keys() - whole.present - {(Kind.EMPLOYMENTS, number) for number in whole.left}
    known = sum(kind is Kind.EMPLOYMENTS for kind, _ in shown)
    lost = sum(kind is Kind.EMPLOYMENTS for kind, _ in missing)
    if known >= limits.missing_from and lost * 100 > known * limits.missing_percent:
        raise DeliveryRefused("incomplete-file", missing=str(lost), known=str(known))
    changed = [draft for draft in drafts if (was := shown.get(source_of(draft))) is None or was.digest != digest_of(draft)]
    left = {(Kind.EMPLOYMENTS, number) for number in whole.left} & shown.keys()
    return [*changed, *(_gone(source, shown[source], whole, left=source in left) for source in sorted(missing | left))]


def _gone(source: Source, was: Shown, whole: Whole, *, left: bool) -> Draft:
    kind, code = source
    day = day_of(whole.made_at)
    fields: dict[str, Any] = {
        "registered_at": midnight(day),
        "registered_precision": Precision.DAY,
        "answered_at": whole.made_at,
        "day": day,
    }
    if kind is Kind.UNITS:
        return Draft(Kind.UNIT_GONE, 0, code, fields)
    return Draft(Kind.EMPLOYMENT_GONE, whole.left.get(code, 0), "", {**fields, "left": left, "person_key": was.person}, employment=code)
