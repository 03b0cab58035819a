"""The page *My calendar*, and the feed behind a secret address, which programs ask for by themselves, without a session."""

import math
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.chassis.web import Desk, Form, Viewer, public
from services.chassis.web.pace import Pace
from services.chassis.web.secret import hash_of, new_secret
from services.chassis.web.tagged import tagged
from services.notification import store
from services.notification.calendar import store as calendars
from services.notification.calendar.feed import MEDIA_TYPE, REFRESH, written
from services.notification.calendar.words import Words
from services.notification.domain.task import Task
from services.notification.rules import TaskRules

PAGE = "/tasks/calendar"
GONE_DAYS = timedelta(days=30)
"""So long a task that has gone is shown as such: a program that was shut off in the holidays sees it too (danish-hr 7.3)."""
MOST_EVENTS = 1_000
AT_ONCE, A_MINUTE = 20, 1 / 60
"""Several programs of one person may ask at once, and a hasty one once a minute. It is asked to wait four hours."""
PRIVATE = {"cache-control": "private, no-store"}


class AddressWanted(Form):
    """One button: an address, or another in place of the one there is, or none any more."""


async def my_calendar(request: Request) -> Response:
    """Whether the viewer has an address. The address itself is not known to us any more."""
    return await _page(await Desk.of(request), None)


async def make_address(request: Request) -> Response:
    """Make the viewer's address and show it this once; the one before opens nothing from now on."""
    desk = await Desk.of(request)
    wanted = await desk.form(AddressWanted)
    secret = new_secret()
    address = calendars.Address(desk.viewer.municipality, desk.viewer.person, desk.language, await desk.runtime.now())
    async with desk.runtime.pool.acquire() as conn:
        is_new = await calendars.keep_address(conn, address, hash_of(secret), wanted.form_id)
    if not is_new:  # the page was loaded again: the address may be in use, and is neither shown twice nor renewed
        return desk.redirect(PAGE)
    return await _page(desk, f"{desk.address}/calendar/{secret}.ics")


async def drop_address(request: Request) -> Response:
    """The viewer's address opens nothing from now on."""
    desk = await Desk.of(request)
    await desk.form(AddressWanted, page=my_calendar)
    async with desk.runtime.pool.acquire() as conn:
        await calendars.drop_address(conn, desk.viewer.municipality, desk.viewer.person)
    return desk.redirect(PAGE, notice="calendar-dropped")


async def _page(desk: Desk, shown: str | None) -> Response:
    async with desk.runtime.pool.acquire() as conn:
        held = await calendars.address_of(conn, desk.viewer.municipality, desk.viewer.person)
    return desk.render("my-calendar.html", page=PAGE, shown=shown, held=held, hours=REFRESH // timedelta(hours=1))


class Feed:
    """The feed of every address, with how fast each is asked for."""

    def __init__(self) -> None:
        """Nobody has asked yet."""
        self._pace = Pace(A_MINUTE, AT_ONCE)

    @public  # the secret in the address stands in place of a session
    async def answer(self, request: Request) -> Response:
        """The calendar. An address that opens nothing is not found, without a word of what it was."""
        desk = await Desk.of(request)
        async with desk.runtime.pool.acquire() as conn:
            address = await calendars.opened_by(conn, hash_of(request.path_params["secret"]))
        if address is None:
            return Response(status_code=404, headers=PRIVATE)
        if wait := self._pace.wait(f"{address.municipality} {address.person}", 1):
            return Response(status_code=429, headers={**PRIVATE, "retry-after": str(math.ceil(wait))})
        return tagged(request, await _calendar(desk, address), MEDIA_TYPE)


async def _calendar(desk: Desk, address: calendars.Address) -> bytes:
    """What the person has in the inbox by name, and what has gone from there lately. HR's queue is in nobody's calendar.

    Who is HR is proved by signing in, and nobody signs in here.
    """
    snapshot = await desk.runtime.snapshot(address.municipality)
    viewer = Viewer(address.person, address.municipality, frozenset(), frozenset())
    until = desk.today + timedelta(days=snapshot.rules.read(TaskRules).coming_days)
    async with desk.runtime.pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
        tasks = {task.task_id: task for task in await store.tasks_of(conn, viewer, until, MOST_EVENTS)}
        entries = await calendars.entries_of(conn, address, desk.today - GONE_DAYS)
    words = Words(desk.site.catalogue, address.language, snapshot, desk.today, desk.address)
    names = await desk.runtime.names(_people(tasks.values()))
    there = [words.there(tasks[entry.task_id], entry, names) for entry in entries if entry.task_id in tasks]
    gone = [words.gone(entry) for entry in entries if entry.gone_on is not None and entry.task_id not in tasks]
    events = sorted((*there, *gone), key=lambda event: (event.due, event.uid))
    # The library takes a millisecond for an event: others' pages do not wait for it.
    return await run_in_threadpool(written, words.text("calendar-name"), address.language, events)


def _people(tasks: Iterable[Task]) -> frozenset[UUID]:
    return frozenset(task.about_person for task in tasks if task.about_person is not None)


def routes() -> Sequence[BaseRoute]:
    """The page and the feed."""
    return (
        Route(PAGE, my_calendar),
        Route(PAGE, make_address, methods=["POST"]),
        Route(f"{PAGE}/drop", drop_address, methods=["POST"]),
        Route("/calendar/{secret}.ics", Feed().answer),
    )
