"""What was really recorded, as the player of the story wrote it down: JSON lines."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FOLLOW_UPS = ("talk-2-weeks", "talk-3-months", "talk-6-12-months")
RETENTION = "retention"
EXITS = {"leader": "exit-leader", "employee": "exit-employee"}
ACTIONS = ("held", "declined", "offered", "accepted", "not-own-wish")


@dataclass(frozen=True)
class Recorded:
    """One accepted ask about an employment of the source: `day` is the day of the talk or step, `recorded_on` that of the clock.

    `kind`: talk-2-weeks, talk-3-months, talk-6-12-months, retention, exit-leader, exit-employee.
    `action`: held, declined, offered, accepted; not-own-wish (kind retention) for the one click.
    """

    employment: str
    kind: str
    action: str
    day: date
    recorded_on: date

    def __post_init__(self) -> None:
        """Refuse words that would be counted nowhere."""
        if self.kind not in (*FOLLOW_UPS, RETENTION, *EXITS.values()) or self.action not in ACTIONS:
            raise ValueError(f"{self.kind} {self.action}")


def read_log(path: Path) -> list[Recorded]:
    """The log, in the order in which things were recorded."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [
        Recorded(line["employment"], line["kind"], line["action"], date.fromisoformat(line["day"]), date.fromisoformat(line["recorded_on"]))
        for line in lines
    ]


def of(log: Iterable[Recorded], employment: str, kind: str) -> list[Recorded]:
    """What was recorded of one kind about one employment number."""
    return [entry for entry in log if (entry.employment, entry.kind) == (employment, kind)]
