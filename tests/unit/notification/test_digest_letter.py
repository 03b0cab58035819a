"""The part of the digest about people: what it says, in which order, and that nothing is no mail."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest

from services.chassis.rules import parse
from services.chassis.web.catalogue import Catalogue
from services.notification.domain.coming import Coming
from services.notification.domain.task import Stage, Task
from services.notification.mail.letter import MOST_LINES, Facts, Letter, Parts, digest_letter
from services.notification.mail.writing import FOLDER, html_of, text_of
from services.notification.rules import ComingKind
from tests.kit.builders import MUNICIPALITY, an_id, unit_changed
from tests.kit.story import Story
from tests.unit.notification.duties import MONDAY, call, days, town

NAMES = {an_id("bo"): "Bo Lund", an_id("dorte"): "Dorte Krogh", an_id("emil"): "Emil Skov"}
CHOICES = "https://forbliv.example/mail/choices/1"


def facts(language: str = "da", names: dict[UUID, str] | None = None) -> Facts:
    """A town whose ward has a name; it is the Monday."""
    story: Story = town()
    story.hears(unit_changed("ward", "area", MONDAY, name="Hjemmepleje Nord"))
    rules = parse(f'municipality = "{MUNICIPALITY}"\nname = "Prøvekommune"\nlive_from = 2020-01-01\n')
    names = NAMES if names is None else names
    return Facts(
        Catalogue((FOLDER,), strict=True), language, MONDAY, rules, story.snapshot.organisation(), names, "https://forbliv.example"
    )


def coming(kind: ComingKind, day: date, person: str = "bo", years: int = 0) -> Coming:
    """Somebody comes or goes in the ward, or has been there for so many years."""
    return Coming(day, kind, an_id("ward"), an_id(person), years)


def task(number: int, due: date | None = None) -> Task:
    """One of many that are due this week."""
    wanted = call(opens=min(MONDAY, due or MONDAY), closes=days(3), due=due or days(3))
    return Task(
        task_id=an_id(f"task {number}"), kind=wanted.kind, role=wanted.role, unit_id=wanted.unit_id, about_person=an_id("bo"),
        state=Stage.OPEN, opens=wanted.opens, due=wanted.due, closes=wanted.closes, missed_after=wanted.missed_after, state_on=None,
        link=wanted.link, holder=an_id("leader"),
    )  # fmt: skip


def letter(people: Sequence[Coming], tasks: Sequence[Task] = (), language: str = "da") -> Letter:
    """The digest of the ward's leader."""
    found = digest_letter(Parts(tasks, people), an_id("leader"), facts(language), CHOICES)
    assert found is not None
    return found


ALL = (
    coming(ComingKind.END, days(4)),
    coming(ComingKind.START, days(4), "emil"),
    coming(ComingKind.START, days(4), "dorte"),
    coming(ComingKind.RETURN, days(2)),
    coming(ComingKind.LEAVE, days(0)),
)


def test_where_nobody_comes_or_goes_and_nothing_is_to_be_done_there_is_no_digest() -> None:
    assert digest_letter(Parts(), an_id("leader"), facts(), CHOICES) is None


def test_who_comes_and_goes_is_reason_enough_for_a_digest_in_plain_danish() -> None:
    told = letter(ALL)

    assert told.subject == "Se de næste 14 dage fra mandag 2. marts"
    assert told.opening == ("Hej", "Ingen opgaver venter lige nu.")
    assert [(line.what, line.where, line.when) for block in told.blocks for line in block.lines] == [
        ("Bo Lund går på orlov", "Hjemmepleje Nord", "Fra mandag 2. marts"),
        ("Bo Lund er tilbage fra orlov", "Hjemmepleje Nord", "Fra onsdag 4. marts"),
        ("Dorte Krogh starter", "Hjemmepleje Nord", "Første dag fredag 6. marts"),
        ("Emil Skov starter", "Hjemmepleje Nord", "Første dag fredag 6. marts"),
        ("Bo Lund stopper", "Hjemmepleje Nord", "Sidste dag fredag 6. marts"),
    ]
    assert "Hvem kommer og går de næste 14 dage (5)\n\n  - Bo Lund går på orlov\n  Hjemmepleje Nord\n  Fra mandag 2. marts\n" in text_of(
        told
    )
    assert "fordi du har opgaver eller medarbejdere i Forbliv" in told.closing[0]
    assert told.choices == CHOICES, "who declined the digest gets none of it"


def test_it_is_said_in_english_too() -> None:
    lines = {(line.what, line.when) for block in letter(ALL, language="en").blocks for line in block.lines}

    assert lines == {
        ("Bo Lund goes on leave", "From Monday 2 March"),
        ("Bo Lund is back from leave", "From Wednesday 4 March"),
        ("Dorte Krogh starts", "First day Friday 6 March"),
        ("Emil Skov starts", "First day Friday 6 March"),
        ("Bo Lund stops", "Last day Friday 6 March"),
    }


@pytest.mark.parametrize(
    ("language", "heading", "lines"),
    [
        (
            "da",
            "Jubilæer de næste 14 dage (2)",
            [
                ("Emil Skov har været ansat i et år", "Jubilæum tirsdag 3. marts"),
                ("Bo Lund har været ansat i 25 år", "Jubilæum fredag 6. marts"),
            ],
        ),
        (
            "en",
            "Anniversaries in the next 14 days (2)",
            [
                ("Emil Skov has been employed for a year", "Anniversary Tuesday 3 March"),
                ("Bo Lund has been employed for 25 years", "Anniversary Friday 6 March"),
            ],
        ),
    ],
)
def test_anniversaries_have_a_heading_of_their_own(language: str, heading: str, lines: list[tuple[str, str]]) -> None:
    years = (coming(ComingKind.ANNIVERSARY, days(4), years=25), coming(ComingKind.ANNIVERSARY, days(1), "emil", 1))

    turns, found = letter((*ALL, *years), language=language).blocks

    assert (len(turns.lines), found.heading) == (5, heading)
    assert [(line.what, line.when) for line in found.lines] == lines


def test_tasks_come_first_and_name_the_mail_and_people_follow() -> None:
    told = letter(ALL, [task(1)])

    assert told.subject == "Se dine opgaver mandag 2. marts"
    assert [block.heading for block in told.blocks] == ["Denne uge (1)", "Hvem kommer og går de næste 14 dage (5)"]
    assert "<h2>Hvem kommer og går de næste 14 dage (5)</h2>" in html_of(told)


def test_many_tasks_push_nobody_out_and_more_people_than_fit_are_counted() -> None:
    people = [coming(ComingKind.START, days(n % 14), f"person {n}") for n in range(MOST_LINES + 3)]

    told = letter(people, [task(n) for n in range(MOST_LINES + 5)])

    tasks, found = told.blocks
    assert (len(tasks.lines), tasks.lines[-1].what) == (MOST_LINES + 1, "og 5 til")
    assert (len(found.lines), found.lines[-1].what, found.heading) == (
        MOST_LINES + 1,
        "og 3 til",
        f"Hvem kommer og går de næste 14 dage ({MOST_LINES + 3})",
    )


def test_somebody_whose_name_is_erased_or_not_told_yet_is_no_number() -> None:
    found = digest_letter(Parts((), ALL[:1]), an_id("leader"), facts(names={}), CHOICES)
    assert found is not None

    assert str(an_id("bo")) not in text_of(found) + html_of(found)
    assert found.blocks[0].lines[0].what.endswith(" stopper")


@pytest.mark.parametrize(
    ("due", "when"),
    [
        (days(3), "Senest torsdag 5. marts"),
        (days(0), "Helst mandag 2. marts. Senest torsdag 5. marts"),
        (days(-3), "Helst fredag 27. februar (passeret). Senest torsdag 5. marts"),
    ],
)
def test_the_preferred_day_is_told_beside_the_last_one_also_when_it_has_passed(due: date, when: str) -> None:
    (block,) = letter((), [task(1, due)]).blocks

    assert [line.when for line in block.lines] == [when]
