"""A service with one page that owns nothing, to prove what every page gets from the chassis."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from uuid import UUID

import asyncpg
from pydantic import Field, model_validator
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from services.chassis.reference import Snapshot
from services.chassis.service import Service
from services.chassis.settings import Profile, Settings
from services.chassis.subject import Subject
from services.chassis.web import Desk, Form, NotFound, Refused, Site, public, wrong
from services.chassis.web.hosting import mount
from services.chassis.web.seams import Decide
from tests.kit.builders import an_id, leader_appointed, unit_changed
from tests.kit.story import Story

TODAY = date(2026, 3, 13)
FOLDER = Path(__file__).parent
SECRET = "only for tests, long enough to be taken"
SERVICE = Service("example", ())
NAMES = {an_id("Anne Holm"): "Anne Holm", an_id("Bo Krag"): "Bo Krag", an_id("Carla Dam"): "Carla Dam"}
HOMES = {an_id("fjordvang"): "Fjordvang", an_id("skovly"): "Skovly"}


class Way(StrEnum):
    """How the talk was held."""

    ROOM = "room"
    PHONE = "phone"


class Held(Form):
    """The example's form."""

    held_on: date = Field(title="example-held-on")
    way: Way = Field(title="example-way")
    themes: tuple[str, ...] = ()
    place: str = ""
    minutes: int | None = Field(default=None, ge=1, le=240, title="example-minutes")
    note: str = Field(default="", max_length=20, title="example-note")
    words: str = ""
    agreed: bool = False

    @model_validator(mode="after")
    def _phone_calls_are_short(self) -> "Held":
        if self.way is Way.PHONE and (self.minutes or 0) > 60:
            raise wrong("example-phone-too-long", most=60)
        return self


class Cancelled(Form):
    """The page's other form."""

    cancelled_on: date = Field(title="example-cancelled-on")


@dataclass
class Kept:
    """What the example keeps instead of a database."""

    held: list[Held] = field(default_factory=list)


async def talk(request: Request) -> Response:
    desk = await Desk.of(request)
    unit = request.path_params["unit"]
    if not desk.viewer.leads(unit):
        raise NotFound("example-not-found")
    return desk.render("example.html", unit=unit, home=desk.unit_name(unit), due=date(2026, 3, 27))


async def hold(kept: Kept, request: Request) -> Response:
    desk = await Desk.of(request)
    asked = await desk.form(Held)
    if asked.held_on > desk.today:
        raise Refused("example-not-yet", day="en dag, der kommer", field="held_on")
    if asked.note == "nej":
        raise Refused("example-no", field="no such field")
    if asked.form_id not in {earlier.form_id for earlier in kept.held}:
        kept.held.append(asked)
    return desk.redirect("/tasks/list", notice="example-held")


async def hold_elsewhere(request: Request) -> Response:
    desk = await Desk.of(request)
    await desk.form(Held, page=talk)
    return desk.redirect("/tasks/list")


async def cancel(request: Request) -> Response:
    desk = await Desk.of(request)
    await desk.form(Cancelled, page=talk)
    return desk.redirect("/tasks/list")


async def hold_without_page(request: Request) -> Response:
    desk = await Desk.of(request)
    await desk.form(Held)
    return desk.redirect("/tasks/list")


async def listed(request: Request) -> Response:
    desk = await Desk.of(request)
    homes = [(unit, name) for unit, name in HOMES.items() if desk.viewer.leads(unit)]
    return desk.render("example-list.html", homes=homes, due=date(2027, 3, 26), share=0.84)


async def whoever(request: Request) -> Response:
    desk = await Desk.of(request)
    return PlainTextResponse(f"{desk.site.service.name} {desk.name}")


async def failing(_request: Request) -> Response:
    raise ZeroDivisionError("a secret of ours")


async def machine(request: Request) -> Response:
    desk = await Desk.of(request)
    if "refuse" in request.query_params:
        raise Refused("example-not-yet", day="14")
    return JSONResponse({"units": len(desk.viewer.units)})


async def machine_post(request: Request) -> Response:
    desk = await Desk.of(request)
    await desk.form(Held)
    return JSONResponse({})


@public
async def feed(request: Request) -> Response:
    desk = await Desk.of(request)
    if "viewer" in request.query_params:
        return JSONResponse({"viewer": str(desk.viewer)})
    if "snapshot" in request.query_params:
        return JSONResponse({"municipality": desk.snapshot.rules.name})
    return JSONResponse({"signed_in": desk.asking is not None, "text": desk.text("example-title")})


def routes(kept: Kept) -> tuple[Route, ...]:
    return (
        Route("/tasks/talks/{unit:uuid}", talk),
        Route("/tasks/talks/{unit:uuid}", partial(hold, kept), methods=["POST"]),
        Route("/tasks/talks/{unit:uuid}/elsewhere", hold_elsewhere, methods=["POST"]),
        Route("/tasks/talks/{unit:uuid}/cancelled", cancel, methods=["POST"]),
        Route("/tasks/talks/{unit:uuid}/blind", hold_without_page, methods=["POST"]),
        Route("/tasks/list", listed),
        Route("/tasks/failing", failing),
        Route("/tasks/feed", feed),
        Route("/api/units", machine),
        Route("/api/units", machine_post, methods=["POST"]),
    )


class StoryRunning:
    """The seam of the pages, told as a story in memory."""

    def __init__(self, story: Story, pool: asyncpg.Pool | None = None) -> None:
        self.story = story
        self._pool = pool

    @property
    def pool(self) -> asyncpg.Pool:
        if self._pool is None:
            raise OSError("no database here")
        return self._pool

    async def ask(self, subject: Subject, form_id: UUID, decide: Decide) -> None:
        self.story.asks(subject.kind, subject.id, decide, form_id)

    async def now(self) -> datetime:
        return self.story.now

    async def snapshot(self, municipality: str) -> Snapshot:
        assert municipality == self.story.rules.municipality
        return self.story.snapshot

    async def names(self, persons: Iterable[UUID]) -> Mapping[UUID, str]:
        return {person: NAMES[person] for person in persons if person in NAMES}


def organisation() -> Story:
    story = Story(SERVICE, TODAY)
    story.hears(
        unit_changed("ældreområdet", name="Ældreområdet"),
        unit_changed("fjordvang", "ældreområdet", name="Plejehjemmet Fjordvang"),
        unit_changed("skovly", "ældreområdet", name="Plejehjemmet Skovly"),
        leader_appointed("ældreområdet", "Carla Dam"),
        leader_appointed("fjordvang", "Anne Holm"),
        leader_appointed("skovly", "Bo Krag"),
    )
    return story


RULES_TEXT = 'municipality = "730"\nname = "Prøvekommune"\nlive_from = 2020-01-01\n'


def settings(rules: Path, **more: object) -> Settings:
    (rules / "730.toml").write_text(RULES_TEXT, "utf-8")
    values = {"kafka": "none", "rules": rules, "secret": SECRET, "profile": Profile.LOCAL, **more}
    return Settings.model_validate(values)


@asynccontextmanager
async def story_opens(_service: Service, _settings: Settings) -> AsyncIterator[StoryRunning]:
    yield StoryRunning(organisation())


def site(told: Settings, kept: Kept | None = None, story: Story | None = None) -> Site:
    @asynccontextmanager
    async def opens(_service: Service, _settings: Settings) -> AsyncIterator[StoryRunning]:
        yield StoryRunning(story or organisation())

    return Site(SERVICE, told, routes(kept or Kept()), folder=FOLDER, opens=opens)


__all__ = ["Kept", "mount", "settings", "site"]
