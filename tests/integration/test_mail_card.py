"""The card of counts in a channel of Teams: counts and a link, nobody's name; a failure is a task of HR."""

from datetime import date

import pytest

from services.chassis.health import raised_alarms
from services.chassis.runtime import Runtime
from services.notification.mail import card, digests
from services.notification.mail.digests import Lateness
from tests.kit.builders import MUNICIPALITY, an_id
from tests.kit.mailing import THURSDAY, goes_on, morning, send_all
from tests.kit.webhook import webhook

TABLES_OF = "notification"


@pytest.fixture
def runtime(addressed: Runtime) -> Runtime:
    return addressed


async def test_a_card_of_counts_is_posted_with_the_digest_and_names_nobody(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    async with webhook() as teams:
        monkeypatch.setenv(f"FORBLIV_CARD_WEBHOOK_{MUNICIPALITY}", teams.address)
        await goes_on(runtime, morning(THURSDAY))
        await digests.look(runtime, Lateness())

    (posted,) = teams.came
    content = posted["attachments"][0]["content"]
    assert content["type"] == "AdaptiveCard"
    assert content["body"][0]["text"] == "Forbliv: opgaver torsdag 5. marts"
    counts = {fact["title"]: fact["value"] for fact in content["body"][1]["facts"]}
    assert counts == {"Åbne opgaver": "7", "Over fristen": "1", "Frist denne uge": "3", "Hos HR": "2"}
    assert content["actions"][0]["url"] == "https://forbliv.example/tasks"
    assert not any(name in str(posted) for name in ("Anne", "Bo Lund", "Hjemmepleje", str(an_id("leader"))))


async def test_a_card_that_cannot_be_posted_is_a_task_of_hr_until_one_is(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    async with webhook() as teams:
        teams.answers = [404]
        monkeypatch.setenv(f"FORBLIV_CARD_WEBHOOK_{MUNICIPALITY}", teams.address)
        await goes_on(runtime, morning(THURSDAY))
        assert any("the card of counts cannot be posted" in alarm for alarm in await raised_alarms(runtime))
        assert "forbliv_silence_alarm" in runtime.metrics.exposition().decode()
        assert await runtime.pool.fetchval("SELECT in_hr_queue FROM task WHERE kind = 'card-failed'")
        await send_all(runtime)

        await goes_on(runtime, morning(date(2026, 3, 9)))
        assert not any("card" in alarm for alarm in await raised_alarms(runtime))
        assert len(teams.came) == 2


async def test_what_passes_by_itself_is_posted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with webhook() as teams:
        teams.answers = [503, 429]

        assert await card.posted(teams.address, {"type": "message"})
        assert len(teams.came) == 3
        teams.answers = [400]
        assert not await card.posted(teams.address, {"type": "message"})
        assert len(teams.came) == 4
