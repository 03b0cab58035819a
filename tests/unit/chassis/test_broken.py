"""The pause of a broken subject doubles from a minute to an hour, and stays there."""

from datetime import timedelta

import pytest

from services.chassis.broken import pause_after


@pytest.mark.parametrize(("tries", "minutes"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (8, 60), (100_000, 60)])
def test_the_pause_doubles_from_a_minute_to_an_hour(tries: int, minutes: int) -> None:
    assert pause_after(tries) == timedelta(minutes=minutes)
