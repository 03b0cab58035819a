"""The policy of a municipality as validated data: one TOML per municipality in `deploy/rules/`.

The chassis knows the head (who, since when); each service reads its own table with a model of its own.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict

from services.chassis.calendar import Calendar


class Section(BaseModel):
    """A service's own table in the rules; unknown words are refused, so that a typing error never turns a duty off."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    table: ClassVar[str]


class CalendarRules(Section):
    """Days closed every year beside the public holidays, as `MM-DD`: whole, or from noon. Defaults: danish-hr 5.3."""

    table: ClassVar[str] = "calendar"

    closed_every_year: tuple[str, ...] = ("12-24", "12-31")
    from_noon_every_year: tuple[str, ...] = ("05-01", "06-05")


S = TypeVar("S", bound=Section)


@dataclass(frozen=True)
class Rules:
    """The rules of one municipality. `live_from`: from that day duties are owed and moments are stamped by our own clock."""

    municipality: str
    name: str
    live_from: date
    tables: Mapping[str, Mapping[str, Any]]
    digest: str

    def read(self, model: type[S]) -> S:
        """The table of `model`, validated once; defaults where the file is silent."""
        cache: dict[type[Section], Section] = self.__dict__.setdefault("_read", {})
        if model not in cache:
            cache[model] = model.model_validate(self.tables.get(model.table, {}))
        found = cache[model]
        assert isinstance(found, model)
        return found

    @cached_property
    def calendar(self) -> Calendar:
        """The calendar of the rules alone, before closing days that were told."""
        told = self.read(CalendarRules)
        return Calendar(_month_days(told.closed_every_year), _month_days(told.from_noon_every_year))


def _month_days(days: Iterable[str]) -> frozenset[tuple[int, int]]:
    return frozenset((int(day[:2]), int(day[3:])) for day in days)


def parse(text: str) -> Rules:
    """Rules from the text of one file. Raises `ValueError` (also pydantic's) naming what is wrong."""
    data = tomllib.loads(text)
    head = {key: data.pop(key) for key in ("municipality", "name", "live_from")}
    return Rules(**head, tables=data, digest=hashlib.sha256(text.encode()).hexdigest()[:16])


def load(folder: Path) -> dict[str, Rules]:
    """All municipalities of a folder, by code."""
    return {rules.municipality: rules for rules in (parse(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml")))}
