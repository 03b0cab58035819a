"""A small story through real PostgreSQL and Kafka, once from each source: what lies on the topics is the same, but for what is named."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from contracts import BY_WIRE
from contracts.base import Event
from contracts.hr import DIRECTORY_TOPIC, EMPLOYMENT_TOPIC, ORGANISATION_TOPIC
from deploy.local.municipality import Municipality
from deploy.local.municipality.job import MUNICIPALITY
from deploy.local.stack import Stack
from services.chassis.failures import Refused
from services.chassis.outbox import Relay
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.subject import Revision
from services.intake import identity_store, telling
from services.intake.app import SERVICE
from services.intake.bringing import Bringing
from services.intake.delivery import Delivering
from services.intake.outcome import Outcome
from services.intake.reading.files import read
from services.intake.reading.mapping import Mapping
from services.intake.telling import Feed
from services.intake.told.event import Speaker, hear
from services.intake.told.message import Raw
from services.intake.vault import Vault
from tests.faults import raw
from tests.integration.test_bus import until
from tests.kit.builders import noon
from tests.kit.databases import new_database
from tests.unit.intake.round_trip import events, opus, sd
from tests.unit.intake.round_trip.facts import Dialect, Fact, differences, facts_of, names_of
from tests.unit.intake.round_trip.lives import DAY
from tests.unit.intake.round_trip.named import BY_OPUS, BY_SD, Allowed
from tests.unit.intake.round_trip.town import town
from tests.unit.intake.round_trip.worlds import AFTER, CSV, calls, daily, deliveries, sd_answers
from tests.unit.intake.sd_answer import written

TOPICS = (EMPLOYMENT_TOPIC, ORGANISATION_TOPIC, DIRECTORY_TOPIC)
BY_THE_CLOCK = ("hr.employment-started.v1", "hr.employment-ended.v1", "hr.leave-started.v1", "hr.leave-ended.v1", "hr.education-ended.v1")
"""What depends on the day on which the test runs."""
Says = Callable[[Runtime], Awaitable[None]]


@pytest.fixture
def made() -> Municipality:
    """Six persons, two leaders and all units."""
    return town(1, persons=6, leaders=2)


async def take(intake: Runtime, mapping: str, path: Path, release: str | None = None) -> Outcome:
    """As `forbliv import` takes it; nothing is refused."""
    told = Mapping.parse(mapping)
    outcome = await Delivering(intake, told, read(told, path, MUNICIPALITY), Bringing(release=release)).run()
    assert not outcome.refused
    return outcome


@asynccontextmanager
async def relayed(intake: Runtime) -> AsyncIterator[None]:
    """What is said inside is on the bus at the end."""
    relaying = asyncio.create_task(Relay(intake).run())
    try:
        yield

        async def is_empty() -> bool:
            return not await intake.pool.fetchval("select count(*) from outbox")

        await until(is_empty)
    finally:
        relaying.cancel()
        with suppress(asyncio.CancelledError):
            await relaying


class Bus:
    """The broker, and databases for sources that have never met."""

    def __init__(self, servers: Stack, settings: Settings, made: Municipality) -> None:
        self._servers, self._settings, self._made = servers, settings, made

    async def facts(self, say: Says, dialect: Dialect) -> list[Fact]:
        """Every fact that one source brought onto the bus, as it is in the end."""
        before = await raw.ends(self._servers.kafka, *TOPICS)
        async with new_database(self._servers) as address, self._intake(address) as intake:
            async with relayed(intake):
                await say(intake)
            names = await self._names(intake, dialect)
        lines = [line for topic in TOPICS for line in await raw.read(self._servers.kafka, topic, _of(topic, before))]
        last: dict[str, Revision[Event]] = {}
        for line in lines:
            revision = _revision(line)
            last[line.header("ce_fact")] = max(revision, last.get(line.header("ce_fact"), revision), key=lambda each: each.number)
        return [_however(fact) for fact in facts_of(last.values(), names, dialect) if fact.type not in BY_THE_CLOCK]

    @asynccontextmanager
    async def _intake(self, address: str) -> AsyncIterator[Runtime]:
        async with open_runtime(SERVICE, self._settings.model_copy(update={"database_url": address})) as runtime:
            yield runtime

    async def _names(self, intake: Runtime, dialect: Dialect) -> dict[str, str]:
        """The opaque ids of this database, and what they stand for in the story."""
        numbers = {job.number: dialect.key(job.number) for job in self._made.jobs}
        async with intake.pool.acquire() as conn:
            prints = await identity_store.prints(conn, Vault.of(intake.settings))
            people = await identity_store.known_persons(conn, prints, MUNICIPALITY, {job.person.number for job in self._made.jobs})
            jobs = await identity_store.known_employments(conn, prints, MUNICIPALITY, set(numbers.values()))
        return names_of(self._made, people, {number: jobs[key] for number, key in numbers.items()})


def _however(fact: Fact) -> Fact:
    """A first load of rows is said as it became known, one of answers as it is: how often a fact was said is another matter."""
    return fact._replace(fields=fact.fields | {"revision": ""})


def _of(topic: str, ends: dict[tuple[str, int], int]) -> dict[tuple[str, int], int]:
    return {place: end for place, end in ends.items() if place[0] == topic}


def _revision(line: raw.Line) -> Revision[Event]:
    kind = BY_WIRE[line.header("ce_type")]
    number, stands = int(line.header("ce_revision")), line.header("ce_stands") == "true"
    return Revision(UUID(line.header("ce_fact")), 0, number, stands, noon(AFTER), kind.model_validate_json(line.value or b""), kind.wire)


@pytest.fixture
def bus(servers: Stack, settings: Settings, made: Municipality) -> Bus:
    return Bus(servers, settings, made)


def unnamed(allowed: Allowed, here: list[Fact], there: list[Fact]) -> list[object]:
    """The differences that no list names."""
    return [each for each in differences(here, there) if each.named not in allowed or not allowed[each.named][1](each)]


async def test_a_story_from_four_sources_is_the_same_on_the_bus_but_for_what_is_named(bus: Bus, made: Municipality, tmp_path: Path) -> None:
    plain = Dialect()
    told = await bus.facts(lambda intake: by_calls(intake, made), plain)
    rows = await bus.facts(lambda intake: by_files(intake, made, tmp_path / "files"), plain)
    answers = await bus.facts(lambda intake: by_answers(intake, made, tmp_path), Dialect(sd.keys(made).__getitem__, sd.position_of))
    nights = await bus.facts(lambda intake: by_nights(intake, made, tmp_path), plain)

    assert len(told) > 100
    assert unnamed({}, told, rows) == []
    assert unnamed(BY_SD, told, answers) == []
    assert unnamed(BY_OPUS, told, nights) == []


async def by_calls(intake: Runtime, made: Municipality) -> None:
    """The events of each day in one call, as the HTTP door takes them; every call comes twice."""
    feed = Feed("fjordby", events.SOURCE, MUNICIPALITY, intake.rules[MUNICIPALITY].live_from)
    for _, call in calls(made):
        raws = [Raw({name: value for name, value in event.items() if name != "data"}, event["data"]) for event in call]
        heard = [hear(each, Speaker(events.SOURCE, MUNICIPALITY), noon(AFTER)) for each in raws]
        for outcome in (telling.Outcome.ACCEPTED, telling.Outcome.DUPLICATE):
            answers = await telling.take(intake, Vault.of(intake.settings), feed, heard, json.dumps(call).encode())
            assert {answer.outcome for answer in answers} == {outcome}


async def by_files(intake: Runtime, made: Municipality, folder: Path) -> None:
    """The generator's rows, a delivery for each day on which something was registered; then some of its files as it cuts them.

    They are older than what was taken, so somebody must let them in.
    """
    for _, path in daily(made, folder):
        await take(intake, CSV, path)
    for each in ("history", "2025-05"):
        with pytest.raises(Refused, match="older-delivery"):
            await take(intake, CSV, folder / each)
        assert not (await take(intake, CSV, folder / each, release="it was missed")).said


async def by_answers(intake: Runtime, made: Municipality, folder: Path) -> None:
    """The answers of SD as they come; then the first ones again, as the same files and as others, which somebody must let in."""
    paths = []
    for number, (since, until_day) in enumerate(deliveries(made)):
        paths += [written(folder, text, f"{number}-{name}.xml") for name, text in sd_answers(made, since, until_day).items()]
    for path in paths:
        await take(intake, sd.MAPPING, path)
    for path in paths[:4]:
        assert (await take(intake, sd.MAPPING, path)).again
        assert not (await take(intake, sd.MAPPING, again(path), release="it was missed")).said
    with pytest.raises(Refused, match="older-delivery"):
        await take(intake, sd.MAPPING, again(next(path for path in paths[4:] if path.name.endswith("employments.xml"))))


async def by_nights(intake: Runtime, made: Municipality, folder: Path) -> None:
    """A file a night; the last one again says nothing, and one from a night before that was never taken is too late."""
    jobs, days = opus.histories(made), [day for _, day in deliveries(made)]
    missed: date = next(day for day in (days[-1] - back * DAY for back in range(1, 9)) if day not in days)
    for day in days:
        path = opus.nightly(made, jobs, folder, day)
        await take(intake, opus.MAPPING, path)
    assert not (await take(intake, opus.MAPPING, path)).said
    with pytest.raises(Refused, match="older-delivery"):
        await take(intake, opus.MAPPING, opus.nightly(made, jobs, folder, missed))


def again(path: Path) -> Path:
    """Another file of the same content."""
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    return path
