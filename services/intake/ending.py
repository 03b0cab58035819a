"""Which employments the rows of a delivery would end. Pure; who is employed now is asked in `holding.py`."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from contracts.hr import EmploymentCancelled, EmploymentEndRegistered
from services.intake.reading.draft import Draft
from services.intake.reading.mapping import Kind
from services.intake.reading.sd_mapping import SdStatus

DAY = timedelta(days=1)
ENDS = frozenset({EmploymentEndRegistered.wire, EmploymentCancelled.wire})


class Ending(NamedTuple):
    """A row that ends an employment: whose it is under the source's key (none where only ours is known), and the last day it tells."""

    draft: Draft
    last_day: date | None


class Running(NamedTuple):
    """What is known of an employment: how often it began, how many ends are registered, and the latest last day."""

    hired: int
    ended: int
    last_day: date | None


def endings(drafts: Iterable[Draft]) -> Mapping[str | UUID, Ending]:
    """By employment (its number, or our id of who is gone) the latest row that tells of its end, where it says that there is one."""
    told = [draft for draft in drafts if _tells_of_an_end(draft)]
    latest = {_named(draft): draft for draft in sorted(told, key=_in_order)}
    return {employment: Ending(draft, day) for employment, draft in latest.items() for is_end, day in [_end(draft)] if is_end}


def is_ended_by(known: Running | None, day: date | None, today: date) -> bool:
    """Whether somebody who is employed now would be so no longer, or until another day than was known."""
    if known is None or not known.hired:
        return False
    if known.ended < known.hired:
        return True
    return day is not None and known.last_day is not None and known.last_day >= today and day != known.last_day


def _named(draft: Draft) -> str | UUID:
    found: str | UUID = draft.employment or draft.fields["employment_id"]
    return found


def _in_order(draft: Draft) -> tuple[datetime, date]:
    if draft.kind is Kind.EVENTS:
        return draft.fields["told"].body.registered_at, date.min
    return draft.fields["registered_at"], draft.fields.get("valid_from") or date.min


def _tells_of_an_end(draft: Draft) -> bool:
    match draft.kind:
        case Kind.EMPLOYMENTS:
            return bool(draft.fields.get("end_told") or draft.fields.get("cancelled"))
        case Kind.FACTS:
            return bool(draft.fields.get("statuses"))
        case Kind.EVENTS:
            return draft.fields["told"].attributes.type in ENDS
        case _:
            return draft.kind is Kind.EMPLOYMENT_GONE


def _end(draft: Draft) -> tuple[bool, date | None]:
    """Whether the row says that there is an end, and the last day."""
    match draft.kind:
        case Kind.EMPLOYMENTS:
            day = draft.fields.get("last_day")
            return bool(draft.fields.get("cancelled") or day), day
        case Kind.FACTS:
            ends = [fact for fact in draft.fields["statuses"] if fact["state"] in {SdStatus.ENDED, SdStatus.DELETED}]
            days = [fact["first"] - DAY for fact in ends if fact["state"] == SdStatus.ENDED and fact["first"]]
            return bool(ends), min(days, default=None)
        case Kind.EVENTS:
            told = draft.fields["told"]
            return not told.attributes.cancelled, getattr(told.body, "last_working_day", None)
        case _:
            return True, None
