"""The keys of a local stack: drawn once, nobody else's to read, told to the pages alone."""

from pathlib import Path

import pytest

from deploy.local.identity import Identity
from deploy.local.keys import place_keys
from deploy.local.processes import Surroundings, web_spec, worker_spec
from services.intake.vault import read_keys

IDENTITY = Identity(
    cluster_id="F", secret="s", admin_password="a", passwords={}, ports={"web": 1, "health-intake": 2, "health-reporting": 3}
)


def test_a_stack_draws_one_key_and_keeps_it(tmp_path: Path) -> None:
    first = read_keys(place_keys(tmp_path))
    again = read_keys(place_keys(tmp_path))

    assert first == again
    assert len(first) == 1
    assert place_keys(tmp_path).stat().st_mode & 0o077 == 0


def test_no_process_knows_the_keys_but_the_one_that_needs_them(tmp_path: Path) -> None:
    around = Surroundings("", {"intake": "", "reporting": ""}, IDENTITY, tmp_path / "speakers", tmp_path / "keys")
    told = {
        "web": web_spec(("intake", "reporting"), around),
        "intake": worker_spec("intake", around),
        "reporting": worker_spec("reporting", around),
    }

    assert {name: spec.environment.get("FORBLIV_IDENTITY_KEYS") for name, spec in told.items()} == {
        "web": str(tmp_path / "keys"),
        "intake": None,
        "reporting": None,
    }


def test_a_worker_that_asks_payroll_services_knows_the_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORBLIV_POLLS", "polls.toml")
    around = Surroundings("", {"intake": "", "reporting": ""}, IDENTITY, tmp_path / "speakers", tmp_path / "keys")

    assert worker_spec("intake", around).environment["FORBLIV_IDENTITY_KEYS"] == str(tmp_path / "keys")
    assert "FORBLIV_IDENTITY_KEYS" not in worker_spec("reporting", around).environment
