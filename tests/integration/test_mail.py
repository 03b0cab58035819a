"""Mails on a real PostgreSQL to a real mail server: what they say, to whom, how often, and what they never say."""

import re
from datetime import date, timedelta

import pytest

from contracts.base import CallState
from services.chassis.runtime import Runtime
from services.chassis.settings import Settings
from services.notification.domain.mailing import hr_of
from services.notification.mail import health, health_store, store
from services.notification.mail.digests import Lateness, look
from services.notification.mail.store import Choice
from tests.kit.builders import MUNICIPALITY, an_id, leader_appointed, leader_ended, noon
from tests.kit.inbox import milestone, told
from tests.kit.mailing import HR_MAILBOX, RULES, THURSDAY, address, goes_on, mail_of, mailing, morning, send_all
from tests.kit.post import ADDRESS, Post, html_of, text_of
from tests.kit.records import take
from tests.kit.story import revision
from tests.unit.notification.duties import MONDAY, call

TABLES_OF = "notification"
LEADER, CHIEF = mail_of("leader"), mail_of("chief")


@pytest.fixture
def runtime(written_to: Runtime) -> Runtime:
    return written_to


async def the_digest(runtime: Runtime, day: date = THURSDAY) -> None:
    """It is eight o'clock, and whatever is due by then goes out."""
    await goes_on(runtime, morning(day))
    await send_all(runtime)


async def states(runtime: Runtime) -> dict[str, int]:
    """How many mails are in which state."""
    return {row[0]: row[1] for row in await runtime.pool.fetch("SELECT state, count(*) FROM mail GROUP BY 1")}


async def test_a_digest_says_what_is_late_due_this_week_and_in_the_next_14_days(runtime: Runtime, post: Post) -> None:
    await the_digest(runtime)

    (mail,) = [mail for mail in post.to(LEADER) if str(mail["Subject"]).startswith("Se ")]
    text = text_of(mail)
    assert str(mail["Subject"]) == "Se dine opgaver torsdag 5. marts"
    assert [part for part in ("Over fristen (1)", "Denne uge (2)", "De næste 14 dage") if part in text] == [
        "Over fristen (1)",
        "Denne uge (2)",
        "De næste 14 dage",
    ]
    assert "Fastholdelsessamtale\n  Dorte Krogh, Hjemmepleje Nord\n  Skulle være gjort senest mandag 16. februar" in text
    assert f"{ADDRESS}/onboarding/talks/1" in text
    assert "Fra onsdag 11. marts" in text
    assert text.index("Over fristen") < text.index("Denne uge") < text.index("De næste 14 dage")
    assert "fredag 10. april" not in text, "what is due later can wait"
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert "<h2>Over fristen (1)</h2>" in html_of(mail)
    assert '<html lang="da">' in html_of(mail)


async def test_a_reader_may_choose_english(runtime: Runtime, post: Post) -> None:
    async with runtime.pool.acquire() as conn:
        await store.choose(conn, an_id("leader"), MUNICIPALITY, Choice("en"), await runtime.now())

    await the_digest(runtime)

    (mail,) = [mail for mail in post.to(LEADER) if str(mail["Subject"]).startswith("See ")]
    assert (str(mail["Subject"]), str(mail["Content-Language"])) == ("See your tasks Thursday 5 March", "en")
    assert "Late (1)" in text_of(mail)
    assert "Over fristen" not in text_of(mail)


async def test_nobody_reads_of_a_task_about_themselves(runtime: Runtime, post: Post) -> None:
    await the_digest(runtime)

    assert not any("Anne Holm," in text_of(mail) for mail in post.to(LEADER))
    assert any("Anne Holm," in text_of(mail) for mail in post.to(CHIEF))


async def test_hr_gets_the_digest_of_its_queue_in_its_mailbox_and_cannot_decline_it(runtime: Runtime, post: Post) -> None:
    await the_digest(runtime)

    (mail,) = post.to(HR_MAILBOX)
    assert "Fratrædelsessamtale med en anden end nærmeste leder" in text_of(mail)
    assert mail["List-Unsubscribe"] is None


async def test_where_there_is_nothing_there_is_no_digest(runtime: Runtime, post: Post) -> None:
    await the_digest(runtime)
    came = len(post.came)
    assert post.to(mail_of("cook")) == []

    await goes_on(runtime, morning(THURSDAY) + timedelta(hours=2))
    await send_all(runtime)

    assert len(post.came) == came, "the same digest day again says nothing"


async def test_a_week_of_downtime_sends_one_digest(runtime: Runtime, post: Post) -> None:
    await goes_on(runtime, morning(date(2026, 3, 17)))
    await goes_on(runtime, morning(date(2026, 3, 18)))
    await send_all(runtime)

    digests = [mail for mail in post.to(LEADER) if str(mail["Subject"]).startswith("Se ")]
    assert [str(mail["Subject"]) for mail in digests] == ["Se dine opgaver onsdag 18. marts"]
    assert [row["day"] for row in await runtime.pool.fetch("SELECT day FROM digest")] == [date(2026, 3, 16)]


async def test_what_was_missed_by_day_is_not_made_up_for_by_night_or_on_a_day_off(runtime: Runtime) -> None:
    saturday = noon(date(2026, 3, 7))

    await goes_on(runtime, saturday)
    assert await runtime.pool.fetchval("SELECT count(*) FROM digest") == 0
    await goes_on(runtime, morning(date(2026, 3, 9)))

    assert [row["day"] for row in await runtime.pool.fetch("SELECT day FROM digest")] == [date(2026, 3, 9)]


async def test_a_digest_waits_until_all_that_was_said_before_its_hour_is_read(runtime: Runtime) -> None:
    await runtime.pool.execute("UPDATE clock SET ahead = ahead + interval '1 day'")
    await look(runtime, Lateness())
    assert await runtime.pool.fetchval("SELECT count(*) FROM digest") == 0
    assert await health.pending(await runtime.pool.acquire(), await runtime.now()) == 1


async def test_single_mails_are_one_for_all_that_is_due(runtime: Runtime, post: Post) -> None:
    talks = [milestone(wanted=call(closes=date(2026, 3, 12), due=date(2026, 3, 10), about="another")) for _ in range(3)]
    await take(runtime, [told(talk, fact=f"talk {n}") for n, talk in enumerate(talks)])

    await goes_on(runtime, noon(date(2026, 3, 10)) - timedelta(hours=8))
    await send_all(runtime)
    assert not [mail for mail in post.to(LEADER) if "3 opgaver" in str(mail["Subject"])], "nobody is written to at three at night"
    await goes_on(runtime, morning(date(2026, 3, 10)))
    await send_all(runtime)

    (mail,) = [mail for mail in post.to(LEADER) if "3 opgaver" in str(mail["Subject"])]
    assert str(mail["Subject"]) == "Gør det helst tirsdag 10. marts: 3 opgaver"
    assert mail["List-Unsubscribe"] is None, "a duty cannot be declined"
    assert text_of(mail).count("Dorte Krogh") == 3


async def test_a_change_of_leader_is_one_mail_to_each_without_names_to_who_is_gone(runtime: Runtime, post: Post) -> None:
    await take(runtime, [told(address("new leader", "Nye Leder"), fact="address of new leader")])
    gone, new = leader_ended("ward", "leader", date(2026, 3, 4)), leader_appointed("ward", "new leader", date(2026, 3, 5))
    await take(runtime, [told(gone), told(new)])

    await goes_on(runtime, morning(THURSDAY))
    await goes_on(runtime, morning(THURSDAY) + timedelta(minutes=10))
    await send_all(runtime)

    (before,) = [mail for mail in post.to(LEADER) if str(mail["Subject"]).startswith("Afgivet torsdag 5. marts: ")]
    (after,) = [mail for mail in post.to(mail_of("new leader")) if str(mail["Subject"]).startswith("Overtag ")]
    assert "Den er nu hos Nye Leder" in text_of(before)
    assert not re.search("Bo Lund|Dorte Krogh|Emil", text_of(before))
    assert "Bo Lund, Hjemmepleje Nord" in text_of(after)
    assert f"{ADDRESS}/onboarding/talks/1" in text_of(after)
    assert re.findall(rf"{ADDRESS}\S*", text_of(before)) == [f"{ADDRESS}/tasks"], "who is gone may not open the pages"


async def test_no_mail_follows_a_task_that_ended_or_fell_away_while_it_waited(runtime: Runtime, post: Post) -> None:
    died, done = (
        milestone(wanted=call(closes=date(2026, 3, 5), about="third")),
        milestone(wanted=call(closes=date(2026, 3, 5), about="another")),
    )
    await take(runtime, [told(died, fact="died"), told(done, fact="done")])
    ended = milestone(wanted=call(closes=date(2026, 3, 5), about="another", state=CallState.DONE, state_on=date(2026, 3, 4)))
    await take(runtime, [told(died, 2, fact="died", stands=False), told(ended, 2, fact="done")])

    await the_digest(runtime)

    assert "Emil Skov-Mortensen, Hjemmepleje Nord\n  Senest torsdag 5. marts" not in "".join(map(text_of, post.came))
    assert not [mail for mail in post.to(LEADER) if str(mail["Subject"]).startswith("Gør ")]
    assert (await states(runtime))["dropped"] >= 1


async def test_a_follow_up_is_one_mail_a_day_that_says_nothing(runtime: Runtime, post: Post) -> None:
    talks = [
        milestone(wanted=call(closes=date(2026, 3, 12), due=date(2026, 3, 10), kind="absence-contact", about=who))
        for who in ("person", "third")
    ]
    await take(runtime, [told(talk, fact=f"contact {n}") for n, talk in enumerate(talks)])
    await goes_on(runtime, morning(date(2026, 3, 10)))
    await send_all(runtime)
    one = milestone(wanted=call(opens=date(2026, 3, 10), closes=date(2026, 3, 11), kind="absence-contact", about="another"))
    await take(runtime, [told(one, fact="one more")])
    await goes_on(runtime, morning(date(2026, 3, 10)) + timedelta(hours=1))
    await send_all(runtime)

    (mail,) = [mail for mail in post.to(LEADER) if str(mail["Subject"]).startswith("Følg ")]
    assert str(mail["Subject"]) == "Følg op med en medarbejder tirsdag 10. marts"
    assert "2 opfølgninger venter på dig" in text_of(mail)
    assert not re.search("Bo Lund|Emil|Hjemmepleje", text_of(mail))


async def test_without_an_address_nobody_is_written_to_and_hr_can_see_whom(runtime: Runtime, post: Post) -> None:
    nobody = revision(
        address("leader", "Anne Holm").model_copy(update={"work_mail": None}), noon(MONDAY), fact=an_id("address of leader"), number=9
    )
    wrong = revision(address("chief", "Carla Dam", mail="not an\naddress"), noon(MONDAY), fact=an_id("address of chief"), number=9)
    await take(runtime, [nobody, wrong])

    await the_digest(runtime)

    assert {str(mail["To"]) for mail in post.came} == {HR_MAILBOX}
    async with runtime.pool.acquire() as conn:
        found = await health_store.undelivered(conn, MUNICIPALITY, await runtime.now())
    assert {row.recipient for row in found} == {an_id("leader"), an_id("chief")}
    assert {row.state for row in found} == {"unaddressed"}


async def test_what_went_out_is_let_go_of_after_half_a_year(runtime: Runtime) -> None:
    await the_digest(runtime)
    async with runtime.pool.acquire() as conn:
        await store.forget_old(conn, await runtime.now() + timedelta(days=181))

    assert await states(runtime) == {}
    assert await runtime.pool.fetchval("SELECT count(*) FROM mail_about") == 0
    await goes_on(runtime, morning(THURSDAY) + timedelta(hours=3))
    assert await states(runtime) == {}, "no digest is made twice, whatever is kept of it"


async def test_two_workers_make_one_digest(runtime: Runtime, settings: Settings, post: Post) -> None:
    async with mailing(runtime.settings, post, RULES) as other:
        await goes_on(runtime, morning(THURSDAY))
        made = (await states(runtime))["waiting"]
        await look(other, Lateness())

    assert (await states(runtime))["waiting"] == made
    recipients = await runtime.pool.fetch("SELECT recipient FROM mail WHERE occasion = 'digest'")
    assert len({row["recipient"] for row in recipients}) == len(recipients)
    assert hr_of(MUNICIPALITY) in {row["recipient"] for row in recipients}
