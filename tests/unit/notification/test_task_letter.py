"""The mail about single tasks: no subject names a deadline that is none, and none hides the one that is nearest."""

from dataclasses import replace
from datetime import date

import pytest

from services.notification.domain.mailing import Occasion
from services.notification.domain.task import Stage, Task
from services.notification.mail.letter import Letter, Parts, digest_letter, task_letter
from services.notification.mail.writing import html_of, text_of
from tests.kit.builders import an_id
from tests.unit.notification.duties import call, days
from tests.unit.notification.test_digest_letter import facts


def task(due: date, closes: date, stage: Stage = Stage.OPEN, kind: str = "talk-2-weeks") -> Task:
    """One of the ward's leader, since two weeks."""
    wanted = call(opens=days(-14), closes=closes, due=due, kind=kind)
    return Task(
        task_id=an_id(f"{due} {closes}"), kind=wanted.kind, role=wanted.role, unit_id=wanted.unit_id, about_person=an_id("bo"),
        state=stage, opens=wanted.opens, due=due, closes=closes, missed_after=wanted.missed_after, state_on=None,
        link=wanted.link, holder=an_id("leader"),
    )  # fmt: skip


def letter(occasion: Occasion, *tasks: Task, language: str = "da") -> Letter:
    """As written on the Monday."""
    found = task_letter(occasion, tasks, an_id("leader"), facts(language))
    assert found is not None
    return found


TODAY_THE_LAST = task(days(0), days(0))
RATHER_TODAY = task(days(0), days(11))
ONCE_RATHER = task(days(-1), days(9))
LATE = task(days(-5), days(-3))


@pytest.mark.parametrize(
    ("tasks", "subject"),
    [
        ([TODAY_THE_LAST], "Gør det senest mandag 2. marts: Opfølgningssamtale efter de første uger"),
        ([RATHER_TODAY], "Gør det helst mandag 2. marts: Opfølgningssamtale efter de første uger"),
        ([ONCE_RATHER], "Gør det senest onsdag 11. marts: Opfølgningssamtale efter de første uger"),
        ([ONCE_RATHER, RATHER_TODAY], "Gør det helst mandag 2. marts: 2 opgaver"),
        ([ONCE_RATHER, TODAY_THE_LAST], "Gør det senest mandag 2. marts: 2 opgaver"),
    ],
)
def test_a_reminder_names_the_nearest_day_and_whether_it_is_the_last(tasks: list[Task], subject: str) -> None:
    assert letter(Occasion.REMINDED, *tasks).subject == subject


def test_what_is_to_be_done_first_stands_first() -> None:
    (block,) = letter(Occasion.REMINDED, ONCE_RATHER, TODAY_THE_LAST).blocks

    assert [line.when for line in block.lines] == [
        "Senest mandag 2. marts", "Helst søndag 1. marts (passeret). Senest onsdag 11. marts"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("opens", "when"),
    [(days(4), "Fra fredag 6. marts. Senest fredag 13. marts"), (days(11), "fredag 13. marts")],
)
def test_what_is_to_come_says_from_when_and_by_when(opens: date, when: str) -> None:
    planned = replace(task(days(11), days(11), Stage.PLANNED), opens=opens)

    found = digest_letter(Parts([planned]), an_id("leader"), facts(), None)

    assert found is not None
    assert [line.when for block in found.blocks for line in block.lines] == [when]


@pytest.mark.parametrize(
    ("tasks", "subject"),
    [
        ([RATHER_TODAY], "Overtag med frist fredag 13. marts: Opfølgningssamtale efter de første uger"),
        ([ONCE_RATHER, RATHER_TODAY], "Overtag med frist onsdag 11. marts: 2 opgaver"),
        ([RATHER_TODAY, LATE], "Overtag mandag 2. marts: 2 opgaver"),
    ],
)
def test_who_takes_over_reads_of_no_deadline_that_has_passed(tasks: list[Task], subject: str) -> None:
    assert letter(Occasion.HANDED_TO, *tasks).subject == subject


def test_help_is_asked_for_a_leader_and_for_a_representative_in_the_same_words() -> None:
    """Whom the leader of the unit helps need not be a leader below: the AMR is a colleague."""
    found = letter(Occasion.ESCALATED, LATE)

    assert found.opening == ("Hej", "Denne opgave er over fristen eller haster. Den ligger hos en anden: Hjælp med, at den bliver gjort.")


def test_the_link_says_where_it_leads_in_text_and_html() -> None:
    found = letter(Occasion.REMINDED, LATE)

    assert "\n\nSe alle dine opgaver i Forbliv:\nhttps://forbliv.example/tasks\n" in text_of(found)
    assert '<a href="https://forbliv.example/tasks">Se alle dine opgaver i Forbliv</a>' in html_of(found)


def test_the_mailbox_of_hr_is_not_told_that_it_has_employees() -> None:
    found = digest_letter(Parts([LATE]), an_id("hr"), facts(), None)

    assert found is not None
    assert found.closing == ("HR får mailen, fordi HR har opgaver i Forbliv hos Prøvekommune.",)
