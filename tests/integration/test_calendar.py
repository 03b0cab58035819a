"""My calendar: an address that is shown once, opens the feed of one person without a session, and can be taken back."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

import httpx
import pytest
from starlette.types import ASGIApp

from contracts.base import CallState, HolderRole
from contracts.onboarding import IntroMilestoneDone
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.wake import Wake
from services.chassis.web import mount
from services.chassis.web.secret import hash_of, new_secret
from services.notification.app import SERVICE, build_web
from services.notification.calendar import pages
from tests.kit import ics
from tests.kit.builders import an_id, leader_appointed, leader_ended
from tests.kit.dump import everything
from tests.kit.inbox import WEDNESDAY, duties, fill, milestone, told
from tests.kit.page_client import PageClient, hidden_fields, opened, text_of
from tests.kit.records import read_everything, set_day, take
from tests.unit.notification.duties import call

PAGE, DROP = pages.PAGE, f"{pages.PAGE}/drop"
ADDRESS = re.compile(r'id="address"[^>]*>https?://[^/]+(/[^<]+)<')
THIS_WEEK = str(an_id("this week"))


@dataclass(frozen=True)
class Pages:
    """The pages of a filled inbox, and the runtime behind them."""

    app: ASGIApp
    runtime: Runtime

    @asynccontextmanager
    async def signed_in(self, name: str, language: str = "da") -> AsyncIterator[PageClient]:
        async with PageClient(self.app, language=language) as client:
            assert (await client.sign_in(an_id(name))).status_code == 303
            yield client

    async def address(self, name: str = "leader", language: str = "da") -> str:
        """The path of the address that somebody makes."""
        async with self.signed_in(name, language) as client:
            return shown_on((await press(client, PAGE)).text)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """What a program is answered: it has no session."""
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="https://forbliv.example") as program:
            return await program.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    async def events(self, path: str) -> dict[str, tuple[str, date, str, int]]:
        """What stands in the calendar, by UID."""
        return {uid: ics.told(event) for uid, event in ics.by_uid((await self.get(path)).content).items()}


@pytest.fixture
async def site(settings: Settings) -> AsyncIterator[Pages]:
    ready = settings.model_copy(update={"secret": "a secret of the tests, long enough"})
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime)
        async with opened(mount([build_web(ready)])) as app:
            yield Pages(app, runtime)


async def press(client: PageClient, action: str) -> httpx.Response:
    """Press the button of the page that goes to this path."""
    return await client.post(action, data=hidden_fields((await client.get(PAGE)).text, action))


def shown_on(page: str) -> str:
    """The path of the address that a page shows."""
    found = ADDRESS.search(page)
    assert found, "no address is shown"
    return found[1]


async def test_an_address_is_made_shown_once_and_opens_the_persons_calendar_without_a_session(site: Pages) -> None:
    async with site.signed_in("leader") as client:
        assert "Du har ingen adresse endnu." in text_of((await client.get(PAGE)).text)
        made = await press(client, PAGE)
        again = await client.get(PAGE)

    path = shown_on(made.text)
    assert "Kopiér den nu. Den vises kun denne ene gang." in text_of(made.text)
    assert made.headers["cache-control"] == "no-store"
    assert path.startswith("/calendar/")
    assert (ADDRESS.search(again.text), path in again.text) == (None, False)
    assert "Vi gemmer den ikke og kan ikke vise den igen." in text_of(again.text)
    answer = await site.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "set-cookie" not in answer.headers


async def test_the_calendar_holds_what_the_inbox_holds_and_names_newcomers_alone(site: Pages) -> None:
    events = await site.events(await site.address())

    assert events[THIS_WEEK] == ("Opfølgningssamtale efter de første uger: Bo Lund", date(2026, 3, 6), "CONFIRMED", 1)
    assert events[str(an_id("late"))][0] == "Fastholdelsessamtale"
    assert events[str(an_id("coming"))][0] == "Opfølgningssamtale inden for de første tre måneder: Emil Skov-Mortensen"
    assert events[str(an_id("new kind"))][0] == "Opgave"
    assert set(events) == {str(an_id(name)) for name in ("late", "this week", "open after due", "later", "new kind", "coming")}


async def test_what_a_person_may_not_see_is_in_no_calendar(site: Pages) -> None:
    above = await site.events(await site.address("chief"))

    assert str(an_id("own case")) in above
    assert above[str(an_id("own case"))][0] == "Fratrædelsessamtale"
    assert str(an_id("late")) in above, "shown to who is above, as in the inbox"
    assert await site.events(await site.address("cook")) == {}


async def test_nobody_is_named_but_in_the_summary_of_a_follow_up_talk(site: Pages) -> None:
    events = ics.by_uid((await site.get(await site.address())).content)

    described = {str(event["DESCRIPTION"]) for event in events.values()}
    assert not [name for name in ("Bo Lund", "Dorte Krogh", "Emil", "Anne Holm") if any(name in text for text in described)]
    assert "Dorte" not in "".join(str(event["SUMMARY"]) for event in events.values())
    text = str(events[str(an_id("open after due"))]["DESCRIPTION"]).split("\n")
    assert text == [
        "Helst tirsdag 3. marts",
        "Senest fredag 20. marts",
        "Hjemmepleje Nord",
        "Se opgaven i Forbliv: https://forbliv.example/onboarding/talks/1",
    ]


async def test_a_calendar_follows_a_task_that_moves_and_then_is_done_until_thirty_days_have_passed(site: Pages) -> None:
    path = await site.address()
    later = call(closes=date(2026, 3, 13), about="person")
    await take(site.runtime, [told(milestone(wanted=later), 2, "this week")])
    assert (await site.events(path))[THIS_WEEK][1:] == (date(2026, 3, 13), "CONFIRMED", 2)

    done = call(closes=date(2026, 3, 13), about="person", state=CallState.DONE, state_on=WEDNESDAY)
    event = milestone(IntroMilestoneDone, done, done_on=WEDNESDAY, in_window=True, by_role=HolderRole.NEAREST_LEADER)
    await take(site.runtime, [told(event, 3, "this week")])

    gone = ("Udgået: Opfølgningssamtale efter de første uger", date(2026, 3, 13), "CANCELLED", 3)
    assert (await site.events(path))[THIS_WEEK] == gone
    await set_day(site.runtime, date(2026, 4, 1))
    assert (await site.events(path))[THIS_WEEK] == gone
    await set_day(site.runtime, date(2026, 4, 2))
    assert THIS_WEEK not in await site.events(path)


async def test_a_task_that_goes_to_a_new_leader_is_cancelled_for_the_old_one(site: Pages) -> None:
    old, new = await site.address("leader"), await site.address("cook")

    await take(site.runtime, [told(leader_ended("ward", "leader", date(2026, 3, 3))), told(leader_appointed("ward", "cook", WEDNESDAY))])
    await Wake(site.runtime).once()

    assert (await site.events(old))[THIS_WEEK] == ("Udgået: Opfølgningssamtale efter de første uger", date(2026, 3, 6), "CANCELLED", 2)
    assert (await site.events(new))[THIS_WEEK] == (
        "Opfølgningssamtale efter de første uger: Bo Lund",
        date(2026, 3, 6),
        "CONFIRMED",
        1,
    )
    assert {event[2] for event in (await site.events(old)).values()} == {"CANCELLED"}


async def test_a_calendar_is_the_same_bytes_after_everything_was_heard_again_and_derived_anew(site: Pages) -> None:
    path = await site.address()
    before = await site.get(path)

    await take(site.runtime, [told(duty, fact=name) for name, duty in reversed(duties().items())])
    await Wake(site.runtime).once()  # nobody waits for the organisation any more: what is derived now, newer code wants
    async with site.runtime.pool.acquire() as conn:
        await conn.execute("DELETE FROM calendar_entry")
        await conn.execute("UPDATE subject SET derived_with = 1, wake_at = NULL WHERE kind = 'task'")
    await read_everything(site.runtime)
    async with open_runtime(SERVICE, site.runtime.settings) as fresh:
        wake = Wake(fresh)
        await wake._underived()
        await wake.once()

    assert await site.runtime.pool.fetchval("SELECT count(*) FROM calendar_entry") > 0
    assert (await site.get(path)).content == before.content


async def test_who_has_the_calendar_already_is_sent_nothing(site: Pages) -> None:
    path = await site.address()
    first = await site.get(path)

    same = await site.get(path, if_none_match=first.headers["etag"])
    weak = await site.get(path, if_none_match=f'"other", W/{first.headers["etag"]}')
    assert [(a.status_code, a.content, a.headers["etag"]) for a in (same, weak)] == [(304, b"", first.headers["etag"])] * 2
    assert same.headers["cache-control"] == "private, no-cache"

    await take(site.runtime, [told(milestone(wanted=call(closes=date(2026, 3, 13))), 2, "this week")])
    assert (await site.get(path, if_none_match=first.headers["etag"])).status_code == 200


async def test_an_address_that_is_renewed_or_turned_off_opens_nothing_and_is_like_one_that_never_was(site: Pages) -> None:
    first = await site.address()
    second = await site.address()
    assert ((await site.get(first)).status_code, (await site.get(second)).status_code) == (404, 200)

    async with site.signed_in("leader") as client:
        dropped = await press(client, DROP)
        page = text_of((await client.get(dropped.headers["location"])).text)

    assert "Adressen er slået fra og virker ikke mere." in page
    assert "Du har ingen adresse endnu." in page
    answers = [await site.get(path) for path in (first, second, f"/calendar/{new_secret()}.ics", "/calendar/x.ics", "/calendar/%ff.ics")]
    assert {(a.status_code, a.content, a.headers["cache-control"]) for a in answers} == {(404, b"", "private, no-store")}


async def test_the_same_form_again_renews_nothing_and_shows_nothing(site: Pages) -> None:
    async with site.signed_in("leader") as client:
        fields = hidden_fields((await client.get(PAGE)).text, PAGE)
        made = await client.post(PAGE, data=fields)
        again = await client.post(PAGE, data=fields)

    assert (again.status_code, again.headers["location"]) == (303, PAGE)
    assert (await site.get(shown_on(made.text))).status_code == 200


@pytest.mark.parametrize("action", [PAGE, DROP])
async def test_without_the_sessions_token_nothing_is_made_or_dropped(site: Pages, action: str) -> None:
    path = await site.address()
    async with site.signed_in("leader") as client:
        fields = hidden_fields((await client.get(PAGE)).text, action)
        answers = [await client.post(action, data={**fields, "csrf": token}) for token in ("", "forged")]
        assert (await client.get(DROP)).status_code == 405

    assert [answer.status_code for answer in answers] == [403, 403]
    assert (await site.get(path)).status_code == 200


async def test_whoever_has_not_signed_in_has_no_such_page_and_nobody_drops_the_address_of_another(site: Pages) -> None:
    path = await site.address("leader")
    async with PageClient(site.app) as stranger:
        answers = [await stranger.get(PAGE), await stranger.post(PAGE), await stranger.post(DROP)]
    async with site.signed_in("chief") as other:
        await press(other, PAGE)
        await press(other, DROP)

    assert [(a.status_code, a.headers["location"].split("?")[0]) for a in answers] == [(303, "/sign-in")] * 3
    assert (await site.get(path)).status_code == 200


async def test_a_hasty_program_is_asked_to_wait_and_disturbs_nobody_else(site: Pages) -> None:
    mine, other = await site.address("leader"), await site.address("chief")

    answers = [await site.get(mine) for _ in range(pages.AT_ONCE + 1)]

    assert [a.status_code for a in answers] == [200] * pages.AT_ONCE + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].headers["cache-control"] == "private, no-store"
    assert (await site.get(other)).status_code == 200


async def test_the_calendar_speaks_the_language_in_which_its_address_was_made(site: Pages) -> None:
    path = await site.address(language="en")

    assert (await site.events(path))[THIS_WEEK][0] == "Follow-up talk after the first weeks: Bo Lund"
    assert str(ics.strict((await site.get(path)).content)["NAME"]) == "My tasks in Forbliv"


async def test_the_secret_lies_in_no_table(site: Pages) -> None:
    secret = (await site.address()).removeprefix("/calendar/").removesuffix(".ics")

    held = await everything(site.runtime.pool)

    assert str(an_id("leader")) in held["calendar_address"]
    assert hash_of(secret).decode("latin-1") in held["calendar_address"]
    assert [name for name, text in held.items() if secret in text] == []


async def test_every_address_is_another_and_too_long_to_guess() -> None:
    secrets = {new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert {len(secret) for secret in secrets} == {39}
