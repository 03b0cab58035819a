"""Whose own page it is: somebody who holds the link of a plan, or who is signed in. Both see the same."""

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from services.chassis.calendar import add_months
from services.chassis.failures import NotFound
from services.chassis.reference import Snapshot
from services.chassis.web import Desk, public
from services.chassis.web.forms import Endpoint
from services.chassis.web.pace import Pace
from services.chassis.web.secret import UNSEEN, hash_of
from services.onboarding import store
from services.onboarding.domain.rows import MentorRow, PlanRow
from services.onboarding.domain.survey import Offer, offers
from services.onboarding.rules import LinkRules, OnboardingRules
from services.onboarding.store import links, surveys

LINK = "/intro"
MINE = "/onboarding/mine"
MONTHS_SHOWN = 18
"""So long after it began a plan is somebody's own page; after that it is history."""
AT_ONCE, PER_SECOND = 60, 1.0
"""A person who looks around, and those who scan mails on the way to them."""


@dataclass(frozen=True, slots=True)
class Own:
    """A person's own plan, and where its pages are. `plan` none: a mentor, who has none."""

    desk: Desk
    snapshot: Snapshot
    base: str
    plan: PlanRow | None
    others: tuple[PlanRow, ...]
    offers: tuple[Offer, ...]
    """Surveys that can be answered today, or were."""
    answered: Mapping[tuple[UUID, str, UUID], UUID]
    """Those of them that were, each with the form by which it was."""
    until: date | None = None
    """Until when the link opens; none for who is signed in."""

    @property
    def waiting(self) -> tuple[Offer, ...]:
        """Surveys that can be answered and are not."""
        return tuple(offer for offer in self.offers if offer.key not in self.answered)

    def survey_path(self, offer: Offer) -> str:
        """Where a survey is answered; a mentor's is about a plan that is not the mentor's own."""
        return f"{self.base}/survey/{offer.survey}" if self.until else f"{MINE}/survey/{offer.plan_id}/{offer.survey}"

    @property
    def plan_or_nothing(self) -> PlanRow:
        """The plan. Raises `NotFound` for a mentor without one."""
        if self.plan is None:
            raise NotFound("onboarding-plan-unknown")
        return self.plan

    @property
    def rules(self) -> OnboardingRules:
        """The rules of the person's municipality."""
        return self.snapshot.rules.read(OnboardingRules)


Page = Callable[[Own], Awaitable[Response]]


def link_until(made_on: date, plan: PlanRow, rules: LinkRules) -> date:
    """The last day on which a link opens: it follows a start that is moved, and ends soon after the employment."""
    until = max(made_on, plan.starts_on) + timedelta(days=rules.days)
    return until if plan.last_day is None else min(until, plan.last_day + timedelta(days=rules.days_after_end))


class Doors:
    """Makes endpoints of the pages of a newcomer's own: for the holder of a link, and for who is signed in."""

    def __init__(self) -> None:
        """Nobody has come yet."""
        self._pace = Pace(PER_SECOND, AT_ONCE)

    def by_link(self, page: Page) -> Endpoint:
        """The link stands in place of a session. One that opens nothing is not found, and nothing is told of what it was."""

        @public
        async def endpoint(request: Request) -> Response:
            desk = await Desk.of(request)
            own = await _opened(desk, request.path_params["secret"])
            if own is None:
                response = desk.render("intro-closed.html")
                response.status_code = 404
            elif wait := self._pace.wait(str(own.plan_or_nothing.plan_id), 1):
                response = desk.render("intro-hasty.html")
                response.status_code = 429
                response.headers["retry-after"] = str(math.ceil(wait))
            else:
                response = await page(own)
            response.headers.update(UNSEEN)
            return response

        return endpoint

    def signed_in(self, page: Page) -> Endpoint:
        """Own plans alone: whom somebody leads is no matter here."""

        async def endpoint(request: Request) -> Response:
            return await page(await _mine(await Desk.of(request)))

        return endpoint


async def _opened(desk: Desk, secret: str) -> Own | None:
    async with desk.runtime.pool.acquire() as conn:
        found = await links.opened_by(conn, hash_of(secret))
    if found is None:
        return None
    plan, snapshot = found.plan, await desk.runtime.snapshot(found.plan.municipality)
    until = link_until(found.made_on, plan, snapshot.rules.read(OnboardingRules).link)
    if desk.today > until:
        return None
    return Own(desk, snapshot, f"{LINK}/{secret}", plan, (), *await _asked(desk, snapshot, [plan], []), until)


async def has_own(desk: Desk) -> bool:
    """Whether the viewer has a plan of their own, or is asked something as a mentor."""
    plans, mentored = await _plans_and_mentored(desk)
    asked, answered = await _asked(desk, desk.snapshot, plans, mentored)
    return bool(plans) or any(offer.key not in answered for offer in asked)


async def _plans_and_mentored(desk: Desk) -> tuple[list[PlanRow], Sequence[MentorRow]]:
    viewer, since = desk.viewer, add_months(desk.today, -MONTHS_SHOWN)
    async with desk.runtime.pool.acquire() as conn:
        plans = [p for p in await store.plans_of_person(conn, viewer.person, viewer.municipality) if p.starts_on >= since]
        return plans, await surveys.mentored_by(conn, viewer.person, viewer.municipality)


async def _mine(desk: Desk) -> Own:
    plans, mentored = await _plans_and_mentored(desk)
    wanted = desk.request.path_params.get("plan")
    plan = next((p for p in plans if p.plan_id == wanted), None) if wanted else _current(plans)
    if wanted and plan is None:
        raise NotFound("onboarding-plan-unknown")
    base = f"{MINE}/{plan.plan_id}" if plan else MINE
    others = tuple(other for other in plans if other != plan)
    return Own(desk, desk.snapshot, base, plan, others, *await _asked(desk, desk.snapshot, plans, mentored))


async def _asked(
    desk: Desk, snapshot: Snapshot, plans: Sequence[PlanRow], mentored: Sequence[MentorRow]
) -> tuple[tuple[Offer, ...], Mapping[tuple[UUID, str, UUID], UUID]]:
    found = offers(plans, mentored, snapshot.rules.read(OnboardingRules).surveys, snapshot.rules.calendar)
    asked = tuple(offer for offer in found if offer.is_open(desk.today))
    async with desk.runtime.pool.acquire() as conn:
        return asked, await surveys.answered(conn, asked)


def _current(plans: list[PlanRow]) -> PlanRow | None:
    """The latest that goes on, else the latest."""
    return next((plan for plan in plans if plan.closed_on is None), plans[0] if plans else None)
