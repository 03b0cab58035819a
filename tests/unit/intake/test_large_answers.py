"""A file of 40 MB from a payroll system is read like any other, in less memory than a small server has to spare."""

from pathlib import Path

import pytest

from bench.xml_files import read_apart, written

SIZE = 40 << 20
MOST_MIB = 300


@pytest.mark.parametrize(("system", "at_least"), [("sd", 40_000), ("opus", 90_000)])
def test_a_file_of_40_mb_is_read_whole_in_bounded_memory(tmp_path: Path, system: str, at_least: int) -> None:
    """What is measured is a process of its own; all rows are held there, as an import holds them."""
    found = read_apart(system, written(system, tmp_path, SIZE))

    assert found["refused"] == 0
    assert found["accepted"] >= at_least
    assert found["mib"] < MOST_MIB
