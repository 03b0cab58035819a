"""What is answered when a page cannot be: the same page again, an error page, problem details for machines. Never a detail of ours."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Match, Route

from services.chassis.failures import NotFound, Refused
from services.chassis.web.catalogue import language_of
from services.chassis.web.desk import Desk
from services.chassis.web.forms import Endpoint, Fault, Filled, Invalid, refusal
from services.chassis.web.guards import SEAT
from services.chassis.web.rendering import Shown, render
from services.chassis.web.site import Seat

TEXTS: Mapping[int, tuple[str, str]] = {
    400: ("web-bad-request", "web-bad-request-text"),
    401: ("web-sign-in-needed", "web-sign-in-needed-text"),
    403: ("web-forbidden", "web-forbidden-text"),
    404: ("web-not-found", "web-not-found-text"),
    405: ("web-not-found", "web-not-found-text"),
    409: ("web-refused", "web-refused-text"),
    413: ("web-too-large", "web-too-large-text"),
    422: ("web-wrong", "web-wrong-text"),
    500: ("web-broken", "web-broken-text"),
}


def for_machines(request: HTTPConnection) -> bool:
    """Whether an answer is read by a program."""
    return request.url.path.startswith("/api/")


def problem_details(status: int, code: str, title: str, detail: str | None = None, **more: Any) -> dict[str, Any]:
    """Problem details (RFC 9457) as an object; `code` is the message id, for programs to tell refusals apart."""
    return {"type": "about:blank", "status": status, "code": code, "title": title, **({"detail": detail} if detail else {}), **more}


def problem(status: int, code: str, title: str, detail: str | None = None, **more: Any) -> Response:
    """Problem details as an answer."""
    return JSONResponse(problem_details(status, code, title, detail, **more), status, media_type="application/problem+json")


async def _refused(request: Request, refused: Exception) -> Response:
    assert isinstance(refused, Refused)
    status = 404 if isinstance(refused, NotFound) else 409
    filled: Filled | None = getattr(request.state, "filled", None)
    if status == 409 and filled is not None and not for_machines(request):
        return await _again(request, refusal(filled, refused), status)
    return _answer(request, status, Fault(None, None, refused.reason, refused.fields))


async def _invalid(request: Request, invalid: Exception) -> Response:
    assert isinstance(invalid, Invalid)
    if for_machines(request):
        errors = [{"field": fault.name, "code": fault.message} for fault in invalid.filled.faults]
        return problem(422, "web-wrong", _text(request, "web-wrong"), errors=errors)
    return await _again(request, invalid.filled, 422)


async def _again(request: Request, filled: Filled, status: int) -> Response:
    """The page the form was on, with what was typed and what is wrong."""
    page = filled.page or _page_of(request)
    if page is None:
        return _answer(request, status, filled.faults[0])
    request.state.filled, request.state.status = filled, status
    return await page(request)


def _page_of(request: Request) -> Endpoint | None:
    seat: Seat = request.scope[SEAT]
    scope = {**request.scope, "method": "GET"}
    for route in seat.site.routes if seat.site else ():
        if isinstance(route, Route) and route.matches(scope)[0] is Match.FULL:
            page: Endpoint = route.endpoint
            return page
    return None


async def _failed(request: Request, failed: Exception) -> Response:
    assert isinstance(failed, HTTPException)
    told = failed.detail if failed.detail.startswith("web-") else None
    answer = _answer(request, failed.status_code, Fault(None, None, told) if told else None)
    answer.headers.update(failed.headers or {})
    return answer


async def _broken(request: Request, _error: Exception) -> Response:
    return _answer(request, 500, None)


def _answer(request: Request, status: int, fault: Fault | None) -> Response:
    heading, text = TEXTS.get(status, TEXTS[500 if status >= 500 else 400])
    message = _text(request, fault.message, **fault.places) if fault else _text(request, text)
    if for_machines(request):
        return problem(status, fault.message if fault else heading, _text(request, heading), message)
    seat: Seat = request.scope[SEAT]
    site = seat.site or seat.host.front
    page = render(site, seat.host, _shown(request), "web/error.html", {"heading": _text(request, heading), "message": message})
    return HTMLResponse(page, status)


def _shown(request: Request) -> Shown:
    desk: Desk | None = getattr(request.state, "desk", None)
    if desk is None:
        return Shown(request, language_of(request))
    municipality = desk.held.rules.name if desk.held else None
    return Shown(request, desk.language, desk.today, desk.asking, desk.name, municipality)


def _text(request: Request, message: str, /, **places: object) -> str:
    seat: Seat = request.scope[SEAT]
    return (seat.site or seat.host.front).catalogue.text(language_of(request), message, **places)


HANDLERS: Mapping[Any, Callable[[Request, Exception], Any]] = {
    Refused: _refused,
    Invalid: _invalid,
    HTTPException: _failed,
    Exception: _broken,
}
