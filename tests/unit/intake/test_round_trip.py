"""The same story in four languages: as files of its own, as events, as answers of SD and as nights of OPUS it ends as the same facts.

What a payroll system cannot tell is a closed list of event and field, each with its reason and with what stands there instead.
"""

from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from contracts.base import Event
from deploy.local.municipality import Municipality
from services.chassis.subject import body_text, made
from tests.unit.intake.payroll import Payroll
from tests.unit.intake.round_trip import events, sd
from tests.unit.intake.round_trip.facts import WHOLE, Dialect, Fact, differences, facts
from tests.unit.intake.round_trip.named import BY_OPUS, BY_SD, must_be
from tests.unit.intake.round_trip.town import town
from tests.unit.intake.round_trip.wild import wild
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

TOWNS = ("town 1", "town 3")
STORIES = (*TOWNS, "wild 1", "wild 2")
"""A kind of story and its seed."""
SAID = {
    *(
        "education-ended",
        "education-started",
        "employment-cancelled",
        "employment-end-registered",
        "employment-ended",
        "employment-started",
        "hired",
        "hours-changed",
    ),
    *("leader-appointed", "leader-ended", "leave-ended", "leave-registered", "leave-started", "person-named", "placement-changed"),
    *("post-vacant", "resignation-withdrawn", "resigned", "unit-changed"),
}


@cache
def _made(story: str) -> Municipality:
    kind, seed = story.split()
    return wild(int(seed)) if kind == "wild" else town(int(seed))


@cache
def _by_events(story: str) -> Payroll:
    return by_events(_made(story))


@cache
def _by_sd(story: str) -> Payroll:
    with TemporaryDirectory() as folder:
        return by_sd(_made(story), Path(folder))


@cache
def _by_opus(story: str) -> Payroll:
    with TemporaryDirectory() as folder:
        return by_opus(_made(story), Path(folder))


def told(story: str, payroll: Payroll, *, standing: bool = False) -> list[Fact]:
    """What was said of a town by somebody who writes its numbers as the story does."""
    return facts(_made(story), payroll, Dialect(), standing=standing)


def told_by_sd(story: str, payroll: Payroll) -> list[Fact]:
    """What was said of a town whose jobs have service numbers."""
    made = _made(story)
    return facts(made, payroll, Dialect(sd.keys(made).__getitem__, sd.position_of))


def test_the_stories_are_of_everything_that_payroll_can_tell() -> None:
    assert {fact.type.split(".")[1] for story in STORIES for fact in told(story, _by_events(story), standing=True)} == SAID


@pytest.mark.parametrize("story", STORIES)
def test_rows_of_files_are_the_same_facts_and_revisions_as_events(story: str, tmp_path: Path) -> None:
    rows = by_rows(_made(story), tmp_path)

    assert list(differences(told(story, _by_events(story)), told(story, rows))) == []


@pytest.mark.parametrize("story", STORIES)
def test_the_files_as_the_generator_cuts_them_end_as_the_same_facts(story: str, tmp_path: Path) -> None:
    files = by_files(_made(story), tmp_path)

    assert list(differences(told(story, _by_events(story), standing=True), told(story, files, standing=True))) == []


@pytest.mark.parametrize("story", STORIES)
def test_what_is_made_of_validated_parts_is_what_validating_would_give(story: str, tmp_path: Path) -> None:
    ways = [by_files(_made(story), tmp_path), _by_sd(story), *([_by_opus(story)] if story in TOWNS else [])]
    said = [revision.body for way in ways for _, revision in way.said]
    seen = [revision.body for way in ways for state in way.states.values() for revision in state.history.revisions]

    for event in (*said, *seen):
        assert _all_of(event) == _all_of(type(event).model_validate(vars(event)))
    with pytest.raises(TypeError):
        made(type(said[0]), {**vars(said[0]), "unheard_of": 1})


def _all_of(event: Event) -> tuple[list[tuple[str, type, object]], str]:
    """All there is of an event: its fields in order, each with its type, and its text."""
    return [(name, type(value), value) for name, value in vars(event).items()], body_text(event)


def test_answers_of_sd_are_the_same_facts_but_for_what_is_named() -> None:
    must_be(
        BY_SD,
        (each for story in STORIES for each in differences(told(story, _by_events(story)), told_by_sd(story, _by_sd(story)))),
    )


def test_nights_of_opus_are_the_same_facts_but_for_what_is_named() -> None:
    must_be(
        BY_OPUS,
        (each for story in TOWNS for each in differences(told(story, _by_events(story)), told(story, _by_opus(story)))),
    )


@pytest.mark.parametrize("story", STORIES)
def test_answers_of_sd_in_any_order_and_twice_end_as_the_same_facts(story: str, tmp_path: Path) -> None:
    made, payroll = _made(story), world(sd.MAPPING)
    answers = [text for days in deliveries(made) for text in sd_answers(made, *days).values()]
    shuffled = Random(1).sample(answers * 2, len(answers) * 2)
    for number, text in enumerate(shuffled):
        payroll.loads(written(tmp_path, text, f"{number}.xml"), AFTER)

    assert payroll.reaches(AFTER).standing() == _by_sd(story).standing()


def test_answers_of_sd_about_days_that_overlap_are_no_news(tmp_path: Path) -> None:
    overlapping = told_by_sd(TOWNS[0], by_sd(_made(TOWNS[0]), tmp_path, overlap=14))

    assert list(differences(told_by_sd(TOWNS[0], _by_sd(TOWNS[0])), overlapping)) == []


def test_a_night_of_opus_again_says_nothing(tmp_path: Path) -> None:
    again = by_opus(_made(TOWNS[0]), tmp_path, times=2)

    assert again.said == _by_opus(TOWNS[0]).said


@pytest.mark.parametrize("story", STORIES)
def test_events_in_one_call_in_any_order_and_twice_end_as_the_same_facts(story: str) -> None:
    payroll = world(CSV)
    said = [event for _, call in events.calls(_made(story)) for event in call]
    hears(payroll, Random(1).sample(said * 2, len(said) * 2), AFTER)

    assert payroll.reaches(AFTER).standing() == _by_events(story).standing()


def test_the_files_of_the_generator_the_other_way_round_end_as_the_same_facts(tmp_path: Path) -> None:
    forward, backward = (by_files(_made(TOWNS[0]), tmp_path, backward=way) for way in (False, True))

    assert backward.standing() == forward.standing()


def test_another_value_a_missing_fact_and_one_too_many_are_differences() -> None:
    said = told(TOWNS[0], _by_events(TOWNS[0]))
    first, *rest = said
    other = Fact(first.type, first.about, first.fields | {"stands": "False"})

    assert [(each.named[1], each.values) for each in differences(said, [other, *rest])] == [("stands", ("True", "False"))]
    assert [each.field for each in differences(said, rest)] == [WHOLE]
    assert [each.here for each in differences(rest, said)] == [None]
    with pytest.raises(AssertionError):
        must_be(BY_SD, [])
    with pytest.raises(AssertionError):
        must_be({}, differences(said, rest))
