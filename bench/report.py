"""One line per figure: name, value, unit, ceiling, ratio, goal, n. A ratio at or above its goal is good."""

import json
import statistics
from collections.abc import Sequence


def line(name: str, values: Sequence[float], unit: str, ceilings: Sequence[float], goal: float | None = None, **more: object) -> None:
    """Print the median of the runs beside the median of the ceilings of the same runs; a time is measured against its ceiling."""
    value, ceiling = statistics.median(values), statistics.median(ceilings)
    is_time = unit in {"ms", "s"}
    ratio = statistics.median(c / v if is_time else v / c for v, c in zip(values, ceilings, strict=True))
    told = {"name": name, "value": round(value, 1), "unit": unit, "ceiling": round(ceiling, 1), "ratio": round(ratio, 3), "goal": goal}
    print(json.dumps({**told, "n": len(values), **more}), flush=True)


def plain(name: str, values: Sequence[float], unit: str, **more: object) -> None:
    """Print a figure that has no ceiling, such as memory."""
    told = {"name": name, "value": round(statistics.median(values), 1), "unit": unit, "ceiling": None, "ratio": None, "goal": None}
    print(json.dumps({**told, "n": len(values), **more}), flush=True)
