"""The same file comes again: under its name, under another, twice in one folder. Nothing is said and nothing is done."""

import shutil
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

import pytest

from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.intake.app import SERVICE
from tests.integration.test_intake import outbox
from tests.integration.test_payroll import take
from tests.kit.deliveries import samples
from tests.kit.records import set_day
from tests.unit.intake.opus_file import sample


@pytest.fixture
async def intake(settings: Settings) -> AsyncIterator[Runtime]:
    """On the day after the last one that the samples tell of as registered, whenever the tests run."""
    async with open_runtime(SERVICE, settings) as runtime:
        await set_day(runtime, date(2026, 11, 21))
        yield runtime


FILES: dict[str, tuple[str, str, Callable[[Path], Path]]] = {
    "csv": ("samples", "employments-2.csv", lambda _: samples("employments.csv")),
    "sd": ("sd", "again.xml", lambda _: samples("GetEmploymentChanged.baseline.xml", "sd")),
    "opus": ("opus", "ZLPE20261201224000_delta.xml", lambda folder: sample(folder, "ZLPE_delta.previous.xml")),
}
"""Mapping, another name, and where the file is."""
END = ("hr.employment-end-registered", "hr.resigned")
SAID: dict[str, dict[str, int]] = {
    "csv": {
        "hr.hired": 6,
        "hr.employment-started": 2,
        "hr.education-started": 1,
        "hr.leave-registered": 1,
        "hr.employment-end-registered": 3,
        "hr.resigned": 1,
    },
    "sd": {"hr.hired": 12, **dict.fromkeys(END, 4), "hr.employment-ended": 1, "hr.leader-appointed": 1},
    "opus": {
        "hr.unit-changed": 4,
        "hr.hired": 4,
        "hr.person-named": 4,
        **dict.fromkeys(END, 1),
        "hr.employment-ended": 1,
        "hr.leader-appointed": 1,
    },
}
"""What each file says where nothing was known before it."""
NOTED = {"csv": {"cancel-of-unknown": 1}}


@pytest.mark.parametrize("way_in", FILES)
async def test_the_same_file_again_says_nothing(way_in: str, intake: Runtime, tmp_path: Path) -> None:
    mapping, other_name, place = FILES[way_in]
    first = place(tmp_path)
    copy = Path(shutil.copy(first, tmp_path / other_name))
    taken = await take(intake, first, mapping)
    before = await outbox(intake)
    again = [await take(intake, path, mapping) for path in (first, copy)]

    assert {wire.removesuffix(".v1"): count for wire, count in taken.said.items()} == SAID[way_in]
    assert taken.notes == NOTED.get(way_in, {})
    assert len(before) == sum(taken.said.values())
    assert not taken.again
    assert [outcome.said for outcome in again] == [{}, {}]
    assert [outcome.again for outcome in again] == [True, mapping != "opus"], "the name of a nightly file says when it was made"
    assert await outbox(intake) == before


async def test_an_answer_that_lies_twice_in_a_folder_is_told_once(intake: Runtime, tmp_path: Path) -> None:
    for name in ("a.xml", "b.xml"):
        shutil.copy(samples("GetEmploymentChanged.baseline.xml", "sd"), tmp_path / name)
    taken = await take(intake, tmp_path, "sd")

    assert taken.said["hr.hired.v1"] == 12
