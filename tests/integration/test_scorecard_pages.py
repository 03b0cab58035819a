"""The scorecard and the JSON on a real PostgreSQL: who sees what, in which words, and what is hidden."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.reporting.app import SERVICE, build_web
from tests.kit.builders import an_id
from tests.kit.first_year import SECRET, signed_in
from tests.kit.page_client import PageClient, text_of
from tests.kit.scorecard import fill


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(SERVICE, settings) as opened:
        await fill(opened)
        yield opened


@pytest.fixture
async def chief(runtime: Runtime, settings: Settings) -> AsyncIterator[PageClient]:
    async with signed_in(build_web(settings.model_copy(update={"secret": SECRET})), an_id("chief")) as client:
        yield client


@pytest.fixture
async def leader(runtime: Runtime, settings: Settings) -> AsyncIterator[PageClient]:
    async with signed_in(build_web(settings.model_copy(update={"secret": SECRET})), an_id("leader")) as client:
        yield client


def path(unit: str, indicator: str = "") -> str:
    return f"/scorecard{indicator and '/' + indicator}?unit={an_id(unit)}"


async def test_the_scorecard_of_the_highest_unit_one_leads(chief: PageClient, leader: PageClient) -> None:
    area, north = [text_of((await client.get("/scorecard")).text) for client in (chief, leader)]

    assert "Scorecard for Omsorg og sundhed" in area
    assert "Antal ansatte Ansatte den sidste dag i måneden. 57 dec. 2025 −4 på et år" in area
    assert "Scorecard for Hjemmepleje Nord" in north
    assert "Højere oppe" not in north, "what lies above is not the leader's"


async def test_every_chart_has_a_title_and_its_table(chief: PageClient) -> None:
    page = (await chief.get("/scorecard")).text

    assert page.count('<svg class="chart"') == page.count('class="details-summary">Tabel: ') == 6
    assert "<title>Antal ansatte, jan. 2024 til dec. 2025; senest 57</title>" in page


async def test_a_small_unit_and_the_one_that_would_give_it_away_are_hidden(chief: PageClient) -> None:
    page = text_of((await chief.get(path("area", "headcount"))).text)

    assert "Køkkenet på Søvej under 5 dec. 2025" in page
    assert "Administrationen under 5 dec. 2025" in page
    assert "Hjemmepleje Nord 27 dec. 2025" in page


async def test_the_definition_stands_with_the_figure(chief: PageClient) -> None:
    page = text_of((await chief.get(path("area", "turnover-cohort-12m"))).text)

    assert "Navn i data turnover-cohort-12m Version 1 Hvem tælles Månedslønnede" in page


@pytest.mark.parametrize("address", ["/scorecard?unit={unit}", "/scorecard/headcount?unit={unit}", "/api/figures/headcount?unit={unit}"])
@pytest.mark.parametrize("unit", [str(an_id("south")), str(an_id("area")), str(an_id("no such unit")), "x"])
async def test_other_units_are_not_found(leader: PageClient, address: str, unit: str) -> None:
    assert (await leader.get(address.format(unit=unit))).status_code == 404


async def test_an_unknown_indicator_is_not_found(chief: PageClient) -> None:
    assert (await chief.get("/scorecard/happiness")).status_code == 404
    assert (await chief.get("/api/figures/happiness")).status_code == 404


async def test_the_json_carries_all_that_travels_with_a_value(chief: PageClient) -> None:
    answer = await chief.get(f"/api/figures/headcount?unit={an_id('area')}&from=2025-12&to=2025-12")

    month, year = answer.json()
    assert (month["period"], year["period"]) == ("2025-12", "2025")
    assert month["value"] == month["n"] == month["numerator"] == 57
    wanted = {"definition_id": "headcount", "definition_version": 1, "population": "P1", "status": "ok", "known_on": "2026-01-15"}
    assert wanted.items() <= month.items()
    assert UUID(month["unit_id"]) == an_id("area")
    again = await chief.get(answer.url, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_units_below_and_splits_in_json(chief: PageClient, leader: PageClient) -> None:
    below = (await chief.get(f"/api/figures/headcount?unit={an_id('area')}&by=unit&from=2025-12&to=2025-12")).json()
    kinds = (await chief.get(f"/api/figures/leavers-by-kind?unit={an_id('area')}&from=2025&to=2025")).json()
    own = (await leader.get("/api/figures/headcount?by=unit&from=2025-12&to=2025-12")).json()

    shown = {row["unit_id"]: row["value"] for row in below if row["period"] == "2025-12"}
    assert shown[str(an_id("kitchen"))] is None
    assert len(shown) == 5
    of_year = {row["split"]["kind"]: (row["numerator"], row["n"]) for row in kinds if row["period"] == "2025"}
    assert of_year == {"own-request": (6, 11), "retirement": (5, 11)}
    assert {row["unit_id"] for row in own} == {str(an_id("north"))}


@pytest.mark.parametrize("asked", ["from=202", "to=2025-13", "as_known_on=soon", "as_known_on=2030-01-01", "by=age"])
async def test_what_cannot_be_asked_is_refused(chief: PageClient, asked: str) -> None:
    answer = await chief.get(f"/api/figures/headcount?unit={an_id('area')}&{asked}")

    assert answer.status_code == 409


async def test_as_known_on_a_day_that_was_never_printed(chief: PageClient) -> None:
    found = await chief.get(f"/api/figures/headcount?unit={an_id('area')}&from=2025-02&to=2025-02&as_known_on=2025-03-10")

    assert [(row["value"], row["known_on"]) for row in found.json()] == [(61, "2025-03-10")]


async def test_nobody_is_named(chief: PageClient) -> None:
    assert (await chief.get("/api/figures/headcount")).status_code == 404, "a leader names a unit; all of them are for HR"
