"""What is true now for one mail: its tasks, names, address and language, read from the tables and handed to the letter."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from services.chassis.calendar import day_of
from services.chassis.rules import Rules
from services.chassis.runtime import Runtime
from services.chassis.service import Connection
from services.chassis.tables import references
from services.chassis.web.catalogue import DANISH, Catalogue
from services.chassis.web.viewer import HR, Viewer
from services.notification.domain.mailing import TO_MENTORS, Occasion, hr_of
from services.notification.domain.task import Stage, Task
from services.notification.mail import coming_store, mentor_store, store
from services.notification.mail.choices import address_of_choices
from services.notification.mail.letter import (
    Facts,
    Letter,
    Parts,
    digest_letter,
    is_discreet,
    leader_of,
    mentor_letter,
    people_of,
    task_letter,
)
from services.notification.mail.store import Choice, Mail
from services.notification.mail.writing import FOLDER
from services.notification.rules import TaskRules
from services.notification.store import tasks_by_id, tasks_of

MOST_TASKS = 1_000
MOST_COMING = 1_000


@dataclass(frozen=True, slots=True)
class Written:
    """A letter, none where there is nothing to tell; and where it goes, empty where nobody knows."""

    letter: Letter | None
    to: str


class Composer:
    """Writes the mails of one runtime."""

    def __init__(self, runtime: Runtime) -> None:
        """Read the texts."""
        self._runtime = runtime
        self._catalogue = Catalogue((FOLDER,), strict=False)

    async def write(self, conn: Connection, mail: Mail, moment: datetime) -> Written:
        """The mail as of this moment."""
        is_hr = mail.recipient == hr_of(mail.municipality)
        if await self._is_dead(conn, mail.recipient, day_of(moment)):
            return Written(None, "")
        choice = (await store.choices(conn, [mail.recipient])).get(mail.recipient, Choice(DANISH))
        rules = self._runtime.rules[mail.municipality]
        addresses = await references.mail_addresses(conn, [mail.recipient])
        to = rules.read(TaskRules).hr_mail if is_hr else addresses.get(mail.recipient, "")
        return Written(await self._letter(conn, mail, choice, moment), to)

    async def _is_dead(self, conn: Connection, recipient: UUID, today: date) -> bool:
        """Family, a secretary or IT reads the mailbox of who has died; whatever the mail is about."""
        last = (await coming_store.last_days_of_dead(conn, [recipient])).get(recipient)
        return last is not None and last < today

    async def _letter(self, conn: Connection, mail: Mail, choice: Choice, moment: datetime) -> Letter | None:
        if mail.occasion in TO_MENTORS:
            return await self._mentor(conn, mail, choice, moment)
        if mail.occasion is Occasion.DIGEST:
            return await self._digest(conn, mail, choice, moment) if choice.digest else None
        tasks = await self._tasks(conn, mail, day_of(moment))
        facts = await self.facts(conn, mail.municipality, choice.language, moment, people_of(tasks))
        return task_letter(mail.occasion, tasks, mail.recipient, facts)

    async def _digest(self, conn: Connection, mail: Mail, choice: Choice, moment: datetime) -> Letter | None:
        days = days_ahead(self._runtime.rules[mail.municipality], day_of(moment))
        found = await parts_of(conn, mail.municipality, mail.recipient, days)
        facts = await self.facts(conn, mail.municipality, choice.language, moment, found.people)
        is_hr = mail.recipient == hr_of(mail.municipality)
        choices = None if is_hr else address_of_choices(self._runtime.settings, mail.municipality, mail.recipient)
        return digest_letter(found, mail.recipient, facts, choices)

    async def _mentor(self, conn: Connection, mail: Mail, choice: Choice, moment: datetime) -> Letter | None:
        told = await mentor_store.mentorings(conn, mail.about, mail.recipient, gone=mail.occasion is Occasion.MENTOR_GONE)
        dead = await coming_store.last_days_of_dead(conn, [row.newcomer for row in told])
        found = [row for row in told if row.newcomer not in dead]
        facts = await self.facts(conn, mail.municipality, choice.language, moment, {row.newcomer for row in found})
        leaders = await self._runtime.tables.names(conn, {leader for row in found if (leader := leader_of(row, facts))})
        return mentor_letter(mail.occasion, found, replace(facts, names={**facts.names, **leaders}))

    async def facts(self, conn: Connection, municipality: str, language: str, moment: datetime, people: set[UUID]) -> Facts:
        """What letters of a municipality are written from."""
        async with conn.transaction():
            snapshot = await self._runtime.reconciler.snapshot(conn, municipality)
        names = await self._runtime.tables.names(conn, people)
        rules, address = self._runtime.rules[municipality], self._runtime.settings.address
        return Facts(self._catalogue, language, day_of(moment), rules, snapshot.organisation(), names, address)

    async def _tasks(self, conn: Connection, mail: Mail, today: date) -> list[Task]:
        """The tasks that are still what the mail was to tell of; none about the reader."""
        rules = self._runtime.rules[mail.municipality]
        if mail.occasion is Occasion.FOLLOW_UP:
            _, until = days_ahead(rules, today)
            found = await tasks_of(conn, reader_of(mail.recipient, mail.municipality), until, MOST_TASKS)
            return [task for task in found if _is_follow_up(task, mail, rules.read(TaskRules))]
        found = await tasks_by_id(conn, mail.municipality, mail.about)
        return [task for task in found if task.about_person != mail.recipient and _is_still(mail, task)]


def days_ahead(rules: Rules, today: date) -> tuple[date, date]:
    """Today and the last day that a digest looks at."""
    return today, today + timedelta(days=rules.read(TaskRules).coming_days)


async def parts_of(conn: Connection, municipality: str, recipient: UUID, days: tuple[date, date]) -> Parts:
    """What the digest of somebody is written from."""
    tasks = await tasks_of(conn, reader_of(recipient, municipality), days[1], MOST_TASKS)
    return Parts(tasks, await coming_store.coming(conn, municipality, recipient, days, MOST_COMING))


def reader_of(recipient: UUID, municipality: str) -> Viewer:
    """The recipient as one who looks at the inbox: sees what is theirs there, and nothing else; HR's shared mailbox reads HR's queue."""
    roles = frozenset({HR}) if recipient == hr_of(municipality) else frozenset[str]()
    return Viewer(recipient, municipality, roles, frozenset())


def _is_follow_up(task: Task, mail: Mail, rules: TaskRules) -> bool:
    return task.state is Stage.OPEN and task.holder == mail.recipient and is_discreet(task, rules)


def _is_still(mail: Mail, task: Task) -> bool:
    """Whether what was decided is still so: a task that ended, fell away or went on is nobody's business any more."""
    if task.state is not Stage.OPEN:
        return False
    match mail.occasion:
        case Occasion.ESCALATED:
            return task.escalated_to == mail.recipient
        case Occasion.HANDED_FROM:
            return task.holder != mail.recipient
        case _:
            return task.holder == mail.recipient
