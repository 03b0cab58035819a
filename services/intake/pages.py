"""The operator's pages: what was delivered, and which rows of it were refused and why; never a value of a row."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.chassis.web import Desk, NotFound
from services.intake import store

MOST_DELIVERIES = 50
MOST_ROWS = 500


async def deliveries(request: Request) -> Response:
    """The latest deliveries of the municipality."""
    desk = await _desk_of_hr(request)
    async with desk.runtime.pool.acquire() as conn:
        found = await store.deliveries(conn, desk.viewer.municipality, MOST_DELIVERIES)
    return desk.render("deliveries.html", deliveries=found)


async def delivery(request: Request) -> Response:
    """One delivery and its refused rows."""
    desk = await _desk_of_hr(request)
    async with desk.runtime.pool.acquire() as conn:
        found = await store.delivery(conn, desk.viewer.municipality, request.path_params["id"])
        if found is None:
            raise NotFound("intake-no-delivery")
        refused = await store.refused_rows(conn, found.id, MOST_ROWS)
    return desk.render("delivery.html", delivery=found, refused=refused, cut_off=found.refused > len(refused), most=MOST_ROWS)


async def _desk_of_hr(request: Request) -> Desk:
    """Deliveries are HR's own affair; for anybody else they are not there."""
    desk = await Desk.of(request)
    if not desk.viewer.is_hr:
        raise NotFound("intake-no-delivery")
    return desk


ROUTES = (Route("/intake/deliveries", deliveries), Route("/intake/deliveries/{id:uuid}", delivery))
