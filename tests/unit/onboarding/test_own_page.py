"""What a newcomer is shown of a plan, in which words, and how long a link opens it."""

import re
import tomllib
from dataclasses import replace
from datetime import date, timedelta

import pytest

from contracts.words import MilestoneKind
from services.chassis.web.secret import hash_of, new_secret
from services.onboarding.app import SERVICE
from services.onboarding.domain.rows import StepRow
from services.onboarding.pages.own import link_until
from services.onboarding.pages.seen import People, latest_kind, leaders, seen, word_of
from services.onboarding.rules import LinkRules
from tests.house.test_rules_of_the_house import ROOT
from tests.kit.builders import an_id, hired, leader_appointed, unit_changed
from tests.kit.story import Story
from tests.unit.onboarding.scene import MONDAY, day, steps
from tests.unit.onboarding.test_surveys import START, mentor, plan

RULES = LinkRules(days=130, days_after_end=14)
DUTY = re.compile(
    r"\b(frist\w*|forsent|for sent|overskredet|misset|ikke holdt|skal senest|pligt\w*|missed|late|overdue|deadline)\b", re.IGNORECASE
)


def rows(today: date = MONDAY) -> list[StepRow]:
    story = Story(SERVICE, MONDAY - timedelta(weeks=3))
    story.hears(hired(MONDAY))
    story.reaches(today)
    return steps(story)


def test_what_is_open_and_the_next_few_come_first_and_what_is_hidden_is_not_there() -> None:
    found = rows()
    hidden = [replace(step, hidden=step.name == "first-week") for step in found]

    assert "first-week" in {step.name for step in (*seen(found).now, *seen(found).later)}
    shown = seen(hidden)
    assert "first-week" not in {step.name for part in (shown.now, shown.later, shown.done, shown.ask) for step in part}
    assert {"first-day", "safety-introduction"} <= {step.name for step in shown.now}
    assert "talk-6-12-months" in {step.name for step in shown.later}


def test_what_was_missed_or_known_too_late_is_something_to_ask_about_and_what_is_owed_no_longer_is_gone() -> None:
    found = {step.name: step for step in rows(day(60))}
    assert {"first-day", "talk-2-weeks"} <= {step.name for step in seen(found.values()).ask}

    owed = replace(found["talk-2-weeks"], state="not-owed")
    assert seen([owed]) == seen([])
    assert [s.name for s in seen([replace(owed, state="never-started")]).ask] == ["talk-2-weeks"]
    assert [s.name for s in seen([replace(owed, state="declined")]).done] == ["talk-2-weeks"]


def test_what_waits_for_the_end_of_a_leave_is_later() -> None:
    (talk,) = [step for step in rows() if step.name == "talk-2-weeks"]
    assert seen([talk]).now == (talk,)
    assert seen([replace(talk, on_leave=True)]).later == (replace(talk, on_leave=True),)


def test_a_theme_belongs_to_the_step_that_opened_last() -> None:
    assert latest_kind(rows(), MONDAY) is MilestoneKind.REPRESENTATIVES_CONTACTED
    assert latest_kind(rows(), day(8)) is MilestoneKind.FIRST_WEEK
    assert latest_kind([], MONDAY) is MilestoneKind.PRE_BOARDING


def test_the_leader_is_who_leads_the_unit_or_the_next_above_and_never_the_newcomer() -> None:
    story = Story(SERVICE, MONDAY)
    story.hears(unit_changed("area"), unit_changed("ward", "area"), leader_appointed("area", "chief"), leader_appointed("ward", "new"))
    organisation = story.snapshot.organisation()

    assert leaders(organisation, an_id("ward"), an_id("somebody"), MONDAY) == (an_id("new"), an_id("chief"))
    assert leaders(organisation, an_id("ward"), an_id("new"), MONDAY) == (an_id("chief"),)


@pytest.mark.parametrize(
    ("role", "occasion", "found"),
    [
        ("nearest-leader", "hire", ["leader"]),
        ("leaders-leader", "hire", ["chief"]),
        ("leaders-leader", "new-leader", ["leader"]),
        ("mentor", "hire", ["mentor"]),
        ("amr", "hire", []),
    ],
)
def test_with_whom_a_step_is(role: str, occasion: str, found: list[str]) -> None:
    people = People([an_id("leader"), an_id("chief")], [mentor("social", date(2027, 1, 1))])
    step = replace(rows()[0], role=role, how="check")

    assert people.with_whom(step, plan(occasion)) == tuple(map(an_id, found))


@pytest.mark.parametrize(("how", "found"), [("mentors", ["mentor"]), ("course", []), ("plan", ["leader"])])
def test_a_mentor_is_the_company_of_who_gets_one_and_nobody_is_that_of_a_course(how: str, found: list[str]) -> None:
    people = People([an_id("leader")], [mentor("social", date(2027, 1, 1))])

    assert people.with_whom(replace(rows()[0], how=how), plan("hire")) == tuple(map(an_id, found))


def test_what_two_representatives_are_asked_is_told_in_words_of_each() -> None:
    words = [word_of(step) for step in rows() if step.kind == MilestoneKind.REPRESENTATIVES_CONTACTED]

    assert words == ["representatives-contacted-amr", "representatives-contacted-tr"]
    for language in ("da", "en"):
        texts = own_texts(language)
        for what in ("kind", "what"):
            assert len({texts[f"onboarding-mine-{what}-{word}"] for word in words}) == 2


@pytest.mark.parametrize(
    ("made_on", "starts_on", "last", "until"),
    [
        (date(2026, 2, 2), START, None, date(2026, 7, 10)),
        (date(2026, 2, 2), date(2026, 4, 1), None, date(2026, 8, 9)),
        (date(2026, 6, 1), START, None, date(2026, 10, 9)),
        (date(2026, 2, 2), START, date(2026, 4, 30), date(2026, 5, 14)),
        (date(2026, 2, 2), START, date(2027, 4, 30), date(2026, 7, 10)),
    ],
    ids=["from the first day", "a later start", "made anew", "soon after the last day", "an end far off"],
)
def test_a_link_opens_until(made_on: date, starts_on: date, last: date | None, until: date) -> None:
    assert link_until(made_on, plan(starts_on=starts_on, last=last), RULES) == until


def test_a_secret_is_160_bits_and_is_found_however_it_is_typed() -> None:
    first, second = new_secret(), new_secret()

    assert first != second
    assert re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){7}", first)
    assert hash_of(first) == hash_of(first.upper().replace("-", "")) != hash_of(second)
    assert first.encode() not in hash_of(first)


def own_texts(language: str) -> dict[str, str]:
    file = ROOT / "services/onboarding/messages" / f"{language}.toml"
    beginnings = ("onboarding-mine-", "onboarding-wonder-", "onboarding-survey-", "onboarding-question-")
    return {key: text for key, text in tomllib.loads(file.read_text("utf-8")).items() if key.startswith(beginnings)}


@pytest.mark.parametrize("language", ["da", "en"])
def test_no_text_of_a_newcomers_page_speaks_of_duties(language: str) -> None:
    texts = own_texts(language)
    assert len(texts) > 100
    assert [key for key, text in texts.items() if DUTY.search(text)] == []


def lix(text: str) -> float:
    """Words per sentence and the share of words of more than six letters (Björnsson); under 30 is easy."""
    words = re.findall(r"\w+", text)
    sentences = max(1, len(re.findall(r"[.!?:]", text)))
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)


def test_the_danish_of_a_newcomers_page_is_easy_to_read() -> None:
    whole = " ".join(f"{text.rstrip('.?')}." for text in own_texts("da").values())
    assert lix(whole) < 30


def test_what_was_done_is_not_said_to_be_with_who_leads_the_unit_since() -> None:
    people = People([an_id("new leader")], [])

    assert people.with_whom(replace(rows()[0], how="check", state="done"), plan("hire")) == ()
