"""The same story in four languages: as files of its own, as events, as answers of SD and as nights of OPUS it ends as the same facts.

What a payroll system cannot tell is a closed list of event and field, each with its reason and with what stands there instead.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from deploy.local.municipality import Municipality
from tests.unit.intake.payroll import Payroll
from tests.unit.intake.round_trip import events, sd
from tests.unit.intake.round_trip.facts import WHOLE, Dialect, Difference, Fact, differences, facts
from tests.unit.intake.round_trip.town import town
from tests.unit.intake.round_trip.worlds import (
    AFTER,
    CSV,
    by_events,
    by_files,
    by_opus,
    by_rows,
    by_sd,
    deliveries,
    hears,
    sd_answers,
    world,
)
from tests.unit.intake.sd_answer import written

SEEDS = (1, 2, 3)
SAID = {
    *("employment-cancelled", "employment-end-registered", "employment-ended", "employment-started", "hired", "hours-changed"),
    *("leader-appointed", "leader-ended", "leave-ended", "leave-registered", "leave-started", "person-named", "placement-changed"),
    *("resignation-withdrawn", "resigned", "unit-changed"),
}
Allowed = Mapping[tuple[str, str], tuple[str, Callable[[Difference], bool]]]
"""By event and field: why it differs, and what may stand there."""

UNTOLD = "payroll does not tell it"
REASON = "why somebody leaves is not in payroll beyond the codes for retirement and death (danish-hr 1.12)"
COUNTS_AS_RESIGNED = "an end without a known reason counts as a resignation (danish-hr 1.12)"
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


def _later(found: Difference) -> bool:
    return found.values[0] < found.values[1]


def _on_the_day_of_registration(found: Difference) -> bool:
    return found.there is not None and found.there.fields["effective_date"] == found.there.fields["registered_on"]


BY_SD: Allowed = {
    ("employment-end-registered", "reason_class"): (REASON, _code_of_sd),
    ("employment-ended", "reason_class"): (REASON, _code_of_sd),
    ("resigned", "reason_class"): (REASON, _code_of_sd),
    ("leader-ended", "reason_class"): ("the list of leaders tells no reason, the employment of the leader does", _reason_of_leader),
    ("resigned", WHOLE): (COUNTS_AS_RESIGNED, _only_there_for_an_unknown_reason),
    ("resigned", "received_on"): (UNTOLD, _is_untold),
    ("resignation-withdrawn", "withdrawn_on"): (UNTOLD, _is_untold),
    ("leave-registered", "leave_kind"): (UNTOLD, _is_untold),
    ("hired", "registered_on"): (FIRST_LOAD, _later),
    ("unit-changed", "registered_on"): ("units have no day of registration, only answers have", _later),
    ("unit-changed", "revision"): ("the names and the tree of units are two answers", _later),
}
BY_OPUS: Allowed = {
    ("employment-end-registered", "reason_class"): (UNTOLD, _is_untold),
    ("employment-ended", "reason_class"): (UNTOLD, _is_untold),
    ("resigned", "reason_class"): (UNTOLD, _is_untold),
    ("resigned", WHOLE): (COUNTS_AS_RESIGNED, _only_there_for_an_unknown_reason),
    ("resigned", "received_on"): (UNTOLD, _is_untold),
    ("resignation-withdrawn", "withdrawn_on"): (UNTOLD, _is_untold),
    ("leave-registered", WHOLE): (UNTOLD, _only_here),
    ("leave-started", WHOLE): (UNTOLD, _only_here),
    ("leave-ended", WHOLE): (UNTOLD, _only_here),
    ("hired", "registered_on"): (FIRST_LOAD, _later),
    ("hired", "first_working_day"): (UNTOLD, _is_untold),
    ("employment-started", "first_working_day"): (UNTOLD, _is_untold),
    ("placement-changed", "effective_date"): ("a move has no day of its own (danish-hr 2.3)", _on_the_day_of_registration),
    ("hours-changed", "effective_date"): ("other hours have no day of their own (danish-hr 2.3)", _on_the_day_of_registration),
    ("unit-changed", "effective_date"): ("a change of a unit has no day of its own", _on_the_day_of_registration),
}


@cache
def _made(seed: int) -> Municipality:
    return town(seed)


@cache
def _by_events(seed: int) -> Payroll:
    return by_events(_made(seed))


@cache
def _by_sd(seed: int) -> Payroll:
    with TemporaryDirectory() as folder:
        return by_sd(_made(seed), Path(folder))


def told(seed: int, payroll: Payroll, *, standing: bool = False) -> list[Fact]:
    """What was said of a town by somebody who writes its numbers as the story does."""
    return facts(_made(seed), payroll, Dialect(), standing=standing)


def told_by_sd(seed: int, payroll: Payroll) -> list[Fact]:
    """What was said of a town whose jobs have service numbers."""
    made = _made(seed)
    return facts(made, payroll, Dialect(sd.keys(made).__getitem__, sd.position_of))


def must_be(allowed: Allowed, found: Iterable[Difference]) -> None:
    """Every difference is named and as it is named, and every named one is there."""
    seen = list(found)
    assert [each for each in seen if each.named not in allowed or not allowed[each.named][1](each)] == []
    assert allowed.keys() - {each.named for each in seen} == set()


def test_the_stories_are_of_everything_that_payroll_can_tell() -> None:
    assert {fact.type.split(".")[1] for seed in SEEDS for fact in told(seed, _by_events(seed), standing=True)} == SAID


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_of_files_are_the_same_facts_and_revisions_as_events(seed: int, tmp_path: Path) -> None:
    rows = by_rows(_made(seed), tmp_path)

    assert list(differences(told(seed, _by_events(seed)), told(seed, rows))) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_the_files_as_the_generator_cuts_them_end_as_the_same_facts(seed: int, tmp_path: Path) -> None:
    files = by_files(_made(seed), tmp_path)

    assert list(differences(told(seed, _by_events(seed), standing=True), told(seed, files, standing=True))) == []


def test_answers_of_sd_are_the_same_facts_but_for_what_is_named() -> None:
    must_be(
        BY_SD,
        (each for seed in SEEDS for each in differences(told(seed, _by_events(seed)), told_by_sd(seed, _by_sd(seed)))),
    )


def test_nights_of_opus_are_the_same_facts_but_for_what_is_named(tmp_path: Path) -> None:
    must_be(
        BY_OPUS,
        (each for seed in SEEDS for each in differences(told(seed, _by_events(seed)), told(seed, by_opus(_made(seed), tmp_path)))),
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_answers_of_sd_in_any_order_and_twice_end_as_the_same_facts(seed: int, tmp_path: Path) -> None:
    made, payroll = _made(seed), world(sd.MAPPING)
    answers = [text for days in deliveries(made) for text in sd_answers(made, *days).values()]
    shuffled = Random(seed).sample(answers * 2, len(answers) * 2)
    for number, text in enumerate(shuffled):
        payroll.loads(written(tmp_path, text, f"{number}.xml"), AFTER)

    assert payroll.reaches(AFTER).standing() == _by_sd(seed).standing()


def test_answers_of_sd_about_days_that_overlap_are_no_news(tmp_path: Path) -> None:
    overlapping = told_by_sd(1, by_sd(_made(1), tmp_path, overlap=14))

    assert list(differences(told_by_sd(1, _by_sd(1)), overlapping)) == []


def test_a_night_of_opus_again_says_nothing(tmp_path: Path) -> None:
    once, again = by_opus(_made(1), tmp_path), by_opus(_made(1), tmp_path, times=2)

    assert again.said == once.said


@pytest.mark.parametrize("seed", SEEDS)
def test_events_in_one_call_in_any_order_and_twice_end_as_the_same_facts(seed: int) -> None:
    payroll = world(CSV)
    said = [event for _, call in events.calls(_made(seed)) for event in call]
    hears(payroll, Random(seed).sample(said * 2, len(said) * 2), AFTER)

    assert payroll.reaches(AFTER).standing() == _by_events(seed).standing()


def test_the_files_of_the_generator_the_other_way_round_end_as_the_same_facts(tmp_path: Path) -> None:
    forward, backward = (by_files(_made(1), tmp_path, backward=way) for way in (False, True))

    assert backward.standing() == forward.standing()


def test_another_value_a_missing_fact_and_one_too_many_are_differences() -> None:
    said = told(1, _by_events(1))
    first, *rest = said
    other = Fact(first.type, first.about, first.fields | {"stands": "False"})

    assert [(each.named[1], each.values) for each in differences(said, [other, *rest])] == [("stands", ("True", "False"))]
    assert [each.field for each in differences(said, rest)] == [WHOLE]
    assert [each.here for each in differences(rest, said)] == [None]
    with pytest.raises(AssertionError):
        must_be(BY_SD, [])
    with pytest.raises(AssertionError):
        must_be({}, differences(said, rest))
