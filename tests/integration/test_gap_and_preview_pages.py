"""What should have been but was not, what newcomers wondered about, and what would happen: pages on a real PostgreSQL."""

import csv
import re
from collections.abc import AsyncIterator
from datetime import date
from io import StringIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from contracts.base import HolderRole
from contracts.words import MilestoneKind, TalkTheme
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.subject import Subject
from services.chassis.wake import Wake
from services.chassis.web import Site
from services.chassis.web.local_sign_in import hr_persona
from services.onboarding.app import SERVICE, build_web
from services.onboarding.domain.asks import raise_observation
from tests.kit import ward
from tests.kit.builders import MUNICIPALITY, an_id, end_registered, hired
from tests.kit.first_year import WEDNESDAY, send, signed_in, told
from tests.kit.page_client import PageClient, text_of
from tests.kit.records import read_everything, set_day, take

MARCH_20 = date(2026, 3, 20)


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Settings:
    return ward.of_own_rules(settings, tmp_path / "rules")


@pytest.fixture
async def runtime(own: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(SERVICE, own) as opened:
        await ward.fill(opened)
        yield opened


@pytest.fixture
def site(own: Settings) -> Site:
    return build_web(own)


@pytest.fixture
async def hr(runtime: Runtime, site: Site) -> AsyncIterator[PageClient]:
    async with signed_in(site, hr_persona(MUNICIPALITY)) as client:
        yield client


async def on(runtime: Runtime, day: date) -> None:
    await set_day(runtime, day)
    await read_everything(runtime)
    await Wake(runtime).once()


async def test_the_gaps_of_today_lead_to_where_they_are_made_good(runtime: Runtime, hr: PageClient) -> None:
    await on(runtime, MARCH_20)

    page = (await hr.get("/onboarding/gaps")).text
    text = text_of(page)

    assert "Begyndt uden godkendt plan" in text
    assert "Opfølgningssamtale efter de første uger Nærmeste leder. Frist fredag 13. marts, 5 arbejdsdage siden" in text
    plan = await runtime.pool.fetchval("SELECT plan_id FROM plan WHERE person_key = $1", an_id("new"))
    assert f'href="/onboarding/plans/{plan}/mentors"' in page
    assert 'href="/retention#without-offer"' in page


async def test_what_was_not_done_stands_together_for_each_person_the_first_to_close_first(runtime: Runtime, hr: PageClient) -> None:
    await on(runtime, MARCH_20)

    page = text_of((await hr.get("/onboarding/gaps")).text)

    late = re.search(r"Ikke gjort eller meldt for sent \(\d+\) (.*)", page.rpartition("Over fristen (")[2])
    assert late
    assert late[1].count("Bo Lund Hjemmepleje Nord") == 1
    of_bo = re.split(r"[A-ZØ]\w+ \S+ (?:Hjemmepleje Nord|Køkkenet på Søvej)", late[1].partition("Bo Lund Hjemmepleje Nord")[2])[0]
    steps = ("Introduktionsplan før start", "Udpeg mentorer", "Den første dag", "Den første uge")
    assert [step for step in steps if step in of_bo] == list(steps)
    assert [of_bo.index(step) for step in steps] == sorted(of_bo.index(step) for step in steps)


async def test_where_the_unit_has_no_representative_it_is_hrs_as_in_the_inbox(runtime: Runtime, hr: PageClient) -> None:
    await on(runtime, MARCH_20)

    page = text_of((await hr.get(f"/onboarding/gaps?unit={an_id('kitchen')}")).text)

    assert "Kontakt fra AMR HR (enheden har ingen AMR). Frist" in page
    assert "Kontakt fra TR TR. Frist" in page, "the area has one"


async def test_what_would_happen_is_in_the_order_of_its_days(runtime: Runtime, hr: PageClient) -> None:
    asked = {"unit": str(an_id("ward")), "trigger": "hired", "profession": "nurse", "form": "monthly", "start": "2026-05-04", "end": ""}

    page = text_of((await hr.get("/onboarding/preview", params=asked)).text).partition("Det ville der ske")[2]

    steps = (
        "Introduktionsplan før start",
        "Den første dag",
        "E-læring: medicin",
        "Den første uge",
        "Den første måned",
        "Opfølgningssamtale efter et halvt",
    )
    assert [page.index(step) for step in steps] == sorted(page.index(step) for step in steps)


async def test_a_leader_reads_the_gaps_of_own_units_alone(runtime: Runtime, site: Site) -> None:
    await on(runtime, MARCH_20)
    async with signed_in(site, an_id("leader")) as leader:
        page = text_of((await leader.get("/onboarding/gaps")).text)

    assert "Bo Lund" in page
    assert "Freja Ø" not in page


async def test_a_new_leader_is_missing_no_plan_that_nobody_was_asked_for(runtime: Runtime, hr: PageClient) -> None:
    await on(runtime, MARCH_20)

    gaps = text_of((await hr.get("/onboarding/gaps")).text)
    newcomers = text_of((await hr.get("/onboarding")).text)

    planless = gaps[gaps.rindex("Begyndt uden godkendt plan (") : gaps.rindex("Begyndt uden mentor")]
    assert "Kaj Kok" not in planless
    assert "Kaj Kok" in gaps[gaps.rindex("Begyndt uden mentor") :], "who names a leader's mentor was asked"
    of_leader = newcomers[newcomers.rindex("Nye ledere (1)") :].partition("0 af 3 trin")[0]
    assert [word for word in ("Kaj Kok", "Mentorer mangler") if word not in of_leader] == []
    assert "Planen er ikke godkendt" not in of_leader
    plan = await runtime.pool.fetchval("SELECT plan_id FROM plan WHERE person_key = $1", an_id("chef"))
    page = (await hr.get(f"/onboarding/plans/{plan}")).text
    assert "Planen er ikke godkendt" not in page
    assert "/approved" not in page


async def test_who_left_before_anything_was_owed_is_no_newcomer(runtime: Runtime, hr: PageClient) -> None:
    first = date(2026, 3, 16)
    await take(runtime, [told(hired(first, unit="ward", person="amr", employment="another job"), "hire of nobody")])
    before = text_of((await hr.get("/onboarding")).text)
    step = await runtime.pool.fetchval("SELECT fact FROM step WHERE person_key = $1 AND name = 'first-day'", an_id("amr"))

    await take(runtime, [told(end_registered(date(2026, 3, 6), unit="ward", person="amr", employment="another job"), "end of nobody")])
    await on(runtime, MARCH_20)

    assert "Rikke Rask" in before
    assert "Rikke Rask" not in text_of((await hr.get("/onboarding")).text)
    assert "Rikke Rask" not in text_of((await hr.get("/onboarding/gaps")).text)
    page = (await hr.get(f"/onboarding/steps/{step}")).text
    assert "/onboarding/plans/" not in page, "a link of an old mail leads to the step, and from there to the list"


async def test_the_sheet_is_what_a_danish_spreadsheet_opens_and_keeps_the_choice(runtime: Runtime, hr: PageClient) -> None:
    await on(runtime, MARCH_20)

    answer = await hr.get(f"/onboarding/gaps.csv?unit={an_id('kitchen')}")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="introduktion-mangler-2026-03-20.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    headings, *rows = csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert headings[0] == "Hvad mangler"
    assert {row[2] for row in rows} == {"Køkkenet på Søvej"}
    plan = next(row for row in rows if row[0] == "Begyndt uden godkendt plan" and row[1] == "Freja Ø")
    assert plan == [
        "Begyndt uden godkendt plan",
        "Freja Ø",
        "Køkkenet på Søvej",
        "Ny i jobbet",
        "",
        "",
        "2026-02-16",
        "2026-02-16",
        "24",
        "",
        "0",
    ]


async def test_what_would_happen_says_which_dates_have_passed(runtime: Runtime, hr: PageClient) -> None:
    asked = {"unit": str(an_id("ward")), "trigger": "hired", "profession": "nurse", "form": "monthly", "start": "2026-02-16", "end": ""}

    page = text_of((await hr.get("/onboarding/preview", params=asked)).text)

    assert "Introduktionsplan før start" in page
    assert "Den første dag mandag 16. februar Datoen for dette trin er passeret" in page
    assert "Opfølgningssamtale efter et halvt til et helt år" in page
    assert "E-læring: medicin" in page, "the template of the profession"
    assert "1 månedsløn" not in page
    other = text_of((await hr.get("/onboarding/preview", params={**asked, "profession": "teacher"})).text)
    assert "E-læring: medicin" not in other


async def test_what_is_wrong_with_the_question_is_told_at_its_field(runtime: Runtime, hr: PageClient) -> None:
    answer = await hr.get("/onboarding/preview", params={"unit": "", "start": "32-13-2026"})

    assert answer.status_code == 422
    assert 'id="unit-error"' in answer.text
    assert 'id="start-error"' in answer.text
    assert (await hr.get("/onboarding/preview", params={"unit": str(uuid4()), "start": "2026-03-04"})).status_code == 404


async def test_what_would_happen_to_who_was_known_before_moves_or_has_a_term(runtime: Runtime, hr: PageClient) -> None:
    asked = {"unit": str(an_id("ward")), "profession": "nurse", "form": "monthly", "start": str(WEDNESDAY), "end": "", "known": ""}

    async def page(**more: str) -> str:
        return text_of((await hr.get("/onboarding/preview", params={**asked, **more})).text).partition("Det ville der ske")[2]

    hire, known = await page(trigger="hired"), await page(trigger="hired", known="2026-01-12")
    in_time = "Introduktionsplan før start mandag 12. januar til onsdag 25. februar"
    assert (in_time in hire, in_time in known) == (False, True)
    assert "Overdragelse til den nye enhed" in (moved := await page(trigger="move"))
    assert "Nærmeste leder i den enhed, der forlades" in moved
    assert "Tidsbegrænset ansættelse udløber" in await page(trigger="term", end="2026-08-31")
    answer = await hr.get("/onboarding/preview", params={**asked, "trigger": "trial"})
    assert (answer.status_code, 'id="end-error"' in answer.text) == (422, True)


async def test_an_observation_is_answered_once_and_shows_no_person(runtime: Runtime, site: Site) -> None:
    plan: UUID = await runtime.pool.fetchval("SELECT plan_id FROM plan WHERE person_key = $1", an_id("new"))
    raised = raise_observation(plan, TalkTheme.RULES, MilestoneKind.FIRST_WEEK, WEDNESDAY, HolderRole.NEAREST_LEADER)
    await runtime.ask(Subject("person", an_id("new"), MUNICIPALITY), uuid4(), raised)
    async with signed_in(site, an_id("leader")) as leader:
        fact = await runtime.pool.fetchval("SELECT fact FROM observation")
        path = f"/onboarding/observations/{fact}"
        assert "Bo Lund" not in (await leader.get(path)).text

        status, page = await send(leader, path, path, outcome="used", answered_on="2026-03-01")
        assert (status, 'id="answered_on-error"' in page) == (409, True)
        status, page = await send(leader, path, path, outcome="used", answered_on=str(WEDNESDAY))
        assert (status, "Svaret er gemt." in page) == (303, True)
        assert "1 af 1 er brugt i praksis." in page
        assert "Besvaret onsdag 4. marts: vi bruger det i praksis." in text_of((await leader.get(path)).text)
    async with signed_in(site, an_id("chef")) as other:
        assert (await other.get(path)).status_code == 404
