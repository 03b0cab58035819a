"""What a worker tells of itself on its own loopback port: alive, ready, and what it has still to do."""

import asyncio
from collections.abc import Awaitable, Callable

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.chassis import clock
from services.chassis.bus import UNREACHABLE, Bus
from services.chassis.inlet import TRANSIENT
from services.chassis.runtime import Runtime
from services.chassis.tables import wakes


async def status(runtime: Runtime, bus: Bus | None) -> dict[str, int]:
    """Lag (records), outbox (rows), due (subjects and woken reads), pending (the service's own), dead letters, broken subjects."""
    async with runtime.pool.acquire() as conn:
        moment = await clock.moment(conn)
        counts = {
            "due": await wakes.due_count(conn, moment) + await conn.fetchval("SELECT count(*) FROM to_wake"),
            "outbox": await conn.fetchval("SELECT count(*) FROM outbox"),
            "dead_letters": await conn.fetchval("SELECT count(*) FROM dead_letter"),
            "broken": await conn.fetchval("SELECT count(*) FROM subject WHERE broken IS NOT NULL"),
            "pending": await runtime.service.pending(conn, moment),
        }
    return {"lag": await bus.lag() if bus else 0, **counts}


def health_app(runtime: Runtime, bus: Bus | None) -> Starlette:
    """`/live`, `/ready` (database answers, partitions assigned) and `/status`."""

    async def live(_request: Request) -> Response:
        return JSONResponse({"live": True})

    async def ready(_request: Request) -> Response:
        answers = await _answers(lambda: status(runtime, None))
        is_ready = answers is not None and (bus is None or bus.ready)
        return JSONResponse({"ready": is_ready}, 200 if is_ready else 503)

    async def told(_request: Request) -> Response:
        answers = await _answers(lambda: status(runtime, bus))
        return JSONResponse(answers, 200) if answers is not None else JSONResponse({"ready": False}, 503)

    return Starlette(routes=[Route("/live", live), Route("/ready", ready), Route("/status", told)])


async def _answers(question: Callable[[], Awaitable[dict[str, int]]]) -> dict[str, int] | None:
    try:
        return await asyncio.wait_for(question(), 10)
    except (*TRANSIENT, *UNREACHABLE):
        return None


async def serve(runtime: Runtime, bus: Bus | None, port: int) -> None:
    """Serve until cancelled, on the loopback address only."""
    config = uvicorn.Config(health_app(runtime, bus), host="127.0.0.1", port=port, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    await server.serve()
