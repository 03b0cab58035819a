"""What a source of the tests tells, as CloudEvents: every field that does not matter to a test has a value here."""

from collections.abc import Mapping
from typing import Any

from tests.kit.speakers import SOURCE

HIRED = "hr.hired.v1"
JOB: Mapping[str, Any] = {"person_key": "P-1", "employment_id": "A-17", "unit_id": "E-300", "employment_form": "monthly"}
REGISTERED = "2026-01-10T09:00:00+01:00"


def body(effective: str, registered: str = REGISTERED, **more: Any) -> dict[str, Any]:
    """A body about the one employment."""
    return {**JOB, "effective_date": effective, "registered_at": registered, **more}


def hire(first_day: str = "2026-02-01", **more: Any) -> dict[str, Any]:
    """The body of a hire."""
    return body(first_day, **{"occupation_group": "nurse", "degree": "1.0000", **more})


def end(last_day: str, first_day_gone: str, reason: str = "own-request", **more: Any) -> dict[str, Any]:
    """The body of an end."""
    return body(first_day_gone, last_working_day=last_day, reason_class=reason, **more)


def told(name: str, data: Any, kind: str = HIRED, **attributes: Any) -> dict[str, Any]:
    """An event in the JSON format."""
    return {"specversion": "1.0", "id": name, "source": SOURCE, "type": kind, **attributes, "data": data}
