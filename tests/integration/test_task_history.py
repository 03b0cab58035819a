"""The history of a task as a page, who may read it, and what both sides are told when a task changes hands."""

from datetime import date
from uuid import UUID

import pytest

from contracts.base import CallState, HolderRole
from contracts.onboarding import IntroMilestoneDone
from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.notification.app import SERVICE
from tests.integration.test_inbox_pages import HR, signed_in
from tests.kit.builders import an_id, noon, role_assigned
from tests.kit.inbox import WEDNESDAY, change_hands, fill, milestone, told
from tests.kit.page_client import text_of
from tests.kit.records import set_day, take
from tests.kit.story import revision
from tests.unit.notification.duties import call

THIS_WEEK = an_id("this week")
THURSDAY = date(2026, 3, 5)


@pytest.fixture
async def filled(settings: Settings) -> Settings:
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime)
    return settings.model_copy(update={"secret": "a secret of the tests, long enough"})


async def page_of(settings: Settings, person: UUID, path: str) -> tuple[int, str]:
    async with signed_in(settings, person) as client:
        answer = await client.get(path)
    return answer.status_code, text_of(answer.text)


async def test_a_task_tells_what_happened_to_it_when_and_why(filled: Settings) -> None:
    async with open_runtime(SERVICE, filled) as runtime:
        await change_hands(runtime)
        wanted = call(closes=date(2026, 3, 6), about="person", state=CallState.DONE, state_on=WEDNESDAY, by_role=HolderRole.DEPUTY)
        done = milestone(IntroMilestoneDone, wanted, done_on=WEDNESDAY, in_window=True, by_role=HolderRole.DEPUTY)
        await set_day(runtime, THURSDAY)
        await take(runtime, [revision(done, noon(THURSDAY), fact=THIS_WEEK, number=2)])

    status, page = await page_of(filled, an_id("chief"), f"/tasks/{THIS_WEEK}")

    assert status == 200
    assert "Historik: Opfølgningssamtale efter de første uger" in page
    assert "Status Gjort" in page
    steps = (
        "Åbnet med frist fredag 6. marts",
        "Lagt hos Anne Holm: Nærmeste leder",
        "Gik fra Anne Holm til Dan Berg: en stedfortræder er trådt til",
        "Gjort onsdag 4. marts af stedfortræder",
    )
    assert [page.index(step) for step in steps] == sorted(page.index(step) for step in steps)


async def test_a_late_task_tells_to_whom_it_was_shown(filled: Settings) -> None:
    _, page = await page_of(filled, an_id("leader"), f"/tasks/{an_id('late')}")

    assert "Vist for Carla Dam (lederens leder): 5 arbejdsdage over fristen" in page
    assert "Vist for HR: 10 arbejdsdage over fristen" in page


@pytest.mark.parametrize(
    ("person", "name", "status"),
    [
        (an_id("leader"), "this week", 200),
        (an_id("chief"), "this week", 200),
        (an_id("cook"), "this week", 404),
        (HR, "this week", 200),
        (an_id("leader"), "own case", 404),
        (an_id("chief"), "own case", 200),
        (an_id("leader"), "second party", 200),
        (an_id("leader"), "no such task", 404),
    ],
)
async def test_who_sees_the_task_reads_its_history_and_nobody_reads_their_own(
    filled: Settings, person: UUID, name: str, status: int
) -> None:
    found, page = await page_of(filled, person, f"/tasks/{an_id(name)}")

    assert found == status
    assert ("Historik" in page) is (status == 200)


async def test_an_ended_task_is_read_by_the_units_leader_and_by_hr(filled: Settings) -> None:
    async with open_runtime(SERVICE, filled) as runtime:
        done = milestone(IntroMilestoneDone, call(state=CallState.DONE), done_on=WEDNESDAY, in_window=True, by_role=HolderRole.HR)
        await take(runtime, [told(done, 2, "this week")])

    found = [await page_of(filled, person, f"/tasks/{THIS_WEEK}") for person in (an_id("leader"), HR, an_id("cook"))]

    assert [status for status, _ in found] == [200, 200, 404]
    assert all("Hos hvem Ingen" in page for _, page in found[:2])


async def test_the_new_holder_is_told_from_whom_it_came_and_the_old_one_where_it_went(filled: Settings) -> None:
    async with open_runtime(SERVICE, filled) as runtime:
        await change_hands(runtime)

    _, new = await page_of(filled, an_id("deputy"), "/tasks")
    _, old = await page_of(filled, an_id("leader"), "/tasks")

    assert "Du er stedfortræder for lederen Kom fra Anne Holm 4. mar.: en stedfortræder er trådt til" in new
    assert "Gået videre til andre (5)" in old
    assert "Bo Lund Hjemmepleje Nord Dan Berg Gik videre 4. mar.: en stedfortræder er trådt til" in old
    assert "Ingen opgaver venter lige nu." in old
    assert "Kom fra" not in old


async def test_who_stands_in_for_whom_is_shown_to_the_leaders_of_the_unit(filled: Settings) -> None:
    async with open_runtime(SERVICE, filled) as runtime:
        await change_hands(runtime)

    seen = {person: (await page_of(filled, an_id(person), "/tasks/deputies"))[1] for person in ("chief", "leader", "cook")}

    row = "Dan Berg Anne Holm Hjemmepleje Nord onsdag 4. marts til mandag 4. maj Alle opgaver"
    assert row in seen["chief"]
    assert row in seen["leader"]
    assert "Der er ikke meldt nogen stedfortrædere i dine enheder." in seen["cook"]


async def test_a_representative_who_leads_nobody_sees_what_is_theirs_and_why(filled: Settings) -> None:
    contact = milestone(wanted=call(role=HolderRole.AMR, closes=date(2026, 3, 20), about="person"))
    async with open_runtime(SERVICE, filled) as runtime:
        await take(runtime, [told(role_assigned("area", "representative")), told(contact, fact="contact")])

    _, own = await page_of(filled, an_id("representative"), "/tasks")
    status, history = await page_of(filled, an_id("representative"), f"/tasks/{an_id('contact')}")

    assert "Bo Lund Hjemmepleje Nord Senest fredag 20. marts Du er arbejdsmiljørepræsentant for enheden" in own
    assert "Se alle opgaver i dine enheder" not in own
    assert (status, "Arbejdsmiljørepræsentant for enheden" in history) == (200, True)


async def test_whoever_has_not_signed_in_reads_no_history(filled: Settings) -> None:
    async with signed_in(filled, HR) as client:
        client.cookies.clear()
        answers = [await client.get(path) for path in (f"/tasks/{THIS_WEEK}", "/tasks.csv", "/tasks/team.csv", "/tasks/deputies")]

    assert [answer.status_code for answer in answers] == [303] * 4
