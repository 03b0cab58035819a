"""Older versions of events, read as today's: at the door, out of histories, out of the reference. What has none never comes here.

The steps stand in the class of the newer version (`Event.older`), so that the class of the older one may go when nobody says it any more.
A newer version stays on the topic of the older one; where it cannot, the service names the old topic in `Service.topics`.
"""

from collections.abc import Mapping

import orjson

from contracts.base import Event


class Unfit(ValueError):
    """The body of an older version is not what its step to the next one takes."""


def older_of(classes: Mapping[str, type[Event]]) -> dict[str, type[Event]]:
    """As which of these classes an older wire name is read; a name that has a class of its own among them is read as that."""
    return {wire: kind for kind in classes.values() for wire in kind.older if wire not in classes}


def upcast(kind: type[Event], wire: str, body: bytes | str) -> bytes:
    """The body of version `wire` as one of `kind`, step by step; not validated yet. Raises `Unfit`."""
    try:
        told = orjson.loads(body)
        steps = list(kind.older)
        for name in steps[steps.index(wire) :]:
            told = kind.older[name](told)
        return orjson.dumps(told)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as problem:
        message = f"the body does not fit {wire}"
        raise Unfit(message) from problem
