"""How many figures of each indicator must have been told and compared: hiding all of them, or telling none, is no success."""

from collections.abc import Mapping

WHOLE = 500
"""From so many employees on every indicator has figures that are not hidden."""
OF_WHOLE = {
    "headcount": 1500,
    "leavers-by-kind": 100,
    "turnover-leavers-over-average-headcount": 800,
    "turnover-cohort-12m": 1000,
    "talk-timeliness": 50,
    "resignations-kept": 1,
    "exit-coverage": 60,
    "percent-terminated": 100,
}
"""About half of what 500 employees have in every seed looked at."""
OF_FEW = {"headcount": 300, "turnover-leavers-over-average-headcount": 100, "turnover-cohort-12m": 200, "percent-terminated": 20}
"""With fewer nearly all figures of talks and reasons are hidden, as they must be."""


def at_least(employees: int) -> Mapping[str, int]:
    """The floors of a municipality of about so many employees."""
    return OF_WHOLE if employees >= WHOLE else OF_FEW
