"""Nine first years on the whole stack, each from event to page to indicator; lived side by side in one town, by Randers' own rules."""

from collections.abc import Mapping

import pytest

from deploy.local.stack import Stack
from tests.journeys.lives import COLLEAGUES, KNOWN, LIVES, UNITS
from tests.journeys.town import Town, live
from tests.kit import whole as kit

pytestmark = pytest.mark.stack
SECOND_QUARTER = "2026-Q2"


@pytest.fixture(scope="module")
def town(whole: Stack, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Ten units with their leaders, and colleagues in one of them."""
    town = Town(whole, tmp_path_factory.mktemp("town"))
    town.reach(KNOWN)
    town.founded(UNITS, COLLEAGUES)
    kit.until_heard(whole)
    return town


@pytest.fixture(scope="module")
def lived(town: Town) -> Mapping[str, Exception | None]:
    """How each life ended: the failure that broke it off, or nothing."""
    return live(town, LIVES)


@pytest.mark.parametrize("life", LIVES)
def test_a_first_year(lived: Mapping[str, Exception | None], life: str) -> None:
    if (failure := lived[life]) is not None:
        raise failure


@pytest.mark.usefixtures("lived")
def test_the_town_is_told_one_figure_of_all(town: Town) -> None:
    figure = town.figures[SECOND_QUARTER, "talk-2-weeks"]

    assert figure == {}
