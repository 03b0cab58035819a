"""What HR is told of a delivery beside its refused rows: notes in words, who was passed over, its files, that it came again."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from services.chassis.runtime import Runtime
from services.intake import delivery
from services.intake.bringing import Bringing
from services.intake.delivery import Delivering
from services.intake.erasing import erase
from services.intake.outcome import Outcome
from services.intake.reading.files import survey
from services.intake.reading.mapping import Mapping
from services.intake.telling import Feed, turn_down
from services.intake.vault import Vault
from tests.integration.test_deliveries import OPERATOR, everything_kept, take
from tests.kit.page_client import PageClient, text_of
from tests.kit.staff_file import row, staff, written
from tests.unit.intake.opus_file import OPUS, employee, night, org_unit
from tests.unit.intake.sd_answer import SD, answer, hired, job, status
from tests.unit.intake.sd_answer import written as answered

TABLES_OF = "intake"
FOREVER = "9999-12-31"


async def page_of(hr: PageClient, number: UUID) -> str:
    return text_of((await hr.get(f"/intake/deliveries/{number}")).text)


async def taken_in_two(intake: Runtime, path: Path, mapping: str) -> Outcome:
    """A delivery that is killed after its first transaction and brought again."""
    told = Mapping.parse(mapping)

    class Killed(Exception):
        pass

    def kill(_rows: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        await Delivering(intake, told, survey(told, path, "730"), Bringing.of(OPERATOR, told, path)).run(kill)
    return await Delivering(intake, told, survey(told, path, "730"), Bringing.of(OPERATOR, told, path)).run()


async def test_notes_are_told_in_words_and_counted_once_though_the_delivery_was_stopped(
    intake: Runtime, hr: PageClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "CHUNK", 1)
    people = [employee(str(number), cpr=f"99{number:08}") for number in range(3)]
    first = night(tmp_path, org_unit(), *people, made="20260302224000")
    await Delivering(intake, Mapping.parse(OPUS), survey(Mapping.parse(OPUS), first, "730")).run()
    other = [employee(str(number), "2026-03-03", cpr=f"99{number:08}", numerator="30") for number in range(3)]
    outcome = await taken_in_two(intake, night(tmp_path, org_unit(), *other, made="20260303224000"), OPUS)

    page = await page_of(hr, outcome.id)
    assert "Værd at vide Hvad Antal Flytninger og ændringer uden en dato af deres egen." in page
    assert "De regnes fra den dag, de er registreret. 3 " in page


async def test_a_leave_before_the_start_is_told_though_who_takes_it_up_again_finds_nothing_new(
    intake: Runtime, hr: PageClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "CHUNK", 1)
    one, *rest = hired(first="2026-01-01")
    away = job(status("2025-12-01", "2025-12-15", "2026-03-31", "3"), one.replace("2026-01-01", "2026-04-01"), *rest)
    path = answered(tmp_path, answer(away, job(*hired(), number="70002", person="9901700002")))
    outcome = await taken_in_two(intake, path, SD)

    assert "Orlov, der begynder før ansættelsen. Den regnes fra ansættelsens første dag. 1 " in await page_of(hr, outcome.id)


async def test_rows_about_who_was_erased_are_passed_over_and_are_not_among_those_taken(
    intake: Runtime, hr: PageClient, tmp_path: Path
) -> None:
    first = await take(intake, written(tmp_path, staff(range(2))))
    person = await intake.pool.fetchval("select person from employment_person limit 1")
    await erase(intake, Vault.of(intake.settings), person, "asked")
    second = await take(intake, written(tmp_path, [*staff(range(2), seen="2026-03-02"), row(3, degree="much")], "20260302"))

    page = await page_of(hr, second.id)
    assert "Rækker 3 Modtagne rækker 1 Afviste rækker 1 Ikke rettet 1 Sprunget over, fordi personen er slettet 1 " in page
    assert "Sprunget over" not in await page_of(hr, first.id)


async def test_a_delivery_tells_its_files_also_where_nothing_was_refused_and_nothing_else_does(
    intake: Runtime, hr: PageClient, tmp_path: Path
) -> None:
    one = await take(intake, written(tmp_path, staff(range(2))))
    for day in range(11, 23):
        written(tmp_path, staff(range(2)), f"202603{day}")
    (tmp_path / "staff-20260301.csv").unlink()
    many = await take(intake, tmp_path)

    assert "Fil staff-20260301.csv Lavet hos kilden" in await page_of(hr, one.id)
    assert "staff-20260319.csv, staff-20260320.csv og 2 til Lavet hos kilden" in await page_of(hr, many.id)
    kept = await everything_kept(intake)
    assert "staff-2026" not in kept
    assert b"staff-2026".hex() not in kept
    await intake.pool.execute("update delivery_file set delivery = $2 where delivery = $1 and place > 0", many.id, one.id)
    assert "Fil Navnet kan ikke låses op: en nøgle mangler." in await page_of(hr, one.id), "a name is shown for its own delivery alone"


async def test_the_first_load_is_told_and_that_the_same_came_again_and_when(intake: Runtime, hr: PageClient, tmp_path: Path) -> None:
    path = written(tmp_path, staff(range(2)))
    first = await take(intake, path)
    assert "Kommet igen" not in await page_of(hr, first.id)
    await take(intake, path)
    once = await page_of(hr, first.id)
    at = await intake.pool.fetchval("select again_at from delivery")
    await take(intake, path)
    second = await take(intake, written(tmp_path, staff(range(3)), "20260302"))

    assert "Første leverance fra kilden Ja Kommet igen 1 gang, " in once
    assert "Kommet igen 2 gange, senest " in await page_of(hr, first.id)
    assert await intake.pool.fetchval("select again_at > $1 and received_at < $1 from delivery where again = 2", at)
    page = await page_of(hr, second.id)
    assert "Første leverance" not in page
    assert "Kommet igen" not in page


async def test_why_a_call_holds_no_events_is_told_in_the_words_its_sender_had(intake: Runtime, hr: PageClient) -> None:
    feed = Feed("randers-hr", "/randers/hr", "730", date(2026, 1, 1))
    await turn_down(intake, Vault.of(intake.settings), feed, "too-many-events", {"most": "500"}, b"[]")
    page = await page_of(hr, await intake.pool.fetchval("select id from delivery"))

    assert "Ikke modtaget Send højst 500 hændelser ad gangen" in page
    assert "Hændelser over nettet" in page
