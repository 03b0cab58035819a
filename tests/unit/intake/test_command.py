"""`forbliv import csv`: what it says when a delivery cannot be taken at all."""

import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import app
from services.commands.import_ import NOTES, REFUSALS, show
from services.intake.delivery import ERASED
from services.intake.delivery_store import Hold
from services.intake.domain.facts import INCOMPLETE, LEAVE_BEFORE_START, PURGED, START_ASSUMED, UNKNOWN_DELETED
from services.intake.outcome import Outcome
from services.intake.retrying import NOW_KNOWN
from services.intake.whole import CUT_OFF
from tests.kit.builders import an_id
from tests.kit.deliveries import ROOT


def test_every_reason_to_refuse_a_delivery_has_a_text() -> None:
    code = [*(ROOT / "services" / "intake").rglob("*.py"), ROOT / "services" / "commands" / "import_.py"]
    raised = {reason for path in code for reason in re.findall(r'raise DeliveryRefused\("([a-z-]+)"', path.read_text("utf-8"))}

    assert raised | {"bad-header", *CUT_OFF.values()} == REFUSALS.keys()


def test_every_note_has_a_text() -> None:
    of_facts = {PURGED, UNKNOWN_DELETED, LEAVE_BEFORE_START, START_ASSUMED, INCOMPLETE}
    assert of_facts | {ERASED, NOW_KNOWN, "effective-date-assumed"} == NOTES.keys()


def test_what_is_worth_knowing_is_told_in_words_and_to_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = Outcome("730", "sd", 16, an_id("delivery"), notes=Counter({PURGED: 1}))

    show(outcome, dry_run=False, as_json=False)
    assert "1  ended employments that the source has tidied away" in capsys.readouterr().out
    show(outcome, dry_run=False, as_json=True)
    assert json.loads(capsys.readouterr().out)["notes"] == {PURGED: 1}


def test_a_delivery_that_waits_says_why_and_what_lets_it_go(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = Outcome("730", "sd", 16, an_id("delivery"), held=Hold(20, 40, Decimal(5)))

    show(outcome, dry_run=False, as_json=False)
    told = capsys.readouterr().out
    assert "held back: it would end 20 of 40 employments, more than 5 %" in told
    assert f"forbliv deliveries release {an_id('delivery')} --why WHY" in told
    assert "persons and units wait" in told
    show(outcome, dry_run=False, as_json=True)
    assert json.loads(capsys.readouterr().out)["held"] == {"ending": 20, "employed": 40}


@pytest.mark.parametrize("command", ["list", "show", "release", "drop"])
def test_deliveries_have_a_command_for_each_thing_an_operator_does(command: str) -> None:
    assert CliRunner().invoke(app, ["deliveries", command, "--help"]).exit_code == 0


@pytest.mark.parametrize("command", ["release", "drop"])
def test_a_decision_needs_a_reason(command: str) -> None:
    result = CliRunner().invoke(app, ["deliveries", command, str(an_id("delivery")), "--why", " "])

    assert result.exit_code == 1
    assert "say why with --why" in result.output


@pytest.mark.parametrize("way_in", ["csv", "sd", "opus"])
def test_every_way_in_has_a_command_of_its_name(way_in: str) -> None:
    assert CliRunner().invoke(app, ["import", way_in, "--help"]).exit_code == 0


def test_without_a_stack_the_command_says_so_and_fails(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["import", "csv", str(tmp_path), "--dir", str(tmp_path)])

    assert result.exit_code == 1
    assert result.output.startswith("forbliv: ")
