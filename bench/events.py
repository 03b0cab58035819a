"""A topic full of real employment events, written fast and from a seed, and a count of it that shares no code with what is measured.

A record is what `envelope.outgoing` gives for an event of `contracts.hr`: built once per kind of event by that very code with
marks in the places of what varies, then filled in. A cell is (wire name, unit, month, employment form): all that an event
says itself, so that any engine can count it. One record of fifty is the exact copy of an earlier one.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha1
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from contracts.base import SourceSystem
from contracts.hr import (
    EMPLOYMENT_TOPIC,
    EmploymentEndRegistered,
    EmploymentEvent,
    Hired,
    HoursChanged,
    LeaveRegistered,
    PlacementChanged,
    ResignationWithdrawn,
    Resigned,
)
from contracts.words import EmploymentForm, LeaveKind, OccupationGroup, ReasonClass
from services.chassis.envelope import outgoing
from services.chassis.subject import Revision

MUNICIPALITY = "730"
KINDS: tuple[type[EmploymentEvent], ...] = (
    Hired,
    PlacementChanged,
    HoursChanged,
    EmploymentEndRegistered,
    Resigned,
    ResignationWithdrawn,
    LeaveRegistered,
)
FIRST_DAY = datetime(2025, 1, 1, 8, tzinfo=UTC)
DAYS = 365
UNITS = 1_200
EVENTS_A_PERSON = 16
COPIED = 0.02
KEPT = 5_000

Cell = tuple[str, str, str, str]
Written = tuple[bytes, bytes, list[tuple[str, bytes]]]
"""Key, value and headers."""

_MARKS = {name: UUID(int=number) for number, name in enumerate(("fact", "person", "employment", "unit", "other"), start=0xA0)}
_EFFECTIVE, _LAST = date(1901, 1, 1), date(1902, 1, 1)
_KNOWN = datetime(1903, 1, 1, tzinfo=UTC)


class Template:
    """The record of one kind of event with places for what varies."""

    def __init__(self, kind: type[EmploymentEvent], form: EmploymentForm) -> None:
        """Build it with the code that writes real records."""
        revision = Revision(_MARKS["fact"], 0, 1, True, _KNOWN, kind.model_validate(_fields(kind, form)), kind.wire)
        record = outgoing("intake", revision)
        places = {str(mark): f"%({name})s" for name, mark in _MARKS.items()}
        places |= {str(revision.id): "%(id)s", str(_EFFECTIVE): "%(effective)s", str(_LAST): "%(last)s"}
        places |= {_KNOWN.isoformat(): "%(known)s+00:00", _KNOWN.isoformat().replace("+00:00", "Z"): "%(known)sZ"}
        self._body = _with_places(record.body, places)
        texts = [(name, _with_places(value, places)) for name, value in record.headers]
        self._headers = [(name, (text % {}).encode() if "%(" not in text else text) for name, text in texts]

    def fill(self, values: dict[str, str]) -> Written:
        """The record of these values."""
        headers = [(name, text if isinstance(text, bytes) else (text % values).encode()) for name, text in self._headers]
        return values["person"].encode(), (self._body % values).encode(), headers


def _fields(kind: type[EmploymentEvent], form: EmploymentForm) -> dict[str, object]:
    """Every field any of the kinds has; each takes its own."""
    assert issubclass(kind, EmploymentEvent)
    return {
        "municipality": MUNICIPALITY,
        "employment_id": _MARKS["employment"],
        "person_key": _MARKS["person"],
        "unit_id": _MARKS["unit"],
        "employment_form": form,
        "effective_date": _EFFECTIVE,
        "registered_at": _KNOWN,
        "source_system": SourceSystem.CSV,
        "first_working_day": _EFFECTIVE,
        "occupation_group": OccupationGroup.SOSU_ASSISTANT,
        "degree": "0.8649",
        "position_code": "sosu-assistent",
        "old_degree": "0.8649",
        "new_degree": "1.0000",
        "old_unit_id": _MARKS["other"],
        "new_unit_id": _MARKS["unit"],
        "internal_move": True,
        "last_working_day": _LAST,
        "received_on": _LAST,
        "reason_class": ReasonClass.OWN_REQUEST,
        "resignation_fact": _MARKS["other"],
        "withdrawn_on": _LAST,
        "leave_id": _MARKS["other"],
        "leave_from": _EFFECTIVE,
        "leave_to": _LAST,
        "leave_kind": LeaveKind.PARENTAL,
    }


def _with_places(text: str, places: dict[str, str]) -> str:
    text = text.replace("%", "%%")
    for mark, place in places.items():
        text = text.replace(mark, place)
    return text


@dataclass(slots=True)
class _Person:
    """Who has one employment."""

    key: str
    employment: str
    unit: str
    form: EmploymentForm
    is_hired: bool = False


def invent(count: int, seed: int = 1, copied: float = COPIED, people: int | None = None) -> Iterator[Written]:
    """So many records, the same for the same seed, in the order they became known; this share of them are copies.

    Without `people` each person has 16 of them.
    """
    dice = random.Random(seed)
    forms: list[EmploymentForm] = [form for form in EmploymentForm if form is not EmploymentForm.UNKNOWN]
    templates = {(kind, form): Template(kind, form) for kind in KINDS for form in forms}
    units = [_an_id(dice) for _ in range(UNITS)]
    number = people or max(1, count // EVENTS_A_PERSON)
    everybody = [_Person(_an_id(dice), _an_id(dice), dice.choice(units), dice.choice(forms)) for _ in range(number)]
    days = [(FIRST_DAY + timedelta(days=number)).date() for number in range(-40, DAYS + 90)]
    kept: list[Written] = []
    for number in range(count):
        if kept and dice.random() < copied:
            yield kept[dice.randrange(len(kept))]
            continue
        person = dice.choice(everybody)
        kind = dice.choice(KINDS[1:]) if person.is_hired else Hired
        person.is_hired = True
        written = templates[kind, person.form].fill(_values(dice, person, units, days, number / count))
        if len(kept) < KEPT:
            kept.append(written)
        elif number % 8 == 0:
            kept[dice.randrange(KEPT)] = written
        yield written


def _values(dice: random.Random, person: _Person, units: list[str], days: list[date], share: float) -> dict[str, str]:
    known = FIRST_DAY + timedelta(days=int(share * DAYS), seconds=int(share * DAYS * 28_800) % 28_800)
    fact, effective = _an_id(dice), dice.randrange(int(share * DAYS), int(share * DAYS) + 100)
    number = bytearray(sha1(bytes.fromhex(fact.replace("-", "")) + b"0/1", usedforsecurity=False).digest()[:16])
    number[6], number[8] = number[6] & 0x0F | 0x50, number[8] & 0x3F | 0x80
    return {
        "fact": fact,
        "id": _dashed(number.hex()),
        "person": person.key,
        "employment": person.employment,
        "unit": person.unit,
        "other": dice.choice(units),
        "effective": str(days[effective]),
        "last": str(days[effective + 20]),
        "known": known.isoformat()[:19],
    }


def _an_id(dice: random.Random) -> str:
    return _dashed(f"{dice.getrandbits(128):032x}")


def _dashed(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


async def write(kafka: str, count: int, seed: int = 1, topic: str = EMPLOYMENT_TOPIC) -> None:
    """Append so many invented records to the topic, all of a person to one partition, zstd."""
    await send(kafka, invent(count, seed), topic)


async def send(kafka: str, records: Iterator[Written], topic: str = EMPLOYMENT_TOPIC) -> None:
    """Append these records, each to the partition of its key."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", compression_type="zstd", max_batch_size=512 * 1024)
    await producer.start()
    partitions = sorted(await producer.partitions_for(topic))
    builders = {number: producer.create_batch() for number in partitions}
    on_the_way: set[asyncio.Future[object]] = set()
    for key, value, headers in records:
        number = partitions[int(key[:8], 16) % len(partitions)]
        if builders[number].append(timestamp=None, key=key, value=value, headers=headers) is None:
            on_the_way.add(await producer.send_batch(builders[number], topic, partition=number))
            builders[number] = producer.create_batch()
            builders[number].append(timestamp=None, key=key, value=value, headers=headers)
            for future in [future for future in on_the_way if future.done()]:
                on_the_way.remove(future)
                future.result()
    for number, builder in builders.items():
        if builder.record_count():
            on_the_way.add(await producer.send_batch(builder, topic, partition=number))
    await asyncio.gather(*on_the_way)
    await producer.stop()


@dataclass(frozen=True)
class Counted:
    """What a topic holds: records, different events, and how many of these by cell and by the day they became known."""

    records: int
    distinct: int
    cells: Counter[Cell]
    days: Counter[str]


async def count(kafka: str, topic: str = EMPLOYMENT_TOPIC) -> Counted:
    """Read the topic record by record with nothing but `json` and a set of ids."""
    seen: set[bytes] = set()
    cells: Counter[Cell] = Counter()
    days: Counter[str] = Counter()
    records = 0
    async for record in every_record(kafka, topic):
        records += 1
        headers = dict(record.headers)
        number = bytes.fromhex(headers["ce_id"].decode().replace("-", ""))
        if number in seen:
            continue
        seen.add(number)
        body = json.loads(record.value)
        cells[headers["ce_type"].decode(), body["unit_id"], body["effective_date"][:7], body["employment_form"]] += 1
        days[headers["ce_time"].decode()[:10]] += 1
    return Counted(records, len(seen), cells, days)


async def partitions_of(kafka: str, topic: str) -> list[TopicPartition]:
    """The partitions of a topic, in order."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    (described,) = await admin.describe_topics([topic])
    await admin.close()
    return sorted(TopicPartition(topic, partition["partition"]) for partition in described["partitions"])


async def ends_of(kafka: str, topic: str) -> dict[TopicPartition, int]:
    """Where each partition ends now."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await consumer.start()
    ends: dict[TopicPartition, int] = await consumer.end_offsets(await partitions_of(kafka, topic))
    await consumer.stop()
    return ends


async def every_record(kafka: str, topic: str, since: Mapping[TopicPartition, int] | None = None) -> AsyncIterator[Any]:
    """All records of a topic, or those from these offsets on, each partition in its order."""
    partitions = await partitions_of(kafka, topic)
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign(partitions)
    ends = await consumer.end_offsets(partitions)
    begins = since if since is not None else await consumer.beginning_offsets(partitions)
    for partition in partitions:
        consumer.seek(partition, begins[partition])
    left = sum(ends[partition] - begins[partition] for partition in partitions)
    while left > 0:
        for records in (await consumer.getmany(timeout_ms=1_000, max_records=5_000)).values():
            left -= len(records)
            for record in records:
                yield record
    await consumer.stop()
