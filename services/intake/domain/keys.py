"""Ids and moments of what a source shows."""

from datetime import date, datetime
from functools import lru_cache
from uuid import UUID, uuid5

from services.chassis.calendar import day_of
from services.chassis.ids import NAMESPACE, named

STRETCH = 10_000
"""Lines whose refusals stand in one history, which is read whole."""


@lru_cache(10_000)
def unit_id(municipality: str, code: str) -> UUID:
    """The id of a unit, from its code: a unit is no person, so it need not be random."""
    return named(NAMESPACE, f"unit\x1f{municipality}\x1f{code}".encode())


def leader_post(unit: UUID) -> UUID:
    """The id of the post of a unit's leader, whoever tells of it: there is one, however many share it."""
    return uuid5(NAMESPACE, f"leader post\x1f{unit}")


def delivery_id(municipality: str, feed: str, digest: str) -> UUID:
    """The id of a delivery: the same content of the same feed is the same delivery."""
    return uuid5(NAMESPACE, f"delivery\x1f{municipality}\x1f{feed}\x1f{digest}")


def known_at(registered_at: datetime, now: datetime, live_from: date, *, first_load: bool) -> datetime:
    """When a row became known to us: now, but in a feed's first load what the source registered before `live_from` was known then."""
    return registered_at if first_load and day_of(registered_at) < live_from else now


def refusals_id(delivery: UUID, line: int) -> UUID:
    """Under whose history a refused row stands: the delivery's own, and of a long file one for each stretch of so many lines."""
    stretch = line // STRETCH
    return uuid5(delivery, f"refused\x1f{stretch}") if stretch else delivery
