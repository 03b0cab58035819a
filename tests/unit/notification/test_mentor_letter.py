"""The mail to a mentor says whom, where, under which leader, as what, and until when."""

from datetime import date

import pytest

from contracts.onboarding.mentor import MentorKind
from services.notification.domain.mailing import Occasion
from services.notification.domain.mentor import Mentoring
from services.notification.mail.letter import Line, mentor_letter
from tests.kit.builders import an_id
from tests.unit.notification.duties import MONDAY, days
from tests.unit.notification.test_digest_letter import NAMES, facts

UNTIL = days(30)
LEADERS = {an_id("leader"): "Anne Holm", an_id("chief"): "Carla Dam"}


def line(newcomer: str = "bo", kind: MentorKind = MentorKind.SOCIAL, until: date | None = UNTIL, language: str = "da") -> Line:
    """What the mail says of one newcomer of the ward."""
    row = Mentoring(an_id("named"), an_id("mentor"), an_id(newcomer), an_id("ward"), MONDAY, until, kind)
    letter = mentor_letter(Occasion.MENTOR, [row], facts(language, {**NAMES, **LEADERS}))
    assert letter is not None
    (block,) = letter.blocks
    (found,) = block.lines
    return found


def test_the_leader_the_kind_and_the_whole_period_are_told() -> None:
    told = line()

    assert (told.what, told.where) == ("Bo Lund", "Hjemmepleje Nord. Leder: Anne Holm")
    assert told.when == "Social mentor fra mandag 2. marts til og med onsdag 1. april"


def test_the_leader_of_a_new_leader_is_the_one_above() -> None:
    assert line("leader", MentorKind.LEADER).where == "Hjemmepleje Nord. Leder: Carla Dam"


def test_who_is_chosen_reads_what_to_do() -> None:
    row = Mentoring(an_id("named"), an_id("mentor"), an_id("bo"), an_id("ward"), MONDAY, UNTIL, MentorKind.SOCIAL)

    letter = mentor_letter(Occasion.MENTOR, [row], facts("da", {**NAMES, **LEADERS}))

    assert letter is not None
    assert letter.opening[1:] == (
        "Du er valgt som mentor for en ny kollega.",
        "Aftal med lederen, hvad du skal hjælpe med, og tag kontakt i god tid.",
    )
    assert letter.see == "Se det i Forbliv"


def test_a_term_without_an_end_says_from_when() -> None:
    assert line(until=None).when == "Social mentor fra mandag 2. marts"


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("kind", list(MentorKind))
def test_every_kind_of_mentor_a_person_can_be_has_words(kind: MentorKind, language: str) -> None:
    if kind is not MentorKind.TEAM:  # a team gets no mail
        assert line(kind=kind, language=language).when


@pytest.mark.parametrize(
    ("occasion", "subject", "says"),
    [
        (Occasion.MENTOR_MOVED, "Ny dag: Tag imod en ny kollega mandag 2. marts", "Social mentor fra mandag 2. marts"),
        (Occasion.MENTOR_GONE, "Du er ikke længere mentor fra", "Aftalen fra mandag 2. marts gælder ikke længere"),
    ],
)
def test_what_changes_is_in_the_subject_and_beside_the_newcomer(occasion: Occasion, subject: str, says: str) -> None:
    row = Mentoring(an_id("named"), an_id("mentor"), an_id("bo"), an_id("ward"), MONDAY, UNTIL, MentorKind.SOCIAL)

    letter = mentor_letter(occasion, [row], facts("da", {**NAMES, **LEADERS}))

    assert letter is not None
    assert letter.subject.startswith(subject)
    ((line,),) = (block.lines for block in letter.blocks)
    assert line.what == "Bo Lund"
    assert line.when.startswith(says)
