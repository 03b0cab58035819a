"""What an earlier run left on servers that are not ours to wipe: it would be played on and compared with."""

import os
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from deploy.local.databases import answers, database_name
from deploy.local.failures import StackFailed
from deploy.local.processes import SERVICES
from deploy.local.topics import read_topics
from deploy.local.waiting import broker_answers, run_async


def refuse_leftovers() -> None:
    """Raise `StackFailed` where servers that the environment names hold an earlier run; one that does not answer is told of later."""
    kafka, database = os.environ.get("FORBLIV_KAFKA"), os.environ.get("FORBLIV_DATABASE_URL")
    if database and run_async(answers(database)) and (used := run_async(used_databases(database, map(database_name, SERVICES)))):
        message = f"PostgreSQL holds an earlier run: drop {', '.join(used)}, or name another server in FORBLIV_DATABASE_URL"
        raise StackFailed(message)
    if kafka and broker_answers(kafka) and (used := run_async(used_topics(kafka, [topic.name for topic in read_topics()]))):
        message = f"Kafka holds an earlier run: delete the topics {', '.join(used)}, or name another broker in FORBLIV_KAFKA"
        raise StackFailed(message)


async def used_databases(admin_url: str, names: Iterable[str]) -> tuple[str, ...]:
    """Which of the databases have tables; one that is empty may have been made for us."""
    connection = await asyncpg.connect(admin_url)
    try:
        there = {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
    finally:
        await connection.close()
    return tuple([name for name in names if name in there and await _has_tables(admin_url, name)])


async def used_topics(kafka: str, names: Iterable[str]) -> tuple[str, ...]:
    """Which of the topics hold records; one that is empty may have been made for us."""
    partitions = await _partitions(kafka, names)
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await consumer.start()
    try:
        begins, ends = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
    finally:
        await consumer.stop()
    return tuple(dict.fromkeys(each.topic for each in partitions if ends[each] > begins[each]))


async def _partitions(kafka: str, names: Iterable[str]) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        there = set(await admin.list_topics())
        wanted = [name for name in names if name in there]
        described = await admin.describe_topics(wanted) if wanted else []
    finally:
        await admin.close()
    return [TopicPartition(topic["topic"], each["partition"]) for topic in described for each in topic["partitions"]]


async def _has_tables(admin_url: str, name: str) -> bool:
    connection = await asyncpg.connect(urlunsplit(urlsplit(admin_url)._replace(path=f"/{name}")))
    try:
        return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')"))
    finally:
        await connection.close()
