"""The part of the digest about people, on a real PostgreSQL to a real mail server: who is told of whom, as it is known when it leaves."""

import re
from datetime import date, timedelta
from email.message import EmailMessage
from itertools import permutations
from pathlib import Path

import pytest

from contracts.hr import EmploymentEvent
from contracts.words import LeaveKind, ReasonClass
from services.chassis.runtime import Runtime
from services.chassis.settings import Settings
from services.chassis.subject import Subject
from services.chassis.tables import erasures
from services.notification.domain.coming import KIND
from services.notification.mail import store
from services.notification.mail.store import Choice
from tests.kit.builders import (
    MUNICIPALITY,
    an_id,
    end_registered,
    hired,
    leader_appointed,
    leader_ended,
    moved,
    on_leave,
    unit_changed,
)
from tests.kit.inbox import told
from tests.kit.mailing import HR_MAILBOX, RULES, THURSDAY, address, goes_on, mail_of, mailing, morning, send_all
from tests.kit.post import Post, html_of, text_of
from tests.kit.records import take

TABLES_OF = "notification"
LONG_AGO = date(2020, 6, 1)
LEADER, COOK, CHIEF = mail_of("leader"), mail_of("cook"), mail_of("chief")
PEOPLE = "Hvem kommer og går de næste 14 dage"


@pytest.fixture
def runtime(written_to: Runtime) -> Runtime:
    return written_to


async def hears(runtime: Runtime, *events: EmploymentEvent) -> None:
    """What the HR system tells of people."""
    await take(runtime, [told(event, fact=f"{event.wire} {event.effective_date} {event.employment_id}") for event in events])


async def comings(runtime: Runtime) -> int:
    """How many rows there are."""
    return int(await runtime.pool.fetchval("SELECT count(*) FROM coming"))


async def the_digest(runtime: Runtime, day: date = THURSDAY) -> None:
    """It is eight o'clock, and whatever is due by then goes out."""
    await goes_on(runtime, morning(day))
    await send_all(runtime)


def digests(post: Post, to: str) -> list[EmailMessage]:
    """The digests somebody got."""
    return [mail for mail in post.to(to) if str(mail["Subject"]).startswith("Se ")]


def people(mail: EmailMessage) -> list[str]:
    """Who comes and goes: each with place and day, in one line."""
    part = text_of(mail).partition(f"{PEOPLE} ")[2].partition("Se alle dine opgaver i Forbliv")[0]
    return [" | ".join(line.strip() for line in each.strip().splitlines()) for each in part.split("  - ")[1:]]


async def test_a_digest_says_who_starts_stops_goes_on_leave_and_is_back(runtime: Runtime, post: Post) -> None:
    await hears(runtime, *(hired(LONG_AGO, unit="ward", person=who) for who in ("person", "another", "third")))
    await hears(runtime, end_registered(date(2026, 3, 13), unit="ward"))
    await hears(runtime, on_leave(date(2026, 3, 9), date(2026, 3, 15), unit="ward", person="another"))
    await hears(runtime, moved(date(2026, 3, 16), "ward", "kitchen", person="third"))

    await the_digest(runtime)

    (mail,) = digests(post, LEADER)
    assert str(mail["Subject"]) == "Se dine opgaver torsdag 5. marts"
    assert people(mail) == [
        "Dorte Krogh går på orlov | Hjemmepleje Nord | Fra mandag 9. marts",
        "Bo Lund stopper | Hjemmepleje Nord | Sidste dag fredag 13. marts",
        "Emil Skov-Mortensen stopper | Hjemmepleje Nord | Sidste dag søndag 15. marts",
        "Dorte Krogh er tilbage fra orlov | Hjemmepleje Nord | Fra mandag 16. marts",
    ]
    assert text_of(mail).index("De næste 14 dage") < text_of(mail).index(f"{PEOPLE} (4)")
    assert f"<h2>{PEOPLE} (4)</h2>" in html_of(mail)
    (other,) = digests(post, COOK)
    assert str(other["Subject"]) == "Se de næste 14 dage fra torsdag 5. marts", "who has nothing to do is told all the same"
    assert people(other) == ["Emil Skov-Mortensen starter | Køkkenet på Søvej | Første dag mandag 16. marts"]
    assert other["List-Unsubscribe"]
    assert not any(PEOPLE in text_of(mail) for mail in post.to(CHIEF)), "only the nearest leader is told"


async def test_a_digest_says_who_has_been_employed_for_a_round_number_of_years(runtime: Runtime, post: Post) -> None:
    await hears(runtime, hired(date(2001, 3, 16), unit="kitchen"), hired(date(2020, 3, 16), unit="kitchen", person="third"))

    await the_digest(runtime)

    (mail,) = digests(post, COOK)
    assert str(mail["Subject"]) == "Se de næste 14 dage fra torsdag 5. marts"
    assert (
        "Jubilæer de næste 14 dage (1)\n\n  - Bo Lund har været ansat i 25 år\n  Køkkenet på Søvej\n  Jubilæum mandag 16. marts"
        in text_of(mail)
    )


async def test_what_is_told_is_what_is_known_when_the_mail_leaves(runtime: Runtime, post: Post) -> None:
    start, end = hired(date(2026, 3, 9), unit="kitchen"), end_registered(date(2026, 3, 12), unit="kitchen", person="third")
    await take(runtime, [told(start, fact="start"), told(hired(LONG_AGO, unit="kitchen", person="third")), told(end, fact="end")])
    await goes_on(runtime, morning(THURSDAY))
    later = hired(date(2026, 3, 17), unit="kitchen")
    await take(runtime, [told(later, 2, fact="start"), told(end, 2, fact="end", stands=False)])

    await send_all(runtime)

    (mail,) = digests(post, COOK)
    assert people(mail) == ["Bo Lund starter | Køkkenet på Søvej | Første dag tirsdag 17. marts"]


async def test_where_nothing_is_left_to_tell_no_mail_leaves(runtime: Runtime, post: Post) -> None:
    await hears(runtime, hired(LONG_AGO, unit="kitchen"), on_leave(date(2026, 3, 10), None, unit="kitchen"))
    await goes_on(runtime, morning(THURSDAY))
    died = end_registered(date(2026, 3, 4), unit="kitchen", reason_class=ReasonClass.DEATH_OR_EMIGRATION)
    await hears(runtime, died)

    await send_all(runtime)

    assert digests(post, COOK) == [], "nobody is written to about a dead person"
    assert await runtime.pool.fetchval("SELECT state FROM mail WHERE recipient = $1", an_id("cook")) == "dropped"


async def test_who_leads_when_the_digest_leaves_is_told(runtime: Runtime, post: Post) -> None:
    await hears(runtime, hired(date(2026, 3, 16), unit="kitchen"))
    change = (leader_ended("kitchen", "cook", date(2026, 3, 4)), leader_appointed("kitchen", "new cook", THURSDAY))
    await take(runtime, [told(event) for event in (*change, address("new cook", "Nye Kok"))])

    await the_digest(runtime)

    assert (digests(post, COOK), len(digests(post, mail_of("new cook")))) == ([], 1)


async def test_where_nobody_leads_hr_is_told_in_its_mailbox(runtime: Runtime, post: Post) -> None:
    await take(runtime, [told(unit_changed("island", name="Tunø"))])
    await hears(runtime, hired(date(2026, 3, 16), unit="island"))

    await the_digest(runtime)

    (mail,) = post.to(HR_MAILBOX)
    assert people(mail) == ["Bo Lund starter | Tunø | Første dag mandag 16. marts"]


async def test_where_hr_has_no_mailbox_nobody_else_gets_it(runtime: Runtime, post: Post, settings: Settings, tmp_path: Path) -> None:
    await take(runtime, [told(unit_changed("island", name="Tunø"))])
    await hears(runtime, hired(date(2026, 3, 16), unit="island"))
    without = RULES.replace(f'hr_mail = "{HR_MAILBOX}"', "")
    async with mailing(settings.model_copy(update={"rules": tmp_path / "other"}), post, without) as other:
        await the_digest(other)

    assert len(post.came) > 0
    assert not any("Tunø" in text_of(mail) for mail in post.came)


async def test_who_declined_digests_is_told_of_nobody(runtime: Runtime, post: Post) -> None:
    await hears(runtime, hired(date(2026, 3, 16), unit="kitchen"))
    async with runtime.pool.acquire() as conn:
        await store.choose(conn, an_id("cook"), MUNICIPALITY, Choice(digest=False), await runtime.now())

    await the_digest(runtime)
    assert post.to(COOK) == []

    async with runtime.pool.acquire() as conn:
        await store.choose(conn, an_id("cook"), MUNICIPALITY, Choice(), await runtime.now())
    await goes_on(runtime, morning(date(2026, 3, 9)))
    async with runtime.pool.acquire() as conn:
        await store.choose(conn, an_id("cook"), MUNICIPALITY, Choice(digest=False), await runtime.now())
    await send_all(runtime)
    assert post.to(COOK) == [], "who declined after it was made and before it left"


async def test_neither_why_somebody_stops_nor_what_a_leave_is_for_is_told(runtime: Runtime, post: Post) -> None:
    async with runtime.pool.acquire() as conn:
        await store.choose(conn, an_id("leader"), MUNICIPALITY, Choice("en"), await runtime.now())
    for kind in LeaveKind:
        for unit in ("ward", "kitchen"):
            who = f"{kind} in {unit}"
            leave = on_leave(date(2026, 3, 9), date(2026, 3, 11), unit=unit, person=who, leave_kind=kind)
            await hears(runtime, hired(LONG_AGO, unit=unit, person=who), leave)
    for reason in set(ReasonClass) - {ReasonClass.DEATH_OR_EMIGRATION}:
        for unit in ("ward", "kitchen"):
            who = f"{reason} in {unit}"
            end = end_registered(date(2026, 3, 12), unit=unit, person=who, reason_class=reason)
            await hears(runtime, hired(LONG_AGO, unit=unit, person=who), end)

    await the_digest(runtime)

    (danish,), (english,) = digests(post, COOK), post.to(LEADER)
    lines = [re.sub(" (Køkkenet|Hjemmepleje) .*", "", line.replace("|", "")) for line in people(danish)]
    assert sorted(set(lines)) == [
        "Medarbejder uden navn er tilbage fra orlov ",
        "Medarbejder uden navn går på orlov ",
        "Medarbejder uden navn stopper ",
    ]
    wanted = 2 * len(LeaveKind) + len(ReasonClass) - 1
    assert len(people(danish)) == wanted
    assert f"Who comes and goes in the next 14 days ({wanted})" in text_of(english)
    words = {*LeaveKind, *ReasonClass} - {LeaveKind.UNKNOWN, LeaveKind.OTHER}
    both = [text_of(mail) + html_of(mail) for mail in (danish, english)]
    assert not any(word in text for text in both for word in words)


async def test_rows_are_those_of_the_days_ahead_alone(runtime: Runtime) -> None:
    await hears(runtime, *(hired(LONG_AGO + timedelta(days=n), unit="ward", person=f"old {n}") for n in range(20)))
    await hears(runtime, *(hired(date(2026, 3, 10) + timedelta(days=n), unit="ward", person=f"new {n}") for n in range(20)))
    assert await comings(runtime) == 9, "from the 10th to the 18th"

    await goes_on(runtime, morning(date(2026, 3, 12)))
    assert await comings(runtime) == 15, "from the 12th to the 26th"
    await goes_on(runtime, morning(date(2026, 5, 4)))
    assert await comings(runtime) == 0


async def test_what_nothing_derives_any_more_goes_with_the_digest(runtime: Runtime, post: Post) -> None:
    """Who is broken keeps the rows of before, and who was erased is derived no more."""
    await hears(runtime, hired(date(2026, 3, 16), unit="kitchen"), hired(date(2026, 3, 17), unit="kitchen", person="third"))
    await hears(runtime, hired(date(2026, 3, 4), unit="kitchen", person="another"))
    await runtime.pool.execute("UPDATE subject SET wake_at = NULL WHERE kind = $1 AND id = $2", KIND, an_id("another"))
    async with runtime.pool.acquire() as conn, conn.transaction():
        await erasures.erase(conn, Subject(KIND, an_id("person"), MUNICIPALITY))
    assert await comings(runtime) == 3

    await the_digest(runtime)

    (mail,) = digests(post, COOK)
    assert people(mail) == ["Emil Skov-Mortensen starter | Køkkenet på Søvej | Første dag tirsdag 17. marts"]
    assert await comings(runtime) == 1


async def test_the_digest_waits_for_who_comes_into_sight_that_day(runtime: Runtime, post: Post) -> None:
    """The 19th is 14 days after the Thursday: on the day before nobody looks so far."""
    await hears(runtime, hired(date(2026, 3, 19), unit="kitchen"))
    assert await comings(runtime) == 0

    await the_digest(runtime)

    (mail,) = digests(post, COOK)
    assert people(mail) == ["Bo Lund starter | Køkkenet på Søvej | Første dag torsdag 19. marts"]


async def test_events_in_any_order_and_twice_make_the_same_rows(runtime: Runtime) -> None:
    for number, order in enumerate(permutations(range(4))):
        who = f"person {number}"
        events = [
            told(hired(LONG_AGO, unit="ward", person=who), fact=f"hire {who}"),
            told(end_registered(date(2026, 3, 30), unit="ward", person=who), fact=f"end {who}"),
            told(end_registered(date(2026, 3, 12), unit="ward", person=who), 2, fact=f"end {who}"),
            told(on_leave(date(2026, 3, 6), date(2026, 3, 8), unit="ward", person=who), fact=f"leave {who}"),
        ]
        for at in (*order, order[0]):
            await take(runtime, [events[at]])

    rows = await runtime.pool.fetch("SELECT day, kind, recipient, count(*) FROM coming GROUP BY 1, 2, 3 ORDER BY 1")
    assert [tuple(row) for row in rows] == [
        (date(2026, 3, 6), "leave", an_id("leader"), 24),
        (date(2026, 3, 9), "return", an_id("leader"), 24),
        (date(2026, 3, 12), "end", an_id("leader"), 24),
    ]
