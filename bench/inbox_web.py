"""The pages of notification as they are served, with an empty page beside them: signed in, the frame of every page and nothing in it.

python -m bench.inbox_web    # address and database from the environment
"""

import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.chassis.settings import Settings
from services.chassis.web import Desk, Site, mount
from services.notification import pages
from services.notification.app import SERVICE

EMPTY = "/empty"


async def empty(request: Request) -> Response:
    """What any page costs."""
    desk = await Desk.of(request)
    return desk.render("base.html")


def main() -> None:
    """Serve until told to stop."""
    settings = Settings()
    site = Site(SERVICE, settings, routes=(*pages.ROUTES, Route(EMPTY, empty)))
    uvicorn.run(mount([site]), host=settings.web_host, port=settings.web_port, access_log=False, server_header=False)


if __name__ == "__main__":
    main()
