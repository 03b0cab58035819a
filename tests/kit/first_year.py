"""A ward with newcomers in every state, and posts that become vacant. It is Wednesday 4 March 2026 unless a test moves on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from uuid import UUID

from contracts.base import Event
from contracts.hr import PersonNamed
from contracts.words import OccupationGroup
from services.chassis.runtime import Runtime
from services.chassis.subject import Revision
from services.chassis.web import Site, mount
from tests.kit.builders import MUNICIPALITY, an_id, end_registered, hired, leader_appointed, noon, on_leave, unit_changed
from tests.kit.page_client import PageClient, hidden_fields, opened
from tests.kit.records import set_day, take
from tests.kit.story import revision

WEDNESDAY = date(2026, 3, 4)
SECRET = "a secret of the tests, long enough"
NAMES = {"chief": "Carla Dam", "leader": "Anne Holm", "new": "Bo Lund", "away": "Dorte Krogh", "leaver": "Emil Skov", "other": "Freja Ø"}


def told(event: Event, fact: str | None = None, day: date = WEDNESDAY) -> Revision[Event]:
    """A revision that became known on a day."""
    return revision(event, noon(day), fact=an_id(fact) if fact else None)


async def fill(runtime: Runtime, today: date = WEDNESDAY) -> None:
    """Leaders and names; a newcomer of 16 February, one on leave, the leader's own job, one elsewhere, and one who leaves."""
    await set_day(runtime, today)
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
    await take(runtime, [told(event, name, _known_on(name)) for name, event in newcomers().items() if _heard(runtime, event)])


def newcomers() -> dict[str, Event]:
    """By the name of their fact."""
    first = date(2026, 2, 16)
    return {
        "hire of new": hired(first, unit="ward", person="new"),
        "hire of away": hired(first, unit="ward", person="away"),
        "leave of away": on_leave(first + timedelta(days=11), None, unit="ward", person="away"),
        "hire of leader": hired(first, unit="ward", person="leader", occupation_group=OccupationGroup.LEADER),
        "hire of other": hired(first, unit="kitchen", person="other"),
        "hire of leaver": hired(date(2021, 5, 1), unit="ward", person="leaver", degree="0.8649"),
        "end of leaver": end_registered(date(2026, 5, 31), unit="ward", person="leaver"),
    }


def _known_on(name: str) -> date:
    return date(2026, 2, 2) if name == "end of leaver" else date(2026, 1, 5)


def _heard(runtime: Runtime, event: Event) -> bool:
    return any(isinstance(event, kind.hears) for kind in runtime.service.subjects)


@asynccontextmanager
async def signed_in(site: Site, person: UUID) -> AsyncIterator[PageClient]:
    """Somebody at the pages."""
    async with opened(mount([site])) as app, PageClient(app) as client:
        assert (await client.sign_in(person)).status_code == 303
        yield client


async def send(client: PageClient, page: str, action: str, **fields: object) -> tuple[int, str]:
    """Open a page, fill the form with this action, send it; gives the status and the page that comes of it."""
    found = await client.get(page)
    answer = await client.post(action, data={**hidden_fields(found.text, action), **fields})
    return answer.status_code, (await client.get(answer.headers["location"])).text if answer.is_redirect else answer.text
