"""Who stands in for whom in the viewer's units, now and later: tasks follow these periods by themselves. Only shown here."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.chassis.web import Desk
from services.notification.domain.deputy import LINK
from services.notification.pages.listing import kind_text


async def deputies(request: Request) -> Response:
    """The deputies of the viewer's units whose last day has not passed."""
    desk = await Desk.of(request)
    organisation = desk.snapshot.organisation()
    found = [
        deputy for unit in organisation.units() if unit in desk.viewer.units for deputy in organisation.deputies_from(unit, desk.today)
    ]
    units = {deputy.unit: desk.unit_name(deputy.unit) for deputy in found}
    return desk.render(
        "deputies.html",
        deputies=sorted(found, key=lambda d: (units[d.unit], d.first, d.person)),
        units=units,
        subjects={kind: kind_text(desk, kind) for deputy in found for kind in deputy.subjects},
        names=await desk.runtime.names({person for deputy in found for person in (deputy.person, deputy.deputy_for)}),
    )


ROUTES = (Route(LINK, deputies),)
