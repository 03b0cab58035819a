"""Two steps that a municipality added itself are told apart in the inbox, its sheet, the digest and the calendar."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contracts.onboarding import CourseDue
from services.chassis.runtime import Runtime
from services.chassis.settings import Settings
from services.chassis.web import mount
from services.notification.app import build_web
from services.notification.calendar import pages
from tests.kit import ics
from tests.kit.builders import an_id, leader_ended
from tests.kit.inbox import milestone, told
from tests.kit.mailing import RULES, THURSDAY, fill_with_addresses, goes_on, mail_of, mailing, morning, send_all
from tests.kit.page_client import PageClient, hidden_fields, opened, text_of
from tests.kit.post import Post
from tests.kit.post import text_of as mail_text
from tests.kit.records import take
from tests.unit.notification.duties import call, days

TABLES_OF = "notification"
OWN = """
[onboarding.templates.first-year.steps]
keys = { due = "start", title = { da = "Nøgler og adgang er klar", en = "Keys and access are ready" } }
locker = { due = "start", title = { da = "Skab er klar", en = "Locker is ready" } }
medicine = { opens = "start", due = "day 30", course = "basics", title = { da = "E-læring: medicin", en = "E-learning: medicines" } }
"""
TITLES = {"keys": "Nøgler og adgang er klar", "locker": "Skab er klar", "medicine": "E-læring: medicin"}
ADDRESS = re.compile(r'id="address"[^>]*>https?://[^/]+(/[^<]+)<')


@pytest.fixture
async def runtime(settings: Settings, post: Post, tmp_path: Path) -> AsyncIterator[Runtime]:
    """The inbox of the kit, and three more tasks about one person."""
    ready = settings.model_copy(update={"rules": tmp_path / "rules", "secret": "a secret of the tests, long enough"})
    async with mailing(ready, post, RULES + OWN) as opened_runtime:
        await fill_with_addresses(opened_runtime)
        for code in ("keys", "locker"):
            await take(opened_runtime, [told(milestone(wanted=call(kind="local-step", closes=days(8)), step_code=code), fact=code)])
        course = {**milestone(wanted=call(kind="course", closes=days(8))).model_dump(), "course_code": "basics"}
        await take(opened_runtime, [told(CourseDue.model_validate(course), fact="medicine")])
        yield opened_runtime


async def test_the_inbox_its_sheet_and_the_history_tell_own_steps_apart(runtime: Runtime) -> None:
    async with opened(mount([build_web(runtime.settings)])) as app, PageClient(app) as client:
        await client.sign_in(an_id("leader"))
        page = text_of((await client.get("/tasks")).text)
        sheet = (await client.get("/tasks.csv")).text
        history = text_of((await client.get(f"/tasks/{an_id('keys')}")).text)
        english = text_of((await client.get("/tasks", headers={"accept-language": "en"})).text)

    for title in TITLES.values():
        assert f"{title} Bo Lund Hjemmepleje Nord" in page
        assert f"{title};Bo Lund" in sheet
    assert "Historik: Nøgler og adgang er klar" in history
    assert "Locker is ready Bo Lund" in english
    assert "Lokalt trin i introduktionen" in page, "all of them are one choice of the filter"


async def test_the_digest_tells_own_steps_apart(runtime: Runtime, post: Post) -> None:
    await goes_on(runtime, morning(THURSDAY))
    await send_all(runtime)

    (digest,) = [mail for mail in post.to(mail_of("leader")) if str(mail["Subject"]).startswith("Se ")]
    assert all(f"- {title}\n  Bo Lund, Hjemmepleje Nord" in mail_text(digest) for title in TITLES.values())


async def test_the_calendar_tells_own_steps_apart_also_when_they_have_gone(runtime: Runtime) -> None:
    async with opened(mount([build_web(runtime.settings)])) as app, PageClient(app) as client:
        await client.sign_in(an_id("leader"))
        made = await client.post(pages.PAGE, data=hidden_fields((await client.get(pages.PAGE)).text, pages.PAGE))
        found = ADDRESS.search(made.text)
        assert found
        before = ics.by_uid((await client.get(found[1])).content)
        await take(runtime, [told(leader_ended("ward", "leader", days(2)))])
        await goes_on(runtime, morning(THURSDAY))
        after = ics.by_uid((await client.get(found[1])).content)

    for fact, title in TITLES.items():
        assert ics.told(before[str(an_id(fact))])[0] == title
        assert ics.told(after[str(an_id(fact))])[0] == f"Udgået: {title}"
