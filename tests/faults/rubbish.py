"""Malformed records: the real examples with bytes, headers and fields broken, and what hypothesis makes up; from a foreign source."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

EXAMPLES = Path(__file__).parent.parent.parent / "contracts" / "examples"
FOREIGN = ("ce_source", b"/somebody/else")
TOPICS = ("hr.employment.v1", "hr.organisation.v1", "hr.directory.v1")
NUMBERS = ("-1", "1e3", "99999999999", "9" * 30, "9" * 5_000, "\u0663", "", "0x1", "1_0", " 1", "NaN")
TIMES = ("2026-03-02", "2026-03-02T10:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "yesterday", "2026-13-45T00:00:00Z")
VALUES: tuple[Any, ...] = (
    None,
    "",
    "\0",
    "\ud800",
    10**40,
    -1,
    1.5,
    [],
    {},
    [[]] * 50,
    "x" * 70_000,
    "9999-12-31",
    "0001-01-01",
    "1001",
    True,
)


@dataclass(frozen=True, slots=True)
class Raw:
    """A record as a client may send it."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


def examples() -> list[Raw]:
    """The examples of the contracts, said by somebody else."""
    found = []
    for place, path in enumerate(sorted(EXAMPLES.glob("*.json"))):
        told = json.loads(path.read_text("utf-8"))
        headers = tuple((n, v.encode()) for n, v in told["headers"].items() if n != "ce_source")
        topic = _topic(path.name) or TOPICS[place % len(TOPICS)]
        key, value = told.get("key"), told.get("body")
        body = None if value is None else json.dumps(value).encode()
        found.append(Raw(topic, None if key is None else key.encode(), body, (*headers, FOREIGN)))
    return found


def _topic(name: str) -> str | None:
    if "person-named" in name:
        return "hr.directory.v1"
    if any(word in name for word in ("unit-changed", "leader", "deputy", "calendar")):
        return "hr.organisation.v1"
    return "hr.employment.v1" if name.startswith("hr.") else None


def mutated(seed: int, count: int) -> list[Raw]:
    """Examples with one to three things wrong each; those that a toy hears come more often."""
    dice, all_of_them = Random(seed), examples()
    heard = [r for r in all_of_them if dict(r.headers).get("ce_type", b"") in {b"hr.hired.v1", b"hr.employment-end-registered.v1"}]
    others = [r for r in all_of_them if r.topic in TOPICS[1:]]
    records = []
    for _ in range(count):
        record = dice.choice(dice.choice((heard, heard, others, all_of_them)))
        for _ in range(dice.choice((1, 1, 2, 3))):
            record = dice.choice(MUTATIONS)(dice, record)
        records.append(record)
    return records


def _bytes(dice: Random, data: bytes) -> bytes:
    place, some = dice.randrange(len(data) + 1), dice.randbytes(dice.randint(1, 4))
    return dice.choice((data[:place], data[:place] + some + data[place:], data[:place] + some + data[place + len(some) :], data * 2))


def _break_value(dice: Random, record: Raw) -> Raw:
    return record if record.value is None else replace(record, value=_bytes(dice, record.value))


def _break_field(dice: Random, record: Raw) -> Raw:
    try:
        body = json.loads(record.value or b"")
    except (ValueError, RecursionError):
        return record
    if not isinstance(body, dict) or not body:
        return record
    body[dice.choice(sorted(body))] = dice.choice(VALUES)
    return replace(record, value=json.dumps(body).encode())


def _break_header(dice: Random, record: Raw) -> Raw:
    place = dice.randrange(len(record.headers))
    name, value = record.headers[place]
    broken = dice.choice((None, b"", b"\xff\xfe", b"\0", _bytes(dice, value or b"x")))
    return replace(record, headers=(*record.headers[:place], (name, broken), *record.headers[place + 1 :]))


def _drop_header(dice: Random, record: Raw) -> Raw:
    place = dice.randrange(len(record.headers))
    return replace(record, headers=(*record.headers[:place], *record.headers[place + 1 :]) or (FOREIGN,))


def _repeat_header(dice: Random, record: Raw) -> Raw:
    return replace(record, headers=(*record.headers, dice.choice(record.headers)))


def _set(names: Sequence[str], words: Sequence[str]) -> Callable[[Random, Raw], Raw]:
    def mutate(dice: Random, record: Raw) -> Raw:
        chosen, word = dice.choice(names), dice.choice(words).encode()
        return replace(record, headers=tuple((n, word if n == chosen else v) for n, v in record.headers))

    return mutate


def _no_value(dice: Random, record: Raw) -> Raw:
    return replace(record, value=dice.choice((None, b"", b"null", b"[]", b"1", b'"', b"[" * 20_000)))


def _other_key(dice: Random, record: Raw) -> Raw:
    return replace(record, key=dice.choice((None, b"", b"\xff", dice.randbytes(16), b"x" * 5_000)))


MUTATIONS = (
    _break_value,
    _break_value,
    _break_field,
    _break_field,
    _break_header,
    _drop_header,
    _repeat_header,
    _set(("ce_epoch", "ce_revision"), NUMBERS),
    _set(("ce_time",), TIMES),
    _set(("ce_fact", "ce_id", "ce_stands", "ce_municipality"), ("", "x", "TRUE", "\0", "0" * 200)),
    _no_value,
    _other_key,
)


def made_up(count: int) -> list[Raw]:
    """What hypothesis thinks of: any bytes, any headers."""
    found: list[Raw] = []
    names = st.sampled_from(("ce_type", "ce_id", "ce_time", "ce_fact", "ce_epoch", "ce_revision", "ce_stands", "ce_call", "traceparent"))
    types = st.sampled_from((b"hr.hired.v1", b"hr.unit-changed.v1", b"hr.person-named.v1", b"hr.calendar-changed.v1"))
    header = st.tuples(names | st.text(max_size=8).filter(_is_text), st.none() | st.binary(max_size=40) | types)
    anything: Any = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda x: st.lists(x, max_size=3))
    bodies = st.dictionaries(st.sampled_from(("municipality", "person_key", "unit_id")), anything).map(lambda x: json.dumps(x).encode())
    record = st.builds(
        Raw,
        st.sampled_from(TOPICS),
        st.none() | st.binary(max_size=40),
        st.none() | st.binary(max_size=200) | bodies,
        st.lists(header, max_size=10).map(lambda headers: (*headers, FOREIGN)),
    )

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(record)
    def collect(made: Raw) -> None:
        found.append(made)

    collect()
    return found


def _is_text(name: str) -> bool:
    return name.isprintable() and bool(name)
