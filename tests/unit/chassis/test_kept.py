"""What a worker keeps in memory: true for one version of a row, bounded, and who waits to be derived before all others."""

from datetime import UTC, date, datetime

from services.chassis.advance import State
from services.chassis.kept import Kept, Versioned
from services.chassis.subject import History, Subject
from services.chassis.tables.subjects import NOTHING_YET, SubjectRow
from tests.kit.builders import an_id, hired
from tests.kit.story import revision


def subject(name: str) -> Subject:
    return Subject("person", an_id(name), "730")


def held(name: str, revisions: int = 1, version: int = 1) -> dict[Subject, Versioned]:
    told = [revision(hired(date(2026, 3, 2)), datetime(2026, 3, 1, tzinfo=UTC), number=number + 1) for number in range(revisions)]
    return {subject(name): (version, State(History(subject(name), told)))}


def found(kept: Kept, *names: str, version: int = 1) -> set[str]:
    rows = {subject(name).id: SubjectRow(subject(name).id, version, 0, 0, 1, "", False, 0, None, 0, NOTHING_YET) for name in names}
    return {name for name in names if kept.of(rows, [subject(name)])}


def test_what_is_kept_is_true_for_one_version_of_the_row() -> None:
    kept = Kept()
    kept.keep(held("anna", version=3), waiting=False)

    assert found(kept, "anna", version=3) == {"anna"}
    assert found(kept, "anna", version=4) == set()


def test_the_longest_derived_is_let_go_of_first() -> None:
    kept = Kept(most=3)
    for name in ("anna", "bo", "carla"):
        kept.keep(held(name), waiting=False)
    kept.keep(held("anna"), waiting=False)
    kept.keep(held("dan"), waiting=False)

    assert found(kept, "anna", "bo", "carla", "dan") == {"anna", "carla", "dan"}
    assert len(kept) == 3


def test_who_waits_is_never_let_go_of_and_who_finds_no_room_is_not_kept() -> None:
    kept = Kept(most=3)
    kept.keep(held("derived"), waiting=False)
    for name in ("anna", "bo", "carla", "dan"):
        kept.keep(held(name), waiting=True)
    kept.keep(held("another"), waiting=False)

    assert found(kept, "derived", "anna", "bo", "carla", "dan", "another") == {"anna", "bo", "carla"}


def test_who_is_derived_waits_no_longer() -> None:
    kept = Kept(most=2)
    kept.keep(held("anna"), waiting=True)
    kept.keep(held("anna", version=2), waiting=False)
    kept.keep(held("bo", revisions=2), waiting=False)

    assert found(kept, "anna", version=2) == set()
    assert found(kept, "bo") == {"bo"}


def test_who_was_derived_elsewhere_takes_no_room_for_ever() -> None:
    kept = Kept(most=1)
    kept.keep(held("anna"), waiting=True)
    kept.nobody_waits()
    kept.keep(held("bo"), waiting=False)

    assert found(kept, "anna", "bo") == {"bo"}
    assert len(kept) == 1
