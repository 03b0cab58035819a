"""What an indicator is, beside its formula: the part that is printed with every value (indicators, part B and C1)."""

from dataclasses import dataclass
from enum import StrEnum


class Protection(StrEnum):
    """When a value is hidden (A6)."""

    A5 = "A5"
    B5 = "B5"


class Period(StrEnum):
    """The kinds of period an indicator is shown for."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of one indicator. `dimensions` are its splits; `default` the one shown where none is asked for ("" : none).

    `org`: whose tree and unit (A3). `from_live`: counts duties, which nobody owed before `live_from`.
    """

    id: str
    version: int
    population: str
    protection: Protection
    unit_of_measure: str
    org: str
    source: str
    periods: tuple[Period, ...]
    dimensions: tuple[str, ...] = ()
    default: str = ""
    from_live: bool = False

    @property
    def is_sensitive(self) -> bool:
        """Whether it tells reasons (B5): it changes, and is known, as of publication days only (C2.7)."""
        return self.protection is Protection.B5


HEADCOUNT = Definition("headcount", 1, "P1", Protection.A5, "persons", "O1", "RH, ISO", periods=(Period.MONTH, Period.YEAR))
TURNOVER_COHORT = Definition("turnover-cohort-12m", 1, "P2", Protection.A5, "percent", "O3", "RH", periods=(Period.MONTH, Period.YEAR))
TURNOVER_AVERAGE = Definition(
    "turnover-leavers-over-average-headcount", 1, "P2", Protection.A5, "percent", "O2", "ISO", periods=(Period.MONTH, Period.YEAR)
)
PERCENT_TERMINATED = Definition("percent-terminated", 1, "P1", Protection.A5, "percent", "O1", "MFG10", periods=(Period.YEAR,))
LEAVERS_BY_KIND = Definition(
    "leavers-by-kind",
    1,
    "P2",
    Protection.B5,
    "percent",
    "O2",
    "ISO, RH",
    periods=(Period.QUARTER, Period.YEAR),
    dimensions=("kind",),
    default="kind",
)
TALK_TIMELINESS = Definition(
    "talk-timeliness",
    1,
    "P6",
    Protection.A5,
    "percent",
    "O2",
    "own",
    periods=(Period.QUARTER, Period.YEAR),
    dimensions=("kind",),
    from_live=True,
)
RESIGNATIONS_KEPT = Definition(
    "resignations-kept",
    1,
    "P2",
    Protection.B5,
    "percent",
    "O2",
    "own",
    periods=(Period.QUARTER, Period.YEAR),
    dimensions=("step",),
    from_live=True,
)
EXIT_COVERAGE = Definition(
    "exit-coverage",
    1,
    "P1",
    Protection.A5,
    "percent",
    "O2",
    "own, RH",
    periods=(Period.QUARTER, Period.YEAR),
    dimensions=("step", "level"),
    from_live=True,
)
DEFINITIONS = {
    definition.id: definition
    for definition in (
        HEADCOUNT,
        TURNOVER_AVERAGE,
        TURNOVER_COHORT,
        LEAVERS_BY_KIND,
        PERCENT_TERMINATED,
        TALK_TIMELINESS,
        RESIGNATIONS_KEPT,
        EXIT_COVERAGE,
    )
}
"""Every indicator that is published, in the order of the scorecard."""
