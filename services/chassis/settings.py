"""What a process must be told. Settings without a safe default have none; importing reads nothing."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, FilePath, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Profile(StrEnum):
    """Where a process runs; only `local` may use the invented sign-in and a moved clock."""

    LOCAL = "local"
    PRODUCTION = "production"


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is kept secret."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"
    """For a server on the same machine."""


class Settings(BaseSettings):
    """Read from the environment with the prefix FORBLIV_, for example FORBLIV_KAFKA."""

    model_config = SettingsConfigDict(env_prefix="FORBLIV_", extra="ignore", frozen=True)

    profile: Profile = Profile.PRODUCTION
    kafka: str
    database_url: str = ""
    rules: Path
    secret: str = Field(default="", repr=False)
    assets: Path | None = None
    instance: str = "0"
    """Which of the like processes this is; a restarted one takes its partitions back at once (static membership)."""
    epoch: int = Field(default=0, ge=0)
    """Raised when the database is restored to an earlier point."""
    health_port: int | None = None
    web_host: str = "127.0.0.1"
    web_port: int = 8080
    session_timeout_ms: int = 30_000
    speakers: Path | None = None
    """Which sources may speak over HTTP, for which municipality, and whose tokens prove it (TOML). None: nobody may."""
    polls: Path | None = None
    """Which payroll services are asked over HTTP, and how often (TOML). None: nobody is."""
    identity_keys: Path | None = None
    """The keys of intake that keep person numbers secret (`services/intake/vault.py`); intake does not start without."""
    address: str = ""
    """Where people reach the pages, for the links of mails, as https://forbliv.example.dk; no slash at its end."""
    smtp_host: str = ""
    """The mail server. None: mails wait, and `forbliv status` says so."""
    smtp_port: int = 587
    smtp_security: SmtpSecurity = SmtpSecurity.STARTTLS
    smtp_user: str = ""
    smtp_password: str = Field(default="", repr=False)
    smtp_ca: FilePath | None = None
    """Who else may vouch for the certificate of the mail server (PEM). None: whom the machine trusts."""
    mail_from: str = ""
    """From whom mails are, and where they come back to; what comes back is given to `forbliv mail bounced`."""
    call_bytes: int = Field(default=1_000_000, ge=1)
    """How long one call of a machine may be."""
    call_events: int = Field(default=500, ge=1)
    """How many events one call may hold: they become durable in one transaction."""
    events_per_second: float = Field(default=200, gt=0)
    """How many events a source may tell in the long run, in one web process."""
    events_at_once: int = Field(default=2_000, ge=1)
    """How many it may tell at once after a pause."""
    batch_records: int = Field(default=2_000, ge=1)
    """A batch of so many records says that more is waiting, which is then taken in batches of up to five times as many."""
    dead_letter_limit_records: int = Field(default=20, ge=0)
    """More than half of at least so many records of a type, said by our own services, do not fit: reading stops. 0: never."""
    dead_letter_limit_window: int = Field(default=200, ge=1)
    """Of how many latest records of a type the share is taken."""
    stalled_seconds: float = Field(default=30, gt=0)
    """A batch that is under way for longer makes the worker not ready."""
    stuck_seconds: float = Field(default=240, ge=0)
    """Without a sign of life for so long the worker is ended; longer than any time-out of a statement. 0: never."""
    stop_seconds: float = Field(default=9, gt=0)
    """A worker that is told to stop has stopped by then, whatever it takes."""

    @model_validator(mode="after")
    def _mails_lead_somewhere(self) -> Self:
        if self.smtp_host and not (self.address and self.mail_from and self.secret):
            raise ValueError("FORBLIV_SMTP_HOST needs FORBLIV_ADDRESS, FORBLIV_MAIL_FROM and FORBLIV_SECRET")
        if self.smtp_password and self.smtp_security is SmtpSecurity.NONE and self.smtp_host not in LOOPBACK:
            raise ValueError("FORBLIV_SMTP_PASSWORD is sent to another machine only with FORBLIV_SMTP_SECURITY=starttls or tls")
        if self.address and not self.address.startswith("https://") and self.profile is not Profile.LOCAL:
            raise ValueError("FORBLIV_ADDRESS begins with https://")
        return self

    @property
    def sends_mail(self) -> bool:
        """Whether there is a mail server."""
        return bool(self.smtp_host)

    @property
    def silent_seconds(self) -> float:
        """After how long a process that says nothing inside a transaction is rolled back: its partitions are others' by then."""
        return 2 * self.session_timeout_ms / 1000

    def database(self, service: str) -> str:
        """The database of one service: FORBLIV_DATABASE_URL_<SERVICE>, else FORBLIV_DATABASE_URL. Raises `KeyError`."""
        own = os.environ.get(f"FORBLIV_DATABASE_URL_{service.upper()}") or self.database_url
        if not own:
            message = f"FORBLIV_DATABASE_URL_{service.upper()} is not set"
            raise KeyError(message)
        return own

    def card_webhook(self, municipality: str) -> str | None:
        """Where counts are posted for a municipality (a Workflows webhook of Teams): FORBLIV_CARD_WEBHOOK_<CODE>; a secret."""
        return os.environ.get(f"FORBLIV_CARD_WEBHOOK_{municipality}") or None
