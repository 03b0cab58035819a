"""From entries of a directory to names: when they hold, when they change, and when nobody has them any longer."""

from datetime import date

import pytest

from contracts.hr import PersonNamed
from tests.unit.intake.directory.rows import listed
from tests.unit.intake.source import Source, shown
from tests.unit.intake.teller import event

TOLD = date(2021, 1, 4)
MARRIED = date(2021, 3, 1)


def names(source: Source) -> list[tuple[str, str | None]]:
    return [(named.display_name, named.work_mail) for named in source.stands(PersonNamed)]


def test_who_is_listed_has_the_name_and_mail_that_were_told_last() -> None:
    source = Source().shows(listed(TOLD), listed(date(2021, 2, 1), work_mail="ad@randers.dk"))

    assert names(source) == [("Anne Dam", "ad@randers.dk")]


def test_a_mail_that_is_no_longer_told_is_gone() -> None:
    source = Source().shows(listed(TOLD), listed(date(2021, 2, 1), work_mail=None))

    assert names(source) == [("Anne Dam", None)]
    assert [r.revision for r in source.said(PersonNamed)] == [1, 2]


def test_another_name_holds_from_its_day_on() -> None:
    source = Source(now=date(2021, 2, 28)).shows(listed(TOLD), listed(date(2021, 2, 1), "Anne Holm", first_day=MARRIED))
    assert names(source)[0][0] == "Anne Dam"

    source.reaches(MARRIED)
    assert names(source)[0][0] == "Anne Holm"
    assert [r.revision for r in source.said(PersonNamed)] == [1, 2]


def test_the_name_of_a_newcomer_is_known_as_soon_as_it_is_told() -> None:
    source = Source(now=TOLD).shows(listed(TOLD, first_day=MARRIED))

    assert names(source) == [("Anne Dam", "anne.dam@randers.dk")]
    assert len(source.reaches(MARRIED).said(PersonNamed)) == 1


@pytest.mark.parametrize(("day", "known"), [(date(2021, 6, 30), True), (date(2021, 7, 1), False)])
def test_who_leaves_the_directory_has_the_name_to_the_last_day(day: date, known: bool) -> None:
    source = Source(now=TOLD).shows(listed(TOLD, last_day=date(2021, 6, 30))).reaches(day)

    assert bool(names(source)) is known
    assert [r.stands for r in source.said(PersonNamed)] == ([True] if known else [True, False])


def test_who_comes_back_is_named_again_from_when_it_is_told() -> None:
    source = Source(now=date(2021, 8, 1)).shows(listed(TOLD, last_day=date(2021, 6, 30)))
    assert not names(source)

    source.shows(listed(date(2021, 8, 1), first_day=date(2021, 10, 1)))
    assert len(names(source)) == 1


def test_an_entry_that_was_a_mistake_never_was() -> None:
    source = Source().shows(listed(TOLD), listed(date(2021, 2, 1), cancelled=True))

    assert names(source) == []


def test_where_a_directory_tells_of_a_person_payroll_and_events_do_not_change_the_name() -> None:
    named = event("person-named", 20, "name", display_name="A. D.", work_mail=None)
    source = Source(now=TOLD).shows(listed(TOLD, last_day=date(2021, 6, 30)), shown(date(2021, 1, 15), display_name="DAM, ANNE"))
    source.records([named])
    assert names(source) == [("Anne Dam", "anne.dam@randers.dk")]

    assert names(source.reaches(date(2021, 7, 1))) == []


def test_until_a_directory_tells_of_a_person_payroll_does() -> None:
    source = Source().shows(shown(date(2021, 1, 15), display_name="DAM, ANNE"))
    assert names(source) == [("DAM, ANNE", None)]

    assert names(source.shows(listed(TOLD))) == [("Anne Dam", "anne.dam@randers.dk")]
    assert names(source.shows(listed(date(2021, 2, 1), cancelled=True))) == [("DAM, ANNE", None)]
