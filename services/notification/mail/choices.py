"""What people choose about their mail, signed in or by a link that is theirs: digests or none, Danish or English. A POST changes it.

A mail program may decline digests for its reader by one POST without a page (RFC 8058): the link is the proof, so that POST needs no
session. Mails about single duties cannot be declined. HR sees whom mail does not reach.
"""

from typing import Literal
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import Field
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from services.chassis.settings import Settings
from services.chassis.web import Desk, Form, NotFound, public
from services.chassis.web.formats import hour, weekdays
from services.notification.mail import health_store, store
from services.notification.mail.store import Choice
from services.notification.rules import TaskRules

PAGE = "/mail/choices"
SALT = "mail-choices"
ONE_CLICK = ("List-Unsubscribe", "One-Click")


class MailChoice(Form):
    """What the form of the page sends."""

    digest: Literal["yes", "no"] = Field(title="mail-choices-digest")
    language: Literal["da", "en"] = Field(title="mail-choices-language")


def address_of_choices(settings: Settings, municipality: str, person: UUID) -> str:
    """The link that is this person's; it holds for as long as the secret of the pages does."""
    return address_with(settings.secret, settings.address, municipality, person)


def address_with(secret: str, address: str, municipality: str, person: UUID) -> str:
    """The same, of pages with this secret at this address."""
    token = URLSafeSerializer(secret, SALT).dumps([municipality, str(person)])
    return f"{address}{PAGE}/{token}"


async def own_choices(request: Request) -> Response:
    """What the viewer has chosen."""
    desk = await Desk.of(request)
    return await _shown(desk, desk.viewer.municipality, desk.viewer.person, is_own=True)


async def choose_own(request: Request) -> Response:
    """The form of that page."""
    desk = await Desk.of(request)
    return await _asked(desk, desk.viewer.municipality, desk.viewer.person)


@public
async def choices(request: Request) -> Response:
    """What is chosen now. Nothing changes: mail scanners open every link."""
    desk = await Desk.of(request)
    return await _shown(desk, *_whose(desk, request), is_own=False)


@public
async def choose(request: Request) -> Response:
    """One click of a mail program, or the form of the page."""
    desk = await Desk.of(request)
    municipality, person = _whose(desk, request)
    if (await request.form(max_files=0, max_fields=10)).get(ONE_CLICK[0]) == ONE_CLICK[1]:
        await _choose(desk, municipality, person, digest=False, language=None)
        return PlainTextResponse(desk.text("mail-choices-declined") + "\n")
    return await _asked(desk, municipality, person)


async def undelivered(request: Request) -> Response:
    """Whom mail did not reach, for HR."""
    desk = await Desk.of(request)
    if not desk.viewer.is_hr:
        raise NotFound("web-not-found-text")
    async with desk.runtime.pool.acquire() as conn:
        found = await health_store.undelivered(conn, desk.viewer.municipality, await desk.runtime.now())
    days = health_store.UNDELIVERED_SHOWN.days
    return desk.render("mail-undelivered.html", days=days, found=found, names=await desk.runtime.names([row.recipient for row in found]))


async def _shown(desk: Desk, municipality: str, person: UUID, *, is_own: bool) -> Response:
    try:
        rules = (await desk.runtime.snapshot(municipality)).rules
    except KeyError:  # one that is no longer served sends no mail
        raise NotFound("mail-choices-not-found") from None
    own = rules.read(TaskRules)
    async with desk.runtime.pool.acquire() as conn:
        chosen = (await store.choices(conn, [person])).get(person, Choice())
    return desk.render(
        "mail-choices.html",
        chosen=chosen,
        is_own=is_own,
        whose=rules.name,
        days=weekdays((day.number for day in own.digest_weekdays), desk.language) if own.digest_weekdays else "",
        at=hour(own.digest_at, desk.language),
    )


async def _asked(desk: Desk, municipality: str, person: UUID) -> Response:
    asked = await desk.form(MailChoice)
    await _choose(desk, municipality, person, digest=asked.digest == "yes", language=asked.language)
    return desk.redirect(desk.request.url.path, notice="mail-choices-saved")


async def _choose(desk: Desk, municipality: str, person: UUID, *, digest: bool, language: str | None) -> None:
    async with desk.runtime.pool.acquire() as conn:
        held = (await store.choices(conn, [person])).get(person, Choice())
        await store.choose(conn, person, municipality, Choice(language or held.language, digest), await desk.runtime.now())


def _whose(desk: Desk, request: Request) -> tuple[str, UUID]:
    """Whose link it is. Raises `NotFound` for one that we did not make."""
    try:
        municipality, person = URLSafeSerializer(desk.site.settings.secret, SALT).loads(request.path_params["token"])
        return str(municipality), UUID(person)
    except (BadSignature, ValueError, TypeError):
        raise NotFound("mail-choices-not-found") from None


ROUTES = (
    Route("/mail", undelivered),
    Route(PAGE, own_choices),
    Route(PAGE, choose_own, methods=["POST"]),
    Route(PAGE + "/{token}", choices),
    Route(PAGE + "/{token}", choose, methods=["POST"]),
)
