"""Log lines: a word and fields, as JSON; never a name, a body or a token. The words are listed here."""

import logging
import sys
from enum import StrEnum
from typing import Any

import structlog


class Word(StrEnum):
    """Every word a log line can begin with."""

    STARTED = "started"
    STOPPED = "stopped"
    STUCK = "stuck"
    MIGRATED = "migrated"
    ASSIGNED = "partitions_assigned"
    CLIENT_REPLACED = "client_replaced"
    TOPIC_RECREATED = "topic_recreated"
    BATCH_TAKEN = "batch_taken"
    BATCH_RETRIED = "batch_retried"
    READING_STOPPED = "reading_stopped"
    DEAD_LETTERED = "event_dead_lettered"
    SUBJECT_BROKEN = "subject_broken"
    WOKEN = "subjects_woken"
    RELAYED = "outbox_relayed"
    RELAY_RETRIED = "relay_retried"
    SESSIONS_ENDED = "silent_sessions_ended"
    LOOP_RETRIED = "loop_retried"
    KEYS_NOT_FETCHED = "keys_not_fetched"
    REQUEST_FAILED = "request_failed"
    PUBLISHED = "figures_published"
    SOURCE_READ = "source_read"
    SOURCE_SILENT = "source_silent"
    SOURCE_UNREAD = "source_unread"
    KEYS_MISSING = "keys_missing"
    PERSON_ERASED = "person_erased"
    DIGEST_MADE = "digest_made"
    MAIL_SENT = "mail_sent"
    MAIL_REFUSED = "mail_refused"
    CARD_REFUSED = "card_refused"
    LIBRARY_WARNED = "library_warned"


ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "service", "instance", "topic", "partition", "partitions", "offset", "reason", "count",
        "loop", "logger", "kind", "subject", "type", "seconds", "error", "path", "status", "migration", "municipality",
    }
)  # fmt: skip


def _only_allowed(_logger: Any, _name: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: value for key, value in line.items() if key in ALLOWED}


class _Libraries(logging.Handler):
    """What a library warns of becomes a line like any other, with its name alone: its words may hold values."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line."""
        structlog.get_logger().log(record.levelno, Word.LIBRARY_WARNED.value, logger=record.name)


def configure(service: str, instance: str) -> None:
    """Write structlog's lines as JSON to standard output, and what libraries warn of as well."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            _only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service, instance=instance)
    logging.basicConfig(level=logging.WARNING, handlers=[_Libraries()])


def log(word: Word, **fields: object) -> None:
    """One line."""
    structlog.get_logger().info(word.value, **fields)


def warn(word: Word, **fields: object) -> None:
    """One line that somebody should look at."""
    structlog.get_logger().warning(word.value, **fields)
