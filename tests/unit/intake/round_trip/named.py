"""What payroll systems do not tell: closed lists of how their facts differ from those of a source that tells all, and why.

Expected (issue 5) are the reason of leaving with what follows of it, the kind of leave, and of OPUS the days of changes of units and hours.
"""

from collections.abc import Callable, Iterable, Mapping

from tests.unit.intake.round_trip.facts import WHOLE, Difference
from tests.unit.intake.round_trip.worlds import BEGUN

Allowed = Mapping[tuple[str, str], tuple[str, Callable[[Difference], bool]]]
"""By event and field: why it differs, and what may stand there."""

UNTOLD = "payroll does not tell it"
REASON = "why somebody leaves is not in payroll beyond the codes for retirement and death (danish-hr 1.12)"
COUNTS_AS_RESIGNED = "an end without a known reason counts as a resignation (danish-hr 1.12)"
TAUGHT = "payroll does not tell that somebody is to leave because an education ends"
LEFT = "that somebody has left is registered once more by the file that says so (samples: employee 5005)"
FIRST_LOAD = "a first load tells when the period that holds was registered, not the first one of the hire"


def _code_of_sd(found: Difference) -> bool:
    here, there = found.values
    return there == (here if here in {"retirement", "death-or-emigration"} else "unknown")


def _reason_of_leader(found: Difference) -> bool:
    return found.values[0] == "unknown"


def _is_untold(found: Difference) -> bool:
    return found.values[1] in {"None", "unknown"}


def _only_there_for_an_unknown_reason(found: Difference) -> bool:
    return found.here is None and found.there is not None and found.there.fields["reason_class"] == "unknown"


def _only_here(found: Difference) -> bool:
    return found.there is None


def _is_untold_and_not_of_later(found: Difference) -> bool:
    return found.values[1] == "None" and found.here is not None and found.values[0] <= found.here.fields["registered_on"]


def _by_the_first_load(found: Difference) -> bool:
    """Another day of registration, and both from before the first load or of it."""
    return found.values[0] < found.values[1] <= f"{BEGUN}"


def _since_the_first_load(found: Difference) -> bool:
    return found.values[0] < found.values[1] == f"{BEGUN}"


def _is_left(found: Difference) -> bool:
    """Of the jobs that the story's files show as left alone (`opus.py`)."""
    return found.here is not None and int(found.here.about.removeprefix("job ")) % 2 == 1 and found.values[0] < found.values[1]


def _is_left_and_said_again(found: Difference) -> bool:
    return _is_left(found) and int(found.values[1]) == int(found.values[0]) + 1


def _on_the_day_of_registration(found: Difference) -> bool:
    return found.there is not None and found.there.fields["effective_date"] == found.there.fields["registered_on"]


BY_SD: Allowed = {
    ("employment-end-registered", "reason_class"): (REASON, _code_of_sd),
    ("employment-ended", "reason_class"): (REASON, _code_of_sd),
    ("resigned", "reason_class"): (REASON, _code_of_sd),
    ("leader-ended", "reason_class"): ("the list of leaders tells no reason, the employment of the leader does", _reason_of_leader),
    ("resigned", WHOLE): (COUNTS_AS_RESIGNED, _only_there_for_an_unknown_reason),
    ("resigned", "received_on"): (UNTOLD, _is_untold),
    ("resignation-withdrawn", "withdrawn_on"): (UNTOLD, _is_untold_and_not_of_later),
    ("leave-registered", "leave_kind"): (UNTOLD, _is_untold),
    ("education-started", WHOLE): (TAUGHT, _only_here),
    ("education-ended", WHOLE): (TAUGHT, _only_here),
    ("hired", "registered_on"): (FIRST_LOAD, _by_the_first_load),
    ("unit-changed", "registered_on"): ("units have no day of registration, only answers have", _since_the_first_load),
}
BY_OPUS: Allowed = {
    ("employment-end-registered", "reason_class"): (UNTOLD, _is_untold),
    ("employment-ended", "reason_class"): (UNTOLD, _is_untold),
    ("employment-ended", "registered_on"): (LEFT, _is_left),
    ("employment-ended", "revision"): (LEFT, _is_left_and_said_again),
    ("resigned", "reason_class"): (UNTOLD, _is_untold),
    ("resigned", WHOLE): (COUNTS_AS_RESIGNED, _only_there_for_an_unknown_reason),
    ("resigned", "received_on"): (UNTOLD, _is_untold),
    ("resignation-withdrawn", "withdrawn_on"): (UNTOLD, _is_untold_and_not_of_later),
    ("leave-registered", WHOLE): (UNTOLD, _only_here),
    ("leave-started", WHOLE): (UNTOLD, _only_here),
    ("leave-ended", WHOLE): (UNTOLD, _only_here),
    ("education-started", WHOLE): (TAUGHT, _only_here),
    ("education-ended", WHOLE): (TAUGHT, _only_here),
    ("hired", "registered_on"): (FIRST_LOAD, _by_the_first_load),
    ("hired", "first_working_day"): (UNTOLD, _is_untold),
    ("employment-started", "first_working_day"): (UNTOLD, _is_untold),
    ("placement-changed", "effective_date"): ("a move has no day of its own (danish-hr 2.3)", _on_the_day_of_registration),
    ("hours-changed", "effective_date"): ("other hours have no day of their own (danish-hr 2.3)", _on_the_day_of_registration),
    ("unit-changed", "effective_date"): ("a change of a unit has no day of its own", _on_the_day_of_registration),
}


def must_be(allowed: Allowed, found: Iterable[Difference]) -> None:
    """Every difference is named and as it is named, and every named one is there."""
    seen = list(found)
    assert [each for each in seen if each.named not in allowed or not allowed[each.named][1](each)] == []
    assert allowed.keys() - {each.named for each in seen} == set()
