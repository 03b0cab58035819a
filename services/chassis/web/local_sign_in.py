"""Signing in on one's own machine: pick an invented person. It exists under the local profile alone, for loopback alone."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from contracts.hr.organisation import UnitRole
from services.chassis.ids import NAMESPACE
from services.chassis.rules import load
from services.chassis.settings import Profile, Settings
from services.chassis.web.desk import Desk
from services.chassis.web.forms import Form, read
from services.chassis.web.identity import Known, SessionIdentity, own_path, sign_in

_LOOPBACK_NAMES = ("localhost",)
REPRESENTATIVES = (UnitRole.AMR, UnitRole.TR)
"""Who has tasks of their own without leading anybody."""


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody to sign in as: a leader, deputy or representative with the names of their units, or HR (no person of the directory)."""

    person: UUID
    units: tuple[str, ...]
    hr: bool = False


@dataclass(frozen=True, slots=True)
class Cast:
    """The personas of one municipality."""

    municipality: str
    name: str
    personas: tuple[Persona, ...]


class SignIn(Form):
    """Which persona was picked, and where to go on."""

    person: UUID
    municipality: str
    next: str = "/"


class LocalSignIn(SessionIdentity):
    """The sign-in of the local profile."""

    def __init__(self, settings: Settings) -> None:
        """Raises `ValueError` where others than this machine could reach it, or where the profile is not local."""
        if settings.profile is not Profile.LOCAL:
            raise ValueError("the local sign-in exists under the local profile only")
        if not is_loopback(settings.web_host):
            raise ValueError(f"the local profile listens on loopback only, not on {settings.web_host}")
        self._rules = settings.rules

    def routes(self) -> Sequence[BaseRoute]:
        """The page, and picking somebody on it."""
        return Route("/sign-in", self.page, methods=["GET"]), Route("/sign-in", self.pick, methods=["POST"])

    async def who(self, request: HTTPConnection) -> Known | None:
        """Whom the session names, if the request comes from this machine."""
        return await super().who(request) if from_loopback(request) else None

    async def page(self, request: Request) -> Response:
        """The invented persons to pick from, by municipality."""
        desk = await _desk(request)
        casts = [await self._cast(desk, municipality) for municipality in sorted(load(self._rules))]
        persons = [persona.person for cast in casts for persona in cast.personas]
        names = await desk.runtime.names(persons)
        casts = [cast for cast in casts if len(cast.personas) > 1]
        return desk.render("web/sign-in.html", casts=casts, names=names, next=own_path(request.query_params.get("next", "/")))

    async def pick(self, request: Request) -> Response:
        """Sign in as the persona picked. Raises `HTTPException` 403 for anybody else."""
        desk = await _desk(request)
        picked = await read(request, SignIn)
        if picked.municipality not in load(self._rules):
            raise HTTPException(403)
        cast = await self._cast(desk, picked.municipality)
        persona = next((persona for persona in cast.personas if persona.person == picked.person), None)
        if persona is None:
            raise HTTPException(403)
        sign_in(request, Known(persona.person, cast.municipality, persona.hr))
        return RedirectResponse(own_path(picked.next), 303)

    async def _cast(self, desk: Desk, municipality: str) -> Cast:
        snapshot = await desk.runtime.snapshot(municipality)
        organisation = snapshot.organisation()
        units: dict[UUID, set[str]] = {}
        for holder in (*organisation.in_charge(desk.today), *organisation.role_holders(REPRESENTATIVES, desk.today)):
            unit = organisation.unit(holder.unit, desk.today)
            if unit is not None:
                units.setdefault(holder.person, set()).add(unit.name)
        hr = Persona(hr_persona(municipality), (), hr=True)
        leaders = sorted((Persona(person, tuple(sorted(names))) for person, names in units.items()), key=lambda p: p.units)
        return Cast(municipality, snapshot.rules.name, (hr, *leaders))


def hr_persona(municipality: str) -> UUID:
    """The invented person that is HR of a municipality."""
    return uuid5(NAMESPACE, f"hr of {municipality}")


async def _desk(request: Request) -> Desk:
    if not from_loopback(request):
        raise HTTPException(403)
    return await Desk.of(request)


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    try:
        return host in _LOOPBACK_NAMES or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def from_loopback(request: HTTPConnection) -> bool:
    """Whether both the client and the host it asked for are this machine (a foreign name that points here is refused)."""
    return request.client is not None and is_loopback(request.client.host) and is_loopback(request.url.hostname or "")
