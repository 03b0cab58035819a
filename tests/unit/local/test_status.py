"""What `forbliv status` prints: addresses, one line per service, why one is not ready, and what has been quiet for too long."""

import io
from pathlib import Path

from rich.console import Console

from deploy.local.status import ServiceStatus, StackStatus, render

WELL = ServiceStatus(
    healthy=True, lag=0, due=0, outbox=0, dead_letters=0, doubtful=0, broken=0, pending=0,
    database="postgresql://forbliv:secret@/x", health="http://127.0.0.1:1",
)  # fmt: skip


def printed(**services: ServiceStatus) -> list[str]:
    """The lines of the terminal, without the spaces at their ends."""
    status = StackStatus(
        directory=Path("/stack"), kafka="127.0.0.1:9", web="http://127.0.0.1:8", web_healthy=True,
        admin_database="postgresql://admin:secret@/postgres", databases={}, services=services,
    )  # fmt: skip
    terminal = io.StringIO()
    Console(file=terminal, width=200).print(render(status))
    return [line.rstrip() for line in terminal.getvalue().splitlines()]


def test_a_silence_is_a_line_of_its_own_with_service_and_municipality() -> None:
    alarms = ("730: no HR event since 2026-03-02", "707: no exit offer while people leave since 2026-03-04")
    quiet = WELL.model_copy(update={"alarms": alarms})

    lines = printed(retention=quiet, intake=WELL)

    assert lines[-2:] == [
        "alarm  retention: 730: no HR event since 2026-03-02",
        "alarm  retention: 707: no exit offer while people leave since 2026-03-04",
    ]


def test_where_all_is_well_there_is_neither_reason_nor_alarm() -> None:
    lines = printed(retention=WELL)

    assert lines[-1].split() == ["retention", "yes", *"0000000"]
    assert not any("alarm" in line for line in lines)


def test_who_is_not_ready_says_why_and_who_does_not_answer_has_no_figures() -> None:
    mute = WELL.model_copy(update={"healthy": False, "lag": None, "due": None, "reasons": ("it does not answer",)})

    lines = printed(intake=mute)

    assert "intake: it does not answer" in lines
    assert next(line.split() for line in lines if line.lstrip().startswith("intake ")) == ["intake", "no", "?", "?", *"00000"]


def test_no_password_is_shown() -> None:
    assert "secret" not in "".join(printed(intake=WELL))
