"""Whoever sends mail must know where its links lead and where it comes back to; a password is never printed."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.chassis.settings import Profile, Settings

GOOD = {
    "kafka": "broker:9092", "rules": Path("rules"), "smtp_host": "mail.kommune.example", "smtp_password": "hush",
    "mail_from": "forbliv@kommune.example", "address": "https://forbliv.kommune.example", "secret": "a secret of the tests, long enough",
}  # fmt: skip


def settings(**more: object) -> Settings:
    """The settings of a process in production."""
    return Settings.model_validate({**GOOD, **more})


def test_with_all_of_it_mail_is_sent() -> None:
    assert settings().sends_mail
    assert not settings(smtp_host="").sends_mail
    assert "hush" not in repr(settings())


@pytest.mark.parametrize("missing", ["mail_from", "address", "secret"])
def test_a_mail_server_alone_is_not_enough(missing: str) -> None:
    with pytest.raises(ValidationError, match="FORBLIV_SMTP_HOST needs"):
        settings(**{missing: ""})


@pytest.mark.parametrize(("host", "fits"), [("mail.kommune.example", False), ("localhost", True), ("127.0.0.1", True)])
def test_a_password_goes_to_no_other_machine_in_clear(host: str, fits: bool) -> None:
    if fits:
        assert settings(smtp_host=host, smtp_security="none").sends_mail
        return
    with pytest.raises(ValidationError, match="FORBLIV_SMTP_PASSWORD") as told:
        settings(smtp_host=host, smtp_security="none")
    assert "hush" not in str(told.value.errors(include_input=False))
    assert settings(smtp_host=host, smtp_security="none", smtp_password="").sends_mail


def test_links_are_secret_on_their_way_but_on_ones_own_machine() -> None:
    with pytest.raises(ValidationError, match="begins with https"):
        settings(address="http://forbliv.kommune.example")

    assert settings(address="http://127.0.0.1:8080", profile=Profile.LOCAL).address


def test_each_municipality_has_a_webhook_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORBLIV_CARD_WEBHOOK_730", "https://teams.example/secret")

    assert settings().card_webhook("730") == "https://teams.example/secret"
    assert settings().card_webhook("707") is None
