"""What people choose about their mail: a link shows, a POST changes, one click declines (RFC 8058); HR sees whom mail does not reach."""

import re
from collections.abc import AsyncIterator
from datetime import date
from uuid import uuid5

import pytest

from services.chassis.ids import NAMESPACE
from services.chassis.runtime import Runtime
from services.chassis.web import mount
from services.notification.app import build_web
from services.notification.mail import store
from services.notification.mail.choices import address_of_choices
from services.notification.mail.store import Choice
from tests.kit.builders import MUNICIPALITY, an_id
from tests.kit.mailing import THURSDAY, goes_on, mail_of, morning, send_all
from tests.kit.page_client import PageClient, opened, text_of
from tests.kit.post import ADDRESS, Post

TABLES_OF = "notification"
HR = uuid5(NAMESPACE, f"hr of {MUNICIPALITY}")
LEADER = mail_of("leader")


@pytest.fixture
def runtime(addressed: Runtime) -> Runtime:
    return addressed


@pytest.fixture
async def client(runtime: Runtime) -> AsyncIterator[PageClient]:
    async with opened(mount([build_web(runtime.settings)])) as app, PageClient(app) as browser:
        yield browser


async def chosen(runtime: Runtime, person: str = "leader") -> Choice:
    """What somebody has chosen."""
    async with runtime.pool.acquire() as conn:
        return (await store.choices(conn, [an_id(person)])).get(an_id(person), Choice())


async def digest_to_leader(runtime: Runtime, post: Post, day: date = THURSDAY) -> list[str]:
    """The addresses in `List-Unsubscribe` of the digests that came for the leader until this morning."""
    await goes_on(runtime, morning(day))
    await send_all(runtime)
    return [str(mail["List-Unsubscribe"]) for mail in post.to(LEADER) if mail["List-Unsubscribe"]]


async def test_one_click_declines_the_digest_and_nothing_else(runtime: Runtime, post: Post, client: PageClient) -> None:
    (header,) = await digest_to_leader(runtime, post)
    assert {str(mail["List-Unsubscribe-Post"]) for mail in post.to(LEADER) if mail["List-Unsubscribe"]} == {"List-Unsubscribe=One-Click"}
    link = header.removeprefix("<").removesuffix(">")
    assert any(f"\r\nList-Unsubscribe: <{link}>\r\n".encode() in raw for raw in post.raw), "a mail program finds it as it is"
    assert all(raw.isascii() and max(map(len, raw.split(b"\r\n"))) < 998 for raw in post.raw)
    assert link.startswith(f"{ADDRESS}/mail/choices/")

    for _ in range(3):  # a mail scanner opens every link, again and again
        assert (await client.get(link.removeprefix(ADDRESS))).status_code == 200
    assert await chosen(runtime) == Choice()
    client.cookies.clear()
    answer = await client.post(link.removeprefix(ADDRESS), data={"List-Unsubscribe": "One-Click"})

    assert (answer.status_code, answer.text) == (200, "Du får ikke opsamlingen mere.\n")
    assert await chosen(runtime) == Choice("da", digest=False)
    before = len(post.came)
    assert len(await digest_to_leader(runtime, post, date(2026, 3, 9))) == 1
    assert len(post.came) > before, "others still get theirs"


async def test_single_mails_go_on_after_the_digest_was_declined(runtime: Runtime, post: Post) -> None:
    async with runtime.pool.acquire() as conn:
        await store.choose(conn, an_id("leader"), MUNICIPALITY, Choice(digest=False), await runtime.now())

    assert await digest_to_leader(runtime, post, date(2026, 3, 6)) == []

    assert [mail for mail in post.to(LEADER) if str(mail["Subject"]).startswith("Gør ")]


async def test_who_declines_while_the_digest_waits_gets_none(runtime: Runtime, post: Post) -> None:
    await goes_on(runtime, morning(THURSDAY))
    async with runtime.pool.acquire() as conn:
        await store.choose(conn, an_id("leader"), MUNICIPALITY, Choice(digest=False), await runtime.now())

    await send_all(runtime)

    assert not [mail for mail in post.to(LEADER) if mail["List-Unsubscribe"]]


async def test_the_page_shows_what_is_chosen_and_a_form_changes_it(runtime: Runtime, client: PageClient) -> None:
    path = address_of_choices(runtime.settings, MUNICIPALITY, an_id("leader")).removeprefix(ADDRESS)

    answer = await client.fill(path, digest="no", language="en")

    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert await chosen(runtime) == Choice("en", digest=False)
    page = await client.get(path)
    assert "Dit valg er gemt." in text_of(page.text)
    await client.fill(path, digest="yes", language="da")
    assert await chosen(runtime) == Choice()


async def test_a_form_without_the_token_of_its_page_changes_nothing(runtime: Runtime, client: PageClient) -> None:
    path = address_of_choices(runtime.settings, MUNICIPALITY, an_id("leader")).removeprefix(ADDRESS)

    assert (await client.post(path, data={"digest": "no", "language": "en"})).status_code == 403
    assert (await client.post(path, data={"List-Unsubscribe": "Something"})).status_code == 403
    assert await chosen(runtime) == Choice()


@pytest.mark.parametrize("spoilt", ["x", "", "WyI3MzAiLCJ4Il0.x"], ids=["a letter too many", "another secret", "no signature of ours"])
async def test_a_link_that_is_not_ours_leads_nowhere(runtime: Runtime, client: PageClient, spoilt: str) -> None:
    path = address_of_choices(runtime.settings, MUNICIPALITY, an_id("leader")).removeprefix(ADDRESS) + spoilt
    if not spoilt:
        other = runtime.settings.model_copy(update={"secret": "another secret of the tests, long enough"})
        path = address_of_choices(other, MUNICIPALITY, an_id("leader")).removeprefix(ADDRESS)

    assert (await client.get(path)).status_code == 404
    assert (await client.post(path, data={"List-Unsubscribe": "One-Click"})).status_code == 404
    assert await chosen(runtime) == Choice()


async def test_a_link_of_a_municipality_that_is_no_longer_served_leads_nowhere(runtime: Runtime, client: PageClient) -> None:
    path = address_of_choices(runtime.settings, "999", an_id("leader")).removeprefix(ADDRESS)

    assert (await client.get(path)).status_code == 404


async def test_hr_sees_whom_mail_does_not_reach_and_nobody_else_does(runtime: Runtime, post: Post, client: PageClient) -> None:
    post.refuses[LEADER] = "550 5.1.1 No such user"
    await goes_on(runtime, morning(THURSDAY))
    await send_all(runtime)

    await client.sign_in(an_id("chief"))
    assert (await client.get("/mail")).status_code == 404
    await client.sign_in(HR)
    page = text_of((await client.get("/mail")).text)

    assert "Anne Holm Kom tilbage (550)" in page
    assert LEADER not in page


async def test_who_is_signed_in_chooses_for_themself_alone(runtime: Runtime, client: PageClient) -> None:
    assert (await client.get("/mail/choices")).status_code == 303, "nobody is signed in"
    await client.sign_in(an_id("leader"))

    answer = await client.fill("/mail/choices", digest="no", language="en")

    assert (answer.status_code, answer.headers["location"]) == (303, "/mail/choices")
    assert (await chosen(runtime), await chosen(runtime, "chief")) == (Choice("en", digest=False), Choice())
    by_link = address_of_choices(runtime.settings, MUNICIPALITY, an_id("leader")).removeprefix(ADDRESS)
    assert re.search(r'value="no"[^>]* checked', (await client.get(by_link)).text), "the same choice by the link of a mail"


async def test_the_inbox_leads_to_what_can_be_chosen_and_hr_to_what_never_arrived(client: PageClient) -> None:
    await client.sign_in(an_id("leader"))
    leader = (await client.get("/tasks")).text
    await client.sign_in(HR)
    hr = (await client.get("/tasks")).text

    assert ('href="/mail/choices"' in leader, 'href="/mail"' in leader) == (True, False)
    assert ('href="/mail/choices"' in hr, 'href="/mail"' in hr) == (True, True)
