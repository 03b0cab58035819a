"""So many duties a second on the bus, evenly: each is planned, a second later open, a second later done. A process of its own.

    python -m bench.inbox_load KAFKA NOW LEADERS SEED PER_SECOND SECONDS

It prints a line when it is ready, which it is before it sends anything, and one when it has sent all.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import Sequence
from datetime import datetime

from aiokafka import AIOKafkaProducer

from bench.inbox_town import Newcomer, Town
from contracts.base import CallState
from services.chassis.envelope import Outgoing

LIFE = (CallState.PLANNED, CallState.OPEN, CallState.DONE)
STEPS_A_SECOND = 50


def lives(leaders: int, seed: int, per_second: int, seconds: int, now: datetime) -> list[Outgoing]:
    """What is said, in order: a third of the rate begins each second, so that all lives together fill it."""
    dice, town = random.Random(seed), Town.of(leaders)
    newcomers = [
        [Newcomer.of(dice, dice.choice(town.units), now.date()) for _ in range(per_second // len(LIFE) + 1)] for _ in range(seconds)
    ]
    told: list[Outgoing] = []
    for second in range(seconds):
        steps = [(step, newcomers[second - step]) for step in range(len(LIFE)) if second >= step]
        told += [who.duty(LIFE[step], now, step + 1) for step, group in steps for who in group]
    return told


async def main(kafka: str, now: str, leaders: int, seed: int, per_second: int, seconds: int) -> None:
    """Make them, then send them."""
    records = lives(leaders, seed, per_second, seconds, datetime.fromisoformat(now))
    async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all", linger_ms=5) as producer:
        print(json.dumps({"ready": len(records)}), flush=True)
        sent = await send(producer, records, per_second)
    print(json.dumps({"sent": sent}), flush=True)


async def send(producer: AIOKafkaProducer, records: Sequence[Outgoing], per_second: float) -> int:
    """Evenly; how many."""
    begin, sent = time.perf_counter(), 0
    while sent < len(records):
        due = min(len(records), int((time.perf_counter() - begin) * per_second))
        for record in records[sent:due]:
            headers = [(name, value.encode()) for name, value in record.headers]
            await producer.send(record.topic, record.value, record.key.encode(), headers=headers)
        sent = due
        await asyncio.sleep(1 / STEPS_A_SECOND)
    return sent


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])))
