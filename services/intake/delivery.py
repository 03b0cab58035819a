"""One delivery into the histories of its persons and units, in transactions of some hundred subjects; run again it goes on."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date

from contracts.base import Event
from contracts.hr import HoursChanged, PlacementChanged
from services.chassis.reconcile import Moment, Work
from services.chassis.runtime import Runtime
from services.chassis.service import Connection
from services.chassis.subject import Revision, Subject
from services.intake import listed_rows, store
from services.intake.domain import notes
from services.intake.domain.keys import delivery_id, known_at
from services.intake.domain.records import RowRefused, Seen
from services.intake.domain.shown_facts import FactsSeen
from services.intake.reading.draft import Draft
from services.intake.reading.mapping import Kind, Mapping
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.result import Reading, Whole, Wrong
from services.intake.seen import DELIVERY, Keys, Records, persons, with_made_units
from services.intake.whole import GONE, Shown, differing, digest_of, source_of

UNITS = frozenset({Kind.UNITS, Kind.UNIT_FACTS})
PERSONS = frozenset({Kind.LISTED, Kind.EMPLOYMENTS, Kind.EMPLOYMENT_GONE, Kind.FACTS, Kind.PERSONS})
WITHOUT_A_DAY = (PlacementChanged.wire, HoursChanged.wire)
"""What a whole file shows without telling since when."""
CHUNK = 500
"""Subjects per transaction."""
Progress = Callable[[int], None]
"""Called after each transaction with how many subjects it held."""


@dataclass(slots=True)
class Outcome:
    """What became of a delivery. `said`: revisions by event type; `again`: it had been taken before, nothing was done.

    `broken`: subjects whose rows are kept but of whom nothing could be said; they are derived again after the next deploy.
    """

    municipality: str
    feed: str
    seen: int
    refused: Sequence[Wrong] = ()
    subjects: int = 0
    broken: int = 0
    again: bool = False
    said: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    """What is worth knowing though no event says it, by word: `source-record-purged`, `leave-before-start`, …"""


class _RolledBack(Exception):
    """Ends a dry run's transaction."""


class Delivering:
    """Brings one reading into the histories. A dry run does the same and rolls every transaction back."""

    def __init__(self, runtime: Runtime, mapping: Mapping, reading: Reading, *, dry_run: bool = False) -> None:
        """Prepare; nothing is read or written yet. Raises `DeliveryRefused("no-rules")` for a municipality nobody has rules for."""
        if reading.municipality not in runtime.rules:
            raise DeliveryRefused("no-rules", municipality=reading.municipality)
        self._runtime = runtime
        self._mapping = mapping
        self._reading = reading
        self._dry_run = dry_run
        self._id = delivery_id(reading.municipality, reading.feed, f"{reading.digest} {mapping.digest}")
        self._records = Records(mapping, reading.municipality)
        self._live_from: date = runtime.rules[reading.municipality].live_from
        self._first_load = False
        self.outcome = Outcome(reading.municipality, reading.feed, reading.rows)

    async def run(self, progress: Progress = lambda _: None) -> Outcome:
        """Take the delivery. Raises `DeliveryRefused("import-running")` while another process takes this feed."""
        async with self._alone():
            drafts = await self._open()
            if self.outcome.again:
                return self.outcome
            for chunk in _chunks(with_made_units(drafts, self._mapping.units)):
                await self._take(chunk)
                progress(len(chunk))
            await self._close()
        if self._reading.whole and (assumed := sum(self.outcome.said[name] for name in WITHOUT_A_DAY)):
            self.outcome.notes["effective-date-assumed"] = assumed
        return self.outcome

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        feed = f"{self._reading.municipality} {self._reading.feed}"
        async with self._runtime.pool.acquire() as conn:
            if not await store.take_feed(conn, feed):
                raise DeliveryRefused("import-running", feed=self._reading.feed)
            try:
                yield
            finally:
                await store.leave_feed(conn, feed)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[tuple[Connection, Moment, list[Work]]]:
        """A transaction of the runtime; what is put into the list is kept once it is durable."""
        works: list[Work] = []
        try:
            async with self._runtime.transaction() as (conn, moment):
                yield conn, moment, works
                if self._dry_run:
                    raise _RolledBack  # noqa: TRY301 - the way to end a transaction of the runtime without its effects
        except _RolledBack:
            works.clear()
        for work in works:
            self._runtime.reconciler.committed(work)

    async def _open(self) -> list[Draft]:
        whole = self._reading.whole
        async with self._transaction() as (conn, moment, works):
            drafts, wrong = await self._known(conn)
            self.outcome.refused = wrong
            row = store.DeliveryRow(
                self._id, self._reading.municipality, self._reading.feed, self._reading.digest,
                moment.stamp, False, False, self._reading.rows, len(wrong), whole.made_at if whole else None,
            )  # fmt: skip
            opened = await store.open_delivery(conn, row)
            self._first_load = opened.first_load
            self.outcome.again = opened.done and (not wrong or _is_older(whole, opened))
            if not opened.done and _is_older(whole, opened):
                raise DeliveryRefused("older-delivery", feed=self._reading.feed)
            if whole and self._mapping.opus and not self.outcome.again:
                known = await store.shown(conn, self._reading.municipality, self._reading.feed)
                drafts = differing(drafts, whole, known, self._mapping.opus)
            await store.keep_refused(conn, self._id, wrong)
            if wrong:
                subject = Subject(DELIVERY, self._id, self._reading.municipality)
                refused = [self._revision(self._refusal(each, moment), moment) for each in wrong]
                works.append(await self._reconcile(conn, {subject: refused}, moment))
        return drafts

    async def _known(self, conn: Connection) -> tuple[list[Draft], list[Wrong]]:
        """The rows that can be taken; where units or persons are told apart, a row of one nobody told of is refused."""
        accepted, code = self._reading.accepted, self._reading.municipality
        units = persons = None
        if self._mapping.units_told:
            known = await store.known_units(conn, code)
            units = {*known, *self._mapping.known_units, *(row.draft.unit for row in accepted if row.draft.kind is Kind.UNITS)}
        if self._mapping.persons_told:
            persons = listed_rows.listed(accepted) | await store.known_persons(conn, code, listed_rows.holders(accepted))
        if units is None and persons is None:
            return [row.draft for row in accepted], list(self._reading.wrong)
        judged = [(row, listed_rows.unfit(row.draft, units, persons)) for row in accepted]
        wrong = [row.refused(unfit) for row, unfit in judged if unfit is not None]
        return [row.draft for row, unfit in judged if unfit is None], [*self._reading.wrong, *wrong]

    def _refusal(self, wrong: Wrong, moment: Moment) -> RowRefused:
        return RowRefused(
            municipality=self._reading.municipality,
            feed=self._reading.feed,
            registered_at=moment.stamp,
            file_ref=wrong.file_ref,
            row=wrong.line,
            reason=wrong.reason,
            field=wrong.field,
        )

    async def _take(self, drafts: Sequence[Draft]) -> None:
        code = self._reading.municipality
        async with self._transaction() as (conn, moment, works):
            people = await store.person_keys(conn, code, persons(drafts))
            keys = Keys(people, await store.employment_keys(conn, code, {d.employment for d in drafts if d.employment}))
            await store.keep_units(conn, code, [d.unit for d in drafts if d.kind in UNITS])
            arrivals: dict[Subject, list[Revision[Event]]] = {}
            for draft in drafts:
                subject, seen = self._records.of(draft, keys)
                arrivals.setdefault(subject, []).append(self._revision(seen, moment))
            works.append(await self._reconcile(conn, arrivals, moment))
            if self._reading.whole:
                await self._keep_shown(conn, drafts, keys)
        self.outcome.subjects += len(arrivals)

    async def _keep_shown(self, conn: Connection, drafts: Sequence[Draft], keys: Keys) -> None:
        """With the rows themselves, so that a delivery taken up again goes on where it was."""
        feed = (self._reading.municipality, self._reading.feed)
        rows = {source_of(d): Shown(digest_of(d), keys.persons.get(d.person)) for d in drafts if d.kind not in GONE}
        await store.keep_shown(conn, *feed, rows)
        await store.forget_shown(conn, *feed, [source_of(d) for d in drafts if d.kind in GONE])

    async def _reconcile(self, conn: Connection, arrivals: dict[Subject, list[Revision[Event]]], moment: Moment) -> Work:
        work = await self._runtime.reconciler.reconcile(conn, arrivals, moment)
        self.outcome.broken += sum(save.broken is not None for save in work.saves)
        self.outcome.said.update(dict(out.headers)["ce_type"] for out in work.outbox)
        for subject, rows in arrivals.items():
            answers = {row.fact for row in rows if isinstance(row.body, FactsSeen)}
            if answers and subject in work.kept:
                self.outcome.notes += notes(work.kept[subject][1].history, answers)
        return work

    def _revision(self, seen: Seen, moment: Moment) -> Revision[Event]:
        known = known_at(seen.registered_at, moment.stamp, self._live_from, first_load=self._first_load)
        return Revision(seen.fact(), 0, 1, True, known, seen, seen.wire)

    async def _close(self) -> None:
        async with self._transaction() as (conn, _, _works):
            await store.close_delivery(conn, self._id)


def _is_older(whole: Whole | None, opened: store.Opened) -> bool:
    """Whether a later whole file was taken: what an older one shows is no longer so."""
    return whole is not None and opened.latest is not None and whole.made_at <= opened.latest


def _chunks(drafts: Iterable[Draft]) -> Iterator[list[Draft]]:
    """All rows of a unit or person together, units first, some hundred subjects at a time."""
    subjects: dict[tuple[bool, str], list[Draft]] = {}
    for draft in drafts:
        about_person = draft.kind in PERSONS
        subjects.setdefault((about_person, draft.person or draft.employment if about_person else draft.unit), []).append(draft)
    groups = [subjects[key] for key in sorted(subjects)]
    for start in range(0, len(groups), CHUNK):
        yield [draft for group in groups[start : start + CHUNK] for draft in group]
