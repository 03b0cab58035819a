"""Nine first years on the whole stack, each from event to page to indicator; lived side by side in one town, by Randers' own rules."""

from collections.abc import Mapping

import pytest

from deploy.local.play.deliver import settle
from deploy.local.stack import Stack
from tests.journeys.lives import COLLEAGUES, KNOWN, LIVES, UNITS
from tests.journeys.mishaps import MISHAPS
from tests.journeys.town import Town, live
from tests.kit import whole as kit

pytestmark = pytest.mark.stack


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
    return live(town, LIVES | MISHAPS)


@pytest.mark.parametrize("life", LIVES | MISHAPS)
def test_a_first_year(lived: Mapping[str, Exception | None], life: str) -> None:
    if (failure := lived[life]) is not None:
        raise failure


@pytest.mark.usefixtures("lived")
def test_the_town_is_told_of_all_together_and_of_nobody_alone(town: Town) -> None:
    """In the third quarter ten talks within three months, two first talks of who began late, and one with who resigned: four in time."""
    settle(town.stack)

    whole, by_kind = town.figures(), town.figures("--by", "kind")

    assert whole["2026-Q3", ""] == ("ok", 4, 13)
    assert by_kind["2027-Q2", "talk-6-12-months"] == ("ok", 1, 9)
    assert by_kind["2027-Q1", "return-from-leave"] == ("hidden", None, None)
    assert {by_kind["2026-Q3", kind][0] for kind in ("talk-2-weeks", "talk-3-months", "retention")} == {"hidden"}, "ten tell of three"
