"""A ward from which people leave: one who resigned today, one who retires, the leader, one elsewhere. It is Wednesday 4 March 2026."""

from datetime import date
from uuid import UUID, uuid5

from contracts.base import Event
from contracts.hr import PersonNamed
from contracts.words import ReasonClass
from services.chassis.ids import NAMESPACE
from services.chassis.runtime import Runtime
from tests.kit.builders import MUNICIPALITY, an_id, end_registered, hired, leader_appointed, resigned, unit_changed
from tests.kit.first_year import WEDNESDAY, told
from tests.kit.records import set_day, take

LAST = date(2026, 4, 30)
HR: UUID = uuid5(NAMESPACE, f"hr of {MUNICIPALITY}")
NAMES = {"chief": "Carla Dam", "leader": "Anne Holm", "quits": "Emil Skov-Mortensen", "retires": "Dorte Krogh", "other": "Freja Ø"}


async def fill(runtime: Runtime) -> None:
    """Leaders, names, years of work, and the notices of today."""
    await set_day(runtime, WEDNESDAY)
    units = (
        unit_changed("area", name="Omsorg og sundhed"),
        unit_changed("ward", "area", name="Hjemmepleje Nord"),
        unit_changed("kitchen", "area", name="Køkkenet på Søvej"),
    )
    names = [
        PersonNamed.model_validate({"municipality": MUNICIPALITY, "person_key": an_id(key), "display_name": name})
        for key, name in NAMES.items()
    ]
    leaders = (leader_appointed("area", "chief"), leader_appointed("ward", "leader"))
    await take(runtime, [told(event, day=date(2026, 1, 5)) for event in (*units, *leaders, *names)])
    await take(runtime, [told(event, name) for name, event in leavers().items()])


def leavers() -> dict[str, Event]:
    """By the name of their fact."""
    return {
        **{f"hire of {who}": hired(date(2021, 5, 1), unit="ward", person=who) for who in ("quits", "retires", "leader")},
        "notice of quits": resigned(LAST, unit="ward", person="quits", received_on=date(2026, 3, 3)),
        "end of quits": end_registered(LAST, unit="ward", person="quits"),
        "end of retires": end_registered(date(2026, 3, 31), unit="ward", person="retires", reason_class=ReasonClass.RETIREMENT),
        "end of leader": end_registered(LAST, unit="ward", person="leader", reason_class=ReasonClass.RETIREMENT),
        "notice of other": resigned(LAST, unit="kitchen", person="other"),
        "end of other": end_registered(LAST, unit="kitchen", person="other"),
    }
