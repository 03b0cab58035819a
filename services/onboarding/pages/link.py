"""The leader gives a newcomer a personal link: made once, shown once, to hand over as text or on paper; renewed or taken back."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.chassis.failures import Refused
from services.chassis.web import Desk, Form
from services.chassis.web.secret import UNSEEN, hash_of, new_secret
from services.onboarding.domain.rows import PlanRow
from services.onboarding.pages.access import seen_plan
from services.onboarding.pages.own import LINK, link_until
from services.onboarding.pages.shown import COME_ANEW, greeting, rules_of
from services.onboarding.store import links

PAGE = "/onboarding/plans/{plan:uuid}/link"


class LinkWanted(Form):
    """One button: a link, or another in place of the one there is, or none any more."""


async def link(request: Request) -> Response:
    """Whether the plan has a link. The link itself is not known to us any more."""
    desk = await Desk.of(request)
    return await _page(desk, await seen_plan(desk), None)


async def make_link(request: Request) -> Response:
    """Make the link and show it this once; the one before opens nothing from now on."""
    desk = await Desk.of(request)
    plan = await seen_plan(desk)
    wanted = await desk.form(LinkWanted)
    if link_until(desk.today, plan, rules_of(desk).link) < desk.today:
        raise Refused("onboarding-link-too-late")
    secret = new_secret()
    async with desk.runtime.pool.acquire() as conn:
        is_new = await links.keep_link(conn, plan, hash_of(secret), desk.today, wanted.form_id)
    if not is_new:  # the page was loaded again: the link may be handed over, and is neither shown twice nor renewed
        return desk.redirect(request.url.path)
    return await _page(desk, plan, f"{desk.address}{LINK}/{secret}")


async def drop_link(request: Request) -> Response:
    """The plan's link opens nothing from now on."""
    desk = await Desk.of(request)
    plan = await seen_plan(desk)
    await desk.form(LinkWanted, page=link)
    async with desk.runtime.pool.acquire() as conn:
        await links.drop_link(conn, plan.plan_id)
    return desk.redirect(_path(plan), notice="onboarding-link-dropped")


async def _page(desk: Desk, plan: PlanRow, shown: str | None) -> Response:
    async with desk.runtime.pool.acquire() as conn:
        made_on = await links.made_on(conn, plan.plan_id)
    response = desk.render(
        "intro-link.html",
        page=_path(plan),
        plan=plan,
        greeting=greeting(plan),
        unit=desk.unit_name(plan.unit_id),
        names=await desk.runtime.names([plan.person_key]),
        shown=shown,
        meets=plan.occasion in COME_ANEW,
        made_on=made_on,
        until=link_until(made_on or desk.today, plan, rules_of(desk).link),
        workplace=desk.snapshot.rules.name,
    )
    response.headers.update(UNSEEN)
    return response


def _path(plan: PlanRow) -> str:
    return f"/onboarding/plans/{plan.plan_id}/link"


ROUTES = (
    Route(PAGE, link),
    Route(PAGE, make_link, methods=["POST"]),
    Route(f"{PAGE}/drop", drop_link, methods=["POST"]),
)
