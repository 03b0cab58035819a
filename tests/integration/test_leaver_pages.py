"""The pages of those who leave on a real PostgreSQL: who sees which case, and what may be recorded about it."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.wake import Wake
from services.retention.app import SERVICE, build_web
from tests.kit.builders import an_id, withdrawn
from tests.kit.first_year import SECRET, WEDNESDAY, send, signed_in, told
from tests.kit.leavers import HR, fill, leavers
from tests.kit.page_client import PageClient, text_of
from tests.kit.records import read_everything, set_day, take
from tests.kit.story import revision
from tests.kit.trouble import unread

TODAY = str(WEDNESDAY)
CASE = f"/retention/cases/{an_id('notice of quits')}"


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(SERVICE, settings) as opened:
        await fill(opened)
        yield opened


@pytest.fixture
async def leader(runtime: Runtime, settings: Settings) -> AsyncIterator[PageClient]:
    async with signed_in(build_web(settings.model_copy(update={"secret": SECRET})), an_id("leader")) as client:
        yield client


@pytest.fixture
async def hr(runtime: Runtime, settings: Settings) -> AsyncIterator[PageClient]:
    async with signed_in(build_web(settings.model_copy(update={"secret": SECRET})), HR) as client:
        yield client


@pytest.fixture
async def chief(runtime: Runtime, settings: Settings) -> AsyncIterator[PageClient]:
    async with signed_in(build_web(settings.model_copy(update={"secret": SECRET})), an_id("chief")) as client:
        yield client


async def path_of(runtime: Runtime, person: str, kind: str) -> str:
    fact = await runtime.pool.fetchval(
        "SELECT fact FROM duty JOIN leaving USING (case_id) WHERE person_key = $1 AND kind = $2", an_id(person), kind
    )
    return f"/retention/{'talks' if kind == 'retention-talk' else 'exits'}/{fact}"


async def test_whoever_an_unread_event_is_about_is_shown_as_uncertain(runtime: Runtime, leader: PageClient) -> None:
    assert "Usikker" not in text_of((await leader.get("/retention")).text)
    await unread(runtime, subject=an_id("quits"))

    assert text_of((await leader.get("/retention")).text).count("Usikker") == 1
    assert "En oplysning om personen kunne ikke læses." in text_of((await leader.get(CASE)).text)


async def test_the_leader_sees_what_waits_and_who_leaves(leader: PageClient) -> None:
    page = text_of((await leader.get("/retention")).text)

    assert "Samtaler nu (2)" in page
    assert "Fastholdelsessamtale Emil Skov-Mortensen Hjemmepleje Nord Senest mandag 9. marts" in page
    assert "Fratrædelsessamtale med nærmeste leder Dorte Krogh Hjemmepleje Nord Helst tirsdag 24. marts Senest tirsdag 31. marts" in page
    assert "Medarbejdere, der stopper (2)" in page


async def test_hr_sees_the_talks_of_the_second_party_in_every_unit(hr: PageClient) -> None:
    page = text_of((await hr.get("/retention")).text)

    assert "Fratrædelsessamtale med en anden end nærmeste leder Dorte Krogh" in page
    assert "Medarbejdere, der stopper (4)" in page


async def test_who_leaves_without_the_offer_of_an_exit_talk_is_listed(runtime: Runtime, leader: PageClient, hr: PageClient) -> None:
    for day, count in ((date(2026, 3, 24), "0"), (after := date(2026, 4, 1), "2")):
        await _it_is(runtime, day)
        missing = text_of((await hr.get("/retention")).text).partition("Uden tilbud om fratrædelsessamtale (")[2]
        assert missing[:1] == count
    assert "Fratrædelsessamtale med nærmeste leder Dorte Krogh Hjemmepleje Nord tirsdag 31. marts tirsdag 24. marts" in missing
    assert "Uden tilbud om fratrædelsessamtale (1)" in text_of((await leader.get("/retention")).text)

    path = await path_of(runtime, "retires", "exit-talk-leader")
    assert (await send(leader, path, f"{path}/offered", offered_on=str(after)))[0] == 303

    assert "Uden tilbud om fratrædelsessamtale" not in text_of((await leader.get("/retention")).text)
    assert "Uden tilbud om fratrædelsessamtale (1)" in text_of((await hr.get("/retention")).text)


async def test_nobody_sees_other_units_or_their_own_case(runtime: Runtime, leader: PageClient) -> None:
    page = text_of((await leader.get("/retention")).text)

    assert "Freja Ø" not in page
    assert "Anne Holm" not in page.partition("Samtaler nu")[2], "only as the one who signed in"
    for fact in ("notice of other", "end of other", "end of leader"):
        assert (await leader.get(f"/retention/cases/{an_id(fact)}")).status_code == 404
    for person in ("other", "leader"):
        assert (await leader.get(await path_of(runtime, person, "exit-talk-leader"))).status_code == 404


async def test_a_case_is_found_by_its_resignation_and_by_its_end(leader: PageClient) -> None:
    for fact in ("notice of quits", "end of quits"):
        page = text_of((await leader.get(f"/retention/cases/{an_id(fact)}")).text)
        assert "Emil Skov-Mortensen stopper" in page
        assert "Opsigelse modtaget tirsdag 3. marts Sidste arbejdsdag torsdag 30. april" in page


async def test_a_retention_talk_is_recorded_with_one_form(runtime: Runtime, leader: PageClient) -> None:
    path = await path_of(runtime, "quits", "retention-talk")

    status, page = await send(leader, path, path, held_on=TODAY, outcome="undecided")

    assert status == 303
    assert "Fastholdelsessamtale Holdt til tiden 4. mar." in text_of(page)
    assert "Resultat: det er ikke afgjort." in (await leader.get(path)).text
    said = await runtime.pool.fetchval("SELECT body FROM outbox WHERE headers LIKE '%retention-talk-held%'")
    assert "undecided" not in said
    assert "Fratrædelsessamtale med nærmeste leder Skal tilbydes nu" in text_of(page)


async def test_a_declined_retention_talk_is_recorded(runtime: Runtime, leader: PageClient) -> None:
    path = await path_of(runtime, "quits", "retention-talk")

    status, page = await send(leader, path, f"{path}/declined", declined_on=TODAY)

    assert (status, "Fastholdelsessamtale Takket nej 4. mar." in text_of(page)) == (303, True)
    assert "Blev samtalen ikke til noget?" not in (await leader.get(path)).text


async def test_what_is_typed_wrong_is_explained_on_the_same_page(runtime: Runtime, leader: PageClient) -> None:
    path = await path_of(runtime, "quits", "retention-talk")

    status, page = await send(leader, path, path, held_on="2026-03-02", outcome="stays")
    assert (status, "Datoen ligger før opsigelsen." in page) == (409, True)

    status, page = await send(leader, path, path, held_on=TODAY)
    assert (status, "Vælg en af mulighederne" in page or "Skal udfyldes" in page) == (422, True)

    status, page = await send(leader, path, f"{path}/declined", declined_on=str(WEDNESDAY + timedelta(days=1)))
    assert (status, "Datoen ligger ude i fremtiden." in page) == (409, True)


async def test_one_click_says_that_it_was_not_the_employees_wish_and_another_takes_it_back(leader: PageClient) -> None:
    status, page = await send(leader, CASE, f"{CASE}/wish", own_wish="false")

    assert status == 303
    assert "Det er noteret, at det ikke er medarbejderens eget ønske." in page
    assert "Fastholdelsessamtale" not in text_of(page).partition("Er det medarbejderens")[0]

    _, page = await send(leader, CASE, f"{CASE}/wish", own_wish="true")
    assert "Fastholdelsessamtale Skal holdes nu" in text_of(page)


async def test_a_click_twice_or_where_nobody_resigned_is_refused(leader: PageClient) -> None:
    status, page = await send(leader, CASE, f"{CASE}/wish", own_wish="true")
    assert (status, "Det er allerede noteret." in page) == (409, True)

    end = f"/retention/cases/{an_id('end of retires')}"
    fields = {"csrf": (await leader.get(CASE)).text.split('name="csrf" value="')[1].split('"')[0], "form_id": str(an_id("form"))}
    answer = await leader.post(f"{end}/wish", data={**fields, "own_wish": "false"})
    assert (answer.status_code, "Der er ingen opsigelse i sagen." in answer.text) == (409, True)


async def test_get_changes_nothing(runtime: Runtime, leader: PageClient) -> None:
    answer = await leader.get(f"{CASE}/wish?own_wish=false")

    assert answer.status_code in {404, 405}
    assert await runtime.pool.fetchval("SELECT own_wish FROM leaving WHERE case_id = $1", an_id("notice of quits")) is None


async def test_an_exit_talk_is_offered_accepted_and_held_and_its_answers_are_for_the_leader_and_hr(
    runtime: Runtime, leader: PageClient, hr: PageClient, chief: PageClient
) -> None:
    path = await path_of(runtime, "retires", "exit-talk-leader")

    _, page = await send(leader, path, f"{path}/offered", offered_on=TODAY)
    assert "Status Tilbudt" in text_of(page)
    _, page = await send(leader, path, f"{path}/accepted", accepted_on=TODAY)
    assert "Status Aftalt" in text_of(page)
    status, page = await send(
        leader, path, path, held_on=TODAY, reasons=["family", "retirement"], main_reason="retirement", recommends="very-high-degree"
    )

    assert (status, "Fratrædelsessamtale med nærmeste leder Holdt til tiden" in text_of(page)) == (303, True)
    for reader in (leader, hr):
        assert "Familie, Pension (vigtigst)" in text_of((await reader.get(path)).text)
        assert "I meget høj grad" in (await reader.get(path)).text
    above = text_of((await chief.get(path)).text)
    assert "Samtalen blev holdt onsdag 4. marts." in above
    assert "Pension" not in above


async def test_a_single_reason_is_the_main_one_and_none_is_allowed(runtime: Runtime, leader: PageClient, hr: PageClient) -> None:
    path = await path_of(runtime, "retires", "exit-talk-leader")
    status, _ = await send(leader, path, path, held_on=TODAY, reasons=["pay"])
    assert status == 303
    assert await runtime.pool.fetchval("SELECT main_reason FROM answer") == "pay"

    second = await path_of(runtime, "retires", "exit-talk-employee")
    status, _ = await send(hr, second, second, held_on=TODAY)
    assert status == 303
    assert "Ønsker ikke at svare" in text_of((await hr.get(second)).text)


@pytest.mark.parametrize(
    ("fields", "status", "text"),
    [
        ({"reasons": ["pay", "tasks"]}, 422, "Vælg den vigtigste af de grunde, du har sat kryds ved."),
        ({"reasons": ["pay", "tasks"], "main_reason": "family"}, 422, "Vælg den vigtigste af de grunde, du har sat kryds ved."),
        ({"reasons": ["pay", "tasks", "family", "commute"], "main_reason": "pay"}, 422, "Vælg højst 3 grunde."),
        ({"reasons": ["pay", "no-answer"], "main_reason": "pay"}, 409, "kan ikke stå sammen med andre grunde."),
    ],
)
async def test_reasons_that_do_not_fit_are_explained(
    runtime: Runtime, leader: PageClient, fields: dict[str, object], status: int, text: str
) -> None:
    path = await path_of(runtime, "retires", "exit-talk-leader")

    answered, page = await send(leader, path, path, held_on=TODAY, **fields)

    assert (answered, text in page) == (status, True)


async def test_an_exit_talk_waits_for_the_retention_talk(runtime: Runtime, leader: PageClient) -> None:
    path = await path_of(runtime, "quits", "exit-talk-leader")

    page = (await leader.get(path)).text

    assert "Samtalen kan tilbydes fra tirsdag 10. marts." in page
    assert '<form method="post" action="/retention' not in page


async def test_the_second_partys_talk_is_recorded_by_hr_and_never_by_the_nearest_leader(
    runtime: Runtime, leader: PageClient, hr: PageClient
) -> None:
    path = await path_of(runtime, "retires", "exit-talk-employee")
    assert "Denne samtale holdes af en anden end nærmeste leder." in (await leader.get(path)).text
    csrf = (await leader.get("/retention")).text.split('name="csrf" value="')[1].split('"')[0]
    refused = await leader.post(f"{path}/offered", data={"csrf": csrf, "form_id": str(an_id("form")), "offered_on": TODAY})
    assert refused.status_code == 404

    status, _ = await send(hr, path, f"{path}/declined", declined_on=TODAY)
    assert status == 303
    assert "Takket nej" in (await leader.get(path)).text


async def test_a_talk_of_another_kind_is_not_found_under_its_address(runtime: Runtime, leader: PageClient) -> None:
    talk, exit_ = await path_of(runtime, "quits", "retention-talk"), await path_of(runtime, "quits", "exit-talk-leader")

    assert (await leader.get(talk.replace("talks", "exits"))).status_code == 404
    assert (await leader.get(exit_.replace("exits", "talks"))).status_code == 404


async def test_a_withdrawn_resignation_leaves_the_talk_to_be_noted_if_it_was_held_before(runtime: Runtime, leader: PageClient) -> None:
    path = await path_of(runtime, "quits", "retention-talk")
    await set_day(runtime, date(2026, 3, 5))
    end = told(leavers()["end of quits"], "end of quits")
    taken_back = revision(end.body, end.known_at + timedelta(days=1), fact=end.fact, number=2, stands=False)
    gone = told(withdrawn(an_id("notice of quits"), date(2026, 3, 5), person="quits", unit="ward"), "withdrawal", date(2026, 3, 5))
    await take(runtime, [gone, taken_back])

    page = text_of((await leader.get(CASE)).text)
    assert "Opsigelsen er trukket tilbage." in page
    assert "Ikke eget ønske" not in page
    assert "Blev samtalen holdt inden, kan du stadig notere det." in (await leader.get(path)).text
    assert "og samtalen er bortfaldet" in (await leader.get(await path_of(runtime, "quits", "exit-talk-leader"))).text

    status, page = await send(leader, path, path, held_on=TODAY, outcome="stays")
    assert (status, "Holdt til tiden 4. mar." in text_of(page)) == (303, True)
    assert "Opsigelsen blev trukket tilbage torsdag 5. marts" in text_of((await leader.get("/retention")).text)


async def test_late_and_missed_are_told_apart(runtime: Runtime, leader: PageClient) -> None:
    path = await path_of(runtime, "quits", "retention-talk")
    await _it_is(runtime, date(2026, 3, 10))
    assert "Over fristen Skulle være holdt senest mandag 9. marts" in text_of((await leader.get("/retention")).text)

    await _it_is(runtime, date(2026, 5, 4))
    assert "Fristen er overskredet." in (await leader.get(path)).text
    assert "Fristen er overskredet." in (await leader.get(await path_of(runtime, "quits", "exit-talk-leader"))).text
    assert "Samtaler nu (0)" in text_of((await leader.get("/retention")).text)


async def test_a_case_is_listed_for_sixty_days_after_the_last_day(runtime: Runtime, leader: PageClient) -> None:
    await _it_is(runtime, date(2026, 6, 29))
    assert "Emil Skov-Mortensen" in (await leader.get("/retention")).text

    await _it_is(runtime, date(2026, 6, 30))
    assert "Ingen i dine enheder stopper for tiden." in (await leader.get("/retention")).text


async def _it_is(runtime: Runtime, day: date) -> None:
    await set_day(runtime, day)
    await read_everything(runtime)
    await Wake(runtime).once()
