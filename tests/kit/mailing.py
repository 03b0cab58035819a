"""A notification service that sends to the mail server of the tests, and the small town of the inbox with work addresses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta

from contracts.hr import PersonNamed
from services.chassis import clock
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.wake import Wake
from services.notification.app import SERVICE
from services.notification.mail import health_store
from services.notification.mail.digests import Lateness, look
from services.notification.mail.sending import Sender
from tests.kit.builders import MUNICIPALITY, an_id, noon
from tests.kit.inbox import NAMES, fill
from tests.kit.post import Post, with_mail
from tests.kit.records import read_everything, take
from tests.kit.story import revision

THURSDAY = date(2026, 3, 5)
HR_MAILBOX = "hr@kommune.example"
RULES = f"""
municipality = "{MUNICIPALITY}"
name = "Prøvekommune"
live_from = 2020-01-01
[notification]
hr_mail = "{HR_MAILBOX}"
"""


def mail_of(person: str) -> str:
    """The work address of somebody."""
    return f"{person.replace(' ', '.')}@kommune.example"


def address(person: str, name: str, mail: str | None = None) -> PersonNamed:
    """The directory tells of a name and an address."""
    told = {"municipality": MUNICIPALITY, "person_key": an_id(person), "display_name": name, "work_mail": mail or mail_of(person)}
    return PersonNamed.model_validate(told)


async def fill_with_addresses(runtime: Runtime) -> None:
    """The inbox of the kit, it is Wednesday 4 March 2026, and everybody has an address."""
    await fill(runtime)
    known = noon(date(2026, 3, 2))
    named = [revision(address(person, name), known, fact=an_id(f"address of {person}"), number=2) for person, name in NAMES.items()]
    await take(runtime, named)


@asynccontextmanager
async def mailing(settings: Settings, post: Post, rules: str = RULES) -> AsyncIterator[Runtime]:
    """Notification with a mail server and these rules."""
    settings.rules.mkdir(exist_ok=True)
    (settings.rules / f"{MUNICIPALITY}.toml").write_text(rules, "utf-8")
    async with open_runtime(SERVICE, with_mail(settings, post)) as runtime:
        async with runtime.pool.acquire() as conn:
            await health_store.note_sending(conn, None, sends=True)
        yield runtime


async def goes_on(runtime: Runtime, until: datetime) -> None:
    """It is that moment, everything is read, whoever is due is woken, and the digests that are due are made."""
    async with runtime.pool.acquire() as conn:
        await clock.move(conn, until - await clock.moment(conn) + await clock.ahead(conn))
    await read_everything(runtime)
    while await Wake(runtime).once():
        pass
    await read_everything(runtime)
    await look(runtime, Lateness())


async def send_all(runtime: Runtime) -> None:
    """Everything that may go out now goes out."""
    sender = Sender(runtime)
    async with runtime.pool.acquire() as conn:
        while await sender.once(conn):
            pass


def morning(day: date) -> datetime:
    """Eight o'clock in the winter of Denmark."""
    return noon(day) - timedelta(hours=4)
