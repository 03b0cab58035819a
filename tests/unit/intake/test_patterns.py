"""Ordinary patterns of days and moments are read fast, to the very answer of `strptime`."""

from datetime import datetime

import pytest

from services.intake.reading.patterns import by_pattern

PATTERNS = (
    "%d-%m-%Y",
    "%d.%m.%Y %H:%M",
    "%Y/%m/%d %H.%M.%S",
    "%d/%m-%YT%H:%M",
    "%m/%d/%Y 0:00",
    "%d%m%Y",
    "%d-%m-%y",
    "%d %b %Y",
    "d. %d-%m-%Y",
)
TEXTS = (
    "01-02-2021", "1-2-2021", "31-02-2021", "00-01-2021", "29-02-2024", "1-13-2021", "01-02-21", "1-2-02021", " 1-2-2021", "1-2-2021 ",
    "01.02.2021 09:30", "1.2.2021  9:5", "1.2.2021\t09:30", "01.02.2021 24:00", "01.02.2021 9:60", "1.2.0000 09:30", "2021/2/1 9.5.59",
    "2021/02/01 09.05.60", "1/2-2021T9:30", "1/2-2021t9:30", "2/1/2021 0:00", "2/1/2021 1:00", "01022021", "1 Feb 2021", "D. 1-2-2021",
    "", "i dag", "١-٢-٢٠٢١", "1-2-2021\n",
)  # fmt: skip


def slowly(text: str, pattern: str) -> datetime | None:
    try:
        return datetime.strptime(text, pattern)  # noqa: DTZ007 - as the pattern says
    except ValueError:
        return None


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_says_what_strptime_says(pattern: str) -> None:
    assert {text: by_pattern(text, pattern) for text in TEXTS} == {text: slowly(text, pattern) for text in TEXTS}
