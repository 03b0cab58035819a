"""What a worker tells of itself on its own loopback port: alive, ready, what it has still to do, and its measures."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import asyncpg
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.chassis.bus import UNREACHABLE, Bus
from services.chassis.inlet import TRANSIENT
from services.chassis.runtime import Runtime

T = TypeVar("T")
ANSWER_SECONDS = 10
READY_SECONDS = 1.5
BROKER_SECONDS = 5
"""It is asked every half second."""


async def status(runtime: Runtime, bus: Bus | None) -> dict[str, int]:
    """Lag (records), outbox (rows), due (subjects and woken reads), pending (the service's own), dead letters, broken subjects."""
    async with runtime.pool.acquire() as conn:
        moment = await runtime.tables.moment(conn)
        seen = await runtime.tables.counts(conn, moment, [kind.name for kind in runtime.service.subjects])
        pending = await runtime.service.pending(conn, moment)
        alarms = list(await runtime.service.alarms(conn, moment))
    metrics = runtime.metrics
    metrics.due.set(seen.due)
    metrics.late.set(seen.late)
    metrics.outbox.set(seen.outbox)
    metrics.outbox_age.set(seen.outbox_age)
    metrics.dead_letters.set(seen.dead_letters)
    metrics.doubtful.set(seen.doubtful)
    metrics.broken.set(seen.broken)
    metrics.pending.set(pending)
    lag = await bus.lag() if bus else 0
    metrics.lag.set(lag)
    told = {name: getattr(seen, name) for name in ("due", "outbox", "dead_letters", "doubtful", "broken")}
    metrics.watched(alarms)
    return {"lag": lag, **told, "pending": pending, "alarms": sum(alarm.is_raised for alarm in alarms)}


async def raised_alarms(runtime: Runtime) -> list[str]:
    """What has been quiet for too long, in plain words."""
    async with runtime.pool.acquire() as conn:
        alarms = await runtime.service.alarms(conn, await runtime.tables.moment(conn))
    return [f"{alarm.municipality}: {alarm.words}" for alarm in alarms if alarm.is_raised]


def health_app(runtime: Runtime, bus: Bus | None) -> Starlette:
    """`/live`, `/ready` (503 with the reasons where it is not), `/status`, `/alarms` and `/metrics`."""

    async def live(_request: Request) -> Response:
        return JSONResponse({"live": True})

    async def ready(_request: Request) -> Response:
        reasons = await why_not_ready(runtime, bus)
        return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    async def told(_request: Request) -> Response:
        answers = await _answers(lambda: status(runtime, bus))
        return JSONResponse(answers, 200) if answers is not None else JSONResponse({"ready": False}, 503)

    async def alarms(_request: Request) -> Response:
        answers = await _answers(lambda: raised_alarms(runtime))
        return JSONResponse({"alarms": answers or []}, 503 if answers is None else 200)

    async def measures(_request: Request) -> Response:
        await _answers(lambda: status(runtime, bus))
        runtime.metrics.held_up.set(runtime.pulse.held_up is not None)
        runtime.metrics.ready.set(not await why_not_ready(runtime, bus))
        return Response(runtime.metrics.exposition(), media_type=CONTENT_TYPE_LATEST)

    asked = {"/live": live, "/ready": ready, "/status": told, "/alarms": alarms, "/metrics": measures}
    return Starlette(routes=[Route(path, answer) for path, answer in asked.items()])


async def why_not_ready(runtime: Runtime, bus: Bus | None) -> list[str]:
    """What keeps this worker from doing its work, in plain words; nothing where it is ready."""
    pulse = runtime.pulse
    reasons = [] if await _answers(lambda: _database(runtime), READY_SECONDS) else ["the database does not answer"]
    if bus is not None and not bus.ready:
        reasons.append("no partitions are assigned yet")
    elif bus is not None and not reasons and bus.silent_for > BROKER_SECONDS:
        reasons.append(f"the broker has not answered for {bus.silent_for:.0f} s")
    if pulse.under_way > runtime.settings.stalled_seconds:
        reasons.append(f"a batch has been under way for {pulse.under_way:.0f} s")
    return reasons if pulse.held_up is None else [*reasons, pulse.held_up]


async def _database(runtime: Runtime) -> bool:
    async with runtime.pool.acquire() as conn:
        return await runtime.tables.answers(conn)


async def _answers(question: Callable[[], Awaitable[T]], seconds: float = ANSWER_SECONDS) -> T | None:
    try:
        async with asyncio.timeout(seconds):
            return await question()
    except (*TRANSIENT, *UNREACHABLE, asyncpg.PostgresError):
        return None


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the worker's own affair."""
        yield


async def serve(runtime: Runtime, bus: Bus | None, port: int) -> None:
    """Serve until cancelled, on the loopback address only."""
    runtime.metrics.of_this_process()
    config = uvicorn.Config(health_app(runtime, bus), host="127.0.0.1", port=port, log_level="warning", lifespan="off")
    await _Server(config).serve()
