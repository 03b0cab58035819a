"""The operators' pages of all services on this port: what could not be read or derived, and what to do about it. For HR alone.

Each page shows the viewer's municipality only; letters that tell none are left to `forbliv dead-letters`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.chassis import dead_letters
from services.chassis.failures import NotFound, Refused
from services.chassis.runtime import Runtime
from services.chassis.tables import letters, wakes
from services.chassis.tables.letters import Letter
from services.chassis.tables.wakes import Broken
from services.chassis.web.desk import Desk
from services.chassis.web.forms import Form

LIST = "/operations/dead-letters"
MOST = 100
SHOWN_BYTES = 4_000
REASONS = (
    ("the body does not fit", "schema"),
    ("the body", "body"),
    ("ce_time", "time"),
    ("no rules for", "municipality"),
    ("nobody here can take it", "taken"),
)
"""How a reason begins, and which text of the catalogue says so; all others are about a header."""


class Again(Form):
    """One more try."""


class Drop(Form):
    """Give a letter up."""

    why: str = Field(min_length=3, max_length=200, title="web-letter-drop-why")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What one service could not do."""

    service: str
    letters: Sequence[Letter]
    broken: Sequence[Broken]
    nameless: int
    settled: Sequence[Letter]

    @property
    def is_any(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.letters or self.broken or self.nameless or self.settled)


def reason_word(reason: str) -> str:
    """The end of the message id that says in the reader's language what the reason is about."""
    return next((word for beginning, word in REASONS if reason.startswith(beginning)), "header")


async def overview(request: Request) -> Response:
    """All services with anything that could not be read or derived."""
    desk = await _desk(request)
    troubles = [await _trouble(name, runtime, desk.viewer.municipality) for name, runtime in _runtimes(desk).items()]
    return desk.render("web/dead-letters.html", troubles=[t for t in troubles if t.is_any], most=MOST, word=reason_word)


async def letter(request: Request) -> Response:
    """One letter with its raw content, while it is open."""
    desk = await _desk(request)
    service, runtime, found = await _letter(desk)
    async with runtime.pool.acquire() as conn:
        content = await letters.content(conn, found.id)
    headers = [(name, "" if value is None else value.decode(errors="replace")) for name, value in content.headers] if content else []
    body = (content.value or b"")[:SHOWN_BYTES].decode(errors="replace") if content else ""
    return desk.render("web/dead-letter.html", service=service, letter=found, headers=headers, body=body, word=reason_word)


async def redrive(request: Request) -> Response:
    """Read one letter again."""
    desk = await _desk(request)
    _, runtime, found = await _letter(desk)
    await desk.form(Again, page=letter)
    done = await dead_letters.redrive(runtime, found.id, str(desk.viewer.person))
    if done is not None and not done.is_read:
        raise Refused("web-letter-still-unread")
    return desk.redirect(LIST, notice="web-letter-read")


async def drop(request: Request) -> Response:
    """Give one letter up."""
    desk = await _desk(request)
    _, runtime, found = await _letter(desk)
    asked = await desk.form(Drop, page=letter)
    await dead_letters.drop(runtime, found.id, str(desk.viewer.person), asked.why)
    return desk.redirect(LIST, notice="web-letter-dropped")


async def redrive_all(request: Request) -> Response:
    """Read all letters of a service again."""
    desk = await _desk(request)
    runtime = _runtime(desk)
    await desk.form(Again, page=overview)
    async with runtime.pool.acquire() as conn:
        found = await letters.letters(conn, desk.viewer.municipality, limit=MOST)
    done = [await dead_letters.redrive(runtime, one.id, str(desk.viewer.person)) for one in found]
    if any(one is not None and not one.is_read for one in done):
        raise Refused("web-letters-still-unread")
    return desk.redirect(LIST, notice="web-letters-read")


async def derive_all(request: Request) -> Response:
    """Let the worker derive all broken subjects of a service again, at once."""
    desk = await _desk(request)
    runtime = _runtime(desk)
    await desk.form(Again, page=overview)
    async with runtime.pool.acquire() as conn:
        await wakes.wake_broken(conn, municipality=desk.viewer.municipality)
    return desk.redirect(LIST, notice="web-letters-derived")


async def _desk(request: Request) -> Desk:
    """For anybody but HR these pages are not there."""
    desk = await Desk.of(request)
    if not desk.viewer.is_hr:
        raise NotFound("web-not-found-text")
    return desk


def _runtimes(desk: Desk) -> dict[str, Runtime]:
    return {site.service.name: site.running for site in desk.host.sites if isinstance(site.running, Runtime)}


def _runtime(desk: Desk) -> Runtime:
    found = _runtimes(desk).get(desk.request.path_params["service"])
    if found is None:
        raise NotFound("web-letter-none")
    return found


async def _letter(desk: Desk) -> tuple[str, Runtime, Letter]:
    runtime = _runtime(desk)
    async with runtime.pool.acquire() as conn:
        found = await letters.letter(conn, desk.request.path_params["number"], desk.viewer.municipality)
    if found is None:
        raise NotFound("web-letter-none")
    return runtime.service.name, runtime, found


async def _trouble(service: str, runtime: Runtime, municipality: str) -> Trouble:
    async with runtime.pool.acquire() as conn:
        return Trouble(
            service,
            await letters.letters(conn, municipality, limit=MOST),
            await wakes.broken(conn, municipality, MOST),
            await letters.nameless(conn),
            await letters.latest_settled(conn, municipality, MOST),
        )


ROUTES = (
    Route(LIST, overview),
    Route(f"{LIST}/{{service}}/redrive", redrive_all, methods=["POST"]),
    Route(f"{LIST}/{{service}}/derive", derive_all, methods=["POST"]),
    Route(f"{LIST}/{{service}}/{{number:int}}", letter),
    Route(f"{LIST}/{{service}}/{{number:int}}/redrive", redrive, methods=["POST"]),
    Route(f"{LIST}/{{service}}/{{number:int}}/drop", drop, methods=["POST"]),
)
