"""How many figures of each indicator must have been told and compared: hiding all of them, or telling none, is no success."""

from collections.abc import Mapping

WHOLE = 500
"""From so many employees on every indicator has figures that are not hidden."""
OF_WHOLE = {
    "headcount": 500,
    "leavers-by-kind": 20,
    "turnover-leavers-over-average-headcount": 200,
    "turnover-cohort-12m": 200,
    "talk-timeliness": 5,
    "resignations-kept": 1,
    "exit-coverage": 1,
    "percent-terminated": 5,
}
OF_FEW = {"headcount": 60, "turnover-cohort-12m": 12}
"""With fewer nearly all figures below the top are hidden, as they must be."""


def at_least(employees: int) -> Mapping[str, int]:
    """The floors of a municipality of about so many employees."""
    return OF_WHOLE if employees >= WHOLE else OF_FEW
