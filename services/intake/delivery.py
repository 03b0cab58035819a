"""One delivery into the histories of its persons and units, in transactions of some hundred subjects; run again it goes on."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import date

from contracts.base import Event
from contracts.intake import DeliveryOutcome
from services.chassis.calendar import day_of
from services.chassis.reconcile import Moment
from services.chassis.runtime import Runtime
from services.chassis.service import Connection
from services.chassis.subject import Revision, Subject, body_text
from services.intake import asking, delivery_store, hold_store, holding, identity_store, noting, refused, refused_store, store, telling
from services.intake.bringing import Bringing
from services.intake.delivery_store import State
from services.intake.domain import may_be_noted, notes
from services.intake.domain.keys import delivery_id, known_at, refusals_id
from services.intake.domain.named_posts import with_named
from services.intake.domain.records import DELIVERY, Seen
from services.intake.ending import endings
from services.intake.identity import whose, without_erased
from services.intake.outcome import Outcome, assumed
from services.intake.reading.ahead import ahead
from services.intake.reading.draft import Draft
from services.intake.reading.event_row import COLUMNS
from services.intake.reading.mapping import Kind, Mapping
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.result import NOWHERE, Accepted, Delivery, Reading, ReadRow, Whole, Wrong
from services.intake.reading.values import Unfit
from services.intake.rules import IntakeRules
from services.intake.seen import Keys, Records, with_made_units
from services.intake.told.event import Refused
from services.intake.told.faults import Fault
from services.intake.told_of import ToldOf
from services.intake.vault import Vault
from services.intake.whole import GONE, Ids, Shown, content_of, differing, digest_of, gone_of, named, source_of

UNITS = frozenset({Kind.UNITS, Kind.UNIT_FACTS})
ERASED = "erased-before"
"""The note of rows that tell of somebody who was erased: they are passed over."""
CHUNK = 500
"""Subjects per transaction."""
REFUSED = 1_000
"""Refused rows per transaction, at least."""
Progress = Callable[[int], None]
"""Called after each transaction with how many rows it held."""


class _RolledBack(Exception):
    """Ends a dry run's transaction."""


class Delivering:
    """Brings one delivery into the histories. A dry run does the same and rolls every transaction back."""

    def __init__(
        self, runtime: Runtime, mapping: Mapping, delivery: Delivery, bringing: Bringing | None = None, *, dry_run: bool = False
    ) -> None:
        """Prepare; nothing is written yet. Raises `NoKeys`, and `DeliveryRefused("no-rules")` for a municipality without rules."""
        if delivery.municipality not in runtime.rules:
            raise DeliveryRefused("no-rules", municipality=delivery.municipality)
        self._runtime = runtime
        self._mapping = mapping
        self._delivery = delivery
        self._bringing = bringing or Bringing()
        self._vault = Vault.of(runtime.settings)
        self._dry_run = dry_run
        corrects = self._bringing.corrects
        content = content_of(delivery, mapping, corrects.delivery if corrects else None)
        self._id = self._bringing.id or delivery_id(delivery.municipality, delivery.feed, content)
        self._records = Records(mapping, delivery.municipality)
        self._live_from: date = runtime.rules[delivery.municipality].live_from
        self._is_alone = False
        self._told_of = ToldOf(None, None)
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
        self.outcome = Outcome(delivery.municipality, delivery.feed, delivery.rows, self._id)

    async def run(self, progress: Progress = lambda _: None) -> Outcome:
        """Take the delivery. Raises `DeliveryRefused`: `import-running` while another process takes this feed; it is turned down whole."""
        municipality, feed = self._delivery.municipality, self._delivery.feed
        async with store.alone(self._runtime.pool, f"{municipality} {feed}", feed):
            content = await self._opened()
            if self.outcome.again or await self._is_held(content):
                return self.outcome
            async with aclosing(ahead(content.batches(CHUNK))) as batches:
                async for rows in batches:
                    await self._take(await self._fit(rows))
                    if len(self._wrong) >= REFUSED:
                        await self._refuse()
                    progress(len(rows))
            await self._refuse()
            await self._close()
        return self.outcome

    @asynccontextmanager
    async def _transaction(self, *, kept: bool = True) -> AsyncIterator[tuple[Connection, Moment]]:
        """A transaction of the runtime. What it derived is not kept in memory: a delivery shows each subject once, and may be long."""
        try:
            async with self._runtime.transaction() as (conn, moment):
                yield conn, moment
                if self._dry_run or not kept:
                    raise _RolledBack  # noqa: TRY301 - the way to end a transaction of the runtime without its effects
        except _RolledBack:
            pass

    async def _opened(self) -> Delivery:
        """What of it is to be taken; where it is refused whole, the delivery stands in the list with the reason."""
        try:
            return await self._open()
        except DeliveryRefused as why:
            await self.turn_down(why)
            raise

    async def turn_down(self, why: DeliveryRefused) -> None:
        """Let it stand in the list with the reason, though nothing of it is taken; for one that cannot be read, a delivery without rows."""
        async with self._transaction() as (conn, moment):
            await self._note(conn, moment)
            await asking.turned_down(self._runtime, conn, moment, self._id, self._delivery, why)

    async def _note(self, conn: Connection, moment: Moment) -> store.Opened:
        row = noting.row_of(self._id, self._delivery, moment.stamp)
        return await noting.note(conn, self._vault, row, self._mapping, self._bringing)

    async def _open(self) -> Delivery:
        """Note the delivery; what of it is to be taken."""
        whole = self._delivery.whole
        async with self._transaction() as (conn, moment):
            self._told_of = await ToldOf.open(conn, self._mapping, self._delivery)
            opened = await self._note(conn, moment)
            self._is_alone = opened.is_alone
            self._feed = replace(self._feed, first_load=opened.first_load)
            is_older = self._bringing.corrects is None and opened.is_later_than(self._delivery.made_at, whole=whole is not None)
            self.outcome.again = opened.done and (not opened.refused or is_older)
            if self.outcome.again:
                self.outcome.refused_rows = opened.refused
                return self._delivery
            if is_older and (whole or not self._bringing.release):
                raise DeliveryRefused("older-delivery", feed=self._delivery.feed)
            if not self._bringing.release and await hold_store.decision(conn, self._id) == State.DROPPED:
                raise DeliveryRefused("delivery-dropped")
            await delivery_store.turn_down(conn, self._id, None, {})
            await refused_store.begin(conn, self._id)
            return await self._differing(conn, whole) if whole else self._delivery

    async def _is_held(self, content: Delivery) -> bool:
        """Whether it must wait for a person; then nothing of it is taken, and it is kept as it came."""
        if self._is_alone:  # nobody is employed yet whom it could end
            return False
        code, ends = self._delivery.municipality, 0
        async with aclosing(ahead(content.batches(CHUNK))) as batches:
            async for rows in batches:
                if told := endings(row.draft for row in rows if isinstance(row, Accepted)):
                    async with self._transaction(kept=False) as (conn, moment):
                        prints = await identity_store.prints(conn, self._vault)
                        ends += await holding.ending(conn, prints, code, told, day_of(moment.stamp))
        rules = self._runtime.rules[code].read(IntakeRules)
        async with self._transaction() as (conn, moment):
            held = await holding.hold_of(conn, code, ends, rules, day_of(moment.stamp))
            self.outcome.held = held
            if held is None or self._dry_run:
                return False
            if await holding.is_released(conn, self._id, held, self._bringing, moment.stamp):
                await asking.settle(self._runtime, conn, moment, [self._id], DeliveryOutcome.ACCEPTED)
                self.outcome.held = None
                return False
            await holding.keep(conn, self._vault, self._id, self._bringing)
            await asking.held(self._runtime, conn, moment, self._id, self._delivery, held)
        return True

    async def _differing(self, conn: Connection, whole: Whole) -> Delivery:
        """What differs from the last whole file; its rows are few enough to be held."""
        assert self._mapping.opus is not None
        assert isinstance(self._delivery, Reading)
        known = await store.shown(conn, self._delivery.municipality, self._delivery.feed)
        drafts = [row.draft for row in await self._fit(self._delivery.accepted)]
        changed = differing(drafts, whole, known, self._mapping.opus, await self._ids(conn, *named(drafts, whole)))
        return replace(self._delivery, accepted=[Accepted(draft, NOWHERE, ()) for draft in changed])

    async def _ids(self, conn: Connection, people: set[str], employments: set[str]) -> Ids:
        prints, code = await identity_store.prints(conn, self._vault), self._delivery.municipality
        known = await identity_store.known_persons(conn, prints, code, people)
        return Ids(known, await identity_store.known_employments(conn, prints, code, employments), self._records.unit_id)

    async def _fit(self, rows: Sequence[ReadRow]) -> Sequence[Accepted]:
        """The rows that can be taken; the others are refused."""
        if unasked := self._told_of.unasked(rows):
            async with self._transaction(kept=False) as (conn, _):
                await self._told_of.ask(conn, self._vault, self._delivery.municipality, unasked)
        fit, wrong = self._told_of.judged(rows)
        self._wrong += wrong
        return fit

    async def _refuse(self) -> None:
        """Keep the refused rows that have come together, and say of each where it stood and why."""
        wrong, self._wrong = self._wrong, []
        if not wrong:
            return
        code = self._delivery.municipality
        arrivals: dict[Subject, list[Revision[Event]]] = {}
        async with self._transaction() as (conn, moment):
            if not self._dry_run:
                await refused.keep(conn, self._vault, self._id, wrong)
            for each in wrong:
                subject = Subject(DELIVERY, refusals_id(self._id, each.line), code)
                arrivals.setdefault(subject, []).append(self._revision(refused.said(each, code, self._delivery.feed, moment.stamp), moment))
            await self._reconcile(conn, arrivals, moment)
        self.outcome.refuse(wrong)

    async def _take(self, fit: Sequence[Accepted]) -> None:
        if not fit:
            return
        code = self._delivery.municipality
        events = [row for row in fit if row.draft.kind is Kind.EVENTS]
        drafts = with_made_units([row.draft for row in fit if row.draft.kind is not Kind.EVENTS], self._mapping.units, self._made_units)
        async with self._transaction() as (conn, moment):
            here, keys, erased = await whose(conn, self._vault, code, drafts)
            await store.keep_units(conn, code, [d.unit for d in here if d.kind in UNITS])
            arrivals = await self._arrivals_of(conn, events, moment)
            for draft in here:
                subject, seen = self._records.of(draft, keys)
                arrivals.setdefault(subject, []).append(self._revision(seen, moment))
            await self._reconcile(conn, arrivals, moment)
            if self._delivery.whole:
                await self._keep_shown(conn, here, keys)
        self._made_units |= {draft.unit for draft in here if draft.kind is Kind.UNITS}
        self.outcome.subjects += len(arrivals)
        self.outcome.notes += Counter({ERASED: erased})

    async def _arrivals_of(self, conn: Connection, events: Sequence[Accepted], moment: Moment) -> dict[Subject, list[Revision[Event]]]:
        """Rows that are events, beside what this source told before: judged as those that come over HTTP are."""
        arrivals: dict[Subject, list[Revision[Event]]] = {}
        if not events:
            return arrivals
        prints = await identity_store.prints(conn, self._vault)
        told = await without_erased(conn, prints, self._feed.municipality, [row.draft.fields["told"] for row in events])
        entries = await telling.entries_of(conn, prints, self._feed, told)
        verdicts = await telling.verdicts_on(conn, prints, self._feed, entries)
        for entry in entries:
            verdict = verdicts[entry.place]
            if isinstance(verdict, Fault):
                self._wrong.append(events[entry.place].refused(Unfit(verdict.reason.value, COLUMNS.get(verdict.field, verdict.field))))
            elif verdict:
                arrivals.setdefault(entry.subject, []).append(self._revision(entry.seen, moment))
        self.outcome.notes += Counter({ERASED: sum(isinstance(each, Refused) for each in told)})
        return arrivals

    async def _keep_shown(self, conn: Connection, drafts: Sequence[Draft], keys: Keys) -> None:
        """With the rows themselves, so that a delivery taken up again goes on where it was."""
        feed = (self._delivery.municipality, self._delivery.feed)
        ids = Ids(keys.persons, keys.employments, self._records.unit_id)
        shown = [(ids.thing(source_of(d)), d) for d in drafts if d.kind not in GONE]
        rows = {thing: Shown(digest_of(d), keys.person_of(d) if d.person else None) for thing, d in shown if thing is not None}
        await store.keep_shown(conn, *feed, rows)
        await store.forget_shown(conn, *feed, [gone_of(d) for d in drafts if d.kind in GONE])

    async def _reconcile(self, conn: Connection, arrivals: dict[Subject, list[Revision[Event]]], moment: Moment) -> None:
        work = await self._runtime.reconciler.reconcile(conn, with_named(arrivals), moment)
        self.outcome.broken += sum(save.broken is not None for save in work.saves)
        said = Counter(out.type for out in work.outbox)
        worth_knowing = assumed(said) if self._delivery.whole else Counter()
        for subject, rows in arrivals.items():
            noted = {row.fact for row in rows if may_be_noted(row.body)}
            if noted and subject in work.kept:
                worth_knowing += notes(work.kept[subject][1].history, noted)
        self.outcome.said.update(said)
        self.outcome.notes += worth_knowing
        if not self._dry_run:
            await delivery_store.count_said(conn, self._id, said)
            await delivery_store.count_notes(conn, self._id, worth_knowing)

    def _revision(self, seen: Seen, moment: Moment) -> Revision[Event]:
        known = known_at(seen.registered_at, moment.stamp, self._live_from, first_load=self._feed.first_load)
        text = body_text(seen)
        return Revision(seen.fact(text), 0, 1, True, known, seen, seen.wire, text=text.encode())

    async def _close(self) -> None:
        async with self._transaction() as (conn, moment):
            await store.count_erased(conn, self._id, self.outcome.notes[ERASED])
            await store.close_delivery(conn, self._id, self.outcome.refused_rows)
            await refused_store.settle(conn, self._id)
            await hold_store.forget_parts(conn, self._id)
            await asking.taken(self._runtime, conn, moment, self._id, self._delivery)
