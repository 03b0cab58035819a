"""Free ports below the range that outgoing connections use."""

import random
import socket
from itertools import islice

LOOPBACK = "127.0.0.1"

# Linux hands out 32768 and up, macOS 49152 and up, to outgoing connections. A server that restarts on a port of that
# range may find it taken by one of its own clients, so all ports of a stack lie below.
_LOWEST, _HIGHEST = 20_000, 32_000


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback address now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def is_listening(port: int) -> bool:
    """Whether somebody answers on this port of the loopback address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def free_ports(count: int) -> tuple[int, ...]:
    """Different free ports, at random so that two stacks that start at once do not meet."""
    drawn = random.SystemRandom().sample(range(_LOWEST, _HIGHEST), 1_000)
    return tuple(islice((port for port in drawn if is_free(port)), count))
