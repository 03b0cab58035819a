"""Who says what and who hears it, as the services declare it themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from contracts import EVENTS, Event
from deploy.local.processes import SERVICES
from services.chassis.envelope import Ear
from services.chassis.packing import concrete
from services.chassis.runtime import group_of
from services.chassis.service import Service


@dataclass(frozen=True, slots=True)
class Party:
    """One service on the bus: its name, its consumer group, the wire names it says and hears."""

    name: str
    group: str
    says: frozenset[str]
    hears: frozenset[str]


def declared(name: str) -> Service:
    """What a service declares in its `app.py`."""
    found: Service = import_module(f"services.{name}.app").SERVICE
    return found


def parties() -> Sequence[Party]:
    """All services, in the order in which they are started."""
    return tuple(party(declared(name)) for name in SERVICES)


def party(service: Service) -> Party:
    """What a service says and hears of the events that all may know."""
    ear = Ear.of(service, ())
    topics = ear.topics() | frozenset(service.topics)
    hears = frozenset(event.wire for event in EVENTS if event.topic in topics and _hears(ear, event))
    return Party(service.name, group_of(service.name), frozenset(concrete(service.says)), hears)


def _hears(ear: Ear, event: type[Event]) -> bool:
    """Under its name, as an older version of one, or because it can call for a task."""
    return event.wire in ear.older or ear.class_of(event.wire, calls="call" in event.model_fields) is not None
