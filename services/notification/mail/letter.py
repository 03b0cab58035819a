"""What a mail says, in Danish or English: plain values from which text and HTML are written. Pure.

A mail may say what a leader would say on the phone in an open office: no number of a person, no illness, and of a duty that is discreet
no more than that somebody is to be followed up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.chassis.organisation import Organisation
from services.chassis.rules import Rules
from services.chassis.web.catalogue import Catalogue
from services.chassis.web.formats import long_day
from services.notification.domain.coming import Coming
from services.notification.domain.digest import Digest, Section, digest
from services.notification.domain.inbox import Part, part_of, why_shown
from services.notification.domain.mailing import Occasion
from services.notification.domain.mentor import Mentoring
from services.notification.domain.naming import name_of
from services.notification.domain.task import Stage, Task
from services.notification.rules import ComingKind, StepTitles, TaskRules

MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do: what, for whom and where, by when, and the page that does it."""

    what: str
    where: str
    when: str
    link: str


@dataclass(frozen=True, slots=True)
class Block:
    """Lines under a heading; none: no heading."""

    heading: str | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail without its envelope. `choices`: where its digests can be declined; none where they cannot."""

    language: str
    subject: str
    opening: tuple[str, ...]
    blocks: tuple[Block, ...]
    closing: tuple[str, ...]
    see: str
    """What is found under the link."""
    link: str
    choices: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when a mail is written. `address`: of the pages."""

    catalogue: Catalogue
    language: str
    today: date
    rules: Rules
    organisation: Organisation
    names: Mapping[UUID, str]
    address: str

    def text(self, message: str, /, **places: object) -> str:
        """A text in the reader's language."""
        return self.catalogue.text(self.language, message, **places)

    def day(self, day: date) -> str:
        """A day in words."""
        return long_day(day, self.language, self.today)

    @property
    def own(self) -> TaskRules:
        """The municipality's rules for tasks."""
        return self.rules.read(TaskRules)

    def unit(self, unit: UUID) -> str:
        """The name of a unit today; the municipality's where nobody told of it."""
        found = self.organisation.unit(unit, self.today)
        return found.name if found else self.rules.name

    def name(self, person: UUID | None) -> str:
        """The name of a person, or that it is not known."""
        return self.names.get(person, self.text("web-person-unnamed")) if person else self.text("web-hr")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a digest tells of: tasks, and who comes and goes."""

    tasks: Sequence[Task] = ()
    coming: Sequence[Coming] = ()

    @property
    def people(self) -> set[UUID]:
        """Whose names it may need."""
        return people_of(self.tasks) | {each.about_person for each in self.coming}


def people_of(tasks: Iterable[Task]) -> set[UUID]:
    """Whose names a mail about these tasks may need."""
    return {person for task in tasks for person in (task.about_person, task.holder) if person is not None}


def digest_letter(parts: Parts, recipient: UUID, facts: Facts, choices: str | None) -> Letter | None:
    """The digest of tasks and people; none where there is nothing to tell of either."""
    found = digest(parts.tasks, facts.today, facts.own.coming_days)
    if not found and not parts.coming:
        return None
    waiting = sum(task.state is Stage.OPEN for task in parts.tasks)
    late = sum(len(held) for section, held in found if section is Section.LATE)
    opening = facts.text("tasks-waiting", count=waiting) if waiting else facts.text("tasks-none-waiting")
    counted = f"{opening} {facts.text('tasks-late-count', count=late)}" if late else opening
    subject = "mail-digest-subject" if found else "mail-digest-people-subject"
    why = "mail-why-digest" if choices else "mail-why-digest-hr"
    return Letter(
        language=facts.language,
        subject=facts.text(subject, day=facts.day(facts.today), days=facts.own.coming_days),
        opening=(facts.text("mail-hello"), counted),
        blocks=(*_blocks(found, recipient, facts), *_turns(parts.coming, facts)),
        closing=(facts.text(why, municipality=facts.rules.name), *([facts.text("mail-choices")] if choices else [])),
        see=facts.text("mail-see-tasks"),
        link=f"{facts.address}/tasks",
        choices=choices,
    )


def _blocks(found: Digest, recipient: UUID, facts: Facts) -> tuple[Block, ...]:
    room = MOST_LINES
    blocks: list[Block] = []
    for section, held in found:
        heading = facts.text(f"mail-part-{section}", days=facts.own.coming_days)
        lines = tuple(_line(task, recipient, facts) for task in held[:room])
        if left := len(held) - len(lines):
            lines = (*lines, Line(facts.text("mail-and-more", count=left), "", "", f"{facts.address}/tasks"))
        blocks.append(Block(f"{heading} ({len(held)})", lines))
        room = max(0, room - len(held))
    return tuple(blocks)


def _turns(coming: Sequence[Coming], facts: Facts) -> tuple[Block, ...]:
    """Who comes and goes, and who has an anniversary; beside the tasks, so that many of those push out none of these."""
    years = [each for each in coming if each.kind is ComingKind.ANNIVERSARY]
    turns = [each for each in coming if each.kind is not ComingKind.ANNIVERSARY]
    return (*_people("mail-part-people", turns, facts), *_people("mail-part-anniversaries", years, facts))


def _people(heading: str, coming: Sequence[Coming], facts: Facts) -> tuple[Block, ...]:
    """By day and then by name."""
    if not coming:
        return ()
    order = list(ComingKind)
    ordered = sorted(coming, key=lambda x: (x.day, order.index(x.kind), facts.name(x.about_person), x.about_person, x.unit_id))
    lines = tuple(_coming_line(each, facts) for each in ordered[:MOST_LINES])
    if left := len(ordered) - len(lines):
        lines = (*lines, Line(facts.text("mail-and-more", count=left), "", "", ""))
    return (Block(f"{facts.text(heading, days=facts.own.coming_days)} ({len(ordered)})", lines),)


def _coming_line(each: Coming, facts: Facts) -> Line:
    """Who, where and on which day; nothing more is known of it here."""
    who = facts.text(f"mail-coming-{each.kind}", name=facts.name(each.about_person), count=each.years)
    return Line(who, facts.unit(each.unit_id), facts.text(f"mail-coming-{each.kind}-day", day=facts.day(each.day)), "")


def task_letter(occasion: Occasion, tasks: Sequence[Task], recipient: UUID, facts: Facts) -> Letter | None:
    """A mail about single tasks, the most urgent first; none where none is left."""
    if not tasks:
        return None
    ordered = sorted(tasks, key=lambda task: (_aim(task, facts), task.closes, task.task_id))
    if occasion is Occasion.FOLLOW_UP:
        subject, lines = facts.text("mail-follow-up-subject", day=facts.day(facts.today)), tuple[Line, ...]()
    else:
        subject = _subject(occasion, ordered, facts)
        lines = tuple(_line(task, recipient, facts, named=occasion is not Occasion.HANDED_FROM) for task in ordered[:MOST_LINES])
    return Letter(
        language=facts.language,
        subject=subject,
        opening=(facts.text("mail-hello"), facts.text(f"mail-{occasion}-opening", count=len(ordered))),
        blocks=(Block(None, lines),) if lines else (),
        closing=(facts.text(f"mail-why-{occasion}", municipality=facts.rules.name),),
        see=facts.text("mail-see-tasks"),
        link=f"{facts.address}/tasks",
    )


def _subject(occasion: Occasion, ordered: Sequence[Task], facts: Facts) -> str:
    """A verb and the date that is nearest; what is to be done where it is one thing, and never a name."""
    what = _what(ordered[0], facts) if len(ordered) == 1 else facts.text("mail-some-tasks", count=len(ordered))
    last, aim = min(task.closes for task in ordered), _aim(ordered[0], facts)
    match occasion:
        case Occasion.HANDED_TO:
            message, day = ("handed-to-late", facts.today) if last < facts.today else ("handed-to", last)
        case Occasion.HANDED_FROM:
            message, day = "handed-from", facts.today
        case Occasion.ESCALATED:
            message, day = ("escalated-late" if _is_late(ordered[0], facts) else "escalated"), aim
        case _:
            message, day = ("reminded-preferably" if aim < last else "reminded"), aim
    return facts.text(f"mail-{message}-subject", what=what, day=facts.day(day))


def _aim(task: Task, facts: Facts) -> date:
    """When it is to be done: on the day it is preferred as long as that is ahead, else on the last one."""
    return task.due if facts.today <= task.due else task.closes


def mentor_letter(occasion: Occasion, found: Sequence[Mentoring], facts: Facts) -> Letter | None:
    """The mail to a colleague who was named as mentor, or is one from another day or no longer; none where nobody is left."""
    current = [row for row in found if row.until is None or row.until >= facts.today]
    if not current:
        return None
    day = facts.today if occasion is Occasion.MENTOR_GONE else current[0].named_from
    asks = [facts.text("mail-mentor-ask")] if occasion is Occasion.MENTOR else []
    return Letter(
        language=facts.language,
        subject=facts.text(f"mail-{occasion}-subject", day=facts.day(day)),
        opening=(facts.text("mail-hello"), facts.text(f"mail-{occasion}-opening", count=len(current)), *asks),
        blocks=(Block(None, tuple(_mentor_line(occasion, row, facts) for row in current)),),
        closing=(facts.text(f"mail-why-{occasion}", municipality=facts.rules.name),),
        see=facts.text("mail-see-mentees"),
        link=f"{facts.address}/onboarding",
    )


def _mentor_line(occasion: Occasion, row: Mentoring, facts: Facts) -> Line:
    """Whom, where and under which leader, as what, from when until when."""
    leader, unit = leader_of(row, facts), facts.unit(row.unit_id)
    where = f"{unit}. {facts.text('mail-mentor-leader', name=facts.name(leader))}" if leader else unit
    days = {"first": facts.day(row.named_from), "last": facts.day(row.until) if row.until else ""}
    if occasion is Occasion.MENTOR_GONE:
        term = facts.text("mail-mentor-gone-term", first=days["first"])
    else:
        kind = facts.text(f"mail-mentor-kind-{row.kind}")
        term = facts.text("mail-mentor-term" if row.until else "mail-mentor-from", kind=kind, **days)
    return Line(facts.name(row.newcomer), where, term, "")


def leader_of(row: Mentoring, facts: Facts) -> UUID | None:
    """Who leads the newcomer's unit today, or else is nearest above: never the newcomer, who may be its new leader."""
    way = reversed(facts.organisation.path(row.unit_id, facts.today))
    leaders = (leader.person for unit in way for leader in facts.organisation.leaders(unit, facts.today))
    return next((leader for leader in leaders if leader != row.newcomer), None)


def is_discreet(task: Task, rules: TaskRules) -> bool:
    """Whether a mail may say no more of a task than that somebody is to be followed up."""
    return task.is_local or task.kind in rules.discreet_kinds


def _what(task: Task, facts: Facts) -> str:
    if is_discreet(task, facts.own):
        return facts.text("mail-follow-up")
    return name_of(task, facts.catalogue, facts.language, facts.rules.read(StepTitles))


def _line(task: Task, recipient: UUID, facts: Facts, *, named: bool = True) -> Line:
    """`named`: whether the employee may be named to this reader at all, who else may not open the page either."""
    is_named = named and task.about_person is not None and not is_discreet(task, facts.own)
    unit = facts.unit(task.unit_id)
    where = f"{facts.name(task.about_person)}, {unit}" if is_named else unit
    if not named:
        where = f"{where}. {facts.text('mail-now-with', holder=facts.name(task.holder))}"
    elif recipient != task.holder and task.holder is not None:
        where = f"{where}. {facts.text(f'tasks-why-{why_shown(task, recipient)}', holder=facts.name(task.holder))}"
    page = "/tasks" if is_discreet(task, facts.own) else task.link  # an address may tell what it is about
    return Line(_what(task, facts), where, _when(task, facts), f"{facts.address}{page}" if named else "")


def _when(task: Task, facts: Facts) -> str:
    if _is_late(task, facts):
        return facts.text("tasks-should-have", day=facts.day(task.closes))
    latest = facts.text("tasks-at-the-latest", day=facts.day(task.closes))
    if task.state is Stage.PLANNED:
        opens = facts.day(task.opens)
        return opens if task.opens == task.closes else f"{facts.text('tasks-opens', day=opens)}. {latest}"
    if task.due < task.closes:
        preferably = facts.text("tasks-preferably-passed" if task.due < facts.today else "tasks-preferably", day=facts.day(task.due))
        return f"{preferably}. {latest}"
    return latest


def _is_late(task: Task, facts: Facts) -> bool:
    return part_of(task, facts.today) is Part.LATE
