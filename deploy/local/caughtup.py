"""Whether all services have caught up: nothing unsent, unread, due or pending, twice in a row."""

import http.client
import json
import time
from collections.abc import Mapping

from deploy.local.failures import StackFailed
from deploy.local.ports import LOOPBACK, is_listening
from deploy.local.stack import Stack

ORDER = ("intake", "onboarding", "retention", "recruitment", "notification", "reporting")
"""Who speaks is asked before who hears, so that what is on its way is seen by one of the two."""
TO_DO = ("outbox", "lag", "due", "pending")
HEARD = ("outbox", "lag", "due")
"""All that was said is heard; what a service does beside that (publishing figures) may still be under way."""
_ANSWER_SECONDS = 20.0
_PAUSE_SECONDS = 0.1
_SWEEPS = 2


def told_status(stack: Stack, service: str) -> Mapping[str, int] | None:
    """What a worker tells of itself; none where it does not answer."""
    connection = http.client.HTTPConnection(LOOPBACK, stack.health_port(service), timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", "/status")
        answer = connection.getresponse()
        found: Mapping[str, int] | None = json.loads(answer.read()) if answer.status == http.HTTPStatus.OK else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return found


def undone(stack: Stack, words: tuple[str, ...] = TO_DO) -> dict[str, int]:
    """What each service of the stack has still to do; -1 for one that does not answer."""
    asked = (service for service in ORDER if service in stack.state.health_ports)
    told = {service: told_status(stack, service) for service in asked}
    return {service: -1 if status is None else sum(status[word] for word in words) for service, status in told.items()}


def wait_until_caught_up(stack: Stack, seconds: float = 600.0, words: tuple[str, ...] = TO_DO) -> None:
    """Return when two sweeps in a row find nothing to do.

    Raises `StackFailed` at once for a service that does not run, and with what is left after `seconds`.
    """
    quiet = 0
    until = time.monotonic() + seconds
    while quiet < _SWEEPS:
        left = undone(stack, words)
        _fail_if_down(stack, left)
        quiet = quiet + 1 if not any(left.values()) else 0
        if time.monotonic() > until:
            message = f"not caught up after {seconds:.0f} s: {left}"
            raise StackFailed(message)
        time.sleep(_PAUSE_SECONDS)


def _fail_if_down(stack: Stack, left: Mapping[str, int]) -> None:
    """One that is busy, or without its database for a moment, still listens."""
    down = [service for service, count in left.items() if count < 0 and not is_listening(stack.health_port(service))]
    if down:
        message = f"not running, so nothing can catch up: {', '.join(down)}; see {stack.state.directory / 'logs'}"
        raise StackFailed(message)
