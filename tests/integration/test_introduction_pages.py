"""The leader's pages of introductions on a real PostgreSQL: the whole plan, its changes, its mentors, and who may open what."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from contracts.base import HolderRole
from contracts.onboarding.mentor import MentorKind
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.subject import Subject
from services.chassis.web import Site
from services.chassis.web.local_sign_in import hr_persona
from services.onboarding.app import SERVICE, build_web
from services.onboarding.domain.asks import Mentor, name_mentor
from tests.kit import ward
from tests.kit.builders import MUNICIPALITY, an_id
from tests.kit.first_year import WEDNESDAY, send, signed_in
from tests.kit.page_client import PageClient, text_of
from tests.kit.records import set_day


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
async def leader(runtime: Runtime, site: Site) -> AsyncIterator[PageClient]:
    async with signed_in(site, an_id("leader")) as client:
        yield client


async def plan_of(runtime: Runtime, person: str) -> str:
    plan: UUID = await runtime.pool.fetchval("SELECT plan_id FROM plan WHERE person_key = $1", an_id(person))
    return f"/onboarding/plans/{plan}"


async def step_of(runtime: Runtime, person: str, name: str, page: str = "steps") -> str:
    fact: UUID = await runtime.pool.fetchval("SELECT fact FROM step WHERE person_key = $1 AND name = $2", an_id(person), name)
    return f"/onboarding/{page}/{fact}"


async def test_everybody_is_found_in_their_part_with_what_is_in_place(leader: PageClient) -> None:
    page = text_of((await leader.get("/onboarding")).text)

    for part, people in {
        "Begynder snart": ("Signe Sol", "Birgit Bak"),
        "I det første år": ("Bo Lund", "Dorte Krogh", "Tove Tarp"),
        "Skiftet job internt": ("Mads Mark",),
        "Elever og studerende": ("Ea Elling",),
    }.items():
        section = page.rpartition(f"{part} ({len(people)})")[2]
        assert [name for name in people if name not in section] == []
    assert "Planen er ikke godkendt Mentorer mangler" in page
    assert "Tidsbegrænset ansættelse udløber Tove Tarp" in page, "a term that ends has no plan and is shown alone"
    assert "Freja Ø" not in page


async def test_a_unit_is_chosen_with_all_below_it(runtime: Runtime, site: Site) -> None:
    async with signed_in(site, an_id("chief")) as chief:
        everybody = text_of((await chief.get("/onboarding")).text)
        kitchen = text_of((await chief.get(f"/onboarding?unit={an_id('kitchen')}")).text)
        strange = text_of((await chief.get("/onboarding?unit=rubbish")).text)

    assert "Bo Lund" in everybody
    assert "Freja Ø" in kitchen
    assert "Bo Lund" not in kitchen
    assert "Bo Lund" in strange


async def test_the_plan_shows_steps_courses_mentors_and_workload_in_order(runtime: Runtime, leader: PageClient) -> None:
    page = text_of((await leader.get(await plan_of(runtime, "new"))).text)

    assert "Ny i jobbet" in page
    assert page.index("Introduktionsplan før start") < page.index("Opfølgningssamtale inden for de første tre måneder")
    assert "Venter på: Introduktion til arbejdsmiljø" in page, "safety before solo work"
    assert "Nøgler er klar Vises ikke for medarbejderen" in page
    assert "E-læring (1) E-læring Trin Tidsrum Hvem gør det Status E-læring: medicin" in page
    assert "mandag 16. februar 50 %" in page.replace("\xa0", " ")


async def test_a_step_waits_for_another_and_says_for_which(runtime: Runtime, leader: PageClient) -> None:
    path = await step_of(runtime, "new", "works-alone")

    page = (await leader.get(path)).text

    first = await step_of(runtime, "new", "safety-introduction")
    assert "Dette skal gøres først: Introduktion til arbejdsmiljø" in text_of(page)
    assert f'<a href="{first}">Introduktion til arbejdsmiljø</a>' in page
    assert f'action="{path}/done"' not in page


async def test_a_step_is_done_and_its_learning_point_can_be_added_later(runtime: Runtime, leader: PageClient) -> None:
    path = await step_of(runtime, "new", "safety-introduction")

    status, page = await send(leader, path, f"{path}/done", done_on=str(WEDNESDAY))
    assert (status, "Gjort for sent 4. mar." in text_of(page)) == (303, True)

    status, page = await send(leader, path, f"{path}/learning", words="Husk stiger.")
    assert (status, "Husk stiger." in page) == (303, True)


async def test_the_plan_is_approved_with_the_newcomer(runtime: Runtime, leader: PageClient) -> None:
    path = await plan_of(runtime, "new")

    status, page = await send(leader, path, f"{path}/approved", approved_on="2026-03-05")
    assert (status, 'id="approved_on-error"' in page) == (409, True)

    status, page = await send(leader, path, f"{path}/approved", approved_on=str(WEDNESDAY), newcomer_took_part="true")
    assert status == 303
    assert "Planen er godkendt onsdag 4. marts – medarbejderen var med til at lave den" in text_of(page)


async def test_a_plan_is_approved_on_no_page_of_another_step(runtime: Runtime, leader: PageClient) -> None:
    step, other = await step_of(runtime, "new", "plan-before-start"), await step_of(runtime, "new", "keys")
    status, _ = await send(leader, step, f"{step}/approved", approved_on=str(WEDNESDAY))
    assert status == 303

    answer = await leader.post(f"{other}/approved", data={"approved_on": str(WEDNESDAY), "form_id": str(uuid4())})
    assert answer.status_code == 404


async def test_a_step_is_added_and_taken_out_and_a_required_one_is_not(runtime: Runtime, leader: PageClient) -> None:
    plan = await plan_of(runtime, "soon")
    edit = f"{plan}/edit"

    offered = (await leader.get(edit)).text
    assert '<option value="driving">Kørsel i tjenestebil</option>' in offered
    assert [step for step in ("leader-mentor-6-months", "reintroduction-plan", "hand-over") if f'value="{step}"' in offered] == []
    status, page = await send(leader, edit, f"{plan}/added", added="driving")
    assert (status, "Trinet er lagt ind i planen." in page) == (303, True)
    assert "Kørsel i tjenestebil" in text_of((await leader.get(plan)).text)

    added = await step_of(runtime, "soon", "driving")
    status, page = await send(leader, edit, f"{plan}/removed", removed=added.rpartition("/")[2])
    assert (status, "Trinet er taget ud af planen." in page) == (303, True)
    assert "Kørsel i tjenestebil" not in text_of((await leader.get(plan)).text)

    required = await step_of(runtime, "soon", "talk-2-weeks")
    status, page = await send(leader, edit, f"{plan}/removed", removed=required.rpartition("/")[2])
    assert (status, "Trinet skal være i alles plan" in page, 'id="removed-error"' in page) == (409, True, True)


async def test_a_step_of_another_plan_is_not_changed_from_here(runtime: Runtime, leader: PageClient) -> None:
    plan, foreign = await plan_of(runtime, "soon"), await step_of(runtime, "new", "month-1")

    status, _ = await send(leader, f"{plan}/edit", f"{plan}/removed", removed=foreign.rpartition("/")[2])

    assert status == 404


async def test_mentors_are_found_by_name_with_their_unit_and_load(runtime: Runtime, leader: PageClient) -> None:
    await runtime.ask(
        Subject("person", an_id("away"), MUNICIPALITY),
        uuid4(),
        name_mentor(
            UUID((await plan_of(runtime, "away")).rpartition("/")[2]),
            MentorKind.SOCIAL,
            Mentor(an_id("colleague")),
            WEDNESDAY,
            HolderRole.NEAREST_LEADER,
        ),
    )
    page = f"{await plan_of(runtime, 'new')}/mentors"

    found = text_of((await leader.get(f"{page}?q=gitte")).text)

    assert "2 kolleger fundet" in found
    assert "Gitte Berg Hjemmepleje Nord · 1 ny Gitte Juul Køkkenet på Søvej · 0 nye" in found, "those of the unit first"
    assert "Gitte Gade" not in found, "who has left is no colleague"
    assert "Gitte Berg" in text_of((await leader.get(page)).text), "who was a mentor in the unit is known there"
    assert "begynder med itte" in text_of((await leader.get(f"{page}?q=itte")).text)


async def test_naming_the_same_mentor_twice_is_refused_at_the_field(runtime: Runtime, leader: PageClient) -> None:
    page = f"{await plan_of(runtime, 'new')}/mentors"
    both = {"mentor": f"{an_id('colleague')}:{an_id('job of colleague')}", "named_on": str(WEDNESDAY)}

    status, shown = await send(leader, f"{page}?q=gitte", f"{page}?q=gitte", kind="professional", **both)
    assert (status, "Mentoren er udpeget." in shown) == (303, True)

    status, shown = await send(leader, f"{page}?q=gitte", f"{page}?q=gitte", kind="social", **both)
    assert (status, 'id="mentor-error"' in shown) == (409, True)
    assert "Den faglige og den sociale mentor skal være to forskellige." in shown

    status, shown = await send(leader, page, f"{page}/team", team=str(an_id("kitchen")), team_on=str(WEDNESDAY))
    assert (status, "Fast team Køkkenet på Søvej" in text_of(shown)) == (303, True)

    status, shown = await send(leader, f"{page}?q=gitte", f"{page}?q=gitte", kind="social", mentor="rubbish", named_on=str(WEDNESDAY))
    assert (status, 'id="mentor-error"' in shown) == (422, True)


async def test_who_holds_the_role_opens_the_step_and_nothing_else(runtime: Runtime, site: Site) -> None:
    amr, talk = await step_of(runtime, "new", "amr-contacted"), await step_of(runtime, "new", "talk-2-weeks", "talks")
    async with signed_in(site, an_id("amr")) as representative:
        asked = text_of((await representative.get("/onboarding")).text)
        assert "2 trin er åbne nu. 2 er over fristen." in asked
        assert "Det er du bedt om (3)" in asked
        assert "Skulle være sket" not in asked, "who leads nobody has no such list"
        assert "Bo Lund" in asked
        assert "Freja Ø" not in asked, "the kitchen has no AMR but is not hers"
        page = text_of((await representative.get(amr)).text)
        assert "Kontakt fra AMR: Bo Lund" in page
        assert "kun ledere og HR kan læse dem, så du ser dem ikke igen" in page
        for path in (
            talk,
            await plan_of(runtime, "new"),
            await step_of(runtime, "new", "tr-contacted"),
            await step_of(runtime, "other", "amr-contacted"),
        ):
            assert (await representative.get(path)).status_code == 404
        assert (await representative.post(f"{amr}/removed", data={"form_id": str(uuid4())})).status_code == 404

        status, told = await send(representative, amr, f"{amr}/done", done_on=str(WEDNESDAY), words="Alt vel.")
        assert (status, "Det er noteret, at trinet er gjort." in told) == (303, True)
        assert "Alt vel." not in (await representative.get(amr)).text, "who is asked for one step reads no learning points"
    assert await runtime.pool.fetchval('SELECT count(*) FROM outbox WHERE body LIKE \'%"by_role":"amr"%\'') > 0


async def test_the_role_of_the_area_is_asked_where_the_unit_has_none(runtime: Runtime, site: Site) -> None:
    async with signed_in(site, an_id("tr")) as steward:
        for person in ("new", "other"):
            assert (await steward.get(await step_of(runtime, person, "tr-contacted"))).status_code == 200


async def test_a_mentor_opens_what_mentors_are_asked_for(runtime: Runtime, site: Site, leader: PageClient) -> None:
    tour = await step_of(runtime, "new", "buddy")
    page = f"{await plan_of(runtime, 'new')}/mentors"
    mentor = {"mentor": str(an_id("deputy")), "kind": "social", "named_on": str(WEDNESDAY)}
    assert (await send(leader, f"{page}?q=dan", f"{page}?q=dan", **mentor))[0] == 303
    mentor |= {"mentor": str(an_id("tr")), "kind": "professional"}
    async with signed_in(site, an_id("tr")) as steward:
        assert (await steward.get(tour)).status_code == 404
        assert (await send(leader, f"{page}?q=troels", f"{page}?q=troels", **mentor))[0] == 303
        assert "Rundtur med mentor: Bo Lund" in text_of((await steward.get(tour)).text)
        assert "Rundtur med mentor" in text_of((await steward.get("/onboarding")).text)


async def test_a_leaders_own_introduction_is_for_who_leads_above(runtime: Runtime, site: Site) -> None:
    plan = await plan_of(runtime, "leader")
    for person, status in (("chief", 200), ("deputy", 404), ("leader", 404)):
        async with signed_in(site, an_id(person)) as client:
            assert {(await client.get(page)).status_code for page in (plan, f"{plan}/link")} == {status}
            assert ("Anne Holm Hjemmepleje Nord" in text_of((await client.get("/onboarding")).text)) is (status == 200)
    async with signed_in(site, hr_persona(MUNICIPALITY)) as hr:
        assert (await hr.get(plan)).status_code == 200


async def test_the_leaders_leader_and_the_deputy_record_as_such(runtime: Runtime, site: Site) -> None:
    talk = await step_of(runtime, "new", "talk-2-weeks", "talks")
    for person, role in (("chief", "leaders-leader"), ("deputy", "deputy"), ("leader", "nearest-leader")):
        async with signed_in(site, an_id(person)) as client:
            assert f'value="{role}" selected' in (await client.get(talk)).text


async def test_a_plan_that_is_over_is_shown_with_how_it_went(runtime: Runtime, leader: PageClient) -> None:
    await set_day(runtime, date(2026, 3, 6))
    page = text_of((await leader.get(await plan_of(runtime, "mover"))).text)

    assert "Skifter job internt" in page
    assert "Overdragelse til den nye enhed" in page
