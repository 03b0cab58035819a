"""One line per figure: name, value, unit, ceiling, ratio, goal, n. A ratio at or above its goal is good."""

import json
import statistics
from collections.abc import Sequence


def line(name: str, values: Sequence[float], unit: str, ceilings: Sequence[float], goal: float | None = None) -> None:
    """Print the median of the runs beside the median of the ceilings of the same runs."""
    value, ceiling = statistics.median(values), statistics.median(ceilings)
    ratio = statistics.median(v / c for v, c in zip(values, ceilings, strict=True))
    told = {"name": name, "value": round(value, 1), "unit": unit, "ceiling": round(ceiling, 1), "ratio": round(ratio, 3), "goal": goal}
    print(json.dumps({**told, "n": len(values)}), flush=True)
