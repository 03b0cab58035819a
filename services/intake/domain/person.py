"""All a source showed of one person: the facts of every employment, the day it starts and ends, and the name for the directory."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, groupby
from typing import Any
from uuid import UUID

from contracts.hr import PersonNamed
from services.chassis.calendar import midnight
from services.chassis.reference import Reference
from services.chassis.subject import NOTHING, History, Revision, Situation, Statement, made
from services.intake.domain.by_itself import days, led
from services.intake.domain.employment import Employment, Row, in_order
from services.intake.domain.listed import NOT_LISTED, ListedSeen, listing
from services.intake.domain.records import EmploymentGone, EmploymentSeen
from services.intake.domain.shown_facts import FactsSeen, PersonSeen
from services.intake.domain.told import Told, named, told
from services.intake.domain.told_employment import Due, told_employments

NAMED = ("person-named",)


def employments(history: History, reference: Reference, now: datetime) -> Situation:
    """The standing facts of a person's employments, whatever order, number and deliveries the rows came in."""
    return Person(history)((), reference, now)


class Person:
    """What is shown of one person, read on as the history grows.

    Of rows of whole states alone, as most files have them, what is new is read where the rest was left. With anything else beside
    them, or before, the history is looked through again.
    """

    def __init__(self, history: History) -> None:
        """Read what there is."""
        self._history = history
        self._rows: list[Revision[Any]] = []
        """Those that are not in the history yet: where there are any, it is empty."""
        self._jobs = jobs_of(history) if history else {}
        self._shown = _latest_name(history) if history else None
        self._name: Statement | None = None

    def __call__(self, new: Sequence[Revision[Any]], reference: Reference, _now: datetime) -> Situation:
        """Take what joined the history since; the standing facts."""
        if new:
            self._take(new)
        statements: list[Statement] = []
        dated: list[Due] = []
        live_from, today = reference.rules.live_from, reference.today
        for job in self._jobs.values():
            statements += job.shown.statements()
            statements += led(job)
            dated += days(job, live_from)
        facts = told(self._history) if self._history else []
        for employment in told_employments(self._history.subject, facts, self._jobs.keys()) if facts else ():
            statements += employment.statements()
            dated += [due for due in employment.due() if due[0] >= live_from]
        statements += [said() for day, said in dated if day <= today]
        coming = [day for day, _ in dated if day > today]
        listed = listing(self._history.standing(ListedSeen), today) if self._history else NOT_LISTED
        if listed.changes_on is not None:
            coming.append(listed.changes_on)
        if not listed.told:
            statements += self._named(named(facts))
        elif listed.name is not None:
            statements.append(Statement(NAMED, listed.name))
        return Situation(tuple(statements), wake_at=midnight(min(coming)) if coming else None)

    def _take(self, new: Sequence[Revision[Any]]) -> None:
        self._rows += new
        if self._history or not all(map(_is_whole_state, new)):
            self._history, self._rows = self._history.plus(self._rows), []
            self._jobs = jobs_of(self._history, self._jobs)
            self._shown, self._name = _latest_name(self._history), None
            return
        for row in sorted(new, key=in_order) if len(new) > 1 else new:
            number = row.body.employment_id
            if number in self._jobs:
                self._jobs[number] = self._jobs[number].after(row)
            else:
                self._jobs = dict(sorted({**self._jobs, number: Employment(self._history.subject, [row])}.items()))
            self._see_name(row)

    def _see_name(self, row: Revision[EmploymentSeen]) -> None:
        """What goes on being called the same is one statement."""
        old, body = self._shown, row.body
        if body.display_name and (old is None or in_order(row) > in_order(old)):
            self._shown = row
            if old is None or (old.body.display_name, old.body.work_mail) != (body.display_name, body.work_mail):
                self._name = None

    def _named(self, name: Told | None) -> Iterator[Statement]:
        """The name that was registered last, by a row or by an event."""
        if name is not None and (self._shown is None or name.moment >= self._shown.body.registered_at):
            yield Statement(NAMED, name.event)
        elif self._shown is not None:
            self._name = self._name or Statement(NAMED, _name_of(self._shown.body))
            yield self._name


def _is_whole_state(row: Revision[Any]) -> bool:
    """Whether it is a row of a whole state, as it was first and only told."""
    return type(row.body) is EmploymentSeen and (row.epoch, row.revision, row.stands) == (0, 1, True)


def _latest_name(history: History) -> Revision[Any] | None:
    rows: list[Revision[Any]] = [*history.standing(EmploymentSeen), *history.standing(PersonSeen)]
    return max((row for row in rows if row.body.display_name), key=in_order, default=None)


def _name_of(row: EmploymentSeen | PersonSeen) -> PersonNamed:
    fields = {"person_key": row.person_key, "display_name": row.display_name, "work_mail": row.work_mail}
    return made(PersonNamed, {"municipality": row.municipality, **fields})


def jobs_of(history: History, before: Mapping[UUID, Employment] = NOTHING) -> dict[UUID, Employment]:
    """Every employment of a person as all rows and answers show it. `before`: those of the history that this one grew from; they go on."""
    rows: list[Revision[Row]] = [
        *history.standing(EmploymentSeen),
        *history.standing(EmploymentGone),
        *history.standing(FactsSeen),
    ]
    rows.sort(key=_employment)
    shown = groupby(rows, key=_employment)
    return {job: before[job].grown(found) if job in before else Employment(history.subject, found) for job, found in shown}


def _employment(row: Revision[Row]) -> UUID:
    return row.body.employment_id


def notes(history: History, of: Container[UUID]) -> Counter[str]:
    """What is worth knowing of these answers though nothing is said of it, by word."""
    found = (words for job in jobs_of(history).values() for fact, words in job.facts.notes.items() if fact in of)
    return Counter(chain.from_iterable(found))
