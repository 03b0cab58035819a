"""The list of deliveries."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake import delivery_store, hold_store
from services.intake.pages.texts import LIST, Texts, desk_of_hr

MOST_DELIVERIES = 50


async def deliveries(request: Request) -> Response:
    """The latest deliveries of the municipality; those that wait come first."""
    desk = await desk_of_hr(request)
    texts = Texts(desk)
    async with desk.runtime.pool.acquire() as conn:
        found = await delivery_store.latest(conn, desk.viewer.municipality, MOST_DELIVERIES)
        waiting = await hold_store.waiting(conn, desk.viewer.municipality)
    brought = [await texts.who(shown.brought) for shown in found]
    return desk.render("deliveries.html", texts=texts, deliveries=list(zip(found, brought, strict=True)), waiting=waiting)


ROUTES = (Route(LIST, deliveries),)
