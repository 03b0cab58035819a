"""Choosing what of the inbox to see, page by page, and as a sheet: by addresses alone, and never more than one may see."""

import csv
import io
import re

import pytest

from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.notification.app import SERVICE
from services.notification.pages import listing
from services.notification.pages.listing import Asked
from tests.integration.test_inbox_pages import HR, signed_in
from tests.kit.builders import an_id
from tests.kit.inbox import fill
from tests.kit.page_client import text_of

LATE, TALK, KITCHEN = "Fastholdelsessamtale", "Opfølgningssamtale efter de første uger", an_id("kitchen")


@pytest.fixture
async def filled(settings: Settings) -> Settings:
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime)
    return settings.model_copy(update={"secret": "a secret of the tests, long enough"})


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("late=yes", LATE, "Bo Lund"),
        ("kind=talk-2-weeks", "Bo Lund", f">{LATE}</a>"),
        ("name=krogh", "Dorte Krogh", "Bo Lund"),
        ("name=KROGH&late=yes", "Dorte Krogh", "Bo Lund"),
        (f"unit={an_id('ward')}", "Bo Lund", "Ingen opgaver passer"),
        ("kind=other", ">Opgave</a>", "Dorte Krogh"),
    ],
)
async def test_what_is_chosen_is_shown_and_nothing_else(filled: Settings, query: str, shown: str, hidden: str) -> None:
    async with signed_in(filled, an_id("leader")) as client:
        page = (await client.get(f"/tasks?{query}")).text

    rows = "".join(re.findall(r"<tbody>.*?</tbody>", page, re.DOTALL))
    assert shown in rows
    assert hidden not in rows
    assert "opgaver passer til det, du har valgt." in page or "1 af" in page
    assert "5 opgaver venter. 1 er over fristen." in text_of(page), "how much waits is told whatever is chosen"


@pytest.mark.parametrize("query", ["kind=nothing-like-that", f"unit={an_id('nowhere')}", "name=%25", "name=_", "late=yes&name=lund"])
async def test_what_fits_nothing_says_so_and_leads_back(filled: Settings, query: str) -> None:
    async with signed_in(filled, an_id("leader")) as client:
        page = (await client.get(f"/tasks?{query}")).text

    assert "Ingen opgaver passer til det, du har valgt." in page
    assert '<a href="/tasks">Vis alle</a>' in page


@pytest.mark.parametrize("query", ["unit=no-id", "page=0", "page=-1", "page=x", "page=99999999999", "late=no", "name=+", "kind="])
async def test_what_cannot_be_understood_is_not_asked_for(filled: Settings, query: str) -> None:
    async with signed_in(filled, an_id("leader")) as client:
        answer = await client.get(f"/tasks?{query}")

    assert answer.status_code == 200
    assert "Bo Lund" in answer.text


async def test_the_choices_are_those_of_what_the_viewer_sees(filled: Settings) -> None:
    async with signed_in(filled, an_id("chief")) as client:
        own, team = [(await client.get(path)).text for path in ("/tasks", "/tasks/team")]

    assert f'value="{KITCHEN}"' not in own + team, "nothing waits there"
    assert '<option value="exit-talk-leader">' in own
    assert '<option value="retention-talk">' in team


async def test_somebody_elses_name_finds_nothing(filled: Settings) -> None:
    async with signed_in(filled, an_id("cook")) as client:
        pages = [(await client.get(f"{path}?name=Bo+Lund")).text for path in ("/tasks", "/tasks/team")]

    assert not any("Hjemmepleje" in page for page in pages)


async def test_a_list_of_several_pages_says_what_it_shows_and_loses_no_task(filled: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "ROWS_A_PAGE", 4)
    async with signed_in(filled, an_id("leader")) as client:
        first, last, beyond = [(await client.get(f"/tasks?page={page}")).text for page in (1, 2, 99)]

    assert "Her vises opgave 1 til 4 af 6, dem der haster mest først." in text_of(first)
    assert "Her vises opgave 5 til 6 af 6" in text_of(last)
    assert text_of(last) == text_of(beyond), "behind the last page is the last page"
    assert 'rel="next" href="/tasks?page=2"' in first
    assert 'rel="next"' not in last
    assert 'rel="prev" href="/tasks"' in last
    shown = [re.findall(r'href="/tasks/([0-9a-f-]{36})"', page) for page in (first, last)]
    assert [len(page) for page in shown] == [4, 2]
    assert len({*shown[0], *shown[1]}) == 6
    assert "Over fristen (1)" in text_of(first)
    assert "Begynder inden for 14 dage (1)" in text_of(last)


async def test_what_is_chosen_stays_chosen_from_page_to_page(filled: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "ROWS_A_PAGE", 1)
    async with signed_in(filled, an_id("leader")) as client:
        page = (await client.get("/tasks?name=skov")).text

    assert 'rel="next" href="/tasks?name=skov&amp;page=2"' in page
    assert 'href="/tasks.csv?name=skov"' in page


async def rows_of(client: object, path: str) -> list[list[str]]:
    """The sheet behind an address."""
    answer = await client.get(path)  # type: ignore[attr-defined]  # a client of the pages
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="opgaver-2026-03-04.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


async def test_the_list_is_a_sheet_with_everything_that_is_chosen(filled: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "ROWS_A_PAGE", 2)
    async with signed_in(filled, an_id("leader")) as client:
        whole, late = await rows_of(client, "/tasks.csv"), await rows_of(client, "/tasks.csv?late=yes")

    heading, first, *others = whole
    assert heading == ["Opgave", "For hvem", "Enhed", "Begynder", "Helst", "Senest", "Status", "Hos hvem", "Hvorfor dér"]
    assert first == [
        *("Fastholdelsessamtale", "Dorte Krogh", "Hjemmepleje Nord"),
        *("2026-02-02", "2026-02-16", "2026-02-16", "Over fristen", "Anne Holm", "Nærmeste leder"),
    ]
    assert len(others) == 5
    assert late == [heading, first]


async def test_the_sheet_of_the_units_is_for_who_leads_them(filled: Settings) -> None:
    async with signed_in(filled, an_id("chief")) as client:
        chief = await rows_of(client, "/tasks/team.csv")
    async with signed_in(filled, an_id("leader")) as client:
        leader = await rows_of(client, "/tasks/team.csv")
    async with signed_in(filled, an_id("cook")) as client:
        cook = await rows_of(client, "/tasks/team.csv")

    assert [len(rows) - 1 for rows in (chief, leader, cook)] == [8, 7, 0]
    assert not any("Anne Holm" in row[1] for row in leader), "nobody reads their own case"


async def test_the_queue_of_hr_is_called_that(filled: Settings) -> None:
    async with signed_in(filled, HR) as client:
        page = text_of((await client.get("/tasks")).text)

    assert "HR&#39;s kø" in page


def test_an_address_says_again_what_was_asked() -> None:
    asked = Asked.of({"kind": "talk-2-weeks", "name": " Bo Lund ", "late": "yes", "unit": str(KITCHEN), "page": "3"})

    assert asked.address("/tasks", 4) == f"/tasks?kind=talk-2-weeks&unit={KITCHEN}&name=Bo+Lund&late=yes&page=4"
    assert Asked.of({}).address("/tasks") == "/tasks"
    assert Asked.of({"name": "x" * 500}).name == "x" * 120
