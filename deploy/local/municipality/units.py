"""The tree of Fjordby: 60 units, and what happens to some of them."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from deploy.local.municipality.dice import Dice
from deploy.local.municipality.steps import FIRST_DAY
from deploy.local.municipality.words import DIRECTOR_AREAS, PLACES, Area

UNITS = 60
ROOT = "U01"
ESTABLISHED = date(2010, 1, 1)
LEADER_LEVELS = {
    "municipality": ("1001", "director"),
    "director-area": ("1001", "director"),
    "chief-area": ("1002", "chief"),
    "institution": ("1003", "area-agreement"),
    "department": ("1004", "department"),
}


@dataclass(frozen=True)
class Unit:
    """A unit as it is created; `area` tells its posts, none where only the leader works there."""

    code: str
    name: str
    level: str
    parent: str
    created: date = ESTABLISHED
    area: Area | None = None


@dataclass(frozen=True)
class UnitRow:
    """One registration of a unit."""

    unit: str
    name: str
    level: str
    parent: str
    valid_from: date
    change: str
    registered_at: datetime


@dataclass
class Tree:
    """The units and the rows that tell of them."""

    units: list[Unit] = field(default_factory=list)
    rows: list[UnitRow] = field(default_factory=list)

    def add(self, name: str, level: str, parent: str, area: Area | None = None, created: date = ESTABLISHED) -> Unit:
        """A new unit under `parent`, with the next code."""
        unit = Unit(f"U{len(self.units) + 1:02d}", name, level, parent, created, area)
        self.units.append(unit)
        return unit

    def with_posts(self, on: date) -> list[Unit]:
        """The units that have posts beside the leader's on a day."""
        return [unit for unit in self.units if unit.area and unit.created <= on]


def invent_tree(seed: int) -> Tree:
    """1 municipality, 3 director areas, 9 chief areas, 4 institutions each, the rest departments of institutions."""
    dice, tree = Dice(seed, "tree"), Tree()
    root = tree.add("Fjordby Kommune", "municipality", "")
    places = list(PLACES)
    institutions: list[Unit] = []
    for director_area, areas in DIRECTOR_AREAS.items():
        above = tree.add(director_area, "director-area", root.code)
        for area in areas:
            chief = tree.add(area.name, "chief-area", above.code)
            for _ in range(4):
                place = places.pop(dice.between(0, len(places) - 1))
                institutions.append(tree.add(f"{area.institution} {place}", "institution", chief.code, area))
    for institution in institutions[:: len(institutions) // (UNITS - len(tree.units) - 1)][: UNITS - len(tree.units) - 1]:
        tree.add(f"{institution.name}, afdeling {places.pop()}", "department", institution.code, institution.area)
    new_house = institutions[12]
    tree.add(f"Børnehus {places.pop()}", "institution", new_house.parent, new_house.area, created=date(2023, 8, 1))
    _tell(dice, tree, institutions)
    return tree


def _tell(dice: Dice, tree: Tree, institutions: list[Unit]) -> None:
    for unit in tree.units:
        registered = unit.created - timedelta(days=70) if unit.created > FIRST_DAY else unit.created
        row = UnitRow(unit.code, unit.name, unit.level, unit.parent, unit.created, "created", dice.registered(registered))
        tree.rows.append(row)
    chiefs = [unit.code for unit in tree.units if unit.level == "chief-area"]
    homes = {"ahead": institutions[6], "late": institutions[23], "live": institutions[30]}
    changes = (
        ("ahead", date(2022, 7, 1), "moved", date(2022, 6, 10), chiefs[0]),
        ("late", date(2024, 1, 1), "moved", date(2024, 2, 5), chiefs[6]),
        ("late", date(2023, 3, 1), "renamed", date(2023, 2, 14), institutions[23].parent),
        ("live", date(2025, 7, 1), "moved", date(2025, 5, 20), chiefs[8]),
    )
    names = {"late": f"{institutions[23].name} (samlet)"}
    for which, valid_from, change, registered, parent in sorted(changes, key=lambda told: told[3]):
        unit = homes[which]
        row = UnitRow(unit.code, names.get(which, unit.name), unit.level, parent, valid_from, change, dice.registered(registered))
        tree.rows.append(row)
    tree.rows.sort(key=lambda row: (row.registered_at, row.unit))
