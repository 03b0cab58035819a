"""Publication: when everything is read and something changed, solve the figures it may change and write what is new of them."""

import asyncio
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from services.chassis import clock
from services.chassis.calendar import day_of, midnight
from services.chassis.logs import Word, log
from services.chassis.reference import Snapshot
from services.chassis.resting import look_again
from services.chassis.rules import Rules
from services.chassis.runtime import Runtime
from services.chassis.service import Connection
from services.chassis.tables import consumed
from services.reporting.indicators.definition import DEFINITIONS
from services.reporting.indicators.figures import Solved, figures, first_month, last_month, tables
from services.reporting.published import begins_quarter, changes, preliminary
from services.reporting.rules import ReportingRules, Restating
from services.reporting.say import say_published
from services.reporting.scope import Kept, Scope, made_from
from services.reporting.store import ledger, publication, said
from services.reporting.store.publication import Left, Progress

QUIET = timedelta(seconds=2)
"""So long nothing may have been booked before it is published: a load in many batches is published once."""
IDLE_SECONDS = 0.3
SENSITIVE_TABLES = ("kinds/", "kept/")


def is_behind(seen: Progress, rules: Rules | None, today: date) -> bool:
    """Whether what is published is not what could be: something was booked, the tree or the rules changed, a month ended, or what
    is out is preliminary and need not be, or the reverse.
    """
    turned = seen.published_on is None or last_month(seen.published_on) != last_month(today)
    ruled = rules is not None and seen.rules != rules.digest
    judged = seen.doubtful != seen.now_doubtful
    return turned or ruled or judged or seen.changes != seen.published or seen.now_reference != seen.reference


def is_readable(seen: Progress, read_until: datetime, today: date) -> bool:
    """Whether all inputs are read past the last booking, and past the midnight that began today."""
    quiet = seen.changed_at is None or read_until >= seen.changed_at + QUIET
    return quiet and read_until >= midnight(today)


def parameters(rules: Rules) -> dict[str, str]:
    """What is printed with every value of a definition: its population's and its own settings, as JSON."""
    own = rules.read(ReportingRules)
    always: dict[str, object] = {"minimum_n": own.minimum_n, "interrupted_months": own.interrupted_months}
    monthly = {"monthly_paid_without": [form.value for form in own.monthly_paid_without]}
    return {d.id: json.dumps(always | (monthly if d.population == "P2" else {}), sort_keys=True) for d in DEFINITIONS.values()}


class Publisher:
    """Publishes for one process. It keeps from what its figures were made, and computes again only what differs since."""

    def __init__(self, runtime: Runtime) -> None:
        """Nothing is kept yet: the first publication of a municipality computes everything."""
        self._runtime = runtime
        self._kept: dict[str, tuple[Left, Kept]] = {}

    async def publish(self, municipality: str, today: date) -> bool:
        """Publish what has changed of one municipality; whether there was anything. All inputs must be read.

        The progress is read first: what is booked meanwhile may be in already, and is then published once more.
        """
        rules = self._runtime.rules[municipality]
        async with self._runtime.pool.acquire() as conn, conn.transaction():
            await publication.lock(conn, municipality)
            seen = await publication.progress(conn, municipality)
            if seen is None or not is_behind(seen, rules, today):
                return False
            left, kept = self._kept.get(municipality, (None, Kept()))
            edition = await self._edition(conn, municipality, seen, kept if left == seen.left else Kept(), today)
            count = await _write(conn, municipality, rules, seen, edition, today)
        self._kept[municipality] = Left(seen.changes, seen.now_reference, rules.digest, today), edition.kept
        log(Word.PUBLISHED, municipality=municipality, count=count)
        return True

    async def _edition(self, conn: Connection, municipality: str, seen: Progress, kept: Kept, today: date) -> "Edition":
        snapshot, rules = await self._runtime.snapshot(municipality), self._runtime.rules[municipality]
        organisation, cells = snapshot.organisation(), await ledger.cells(conn, municipality)
        first = first_month(rules, await ledger.first_known(conn, municipality) or today, today)
        with_reasons = await _with_reasons(conn, municipality, rules, today)
        now = made_from(cells, (organisation.tree, rules.digest, first, seen.now_doubtful), last_month(today))
        scope = kept.scope(now, first, with_reasons=with_reasons)
        stuck = await publication.hidden_before(conn, municipality, today, None if scope.is_whole else tables(scope, first, now.last))
        solved = await asyncio.to_thread(figures, cells, organisation, rules, first, today, stuck, scope)
        solved = Solved(preliminary(solved.figures), solved.hidden) if seen.now_doubtful else solved
        return Edition(solved, scope, kept.after(now, with_reasons=with_reasons), with_reasons)


@dataclass(frozen=True, slots=True)
class Edition:
    """What is to be published: the figures of a scope; `with_reasons`: those about reasons may change today."""

    solved: Solved
    scope: Scope
    kept: Kept
    with_reasons: bool


async def _with_reasons(conn: Connection, municipality: str, rules: Rules, today: date) -> bool:
    at_once = rules.read(ReportingRules).sensitive_restated is Restating.DAY
    return at_once or begins_quarter(await publication.reasons_before(conn, municipality, today), today)


async def _write(conn: Connection, municipality: str, rules: Rules, seen: Progress, edition: Edition, today: date) -> int:
    """Write what is new of an edition; how many values."""
    standing = await publication.standing(conn, municipality, edition.scope)
    written = changes(standing, edition.solved.figures, today, parameters(rules), with_reasons=edition.with_reasons)
    await publication.save(conn, municipality, written, today, await clock.moment(conn))
    hidden = {name: cells for name, cells in edition.solved.hidden.items() if edition.with_reasons or not name.startswith(SENSITIVE_TABLES)}
    await publication.save_hidden(conn, municipality, hidden, today)
    await publication.finish(conn, municipality, seen, rules.digest, today, with_reasons=edition.with_reasons)
    return len(written.new)


async def as_known_on(conn: Connection, municipality: str, snapshot: Snapshot, day: date, now: date) -> Solved:
    """All figures as they could have been told at the end of a day on which nothing was published; from the ledger.

    They pass the same disclosure, with everything that was ever hidden. Figures about reasons are left out: they are
    known as of publication days only, so that two days cannot be subtracted.
    """
    cells = await ledger.cells(conn, municipality, day)
    first = first_month(snapshot.rules, await ledger.first_known(conn, municipality) or day, now)
    stuck = await publication.hidden_before(conn, municipality, now + timedelta(days=1))
    end = midnight(day + timedelta(days=1)) - timedelta(microseconds=1)
    solved = await asyncio.to_thread(figures, cells, snapshot.organisation(end), snapshot.rules, first, day, stuck)
    open_ = [f for f in solved.figures if not DEFINITIONS[f.key.definition_id].is_sensitive]
    return Solved(open_, solved.hidden)


async def keep_published(runtime: Runtime) -> None:
    """Publish whatever is behind and say what is printed, whenever everything is read, until cancelled."""
    await look_again(partial(_once, runtime, Publisher(runtime)), IDLE_SECONDS, "publish")


async def _once(runtime: Runtime, publisher: Publisher) -> None:
    """Idle it asks three cheap questions, however many municipalities there are."""
    async with runtime.pool.acquire() as conn:
        today = day_of(await clock.moment(conn))
        found = await publication.all_progress(conn)
        behind = {code: seen for code, seen in found.items() if code in runtime.rules and is_behind(seen, runtime.rules[code], today)}
        unsaid = await said.waiting(conn, today)
        if not behind and not unsaid:
            return
        _, until = await consumed.begin(conn, runtime.readers)
    for code in sorted(behind):
        if is_readable(behind[code], until, today):
            await publisher.publish(code, today)
    for code in unsaid:
        while until >= midnight(today) and await say_published(runtime, code, today):
            pass


async def pending(conn: Connection, moment: datetime) -> int:
    """How many municipalities wait to be published, or have a day over that is not said."""
    today = day_of(moment)
    behind = {code for code, seen in (await publication.all_progress(conn)).items() if is_behind(seen, None, today)}
    return len(behind.union(await said.waiting(conn, today)))
