"""What the code puts into the headers of an example: its own facts, time, revision and cause are handed in, all else is derived."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import contracts
from contracts import BY_WIRE
from services.chassis.envelope import Cause, Outgoing, outgoing
from services.chassis.subject import Revision

EXAMPLES = Path(contracts.__file__).parent / "examples"


def spoken(said: dict[str, Any]) -> Outgoing:
    """The record of an example as its speaker would send it."""
    told: dict[str, str] = said["headers"]
    body = BY_WIRE[told["ce_type"]].model_validate_json(json.dumps(said["body"]))
    revision = Revision(
        UUID(told["ce_fact"]),
        int(told["ce_epoch"]),
        int(told["ce_revision"]),
        told["ce_stands"] == "true",
        datetime.fromisoformat(told["ce_time"]),
        body,
        body.wire,
    )
    cause = Cause(told["ce_causationid"], told["ce_correlationid"]) if "ce_causationid" in told else None
    return outgoing(told["ce_source"].removeprefix("/forbliv/"), revision, cause)
