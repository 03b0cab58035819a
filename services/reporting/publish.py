"""Publication: when everything is read and something changed, solve all figures once and write what is new of them."""

import asyncio
import json
from datetime import date, datetime, timedelta
from functools import partial

from services.chassis import clock
from services.chassis.calendar import day_of, midnight
from services.chassis.inlet import TRANSIENT
from services.chassis.logs import Word, log, warn
from services.chassis.reference import Snapshot
from services.chassis.rules import Rules
from services.chassis.runtime import Runtime
from services.chassis.service import Connection
from services.chassis.tables import consumed
from services.reporting.indicators.definition import DEFINITIONS
from services.reporting.indicators.figures import Solved, figures, first_month, last_month
from services.reporting.published import begins_quarter, changes, preliminary
from services.reporting.rules import ReportingRules, Restating
from services.reporting.store import ledger, publication
from services.reporting.store.publication import Progress

QUIET = timedelta(seconds=2)
"""So long nothing may have been booked before it is published: a load in many batches is published once."""
IDLE_SECONDS = 0.3
SENSITIVE_TABLES = ("kinds/", "kept/")


def is_behind(seen: Progress, rules: Rules | None, today: date) -> bool:
    """Whether what is published is not what could be: something was booked, the tree or the rules changed, a month ended."""
    turned = seen.published_on is None or last_month(seen.published_on) != last_month(today)
    ruled = rules is not None and seen.rules != rules.digest
    return turned or ruled or seen.changes != seen.published or seen.now_reference != seen.reference


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


async def publish(runtime: Runtime, municipality: str, today: date) -> bool:
    """Publish what has changed of one municipality; whether there was anything. All inputs must be read.

    The progress is read first: what is booked meanwhile may be in already, and is then published once more.
    """
    rules = runtime.rules[municipality]
    async with runtime.pool.acquire() as conn, conn.transaction():
        await publication.lock(conn, municipality)
        seen = await publication.progress(conn, municipality)
        if seen is None or not is_behind(seen, rules, today):
            return False
        solved = await _solve(conn, municipality, await runtime.snapshot(municipality), today)
        await _write(conn, municipality, rules, seen, solved, today)
    log(Word.PUBLISHED, municipality=municipality, count=len(solved.figures))
    return True


async def _solve(conn: Connection, municipality: str, snapshot: Snapshot, today: date) -> Solved:
    stuck = await publication.hidden_before(conn, municipality, today)
    cells = await ledger.cells(conn, municipality)
    first = first_month(snapshot.rules, await ledger.first_known(conn, municipality) or today, today)
    solve = partial(figures, cells, snapshot.organisation(), snapshot.rules, first, today, stuck)
    solved = await asyncio.to_thread(solve)
    doubtful = await ledger.is_doubtful(conn, municipality)
    return Solved(preliminary(solved.figures), solved.hidden) if doubtful else solved


async def _write(conn: Connection, municipality: str, rules: Rules, seen: Progress, solved: Solved, today: date) -> None:
    at_once = rules.read(ReportingRules).sensitive_restated is Restating.DAY
    with_reasons = at_once or begins_quarter(await publication.reasons_before(conn, municipality, today), today)
    written = changes(await publication.standing(conn, municipality), solved.figures, today, with_reasons=with_reasons)
    await publication.save(conn, municipality, written, today, await clock.moment(conn), parameters(rules))
    hidden = {name: cells for name, cells in solved.hidden.items() if with_reasons or not name.startswith(SENSITIVE_TABLES)}
    await publication.save_hidden(conn, municipality, hidden, today)
    await publication.finish(conn, municipality, seen, rules.digest, today, with_reasons=with_reasons)


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
    """Publish whatever is behind, whenever everything is read, until cancelled."""
    while True:
        try:
            for municipality in sorted(runtime.rules):
                await _publish_if_ready(runtime, municipality)
        except TRANSIENT as problem:
            warn(Word.LOOP_RETRIED, error=type(problem).__name__, reason="publish")
        await asyncio.sleep(IDLE_SECONDS)


async def _publish_if_ready(runtime: Runtime, municipality: str) -> None:
    async with runtime.pool.acquire() as conn:
        seen = await publication.progress(conn, municipality)
        today = day_of(await clock.moment(conn))
        until = await consumed.read_until(conn, runtime.group, sorted(runtime.topics))
    if seen is not None and is_behind(seen, runtime.rules[municipality], today) and is_readable(seen, until, today):
        await publish(runtime, municipality, today)


async def pending(conn: Connection, moment: datetime) -> int:
    """How many municipalities wait to be published."""
    today = day_of(moment)
    found = await publication.all_progress(conn)
    return sum(is_behind(seen, None, today) for seen in found)
