"""The list of deliveries on a real PostgreSQL: every one is reached, what comes meanwhile moves none, and a choice is kept on the way."""

import re
from html import unescape
from pathlib import Path

import pytest

from services.chassis.failures import Refused
from services.chassis.runtime import Runtime
from services.intake.pages.listing import A_PAGE
from tests.integration.test_deliveries import take
from tests.kit.page_client import PageClient, text_of
from tests.kit.staff_file import MAPPING, row, staff, written

TABLES_OF = "intake"
LIST = "/intake/deliveries"
MANY = """
insert into delivery (id, municipality, feed, digest, received_at, first_load, done, seen, refused, brought_as, brought_by)
select gen_random_uuid(), '730', case when n % 2 = 0 then 'even' else 'odd' end, '',
       '2026-03-01T08:00Z'::timestamptz + n / 3 * interval '1 s', false, true, n, 0, 'source', 'somebody'
from generate_series($1::int, $2::int) as n
"""
"""Three of a moment; the number of rows tells them apart."""


def numbers(page: str) -> list[int]:
    """The rows of each delivery on a page, from the first to the last."""
    return [int(found) for found in re.findall(r'data-title="Rækker"[^>]*>(\d+)<', page)]


def feeds(page: str) -> set[str]:
    return set(re.findall(r'data-title="Kilde"[^>]*>([^<]+)<', page))


def way(page: str, rel: str) -> str | None:
    """The link to the older ones (`next`) or the newer ones (`prev`)."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return unescape(found[1]) if found else None


async def walk(hr: PageClient, path: str | None, rel: str) -> list[str]:
    """The pages from one address on, the whole way."""
    pages = []
    while path:
        pages.append((await hr.get(path)).text)
        path = way(pages[-1], rel)
    return pages


async def test_every_delivery_is_reached_once_though_others_come_meanwhile(hr: PageClient, intake: Runtime) -> None:
    await intake.pool.execute(MANY, 1, 2 * A_PAGE + 20)
    first = (await hr.get(LIST)).text
    await intake.pool.execute(MANY, 2 * A_PAGE + 21, 2 * A_PAGE + 40)
    rest = await walk(hr, way(first, "next"), "next")
    back = await walk(hr, way(rest[-1], "prev"), "prev")

    shown = [number for page in (first, *rest) for number in numbers(page)]
    assert sorted(shown) == list(range(1, 2 * A_PAGE + 21))
    assert [n // 3 for n in shown] == sorted((n // 3 for n in shown), reverse=True)
    assert [len(numbers(page)) for page in (first, *rest)] == [A_PAGE, A_PAGE, 20]
    assert way(first, "prev") is None, "it was the first page"
    assert numbers(back[0]) == numbers(rest[0])
    assert (len(numbers(back[-1])), max(numbers(back[-1]))) == (A_PAGE, 2 * A_PAGE + 40), "the first page is a full one"


async def test_a_choice_of_source_is_kept_from_page_to_page(hr: PageClient, intake: Runtime) -> None:
    await intake.pool.execute(MANY, 1, 2 * A_PAGE + 20)
    page, *rest = await walk(hr, f"{LIST}?feed=odd", "next")
    (_, back) = await walk(hr, f"{LIST}?feed=odd", "next")

    assert [len(numbers(each)) for each in (page, *rest)] == [A_PAGE, 10]
    assert {n % 2 for each in (page, *rest) for n in numbers(each)} == {1}
    assert way(back, "prev") is not None
    assert {n % 2 for n in numbers((await hr.get(way(back, "prev") or "")).text)} == {1}
    assert '<option value="odd" selected>' in page
    assert {"even", "odd"} == feeds((await hr.get(LIST)).text)


async def test_what_waits_what_was_refused_and_what_has_open_rows_is_found(hr: PageClient, intake: Runtime, tmp_path: Path) -> None:
    await intake.pool.execute(MANY, 1, A_PAGE)
    await intake.pool.execute("update delivery set received_at = now() + interval '1 day'")
    other = MAPPING.replace('feed = "staff"', 'feed = "payroll"')
    await take(intake, written(tmp_path, [*staff(range(40)), row(41, degree="much")], "20260301"), other)
    await take(intake, written(tmp_path, staff(range(40), dict.fromkeys(range(20), "2026-04-30"), "2026-03-02"), "20260302"), other)
    with pytest.raises(Refused, match="older-delivery"):
        await take(intake, written(tmp_path, staff(range(39)), "20260228"), other)

    first = (await hr.get(LIST)).text
    assert "payroll" not in feeds(first), "all of this came before the latest fifty"
    assert "1 leverance venter på en afgørelse. Vis den" in text_of(first)
    assert f'href="{LIST}?state=waiting"' in first
    for look, rows, word in (("waiting", 40, "Venter"), ("refused", 39, "Ikke modtaget"), ("open", 41, "Modtaget helt")):
        for path in (f"{LIST}?state={look}", f"{LIST}?state={look}&feed=payroll"):
            page = (await hr.get(path)).text
            assert (numbers(page), word in text_of(page)) == ([rows], True), path
        assert "Der er ingen leverancer her." in text_of((await hr.get(f"{LIST}?state={look}&feed=odd")).text)


AT_THE_EDGE = "older_than=0001-01-01T00:00:00%2B23:59_00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    "query", ["state=everything", "older_than=yesterday", "newer_than=2026-03-01T08:00:00_x", "older_than=%00", "feed=%00", AT_THE_EDGE]
)
async def test_what_an_address_asks_for_and_nobody_understands_is_not_asked_for(hr: PageClient, intake: Runtime, query: str) -> None:
    await intake.pool.execute(MANY, 1, 3)

    answer = await hr.get(f"{LIST}?{query}")

    assert (answer.status_code, len(numbers(answer.text))) == (200, 3)


async def test_no_address_shows_another_municipality(hr: PageClient, intake: Runtime) -> None:
    await intake.pool.execute(MANY, 1, 3)
    await intake.pool.execute("update delivery set municipality = '707' where seen = 3")

    for path in (LIST, f"{LIST}?older_than=2030-01-01T00:00:00Z_00000000-0000-0000-0000-000000000000"):
        assert sorted(numbers((await hr.get(path)).text)) == [1, 2]
