"""The inbox as people see it: what, for whom, by when, why me; one click to the page that does it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from uuid import UUID, uuid5

import pytest

from contracts.base import HolderRole
from services.chassis.ids import NAMESPACE
from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.chassis.web import mount
from services.notification.app import SERVICE, build_web
from tests.kit.builders import MUNICIPALITY, an_id
from tests.kit.inbox import fill, milestone, told
from tests.kit.page_client import PageClient, opened, text_of
from tests.kit.records import take
from tests.kit.trouble import all_read, unread
from tests.unit.notification.duties import call

HR = uuid5(NAMESPACE, f"hr of {MUNICIPALITY}")


@pytest.fixture
async def filled(settings: Settings) -> Settings:
    """The settings of a service whose inbox is filled."""
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime)
    return settings.model_copy(update={"secret": "a secret of the tests, long enough"})


@asynccontextmanager
async def signed_in(settings: Settings, person: UUID) -> AsyncIterator[PageClient]:
    async with opened(mount([build_web(settings)])) as app, PageClient(app) as client:
        assert (await client.sign_in(person)).status_code == 303
        yield client


async def test_the_leader_sees_what_for_whom_by_when_and_why(filled: Settings) -> None:
    async with signed_in(filled, an_id("leader")) as client:
        page = text_of((await client.get("/tasks")).text)

    assert "5 opgaver venter. 1 er over fristen." in page
    assert (
        "Fastholdelsessamtale Dorte Krogh Hjemmepleje Nord Over fristen Skulle være gjort senest mandag 16. februar Du er nærmeste leder"
        in page
    )
    assert "Opfølgningssamtale efter de første uger Bo Lund Hjemmepleje Nord Senest fredag 6. marts Du er nærmeste leder" in page
    assert "Emil Skov-Mortensen Hjemmepleje Nord Helst tirsdag 3. marts (passeret) Senest fredag 20. marts" in page
    assert "Begynder inden for 14 dage (1)" in page
    assert "Fra onsdag 11. marts Senest onsdag 25. marts" in page, "what is coming says by when, too"


async def test_a_row_leads_to_the_page_of_its_owner(filled: Settings) -> None:
    async with signed_in(filled, an_id("leader")) as client:
        page = (await client.get("/tasks")).text

    assert '<a href="/recruitment/vacancies/1">Tænk stillingen igennem før opslag</a>' in page


async def test_a_kind_without_words_of_its_own_is_a_task_and_never_a_code(filled: Settings) -> None:
    async with signed_in(filled, an_id("leader")) as client:
        page = (await client.get("/tasks")).text

    assert "a-kind-nobody-has-words-for" not in page
    assert ">Opgave</a>" in page


@pytest.mark.parametrize(
    ("about", "row"),
    [
        ({"fact": an_id("late")}, "Fastholdelsessamtale Usikker Dorte Krogh"),
        ({"subject": an_id("late")}, "Fastholdelsessamtale Usikker Dorte Krogh"),
        ({"subject": an_id("another")}, "Fastholdelsessamtale Usikker Dorte Krogh"),
        ({"subject": an_id("vacancy")}, "Tilbyd deltidsansatte flere timer før opslag Usikker Hjemmepleje Nord"),
    ],
)
async def test_a_task_of_which_an_event_is_unread_is_shown_as_uncertain(filled: Settings, about: dict[str, UUID], row: str) -> None:
    offer = call(closes=date(2026, 3, 30), about=None, kind="more-hours", link=f"/recruitment/vacancies/{an_id('vacancy')}")
    async with open_runtime(SERVICE, filled) as runtime, signed_in(filled, an_id("leader")) as client:
        await take(runtime, [told(milestone(wanted=offer), fact="offer")])
        await unread(runtime, subject=an_id("cook"), fact=an_id("a fact of others"))
        assert "Usikker" not in text_of((await client.get("/tasks")).text)
        await unread(runtime, **about)

        for path in ("/tasks", "/tasks/team"):
            page = text_of((await client.get(path)).text)
            assert (row in page, page.count("Usikker")) == (True, 2), "the row, and the heading of what it means"
            assert "En oplysning om de opgaver, der er mærket sådan, kunne ikke læses." in page
        assert "Uncertain" in text_of((await client.get("/tasks", headers={"accept-language": "en"})).text)
        await all_read(runtime)
        assert "Usikker" not in text_of((await client.get("/tasks")).text)


async def test_the_leaders_own_case_lies_with_the_chief_and_is_never_shown_to_the_leader(filled: Settings) -> None:
    async with signed_in(filled, an_id("leader")) as client:
        seen = [text_of((await client.get(path)).text) for path in ("/tasks", "/tasks/team")]
    assert not any("Fratrædelsessamtale Anne Holm" in page for page in seen)

    async with signed_in(filled, an_id("chief")) as client:
        page = text_of((await client.get("/tasks")).text)
    assert "Fratrædelsessamtale Anne Holm Hjemmepleje Nord" in page
    assert "Sagen handler om lederen, og du er lederens leder" in page


async def test_a_late_task_is_seen_by_the_leaders_leader_and_by_hr(filled: Settings) -> None:
    async with signed_in(filled, an_id("chief")) as client:
        above = text_of((await client.get("/tasks")).text)
    async with signed_in(filled, HR) as client:
        queue = text_of((await client.get("/tasks")).text)

    assert "Fristen er overskredet eller nær, og du er leder for Anne Holm" in above
    assert "Opgaven ligger hos Anne Holm: Fristen er for længst overskredet, eller en mail kom retur" in queue
    assert "Samtalen holdes af en anden end nærmeste leder" in queue


async def test_the_team_page_tells_who_holds_each_task_and_why(filled: Settings) -> None:
    async with signed_in(filled, an_id("chief")) as client:
        page = text_of((await client.get("/tasks/team")).text)

    assert "Bo Lund Hjemmepleje Nord Senest fredag 6. marts Anne Holm Nærmeste leder" in page
    assert "HR En anden end nærmeste leder" in page
    assert "Carla Dam Lederens leder, fordi sagen handler om lederen" in page


async def test_the_front_page_is_the_inbox(filled: Settings) -> None:
    async with signed_in(filled, an_id("leader")) as client:
        answer = await client.get("/")

    assert (answer.status_code, answer.headers["location"]) == (303, "/tasks")


async def test_whoever_has_not_signed_in_sees_nothing(filled: Settings) -> None:
    async with opened(mount([build_web(filled)])) as app, PageClient(app) as client:
        answers = [await client.get(path) for path in ("/tasks", "/tasks/team")]

    assert [(a.status_code, a.headers["location"].split("?")[0]) for a in answers] == [(303, "/sign-in")] * 2


async def test_an_empty_inbox_is_friendly(filled: Settings) -> None:
    async with signed_in(filled, an_id("cook")) as client:
        own, team = [text_of((await client.get(path)).text) for path in ("/tasks", "/tasks/team")]

    assert "Ingen opgaver venter lige nu." in own
    assert "God arbejdslyst" in own
    assert "Der er ingen opgaver i dine enheder" in team


async def test_the_inbox_speaks_english_too(filled: Settings) -> None:
    async with signed_in(filled, an_id("leader")) as client:
        page = text_of((await client.get("/tasks", headers={"accept-language": "en"})).text)

    assert "5 tasks are waiting. 1 is late." in page


async def test_a_task_of_the_municipality_itself_stands_at_the_municipality(filled: Settings) -> None:
    """A source that never spoke told of no unit either."""
    silent = milestone(wanted=call(unit="nobody told of it", about=None, role=HolderRole.HR, kind="silence-hr-events"))
    async with open_runtime(SERVICE, filled) as runtime:
        await take(runtime, [told(silent, fact="silence")])

    async with signed_in(filled, HR) as client:
        page = text_of((await client.get("/tasks")).text)
    assert "Der er ikke kommet nyt fra løn- og HR-systemet Randers Kommune" in page
    assert "nedlagt" not in page
