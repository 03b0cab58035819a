"""The digest of 2,000 leaders, sent by a process that is killed again and again: each has theirs, exactly one by `Message-ID`."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from contracts.hr import PersonNamed
from deploy.local.paths import ROOT
from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.chassis.wake import Wake
from services.notification.app import SERVICE
from services.notification.domain.mailing import Occasion
from services.notification.mail.store import daily_id
from tests.kit.builders import MUNICIPALITY, an_id, hired, leader_appointed, noon, unit_changed
from tests.kit.inbox import milestone
from tests.kit.mailing import RULES, THURSDAY, mail_of, morning
from tests.kit.post import ADDRESS, LOOPBACK, SECRET, SENDER, Post, receiving, text_of
from tests.kit.records import read_everything, set_day, take
from tests.kit.story import revision
from tests.unit.notification.duties import MONDAY, call

LEADERS = 2_000
KILLS = (1, 300, 900, 901, 1_700)
"""After so many mails have come the process is killed, whatever it is doing then."""


async def fill(settings: Settings) -> None:
    """Each leader has a unit and an address. Every third has one thing to do this week, every third somebody who starts, every third both.

    It is Thursday, and all that was said is read.
    """
    numbers = [str(n) for n in range(LEADERS)]
    units = [unit_changed("top"), *(unit_changed(f"unit {n}", "top") for n in numbers)]
    leaders = [leader_appointed(f"unit {n}", f"leader {n}") for n in numbers]
    names = [
        PersonNamed(municipality=MUNICIPALITY, person_key=an_id(f"leader {n}"), display_name=f"Leder {n}", work_mail=mail_of(f"leader {n}"))
        for n in numbers
    ]
    duties = [milestone(wanted=call(unit=f"unit {n}", about=f"person {n}", closes=date(2026, 3, 6))) for n in numbers if int(n) % 3 < 2]
    starts = [hired(date(2026, 3, 16), unit=f"unit {n}", person=f"newcomer {n}") for n in numbers if int(n) % 3 > 0]
    async with open_runtime(SERVICE, settings) as runtime:
        await set_day(runtime, date(2026, 3, 4))
        await take(runtime, [revision(event, noon(MONDAY)) for event in (*units, *leaders, *names)])
        await take(runtime, [revision(event, noon(MONDAY)) for event in starts])
        await take(runtime, [revision(duty, noon(MONDAY), fact=an_id(f"duty {n}")) for n, duty in enumerate(duties)])
        while await Wake(runtime).once():
            pass
        await runtime.pool.execute("DELETE FROM mail")  # that each is told of a task with little time left is not what is counted here
        await runtime.pool.execute("UPDATE clock SET ahead = ahead + ($1 - forbliv_moment())", morning(THURSDAY))
        await read_everything(runtime)


@asynccontextmanager
async def sending(settings: Settings, post: Post) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process; killed at the end of the block."""
    told = {
        "PATH": os.environ["PATH"],
        "FORBLIV_PROFILE": "local",
        "FORBLIV_KAFKA": settings.kafka,
        "FORBLIV_DATABASE_URL": settings.database_url,
        "FORBLIV_RULES": str(settings.rules),
        "FORBLIV_SECRET": SECRET,
        "FORBLIV_ADDRESS": ADDRESS,
        "FORBLIV_SMTP_HOST": LOOPBACK,
        "FORBLIV_SMTP_PORT": str(post.port),
        "FORBLIV_SMTP_SECURITY": "none",
        "FORBLIV_MAIL_FROM": SENDER,
    }
    command = (sys.executable, "-m", "tests.kit.mail_worker")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=told, stdout=asyncio.subprocess.DEVNULL)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def came(post: Post, count: int) -> None:
    """Return when so many mails have come."""
    async with asyncio.timeout(120):
        while len(post.came) < count:  # noqa: ASYNC110 - it comes from another process
            await asyncio.sleep(0.001)


async def test_a_digest_run_for_2000_leaders_that_is_killed_again_and_again_reaches_each_once(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / f"{MUNICIPALITY}.toml").write_text(RULES, "utf-8")
    settings = settings.model_copy(update={"rules": tmp_path})
    await fill(settings)
    async with receiving() as post:
        for kill in KILLS:
            async with sending(settings, post):
                await came(post, kill)
        async with sending(settings, post):
            await came(post, LEADERS)
            async with open_runtime(SERVICE, settings) as runtime, asyncio.timeout(120):
                while await runtime.pool.fetchval("SELECT count(*) FROM mail WHERE state = 'waiting'"):  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0.05)
                states = await runtime.pool.fetch("SELECT state, count(*) FROM mail GROUP BY state")

    told = Counter(
        ("Denne uge (1)" in text_of(mail), "starter\n" in text_of(mail)) for mail in {str(m["To"]): m for m in post.came}.values()
    )
    assert told == {(True, False): 667, (True, True): 667, (False, True): 666}
    times = Counter(post.ids)
    domain = SENDER.partition("@")[2]
    assert times.keys() == {f"<{daily_id(an_id(f'leader {n}'), Occasion.DIGEST, THURSDAY)}@{domain}>" for n in range(LEADERS)}
    assert {str(mail["To"]) for mail in post.came} == {mail_of(f"leader {n}") for n in range(LEADERS)}
    assert sum(times.values()) - LEADERS <= len(KILLS), "a kill may repeat the one mail that was under way"
    assert [tuple(row) for row in states] == [("sent", LEADERS)]
