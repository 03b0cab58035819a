"""What a batch of records holds of each partition: where it begins and ends, and the mark of its end."""

from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from services.chassis.envelope import Partition, Record


def id_text(record: Record) -> str:
    """The id of a record as it stands in its header, whatever it holds, as a text that PostgreSQL takes; a tombstone has but its key."""
    found = next((value for name, value in record.headers if name == "ce_id"), None) or record.key or b""
    return found.decode(errors="replace").replace("\0", "\ufffd")[:64]


class Stretch(NamedTuple):
    """What a batch holds of one partition, in order: its first and its last record."""

    first: Record
    last: Record


_partition_of: Callable[[Record], Partition] = attrgetter("topic", "partition")


def stretches(records: Sequence[Record]) -> dict[Partition, Stretch]:
    """The stretch of each partition of a batch; the client gives long runs of one partition."""
    found: dict[Partition, Stretch] = {}
    for partition, run in groupby(records, _partition_of):
        told = list(run)
        found[partition] = Stretch(found[partition].first if partition in found else told[0], told[-1])
    return found
