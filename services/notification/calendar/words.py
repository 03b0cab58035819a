"""What a calendar says of a task. A calendar is read on lock screens, by secretaries and in other firms' clouds: it says little."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.chassis.reference import Snapshot
from services.chassis.web import Catalogue
from services.chassis.web.formats import long_day
from services.notification.calendar.feed import Shown
from services.notification.domain.entry import Entry
from services.notification.domain.naming import name_of
from services.notification.domain.task import Stage, Task
from services.notification.rules import StepTitles

NAMED_KINDS = frozenset({"talk-2-weeks", "talk-3-months", "talk-6-12-months"})
"""The kinds whose event names the person: follow-up talks of the first year, of which a leader may have several on one day.

They tell no more than that somebody is new, which the whole workplace knows. The list is closed: any other kind, a new one too, may
tell that somebody is ill, back from leave, in a dispute or about to go (danish-hr 7.3), and is named on the page alone.
"""


@dataclass(frozen=True, slots=True)
class Words:
    """Texts in one language, units as they are today, and where our pages are (`https://host`)."""

    catalogue: Catalogue
    language: str
    snapshot: Snapshot
    today: date
    site: str

    def text(self, message: str, /, **places: object) -> str:
        """A text of the catalogue."""
        return self.catalogue.text(self.language, message, **places)

    def there(self, task: Task, entry: Entry, names: Mapping[UUID, str]) -> Shown:
        """A task that is to be done."""
        what = self._what(entry)
        name = names.get(task.about_person) if task.about_person and task.kind in NAMED_KINDS else None
        link = self.site + ("/tasks" if task.is_local else task.link)  # an address may tell what it is about
        lines = (*self._when(task), self._where(task), self.text("calendar-see", address=link))
        return Shown(
            uid=task.task_id,
            due=task.due,
            sequence=entry.sequence,
            changed_at=entry.changed_at,
            summary=self.text("calendar-named", what=what, name=name) if name else what,
            description="\n".join(line for line in lines if line),
            link=link,
            is_gone=False,
        )

    def gone(self, entry: Entry) -> Shown:
        """A task that is not there any more; it names nobody, and says so in words too: some programs do not show the status."""
        return Shown(
            uid=entry.task_id,
            due=entry.due,
            sequence=entry.sequence,
            changed_at=entry.changed_at,
            summary=self.text("calendar-gone", what=self._what(entry)),
            description=self.text("calendar-gone-text"),
            link=None,
            is_gone=True,
        )

    def _what(self, entry: Entry) -> str:
        return name_of(entry, self.catalogue, self.language, self.snapshot.rules.read(StepTitles))

    def _when(self, task: Task) -> tuple[str, ...]:
        """Days are written beside the year of the due day, never of today: the text does not change by itself."""
        latest = self.text("tasks-at-the-latest", day=long_day(task.closes, self.language, task.due))
        if task.state is Stage.PLANNED:
            return self.text("tasks-opens", day=long_day(task.opens, self.language, task.due)), latest
        if task.due < task.closes:
            return self.text("tasks-preferably", day=long_day(task.due, self.language, task.due)), latest
        return (latest,)

    def _where(self, task: Task) -> str:
        unit = self.snapshot.organisation().unit(task.unit_id, self.today)
        return unit.name if unit else ""
