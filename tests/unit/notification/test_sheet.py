"""A sheet holds words, whatever a name is made of."""

import pytest

from services.notification.pages.sheet import guarded


@pytest.mark.parametrize("cell", ["=1+1", "+45", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_reckon_with_is_a_word(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Anne Holm", "2026-03-04", 'Køkkenet; "Søvej"'])
def test_an_ordinary_cell_is_left_alone(cell: str) -> None:
    assert guarded(cell) == cell
