"""What a story tells of who comes and goes."""

from datetime import date

from services.notification.domain.coming import Coming, ComingFor
from services.notification.domain.mailing import hr_of
from tests.kit.builders import (
    MUNICIPALITY,
    an_id,
)
from tests.kit.story import Story
from tests.unit.notification.duties import days

LONG_AGO = date(2020, 6, 1)
NAMES = {an_id(name): name for name in ("director", "chief", "leader", "second", "deputy", "new leader")} | {hr_of(MUNICIPALITY): "hr"}
Said = tuple[int, str, str, str]
"""So many days from the Monday, what happens, in which unit, who is told."""


def comings(story: Story) -> list[Coming]:
    """What there is to tell of anybody, whoever is told."""
    return sorted({row.coming for row in story.rows() if isinstance(row, ComingFor)}, key=lambda x: (x.day, x.kind, x.unit_id))


def told(story: Story) -> list[Said]:
    """What there is to tell of anybody, and to whom."""
    units = {an_id(name): name for name in ("hall", "area", "ward", "kitchen", "island")}
    rows = [row for row in story.rows() if isinstance(row, ComingFor)]
    return sorted(((row.coming.day - days(0)).days, row.coming.kind.value, units[row.coming.unit_id], NAMES[row.recipient]) for row in rows)
