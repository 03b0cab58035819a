"""What goes wrong with mail: refused for now or for ever, a server that is away, a report that comes later; HR knows, nothing is lost."""

import asyncio
from datetime import date, timedelta
from pathlib import Path

import aiosmtplib
import pytest

from contracts.notification import TaskEscalated
from services.chassis.health import raised_alarms, status
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.notification import store as tasks
from services.notification.app import SERVICE
from services.notification.mail import digests, health_store, store
from services.notification.mail.bounce import bounced, mail_that_failed
from services.notification.mail.digests import Lateness
from services.notification.mail.sending import Sender, send_mails
from tests.kit.builders import MUNICIPALITY, an_id
from tests.kit.inbox import viewer
from tests.kit.mailing import THURSDAY, fill_with_addresses, goes_on, mail_of, mailing, morning, send_all
from tests.kit.post import Post, receiving

LEADER = mail_of("leader")
REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@kommune.example
To: forbliv@kommune.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain; charset=us-ascii

Sorry.

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.kommune.example
Arrival-Date: Thu, 5 Mar 2026 07:31:00 +0100

Final-Recipient: rfc822; leader@kommune.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 No such user

--=_b
Content-Type: {kind}

{returned}
--=_b--
"""
HEADERS = "Message-ID: <{mail_id}@kommune.example>\nSubject: Se dine opgaver\n"


@pytest.fixture
def runtime(addressed: Runtime) -> Runtime:
    return addressed


async def in_hr_queue(runtime: Runtime) -> set[str]:
    """Which tasks HR has in its queue."""
    async with runtime.pool.acquire() as conn:
        found = await tasks.tasks_of(conn, viewer("somebody in HR", hr=True), date(2026, 3, 20), 99)
    names = {an_id(name): name for name in ("late", "this week", "open after due", "later", "new kind", "second party", "own case")}
    return {names[task.task_id] for task in found}


async def escalations(runtime: Runtime) -> int:
    """How often it was said that mail came back."""
    found: int = await runtime.pool.fetchval(
        "SELECT count(*) FROM outbox WHERE headers LIKE $1 AND body LIKE '%bounced%'", f"%{TaskEscalated.wire}%"
    )
    return found


async def a_mail_to(runtime: Runtime, person: str) -> object:
    """The id of a mail that went to somebody."""
    return await runtime.pool.fetchval("SELECT mail_id FROM mail WHERE recipient = $1 ORDER BY made_at, mail_id LIMIT 1", an_id(person))


async def test_who_is_refused_for_ever_is_told_to_hr_with_all_open_tasks(runtime: Runtime, post: Post) -> None:
    post.refuses[LEADER] = "550 5.1.1 No such user"
    before = await in_hr_queue(runtime)

    await goes_on(runtime, morning(THURSDAY))
    await send_all(runtime)

    held = {"late", "this week", "open after due", "later", "new kind"}
    assert await in_hr_queue(runtime) == before | held
    assert await escalations(runtime) == len(held)
    assert post.to(LEADER) == []
    assert post.to(mail_of("chief")), "who comes after is not held up"
    rows = await runtime.pool.fetch("SELECT DISTINCT state, why FROM mail WHERE recipient = $1", an_id("leader"))
    assert [tuple(row) for row in rows] == [("bounced", "550")]


async def test_who_is_put_off_is_tried_again_after_a_growing_pause_with_the_same_id(runtime: Runtime, post: Post) -> None:
    post.refuses[LEADER] = "451 4.7.1 Greylisted"
    await goes_on(runtime, morning(THURSDAY))
    await send_all(runtime)
    assert "this week" not in await in_hr_queue(runtime)
    ids = {row[0] for row in await runtime.pool.fetch("SELECT mail_id FROM mail WHERE state = 'waiting' AND tries = 1")}
    assert ids

    await goes_on(runtime, morning(THURSDAY) + timedelta(minutes=2))
    await send_all(runtime)
    await goes_on(runtime, morning(THURSDAY) + timedelta(minutes=3))
    await send_all(runtime)
    assert await runtime.pool.fetchval("SELECT max(tries) FROM mail") == 2, "the second pause is twice as long"
    del post.refuses[LEADER]
    await goes_on(runtime, morning(THURSDAY) + timedelta(minutes=10))
    await send_all(runtime)

    assert {f"<{mail_id}@kommune.example>" for mail_id in ids} <= set(post.ids)
    assert len(set(post.ids)) == len(post.ids)


async def test_who_is_put_off_for_days_counts_as_come_back(runtime: Runtime, post: Post) -> None:
    post.refuses[LEADER] = "451 4.7.1 Greylisted"
    await goes_on(runtime, morning(THURSDAY))
    await runtime.pool.execute("UPDATE mail SET tries = 50")

    await send_all(runtime)

    assert "this week" in await in_hr_queue(runtime)


async def test_a_server_that_is_away_loses_nothing_and_is_told_of(runtime: Runtime, post: Post) -> None:
    await send_all(runtime)
    away = Sender(runtime)
    good, runtime.settings = runtime.settings, runtime.settings.model_copy(update={"smtp_port": 1})
    await goes_on(runtime, morning(THURSDAY))
    waiting = await runtime.pool.fetchval("SELECT count(*) FROM mail WHERE state = 'waiting'")
    async with runtime.pool.acquire() as conn:
        with pytest.raises((aiosmtplib.SMTPConnectError, OSError)):
            await away.once(conn)
    assert await raised_alarms(runtime) == []
    await goes_on(runtime, morning(THURSDAY) + timedelta(hours=3))
    assert not any("no digest" in alarm for alarm in await raised_alarms(runtime)), "it may be on its way"
    await digests.look(runtime, Lateness(0))
    assert any("mails wait since 2026-03-05" in alarm for alarm in await raised_alarms(runtime))
    assert any("no digest went out on a digest day" in alarm for alarm in await raised_alarms(runtime))
    assert await runtime.pool.fetchval("SELECT count(*) FROM task WHERE kind = 'silence-digests' AND state = 'open' AND in_hr_queue") == 1
    text = await status(runtime, None)
    assert text["pending"] == waiting

    runtime.settings = good
    await send_all(runtime)
    await digests.look(runtime, Lateness(0))

    assert len(post.came) >= waiting
    assert await raised_alarms(runtime) == []
    assert await runtime.pool.fetchval("SELECT state FROM task WHERE kind = 'silence-digests'") == "done"


async def test_without_a_mail_server_mails_wait_and_status_says_so(settings: Settings, tmp_path: Path) -> None:
    settings = settings.model_copy(update={"rules": tmp_path / "rules"})
    async with receiving() as post, mailing(settings, post) as runtime:
        await fill_with_addresses(runtime)
        runtime.settings = settings
        async with runtime.pool.acquire() as conn:
            await health_store.note_sending(conn, None, sends=False)
        await goes_on(runtime, morning(THURSDAY))

        (alarm,) = await raised_alarms(runtime)
        assert alarm.startswith(f"{MUNICIPALITY}: ")
        assert "no mail server is set (FORBLIV_SMTP_HOST)" in alarm
        assert (await status(runtime, None))["pending"] == 0, "who waits for all to catch up does not wait for a server that is not there"
        assert await runtime.pool.fetchval("SELECT count(*) FROM task WHERE kind = 'silence-digests'") == 0


@pytest.mark.parametrize(
    ("kind", "returned"),
    [("text/rfc822-headers", HEADERS), ("message/rfc822", f"{HEADERS}\nHej\n")],
    ids=["the headers alone", "the whole mail"],
)
async def test_a_report_that_comes_later_tells_hr_once(runtime: Runtime, post: Post, kind: str, returned: str) -> None:
    await goes_on(runtime, morning(THURSDAY))
    await send_all(runtime)
    mail_id = await a_mail_to(runtime, "leader")
    report = REPORT.format(action="failed", status="5.1.1", kind=kind, returned=returned.format(mail_id=mail_id)).encode()

    found = mail_that_failed(report)

    assert found == (mail_id, "5.1.1")
    assert await bounced(runtime, *found)
    assert not await bounced(runtime, *found), "the second time says nothing new"
    assert "this week" in await in_hr_queue(runtime)
    assert await escalations(runtime) == 5


@pytest.mark.parametrize(
    "report",
    [
        REPORT.format(action="delayed", status="4.4.1", kind="text/rfc822-headers", returned=HEADERS.format(mail_id=an_id("a mail"))),
        REPORT.format(action="failed", status="5.1.1", kind="text/rfc822-headers", returned="Subject: of somebody else\n"),
        "From: anne@kommune.example\nSubject: Re: Se dine opgaver\nIn-Reply-To: <a@b>\n\nTak.\n",
        "",
    ],
    ids=["it is only late", "not one of ours", "an answer of a person", "nothing"],
)
def test_what_is_no_report_of_a_failure_of_ours_changes_nothing(report: str) -> None:
    assert mail_that_failed(report.encode()) is None


async def test_two_senders_beside_each_other_send_each_mail_once(runtime: Runtime, post: Post) -> None:
    await goes_on(runtime, morning(THURSDAY))
    post.slow = 0.05
    async with open_runtime(SERVICE, runtime.settings) as other:
        senders = [asyncio.create_task(send_mails(each)) for each in (runtime, other)]
        async with asyncio.timeout(60):
            while await runtime.pool.fetchval("SELECT count(*) FROM mail WHERE state = 'waiting'"):  # noqa: ASYNC110 - the tasks work on
                await asyncio.sleep(0.05)
        for sender in senders:
            sender.cancel()
        await asyncio.wait(senders)

    assert len(post.ids) > 3
    assert len(set(post.ids)) == len(post.ids)


async def test_a_bounce_of_a_mail_nobody_knows_changes_nothing(runtime: Runtime) -> None:
    assert not await bounced(runtime, an_id("a mail of nobody"), "5.1.1")


async def test_what_comes_while_a_mail_is_sent_is_told_in_the_next_one(runtime: Runtime) -> None:
    """A sender that has taken a mail writes what it knew then: what is decided meanwhile must not join it."""
    await send_all(runtime)
    async with runtime.pool.acquire() as conn:
        moment = await runtime.now()
        first = (an_id("m1"), MUNICIPALITY, an_id("leader"), "reminded", an_id("late"), moment, moment)
        await store.put(conn, [first])
        (taken,) = await store.claim(conn, moment, 9)
        await store.put(conn, [(an_id("m2"), *first[1:4], an_id("this week"), moment, moment)])
        await store.put(conn, [(an_id("m3"), *first[1:4], an_id("later"), moment, moment)])
        again = await store.claim(conn, moment, 9)

    assert taken.about == (an_id("late"),)
    assert {mail.mail_id: set(mail.about) for mail in again} == {
        an_id("m1"): {an_id("late")},
        an_id("m2"): {an_id("this week"), an_id("later")},
    }


async def test_a_digest_that_nobody_makes_is_a_task_of_hr_once_it_was_late_under_our_eyes(runtime: Runtime) -> None:
    """All that was said is never read, so that it must not be made; who looks at it for long enough tells HR."""
    await runtime.pool.execute("UPDATE clock SET ahead = ahead + interval '1 day'")
    patient, told = Lateness(), Lateness(0)

    await digests.look(runtime, patient)
    await digests.look(runtime, patient)
    assert await runtime.pool.fetchval("SELECT count(*) FROM task WHERE kind = 'silence-digests'") == 0
    await digests.look(runtime, told)

    assert await runtime.pool.fetchval("SELECT count(*) FROM digest") == 0
    assert await runtime.pool.fetchval("SELECT state FROM task WHERE kind = 'silence-digests'") == "open"
