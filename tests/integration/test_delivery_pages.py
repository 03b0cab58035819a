"""HR's pages of deliveries on a real PostgreSQL: who brought what, rows fetched and sent back, and what waits for a decision."""

import io
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from services.chassis.runtime import Runtime
from services.chassis.settings import Settings
from services.intake.outcome import Outcome
from tests.integration.test_deliveries import cells, take
from tests.kit.builders import an_id
from tests.kit.deliveries import MAPPINGS, samples
from tests.kit.hr_desk import at_the_desk
from tests.kit.page_client import PageClient, hidden_fields, text_of
from tests.kit.staff_file import SECRET_NAME, cpr, row, staff, written

TABLES_OF = "intake"
LIST = "/intake/deliveries"


@pytest.fixture
async def first(intake: Runtime, tmp_path: Path) -> Outcome:
    """Forty are employed, and two rows were refused."""
    return await take(intake, written(tmp_path, [*staff(range(40)), row(41, degree="much"), row(42, degree="more", last="2020-01-01")]))


def path_of(number: UUID, action: str = "") -> str:
    return f"{LIST}/{number}{action}"


async def sent(client: PageClient, number: UUID, action: str, **fields: object) -> httpx.Response:
    page = (await client.get(path_of(number))).text
    return await client.post(path_of(number, action), data={**hidden_fields(page, path_of(number, action)), **fields})


async def upload(client: PageClient, number: UUID, sheet: bytes) -> httpx.Response:
    page = (await client.get(path_of(number))).text
    fields = hidden_fields(page, path_of(number, "/corrected"))
    return await client.post(path_of(number, "/corrected"), data=fields, files={"file": ("rows.csv", io.BytesIO(sheet), "text/csv")})


async def test_the_pages_tell_who_brought_it_what_was_said_and_why_rows_were_refused(hr: PageClient, first: Outcome) -> None:
    listed = text_of((await hr.get(LIST)).text)
    page = text_of((await hr.get(path_of(first.id))).text)

    assert "staff kim (drift) 42 2 2 Modtaget helt" in listed
    assert "Ansættelser 40" in page
    assert "Modtagne rækker 40" in page
    assert "Tallet kan ikke læses Tallet er ikke mellem 0 og 2 eller er skrevet anderledes end i resten af filen." in page
    assert "Beskæftigelsesgrad" in page
    assert "staff-20260301.csv" in page
    assert cpr(41) not in page
    assert SECRET_NAME not in page


async def test_rows_are_fetched_with_their_columns_line_and_reason_and_that_is_noted(
    hr: PageClient, first: Outcome, intake: Runtime
) -> None:
    answer = await sent(hr, first.id, "/rows")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith("attachment")
    header, one, other = cells(answer.content)
    assert header[:5] == ["forbliv-line", "forbliv-why", "forbliv-file", "CPR", "Number"]
    assert one[0] == "42"
    assert one[1].startswith("Tallet kan ikke læses. Tallet er ikke mellem")
    assert one[3] == f"'{cpr(41)}"
    assert other[1].startswith("Tallet kan ikke læses.")
    noted = await intake.pool.fetchrow("select delivery, by_person, rows from download")
    assert noted is not None
    assert (noted["delivery"], noted["by_person"], noted["rows"]) == (first.id, an_id("somebody in hr"), 2)
    assert "Hvem har hentet rækker" in text_of((await hr.get(path_of(first.id))).text)


async def test_rows_are_given_to_nobody_else_and_to_no_form_but_ours(
    hr: PageClient, first: Outcome, settings: Settings, intake: Runtime
) -> None:
    page = (await hr.get(path_of(first.id))).text
    fields = hidden_fields(page, path_of(first.id, "/rows"))
    assert (await hr.post(path_of(first.id, "/rows"), data={**fields, "csrf": "another"})).status_code == 403
    assert (await hr.get(path_of(first.id, "/rows"))).status_code == 405
    assert (await sent(hr, first.id, "/rows", file_ref="employments-000000000000")).status_code == 409
    for hr_of, municipality in ((False, "730"), (True, "707")):
        async with at_the_desk(settings, hr=hr_of, municipality=municipality) as other:
            form = {**fields, "csrf": hidden_fields((await other.get("/contracts")).text, "/language")["csrf"]}
            for action in ("/rows", "/corrected", "/decision", "/rest"):
                assert (await other.post(path_of(first.id, action), data=form)).status_code == 404
            assert (await other.get(path_of(first.id))).status_code == 404
    assert await intake.pool.fetchval("select count(*) from download") == 0


async def test_what_was_put_right_is_sent_back_and_the_rest_is_told_again(hr: PageClient, first: Outcome) -> None:
    sheet = (await sent(hr, first.id, "/rows")).content.replace(b"much", b"0.5")
    form = hidden_fields((await hr.get(path_of(first.id))).text, path_of(first.id, "/rows"))
    answer = await upload(hr, first.id, sheet)

    assert answer.status_code == 303
    page = text_of((await hr.get(answer.headers["location"])).text)
    assert "Rækkerne er modtaget." in page
    assert "Retter Rækker fra en tidligere leverance" in page
    assert "Ansættelser 1 " in page
    before = text_of((await hr.get(path_of(first.id))).text)
    assert "Alle afviste rækker er rettet." in before
    assert "Rettet med" in before
    assert (await hr.post(path_of(first.id, "/rows"), data=form)).status_code == 409, "there is nothing to fetch any more"


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        (b"", "Vælg en fil"),
        (b"forbliv-line;forbliv-why;forbliv-file;CPR\r\n", "Filen har ingen rækker."),
        (b"forbliv-file;CPR\r\n'employments-0;1\r\n", "Filen hører ikke til leverancen."),
        (b"CPR;Number\r\n1;2\r\n", "Kolonnen Unit skal stå i filens første linje netop én gang."),
    ],
)
async def test_a_sheet_that_cannot_be_read_is_told_at_its_field(hr: PageClient, first: Outcome, sheet: bytes, told: str) -> None:
    answer = await upload(hr, first.id, sheet)

    assert answer.status_code == 409
    assert told in text_of(answer.text)
    assert 'aria-invalid="true"' in answer.text


async def test_a_sheet_that_is_too_large_is_refused(hr: PageClient, first: Outcome) -> None:
    assert (await upload(hr, first.id, b"x" * 1_100_000)).status_code == 413


async def test_hr_lets_a_delivery_go_with_a_reason(hr: PageClient, first: Outcome, intake: Runtime, tmp_path: Path) -> None:
    held = await take(intake, written(tmp_path, staff(range(40), dict.fromkeys(range(20), "2026-04-30"), "2026-03-02"), "20260302"))
    assert "1 leverance venter på en afgørelse." in text_of((await hr.get(LIST)).text)
    page = text_of((await hr.get(path_of(held.id))).text)
    assert "Den ville afslutte 20 af 40 ansættelser, 50,0 %. Grænsen er 5,0 %." in page

    assert (await sent(hr, held.id, "/decision", decision="released", why=" ")).status_code == 422
    form = hidden_fields((await hr.get(path_of(held.id))).text, path_of(held.id, "/decision"))
    assert (await hr.post(path_of(held.id, "/rest"), data=form)).status_code == 409
    answer = await sent(hr, held.id, "/decision", decision="released", why="skolen er lukket")

    assert answer.status_code == 303
    page = text_of((await hr.get(path_of(held.id))).text)
    assert "Modtaget helt" in page
    assert "Fratrædelser registreret 20" in page
    assert "skolen er lukket" in page
    assert "Lukket ind" in page


async def test_hr_drops_a_delivery(hr: PageClient, first: Outcome, intake: Runtime, tmp_path: Path) -> None:
    held = await take(intake, written(tmp_path, staff(range(40), dict.fromkeys(range(20), "2026-04-30"), "2026-03-02"), "20260302"))

    assert (await sent(hr, held.id, "/decision", decision="dropped", why="klippet over")).status_code == 303

    assert "Afvist" in text_of((await hr.get(path_of(held.id))).text)
    assert "klippet over" in text_of((await hr.get(path_of(held.id))).text)
    assert "venter på en afgørelse" not in text_of((await hr.get(LIST)).text)


async def test_what_an_answer_in_xml_refused_is_shown_by_its_parts_and_is_put_right_at_the_source(hr: PageClient, intake: Runtime) -> None:
    outcome = await take(intake, samples("GetEmploymentChangedAtDate.xml", "sd"), (MAPPINGS / "sd.toml").read_text("utf-8"))
    page = await hr.get(path_of(outcome.id))

    assert "Ret i lønsystemet." in text_of(page.text)
    assert path_of(outcome.id, "/corrected") not in page.text
    header, *rows = cells((await sent(hr, outcome.id, "/rows")).content)
    assert any(column.endswith("EmploymentStatusCode") for column in header)
    assert len(rows) == 2
