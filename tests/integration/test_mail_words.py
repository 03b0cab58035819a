"""What no mail may say: every occasion there is, in both languages, is looked through word for word."""

import re
from datetime import timedelta

import pytest

from services.chassis.runtime import Runtime
from services.notification.mail import store
from services.notification.mail.store import Choice
from tests.kit.builders import MUNICIPALITY, an_id, end_registered, hired, leader_ended, on_leave
from tests.kit.inbox import milestone, told
from tests.kit.mailing import goes_on, morning, send_all
from tests.kit.post import Post, html_of, text_of
from tests.kit.records import take
from tests.unit.notification.duties import MONDAY, call, days

TABLES_OF = "notification"
CPR = re.compile(r"\b\d{6}-?\d{4}\b")
ILLNESS = re.compile(r"\b(syg|sygdom|sygefravær|fravær|sick|ill|illness|absen\w*)\b", re.IGNORECASE)
VERBS = {
    "da": ("Se ", "Gør ", "Følg ", "Hjælp ", "Overtag ", "Afgivet ", "Tag "),
    "en": ("See ", "Do ", "Follow ", "Help ", "Take ", "Handed on ", "Welcome "),
}
MONTH = re.compile(r"februar|marts|april|February|March|April")


@pytest.fixture
def runtime(addressed: Runtime) -> Runtime:
    return addressed


async def test_no_mail_says_what_none_may_say(runtime: Runtime, post: Post) -> None:
    """Every occasion there is, in both languages; the words of each are looked through."""
    kinds = ("absence-contact", "absence-talk", "retention-talk", "talk-3-months", "wellbeing-case", "kind-without-words")
    people = ("person", "third", "another")
    for n, kind in enumerate(kinds):
        link = f"/retention/absence/{an_id(kind)}" if "absence" in kind else "/retention/talks/1"
        wanted = call(closes=days(8), due=days(8), kind=kind, about=people[n % 3], link=link)
        await take(runtime, [told(milestone(wanted=wanted), fact=f"of kind {kind}")])
    for who in people:
        leave = on_leave(days(20), days(24), unit="ward", person=who)
        start, end = hired(days(12), unit="ward", person=who), end_registered(days(30), unit="ward", person=who)
        await take(runtime, [told(each) for each in (start, leave, end)])
    async with runtime.pool.acquire() as conn:
        await store.choose(conn, an_id("chief"), MUNICIPALITY, Choice("en"), await runtime.now())
    for day in range(3, 30):
        await goes_on(runtime, morning(MONDAY + timedelta(days=day)))
        if day == 10:
            await take(runtime, [told(leader_ended("ward", "leader", days(10)))])
        await send_all(runtime)

    assert len(post.came) > 20
    for mail in post.came:
        language, subject = str(mail["Content-Language"]), str(mail["Subject"])
        both = f"{subject}\n{text_of(mail)}\n{html_of(mail)}"
        assert not CPR.search(both)
        assert not ILLNESS.search(both), both
        assert subject.startswith(VERBS[language]), subject
        assert MONTH.search(subject), subject
        assert not any(name in subject for name in ("Bo Lund", "Emil", "Dorte", "Anne", "Carla"))
        assert not any(kind in both for kind in kinds if kind != "retention-talk")
        assert "Opfølgning med en medarbejder\n  Hjemmepleje Nord" in both or "absence" not in both
    follow_ups = [
        line
        for mail in post.came
        for block in re.findall(r"- (?:Opfølgning med en|Follow-up with an)[^-]*", text_of(mail))
        for line in [block]
    ]
    assert follow_ups
    assert not any(re.search("Bo Lund|Emil|Dorte|/retention", block) for block in follow_ups)
