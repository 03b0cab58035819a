"""What mentors are told, on a real PostgreSQL to a real mail server: of another day, that somebody else is it; and nobody who has died."""

from datetime import date, timedelta

import pytest

from contracts.onboarding import MentorNamed
from contracts.onboarding.mentor import MentorKind
from contracts.words import ReasonClass
from services.chassis.runtime import Runtime
from tests.kit.builders import MUNICIPALITY, an_id, end_registered, leader_ended, noon
from tests.kit.inbox import told
from tests.kit.mailing import THURSDAY, goes_on, mail_of, morning, send_all
from tests.kit.post import Post, text_of
from tests.kit.records import take
from tests.kit.story import revision
from tests.unit.notification.duties import MONDAY

TABLES_OF = "notification"
APRIL, LATER = date(2026, 4, 1), date(2026, 4, 15)


@pytest.fixture
def runtime(written_to: Runtime) -> Runtime:
    return written_to


async def named(runtime: Runtime, mentor: str, number: int, *, first: date = APRIL, stands: bool = True) -> None:
    """Onboarding says who is the mentor of a newcomer, at this moment; whatever may go out then goes out."""
    body = MentorNamed.model_validate(
        {
            "municipality": MUNICIPALITY, "employment_id": an_id("job"), "person_key": an_id("third"), "unit_id": an_id("ward"),
            "plan_id": an_id("plan"), "mentor_kind": MentorKind.PROFESSIONAL, "mentor_key": an_id(mentor),
            "named_on": MONDAY, "named_from": first, "until": date(2027, 3, 31),
        }
    )  # fmt: skip
    now = await runtime.now()
    await take(runtime, [revision(body, now, fact=an_id("mentor of third"), number=number, stands=stands)])
    await goes_on(runtime, now + timedelta(hours=1))
    await send_all(runtime)


def subjects(post: Post, person: str) -> list[str]:
    """Of the mails that somebody got."""
    return [str(mail["Subject"]) for mail in post.to(mail_of(person))]


async def test_a_mentor_is_told_whom_and_hears_of_another_day_and_that_somebody_else_is(runtime: Runtime, post: Post) -> None:
    await goes_on(runtime, noon(date(2026, 3, 4)))
    await named(runtime, "person", 1)
    (mail,) = post.to(mail_of("person"))
    assert str(mail["Subject"]) == "Tag imod en ny kollega onsdag 1. april"
    term = "Faglig mentor fra onsdag 1. april til og med onsdag 31. marts 2027"
    assert f"- Emil Skov-Mortensen\n  Hjemmepleje Nord. Leder: Anne Holm\n  {term}\n" in text_of(mail)

    await named(runtime, "person", 2, first=LATER)
    await named(runtime, "another", 3, first=LATER)
    await named(runtime, "another", 4, first=LATER, stands=False)

    assert subjects(post, "person")[1:] == [
        "Ny dag: Tag imod en ny kollega onsdag 15. april",
        "Du er ikke længere mentor fra onsdag 4. marts",
    ]
    gone = post.to(mail_of("person"))[-1]
    assert "- Emil Skov-Mortensen\n  Hjemmepleje Nord. Leder: Anne Holm\n  Aftalen fra onsdag 15. april gælder ikke længere\n" in text_of(
        gone
    )
    assert subjects(post, "another") == ["Tag imod en ny kollega onsdag 15. april", "Du er ikke længere mentor fra onsdag 4. marts"]


@pytest.mark.parametrize("who", ["person", "third"])
async def test_nobody_is_written_to_who_has_died_nor_told_of_a_newcomer_who_has(runtime: Runtime, post: Post, who: str) -> None:
    await goes_on(runtime, noon(date(2026, 3, 4)))
    await named(runtime, "person", 1)
    await take(runtime, [told(end_registered(date(2026, 3, 3), person=who, reason_class=ReasonClass.DEATH_OR_EMIGRATION))])

    await named(runtime, "another", 2)

    assert subjects(post, "person") == ["Tag imod en ny kollega onsdag 1. april"]
    assert len(subjects(post, "another")) == (who == "person")


@pytest.mark.parametrize(
    ("reason", "day", "is_told"),
    [("death-or-emigration", 3, False), ("death-or-emigration", 30, True), ("retirement", 3, True)],
)
async def test_a_leader_who_has_died_is_not_told_who_has_the_tasks(
    runtime: Runtime, post: Post, reason: str, day: int, *, is_told: bool
) -> None:
    """Who emigrates at the end of the month reads mail until then."""
    end = end_registered(date(2026, 3, day), person="leader", reason_class=ReasonClass(reason))
    await take(runtime, [told(end), told(leader_ended("ward", "leader", date(2026, 3, 3)))])
    await goes_on(runtime, morning(THURSDAY))
    await goes_on(runtime, morning(THURSDAY) + timedelta(minutes=10))
    await send_all(runtime)

    assert any(subject.startswith("Afgivet") for subject in subjects(post, "leader")) is is_told
    assert any(subject.startswith("Overtag") for subject in subjects(post, "chief"))
