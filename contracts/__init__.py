"""Every event by name. What can be said stands in `EVENTS` of each speaker: `contracts/hr/__init__.py` and so on; read those first.

A room for each speaker, in it a file for each noun it speaks of; `base.py` what all events share, `words.py` the shared lists,
`counts.py` what counts share, `evolution.py` what may change, `schemas/` and `examples/` what is on the wire.
"""

from collections.abc import Mapping

from contracts import hr, intake, notification, onboarding, recruitment, reporting, retention
from contracts.base import Called, Event

EVENTS: tuple[type[Event], ...] = (
    *hr.EVENTS,
    *intake.EVENTS,
    *recruitment.EVENTS,
    *onboarding.EVENTS,
    *retention.EVENTS,
    *notification.EVENTS,
    *reporting.EVENTS,
)
"""Every type that has a wire name, by speaker."""
BY_WIRE: Mapping[str, type[Event]] = {event.wire: event for event in EVENTS}
"""The type of a wire name."""

__all__ = ["BY_WIRE", "EVENTS", "Called", "Event"]
