"""One delivery into the histories of its persons and units, in transactions of some hundred subjects; run again it goes on."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date

from contracts.base import Event
from contracts.hr import EmploymentChanged, HoursChanged, PlacementChanged
from services.chassis.reconcile import Moment
from services.chassis.runtime import Runtime
from services.chassis.service import Connection
from services.chassis.subject import Revision, Subject, body_text
from services.intake import store, telling
from services.intake.domain import notes
from services.intake.domain.keys import delivery_id, known_at, refusals_id
from services.intake.domain.records import DELIVERY, RowRefused, Seen
from services.intake.domain.shown_facts import FactsSeen
from services.intake.reading.draft import Draft
from services.intake.reading.event_row import COLUMNS
from services.intake.reading.mapping import Kind, Mapping
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.result import NOWHERE, Accepted, Delivery, Reading, ReadRow, Whole, Wrong
from services.intake.reading.values import Unfit
from services.intake.seen import Keys, Records, persons, with_made_units
from services.intake.told.faults import Fault
from services.intake.whole import GONE, Shown, differing, digest_of, source_of

UNITS = frozenset({Kind.UNITS, Kind.UNIT_FACTS})
UNBOUND = frozenset({*GONE, Kind.EVENTS})
"""Rows that need not name a unit that was told of."""
WITHOUT_A_DAY = (PlacementChanged.wire, HoursChanged.wire, EmploymentChanged.wire)
"""What a whole file shows without telling since when."""
CHUNK = 500
"""Subjects per transaction."""
REFUSED = 1_000
"""Refused rows per transaction, at least."""
LISTED = 1_000
"""Refused rows that an outcome lists; the page has more."""
Progress = Callable[[int], None]
"""Called after each transaction with how many rows it held."""


@dataclass(slots=True)
class Outcome:
    """What became of a delivery. `said`: revisions by event type; `again`: it had been taken before, nothing was done.

    `refused`: the first rows that were refused, by file and line; `refused_rows`: how many there are in all.
    `broken`: subjects whose rows are kept but of whom nothing could be said; they are derived again after the next deploy.
    """

    municipality: str
    feed: str
    seen: int
    refused: Sequence[Wrong] = ()
    refused_rows: int = 0
    subjects: int = 0
    broken: int = 0
    again: bool = False
    said: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    """What is worth knowing though no event says it, by word: `source-record-purged`, `leave-before-start`, …"""

    def refuse(self, wrong: Sequence[Wrong]) -> None:
        """Count refused rows, and list the first of them."""
        self.refused_rows += len(wrong)
        self.refused = sorted([*self.refused, *wrong], key=lambda row: (row.file, row.line))[:LISTED]


class _RolledBack(Exception):
    """Ends a dry run's transaction."""


class Delivering:
    """Brings one delivery into the histories. A dry run does the same and rolls every transaction back."""

    def __init__(self, runtime: Runtime, mapping: Mapping, delivery: Delivery, *, dry_run: bool = False) -> None:
        """Prepare; nothing is written yet. Raises `DeliveryRefused("no-rules")` for a municipality nobody has rules for."""
        if delivery.municipality not in runtime.rules:
            raise DeliveryRefused("no-rules", municipality=delivery.municipality)
        self._runtime = runtime
        self._mapping = mapping
        self._delivery = delivery
        self._dry_run = dry_run
        self._id = delivery_id(delivery.municipality, delivery.feed, f"{delivery.digest} {mapping.digest}")
        self._records = Records(mapping, delivery.municipality)
        self._live_from: date = runtime.rules[delivery.municipality].live_from
        self._first_load = False
        self._told_units: set[str] = set()
        self._made_units: set[str] = set()
        self._wrong: list[Wrong] = []
        self._feed = telling.Feed(
            delivery.feed,
            f"csv:{delivery.municipality}:{delivery.feed}",
            delivery.municipality,
            self._live_from,
            False,
            mapping.source_system,
        )
        self.outcome = Outcome(delivery.municipality, delivery.feed, delivery.rows)

    async def run(self, progress: Progress = lambda _: None) -> Outcome:
        """Take the delivery. Raises `DeliveryRefused("import-running")` while another process takes this feed."""
        async with self._alone():
            content = await self._open()
            if self.outcome.again:
                return self.outcome
            async with aclosing(_ahead(content.batches(CHUNK))) as batches:
                async for rows in batches:
                    await self._take(self._fit(rows))
                    if len(self._wrong) >= REFUSED:
                        await self._refuse()
                    progress(len(rows))
            await self._refuse()
            await self._close()
        if self._delivery.whole and (assumed := sum(self.outcome.said[name] for name in WITHOUT_A_DAY)):
            self.outcome.notes["effective-date-assumed"] = assumed
        return self.outcome

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        feed = f"{self._delivery.municipality} {self._delivery.feed}"
        async with self._runtime.pool.acquire() as conn:
            if not await store.take_feed(conn, feed):
                raise DeliveryRefused("import-running", feed=self._delivery.feed)
            try:
                yield
            finally:
                await store.leave_feed(conn, feed)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[tuple[Connection, Moment]]:
        """A transaction of the runtime. What it derived is not kept in memory: a delivery shows each subject once, and may be long."""
        try:
            async with self._runtime.transaction() as (conn, moment):
                yield conn, moment
                if self._dry_run:
                    raise _RolledBack  # noqa: TRY301 - the way to end a transaction of the runtime without its effects
        except _RolledBack:
            pass

    async def _open(self) -> Delivery:
        """Note the delivery; what of it is to be taken."""
        whole = self._delivery.whole
        async with self._transaction() as (conn, moment):
            known = await store.known_units(conn, self._delivery.municipality)
            self._told_units = {*known, *self._mapping.known_units, *self._delivery.units}
            row = store.DeliveryRow(
                self._id, self._delivery.municipality, self._delivery.feed, self._delivery.digest,
                moment.stamp, False, False, self._delivery.rows, 0, whole.made_at if whole else None,
            )  # fmt: skip
            opened = await store.open_delivery(conn, row)
            self._first_load = opened.first_load
            self._feed = replace(self._feed, first_load=opened.first_load)
            self.outcome.again = opened.done and (not opened.refused or _is_older(whole, opened))
            if self.outcome.again:
                self.outcome.refused_rows = opened.refused
                return self._delivery
            if _is_older(whole, opened):
                raise DeliveryRefused("older-delivery", feed=self._delivery.feed)
            await store.forget_refused(conn, self._id)
            return await self._differing(conn, whole) if whole else self._delivery

    async def _differing(self, conn: Connection, whole: Whole) -> Delivery:
        """What differs from the last whole file; its rows are few enough to be held."""
        assert self._mapping.opus is not None
        assert isinstance(self._delivery, Reading)
        known = await store.shown(conn, self._delivery.municipality, self._delivery.feed)
        drafts = differing([row.draft for row in self._fit(self._delivery.accepted)], whole, known, self._mapping.opus)
        return replace(self._delivery, accepted=[Accepted(draft, NOWHERE, ()) for draft in drafts])

    def _fit(self, rows: Iterable[ReadRow]) -> list[Accepted]:
        """The rows that can be taken; where units are told apart, a row of a unit nobody told of is refused (samples: unknown-unit)."""
        fit: list[Accepted] = []
        for row in rows:
            if isinstance(row, Wrong):
                self._wrong.append(row)
            elif self._mapping.units_told and row.draft.unit not in self._told_units and row.draft.kind not in UNBOUND:
                self._wrong.append(row.refused(Unfit("unknown-unit", "unit")))
            else:
                fit.append(row)
        return fit

    async def _refuse(self) -> None:
        """Keep the refused rows that have come together, and say of each where it stood and why."""
        wrong, self._wrong = self._wrong, []
        if not wrong:
            return
        arrivals: dict[Subject, list[Revision[Event]]] = {}
        async with self._transaction() as (conn, moment):
            if not self._dry_run:
                await store.keep_refused(conn, self._id, wrong)
            for each in wrong:
                subject = Subject(DELIVERY, refusals_id(self._id, each.line), self._delivery.municipality)
                arrivals.setdefault(subject, []).append(self._revision(self._refusal(each, moment), moment))
            await self._reconcile(conn, arrivals, moment)
        self.outcome.refuse(wrong)

    def _refusal(self, wrong: Wrong, moment: Moment) -> RowRefused:
        return RowRefused(
            municipality=self._delivery.municipality,
            feed=self._delivery.feed,
            registered_at=moment.stamp,
            file_ref=wrong.file_ref,
            row=wrong.line,
            reason=wrong.reason,
            field=wrong.field,
        )

    async def _take(self, fit: Sequence[Accepted]) -> None:
        if not fit:
            return
        code = self._delivery.municipality
        events = [row for row in fit if row.draft.kind is Kind.EVENTS]
        drafts = with_made_units([row.draft for row in fit if row.draft.kind is not Kind.EVENTS], self._mapping.units, self._made_units)
        async with self._transaction() as (conn, moment):
            people = await store.person_keys(conn, code, persons(drafts))
            keys = Keys(people, await store.employment_keys(conn, code, {d.employment for d in drafts if d.employment}))
            await store.keep_units(conn, code, [d.unit for d in drafts if d.kind in UNITS])
            arrivals = await self._arrivals_of(conn, events, moment)
            for draft in drafts:
                subject, seen = self._records.of(draft, keys)
                arrivals.setdefault(subject, []).append(self._revision(seen, moment))
            await self._reconcile(conn, arrivals, moment)
            if self._delivery.whole:
                await self._keep_shown(conn, drafts, keys)
        self._made_units |= {draft.unit for draft in drafts if draft.kind is Kind.UNITS}
        self.outcome.subjects += len(arrivals)

    async def _arrivals_of(self, conn: Connection, events: Sequence[Accepted], moment: Moment) -> dict[Subject, list[Revision[Event]]]:
        """Rows that are events, beside what this source told before: judged as those that come over HTTP are."""
        arrivals: dict[Subject, list[Revision[Event]]] = {}
        if not events:
            return arrivals
        entries = await telling.entries_of(conn, self._feed, [row.draft.fields["told"] for row in events])
        verdicts = await telling.verdicts_on(conn, self._feed, entries)
        for entry in entries:
            verdict = verdicts[entry.place]
            if isinstance(verdict, Fault):
                self._wrong.append(events[entry.place].refused(Unfit(verdict.reason.value, COLUMNS.get(verdict.field, verdict.field))))
            elif verdict:
                arrivals.setdefault(entry.subject, []).append(self._revision(entry.seen, moment))
        return arrivals

    async def _keep_shown(self, conn: Connection, drafts: Sequence[Draft], keys: Keys) -> None:
        """With the rows themselves, so that a delivery taken up again goes on where it was."""
        feed = (self._delivery.municipality, self._delivery.feed)
        rows = {source_of(d): Shown(digest_of(d), keys.persons.get(d.person)) for d in drafts if d.kind not in GONE}
        await store.keep_shown(conn, *feed, rows)
        await store.forget_shown(conn, *feed, [source_of(d) for d in drafts if d.kind in GONE])

    async def _reconcile(self, conn: Connection, arrivals: dict[Subject, list[Revision[Event]]], moment: Moment) -> None:
        work = await self._runtime.reconciler.reconcile(conn, arrivals, moment)
        self.outcome.broken += sum(save.broken is not None for save in work.saves)
        self.outcome.said.update(dict(out.headers)["ce_type"] for out in work.outbox)
        for subject, rows in arrivals.items():
            answers = {row.fact for row in rows if isinstance(row.body, FactsSeen)}
            if answers and subject in work.kept:
                self.outcome.notes += notes(work.kept[subject][1].history, answers)

    def _revision(self, seen: Seen, moment: Moment) -> Revision[Event]:
        known = known_at(seen.registered_at, moment.stamp, self._live_from, first_load=self._first_load)
        text = body_text(seen)
        return Revision(seen.fact(text), 0, 1, True, known, seen, seen.wire, text=text.encode())

    async def _close(self) -> None:
        async with self._transaction() as (conn, _):
            await store.close_delivery(conn, self._id, self.outcome.refused_rows)


def _is_older(whole: Whole | None, opened: store.Opened) -> bool:
    """Whether a later whole file was taken: what an older one shows is no longer so."""
    return whole is not None and opened.latest is not None and whole.made_at <= opened.latest


async def _ahead(batches: Iterator[list[ReadRow]]) -> AsyncGenerator[list[ReadRow], None]:
    """The batches; the next one is read while this one is taken, and the database is waited for."""
    coming = asyncio.create_task(asyncio.to_thread(next, batches, None))
    try:
        while (rows := await coming) is not None:
            coming = asyncio.create_task(asyncio.to_thread(next, batches, None))
            yield rows
    finally:
        await asyncio.wait([coming])
