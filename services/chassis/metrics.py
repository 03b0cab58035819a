"""What an operator watches, every measure in words: Prometheus reads it at `/metrics` of a worker's health port.

Labels come from closed lists; never a person, a unit or a text somebody sent.
"""

import time
from collections.abc import Iterable, Mapping
from enum import StrEnum

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics, generate_latest

from services.chassis.service import Alarm

MANY = (1, 10, 50, 100, 250, 500, 1_000, 2_000, 5_000)
SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


disable_created_metrics()  # type: ignore[no-untyped-call]  # when a counter began tells nobody anything


class Outcome(StrEnum):
    """What became of a record that was taken; each has exactly one, so that the four add up to all that was taken."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    SKIPPED = "skipped"
    DEAD_LETTERED = "dead-lettered"


class Place(StrEnum):
    """Where a record was looked for or put."""

    HISTORY = "history"
    REFERENCE = "reference"
    NAMES = "names"
    FENCE = "fence"
    DEAD_LETTERS = "dead-letters"
    NOWHERE = "nowhere"


class Step(StrEnum):
    """The steps of a batch's transaction, in order."""

    WAIT = "wait"
    FENCE = "fence"
    PARSE = "parse"
    REFERENCE = "reference"
    RECONCILE = "reconcile"
    DEAD_LETTERS = "dead-letters"
    COMMIT = "commit"


Outcomes = Mapping[tuple[Outcome, Place], int]


class Laps:
    """How long each step of one batch took; a step that comes twice counts as one."""

    def __init__(self) -> None:
        """The first step begins now."""
        self._since = time.perf_counter()
        self.seconds: dict[Step, float] = {}

    def done(self, step: Step) -> None:
        """The step ends now, the next one begins."""
        now = time.perf_counter()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - self._since
        self._since = now


class Metrics:
    """The measures of one process of a service."""

    def __init__(self) -> None:
        """All at zero, in a registry of their own."""
        self.registry = CollectorRegistry()
        self._counted()
        self._timed()
        self._asked()

    def _counted(self) -> None:
        self.events = Counter(
            "forbliv_events",
            "Records taken from the bus, by what became of them (accepted, duplicate, skipped, dead-lettered: together all"
            " that was taken) and where: a history, the reference, the names, behind the fence, the dead letters, nowhere.",
            ("outcome", "place"),
            registry=self.registry,
        )
        self.retries = Counter(
            "forbliv_batch_retries",
            "Batches rolled back and tried again because the database was away, full or in a deadlock.",
            registry=self.registry,
        )
        self.derived = Counter(
            "forbliv_derived_subjects",
            "Subjects whose situation was derived and saved, by a batch, a wake-up or an ask.",
            registry=self.registry,
        )
        self.derive_failures = Counter(
            "forbliv_derive_failures",
            "Times a derive raised: the events are kept, the subject is broken and tried again later.",
            registry=self.registry,
        )
        self.said = Counter("forbliv_said", "Events written to the outbox.", registry=self.registry)
        self.sent = Counter("forbliv_outbox_sent", "Events of the outbox that the broker has confirmed.", registry=self.registry)
        self.woken = Counter("forbliv_woken_subjects", "Subjects woken because their time had come.", registry=self.registry)

    def _timed(self) -> None:
        self.batch_records = Histogram(
            "forbliv_batch_records", "Records in one transaction of the bus.", buckets=MANY, registry=self.registry
        )
        self.batch_seconds = Histogram(
            "forbliv_batch_seconds",
            "Seconds that one committed transaction of the bus spent in each step, waiting for its turn included.",
            ("step",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.derive_seconds = Counter(
            "forbliv_derive_seconds",
            "Seconds spent deriving; divided by the derived subjects: what one derive costs.",
            registry=self.registry,
        )

    def _asked(self) -> None:
        def gauge(name: str, words: str) -> Gauge:
            return Gauge(f"forbliv_{name}", words, registry=self.registry)

        self.ready = gauge("ready", "1 when this worker is ready; 0: /ready says why.")
        self.lag = gauge("lag_records", "Records of the assigned partitions that are not read yet.")
        self.outbox = gauge("outbox_rows", "Events that wait to be published.")
        self.outbox_age = gauge("outbox_age_seconds", "How long the event that waits longest to be published has waited.")
        self.due = gauge("wakes_due", "Subjects whose time has come and changed references whose readers are not all woken.")
        self.late = gauge("wake_late_seconds", "How long the subject that waits longest for its wake-up is past its time.")
        self.dead_letters = gauge("dead_letters", "Open dead letters: records no code could read, neither put back nor dropped.")
        self.doubtful = gauge("doubtful_subjects", "Subjects with an open dead letter under their key: what is shown of them may be old.")
        self.broken = gauge("broken_subjects", "Subjects whose last derive raised: they say nothing new until it succeeds.")
        self.held_up = gauge("reading_held_up", "1 when reading has stopped or a batch fails again and again: /ready says why.")
        by = ("what", "municipality")
        self.silence_days = Gauge(
            "forbliv_silence_days", "Days without a word where something should be heard.", by, registry=self.registry
        )
        self.silence_alarm = Gauge("forbliv_silence_alarm", "1 where the rules call that too long.", by, registry=self.registry)
        self.pending = gauge("pending", "Work of the service's own that is not done, for example figures to be published.")

    def watched(self, alarms: Iterable[Alarm]) -> None:
        """How long it has been quiet, by what and where."""
        self.silence_days.clear()
        self.silence_alarm.clear()
        for alarm in alarms:
            self.silence_days.labels(alarm.name, alarm.municipality).set(alarm.days)
            self.silence_alarm.labels(alarm.name, alarm.municipality).set(alarm.is_raised)

    def batch(self, outcomes: Outcomes, laps: Laps) -> None:
        """A batch is durable."""
        self.batch_records.observe(sum(outcomes.values()))
        for (outcome, place), count in outcomes.items():
            self.events.labels(outcome, place).inc(count)
        for step, seconds in laps.seconds.items():
            self.batch_seconds.labels(step).observe(seconds)

    def reconciled(self, *, derived: int, broken: int, said: int, seconds: float) -> None:
        """Subjects were reconciled, through whichever door, and it is durable."""
        self.derived.inc(derived)
        self.derive_failures.inc(broken)
        self.said.inc(said)
        self.derive_seconds.inc(seconds)

    def taken(self) -> dict[Outcome, int]:
        """How many records had each outcome so far."""
        found = dict.fromkeys(Outcome, 0)
        for sample in (s for metric in self.events.collect() for s in metric.samples if s.name.endswith("_total")):
            found[Outcome(sample.labels["outcome"])] += int(sample.value)
        return found

    def of_this_process(self) -> None:
        """Tell of memory, processor and open files as well; for the one process that is asked."""
        ProcessCollector(registry=self.registry)

    def exposition(self) -> bytes:
        """All of it as Prometheus reads it."""
        return generate_latest(self.registry)
