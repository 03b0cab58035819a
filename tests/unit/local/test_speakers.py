"""Who may speak to a local stack: the municipalities that have rules, each with a token of the stack's own key."""

import stat
from pathlib import Path

import pytest
from starlette.requests import Request

from deploy.local.failures import StackFailed
from deploy.local.paths import ROOT
from deploy.local.speakers import local_token, place_speakers, source_of
from services.intake.speakers import Speakers
from tests.kit.speakers import SOURCE, register, token

RULES = ROOT / "deploy" / "rules"


def asking(bearer: str) -> Request:
    return Request({"type": "http", "headers": [(b"authorization", f"Bearer {bearer}".encode())]})


async def test_each_municipality_with_rules_has_a_source_and_its_token_is_good_after_a_restart(tmp_path: Path) -> None:
    place_speakers(tmp_path, RULES)
    made = local_token(tmp_path, "730", 1)
    found = await Speakers(place_speakers(tmp_path, RULES)).who(asking(made))

    assert found is not None
    assert (found.source, found.municipality) == (source_of("730"), "730")
    assert stat.S_IMODE((tmp_path / "speakers" / "private.json").stat().st_mode) == 0o600
    assert '"d"' not in (tmp_path / "speakers" / "keys.json").read_text("utf-8")


async def test_a_token_of_another_stack_or_of_nobody_opens_nothing(tmp_path: Path) -> None:
    for name in ("one", "other"):
        place_speakers(tmp_path / name, RULES)
    speakers = Speakers(tmp_path / "one" / "speakers" / "speakers.toml")

    assert await speakers.who(asking(local_token(tmp_path / "other", "730", 1))) is None
    assert await speakers.who(asking(local_token(tmp_path / "one", "111", 1))) is None
    assert await Speakers(None).who(asking(local_token(tmp_path / "one", "730", 1))) is None


def test_without_a_stack_there_is_no_token(tmp_path: Path) -> None:
    with pytest.raises(StackFailed, match="forbliv up"):
        local_token(tmp_path, "730", 1)


async def test_a_token_that_was_issued_before_the_day_one_was_lost_is_good_no_longer(tmp_path: Path) -> None:
    found = await Speakers(register(tmp_path)).who(asking(token()))
    assert found is not None
    assert found.source == SOURCE

    assert await Speakers(register(tmp_path, tokens_from="2126-01-01T00:00:00Z")).who(asking(token())) is None


@pytest.mark.parametrize("wrong", ["", "issuer = 1", "[[speakers]]\nsubject = 'a'", "nonsense"])
def test_a_register_that_cannot_be_used_says_so_at_the_start(tmp_path: Path, wrong: str) -> None:
    file = register(tmp_path)
    file.write_text(wrong, "utf-8")

    with pytest.raises(ValueError, match=r"speakers\.toml"):
        Speakers(file)


def test_a_source_has_one_speaker(tmp_path: Path) -> None:
    file = register(tmp_path)
    file.write_text(file.read_text("utf-8").replace("/randers/hr", SOURCE), "utf-8")

    with pytest.raises(ValueError, match="twice"):
        Speakers(file)
