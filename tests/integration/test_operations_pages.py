"""The operators' pages on a real PostgreSQL: HR sees its own municipality's trouble, reads again, gives up, derives again."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import asyncpg
import pytest

from services.chassis.runtime import Runtime, open_runtime
from services.chassis.service import Changed, Connection
from services.chassis.settings import Settings
from services.chassis.wake import Wake
from services.chassis.web.local_sign_in import hr_persona
from services.onboarding.app import SERVICE, build_web
from tests.kit.builders import MUNICIPALITY, an_id
from tests.kit.first_year import SECRET, send, signed_in
from tests.kit.page_client import PageClient, hidden_fields, text_of
from tests.kit.trouble import all_read, hire, troubled

LIST = "/operations/dead-letters"


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(SERVICE, settings) as opened:
        await troubled(opened)
        yield opened


@pytest.fixture
async def hr(runtime: Runtime, settings: Settings) -> AsyncIterator[PageClient]:
    site = build_web(settings.model_copy(update={"secret": SECRET}))
    async with signed_in(site, hr_persona(MUNICIPALITY)) as client:
        yield client


async def number_of(runtime: Runtime, person: str) -> int:
    found: int = await runtime.pool.fetchval("SELECT id FROM dead_letter WHERE subject = $1", an_id(person))
    return found


async def state_of(runtime: Runtime, person: str) -> tuple[str | None, int, str | None]:
    row = await runtime.pool.fetchrow("SELECT settled, attempts, why FROM dead_letter WHERE subject = $1", an_id(person))
    assert row is not None
    return row["settled"], row["attempts"], row["why"]


async def test_hr_sees_what_went_wrong_in_its_own_municipality(hr: PageClient) -> None:
    page = text_of((await hr.get(LIST)).text)

    assert "Tjenesten onboarding" in page
    assert "hr.hired.v1 Indholdet passer ikke til typen 1" in page
    assert "Tidspunktet kan ikke bruges 1" in page
    assert f"person {an_id('other')} KeyError at plan.py:41" in page
    assert "En hændelse fortæller ikke, hvilken kommune den hører til." in page
    assert page.count("hr.hired.v1") == 2, "neither that of another municipality nor the one that tells none"
    assert "Drift" in page


async def test_whoever_an_unread_event_is_about_is_shown_as_uncertain_until_it_is_read(hr: PageClient, runtime: Runtime) -> None:
    page = text_of((await hr.get("/onboarding")).text)
    assert "Bo Lund Usikker" in page
    assert "Dorte Krogh Usikker" not in page
    talk = await runtime.pool.fetchval("SELECT fact FROM step WHERE person_key = $1 AND how = 'talk' LIMIT 1", an_id("new"))
    assert "En oplysning om personen kunne ikke læses." in text_of((await hr.get(f"/onboarding/talks/{talk}")).text)

    await all_read(runtime)
    assert "Usikker" not in text_of((await hr.get("/onboarding")).text)
    assert "En oplysning om" not in text_of((await hr.get(f"/onboarding/talks/{talk}")).text)


async def test_a_letter_of_another_municipality_or_service_is_not_there(hr: PageClient, runtime: Runtime) -> None:
    for person in ("elsewhere", "nameless"):
        number = await number_of(runtime, person)
        assert (await hr.get(f"{LIST}/onboarding/{number}")).status_code == 404
        fields = hidden_fields((await hr.get(LIST)).text, f"{LIST}/onboarding/redrive")
        assert (await hr.post(f"{LIST}/onboarding/{number}/drop", data={**fields, "why": "mine"})).status_code == 404
        assert (await state_of(runtime, person))[0] is None
    assert (await hr.get(f"{LIST}/retention/{await number_of(runtime, 'new')}")).status_code == 404


async def test_a_leader_sees_none_of_it(runtime: Runtime, settings: Settings) -> None:
    async with signed_in(build_web(settings.model_copy(update={"secret": SECRET})), an_id("leader")) as leader:
        assert (await leader.get(LIST)).status_code == 404
        assert (await leader.get(f"{LIST}/onboarding/{await number_of(runtime, 'new')}")).status_code == 404
        assert "Drift" not in text_of((await leader.get("/onboarding")).text)
        fields = hidden_fields((await leader.get("/onboarding")).text, "/sign-out")
        form = {**fields, "form_id": str(an_id("form"))}
        for action in ("redrive", "derive", f"{await number_of(runtime, 'new')}/redrive"):
            assert (await leader.post(f"{LIST}/onboarding/{action}", data=form)).status_code == 404


async def test_a_letter_shows_its_raw_content_and_is_read_again_once_that_is_possible(hr: PageClient, runtime: Runtime) -> None:
    number = await number_of(runtime, "new")
    path = f"{LIST}/onboarding/{number}"
    page = text_of((await hr.get(path)).text)
    assert "Ulæst hændelse" in page
    assert "ce_source /forbliv/intake" in page
    assert "&#34;unit_id&#34;:&#34;a unit&#34;" in page

    status, page = await send(hr, path, f"{path}/redrive")
    assert status == 409
    assert "Hændelsen kan stadig ikke læses." in page
    assert await state_of(runtime, "new") == (None, 2, None)

    await runtime.pool.execute("UPDATE dead_letter SET body = $2 WHERE id = $1", number, hire("new").value)
    status, page = await send(hr, path, f"{path}/redrive")
    assert status == 303
    assert "Hændelsen er læst." in text_of(page)
    assert (await state_of(runtime, "new"))[0] == "read"
    assert "Læst igen" in text_of((await hr.get(path)).text)
    assert "ce_source" not in text_of((await hr.get(path)).text), "its content is gone"


async def test_a_letter_that_no_table_takes_is_refused_in_words_and_those_behind_it_are_tried(
    hr: PageClient, runtime: Runtime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def save(_conn: Connection, _changed: Sequence[Changed]) -> None:
        raise asyncpg.NumericValueOutOfRangeError("1 in 20")

    number = await number_of(runtime, "new")
    path = f"{LIST}/onboarding/{number}"
    await runtime.pool.execute("UPDATE dead_letter SET body = $2 WHERE id = $1", number, hire("new").value)
    monkeypatch.setattr("services.onboarding.app.SERVICE", replace(SERVICE, save_rows=save))
    async with signed_in(build_web(settings.model_copy(update={"secret": SECRET})), hr_persona(MUNICIPALITY)) as refusing:
        status, page = await send(refusing, path, f"{path}/redrive")
        assert (status, await state_of(runtime, "new")) == (409, (None, 2, None))
        assert "Hændelsen kan stadig ikke læses." in page
        assert "Tjenesten kan ikke gemme den" in text_of((await refusing.get(path)).text)

        status, page = await send(refusing, LIST, f"{LIST}/onboarding/redrive")
        assert status == 409
        assert [await state_of(runtime, person) for person in ("new", "stranger")] == [(None, 3, None), (None, 2, None)]

    assert (await send(hr, path, f"{path}/redrive"))[0] == 303, "mended"


async def test_giving_up_needs_a_reason_and_the_sessions_token(hr: PageClient, runtime: Runtime) -> None:
    path = f"{LIST}/onboarding/{await number_of(runtime, 'stranger')}"
    status, page = await send(hr, path, f"{path}/drop", why=" ")
    assert status == 422
    assert "Begrundelse: Skal udfyldes" in text_of(page)
    assert (await hr.post(f"{path}/drop", data={"why": "no token", "form_id": str(an_id("form"))})).status_code == 403
    assert (await state_of(runtime, "stranger"))[0] is None

    status, page = await send(hr, path, f"{path}/drop", why="en prøve fra leverandøren")
    assert status == 303
    assert "Hændelsen er opgivet." in text_of(page)
    assert await state_of(runtime, "stranger") == ("dropped", 1, "en prøve fra leverandøren")
    assert "Opgivet en prøve fra leverandøren" in text_of((await hr.get(LIST)).text)


async def test_all_letters_are_read_again_and_all_broken_cases_derived(hr: PageClient, runtime: Runtime) -> None:
    status, page = await send(hr, LIST, f"{LIST}/onboarding/redrive")
    assert status == 409
    assert "Nogle hændelser kan stadig ikke læses." in text_of(page)
    assert [await state_of(runtime, person) for person in ("new", "elsewhere")] == [(None, 2, None), (None, 1, None)]

    status, page = await send(hr, LIST, f"{LIST}/onboarding/derive")
    assert status == 303
    assert "Sagerne beregnes nu igen." in text_of(page)
    await Wake(runtime).once()
    assert "KeyError" not in text_of((await hr.get(LIST)).text)
