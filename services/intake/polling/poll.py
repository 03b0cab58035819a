"""One round of questions to one source: each is noted before it is asked, and forgotten only when its answer is in the histories."""

import asyncio
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from services.chassis.failures import Refused
from services.chassis.logs import Word, log, warn
from services.chassis.runtime import Runtime
from services.intake import store as deliveries
from services.intake.bringing import Bringing, Piece, in_chunks
from services.intake.delivery import Delivering
from services.intake.delivery_store import Bringer, Brought
from services.intake.outcome import Outcome
from services.intake.polling import store
from services.intake.polling.client import Client, SourceFailed
from services.intake.polling.question import FEEDS, UNITS, Mark, Question, Stream, planned, question_of, streams_of
from services.intake.polling.source import Source
from services.intake.reading.answers import read_content
from services.intake.reading.mapping import Mapping
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.result import Reading
from services.intake.reading.sd import SdAnswers
from services.intake.retrying import deliver

_MADE = re.compile(rb'\screationDateTime="[^"]*"')


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one question: a delivery; none where the answer told nothing, or nothing new; or why it was not read."""

    question: Question
    outcome: Outcome | None = None
    failed: Refused | None = None


Tell = Callable[[Step], None]


class Poller:
    """Asks one source. Several processes may: one at a time does."""

    def __init__(self, runtime: Runtime, source: Source, client: Client) -> None:
        """Read the mapping. Raises `DeliveryRefused`: `bad-mapping`, or `other-format` where it is not one of SD Løn."""
        self._runtime = runtime
        self._source = source
        self._client = client
        self._mapping = Mapping.load(source.mapping)
        if self._mapping.sd is None:
            raise DeliveryRefused("other-format", way_in=self._mapping.way_in)
        self._sd = self._mapping.sd

    async def run(self, tell: Tell = lambda _: None) -> list[Step]:
        """Ask until nothing is left to ask. A question that fails ends its stream for this time; the others go on.

        Raises `DeliveryRefused("import-running")` while another process asks this source.
        """
        steps: list[Step] = []
        name = self._source.name
        async with deliveries.alone(self._runtime.pool, f"{self._source.municipality} poll {name}", name):
            for stream in streams_of(self._source):
                while (noted := await self._noted(stream)) is not None:
                    steps.append(await self._asked(*noted))
                    tell(steps[-1])
                    if steps[-1].failed:
                        break
        return steps

    async def _noted(self, stream: Stream) -> tuple[Mark, Question] | None:
        """The next question, durable before it is asked."""
        async with self._runtime.transaction() as (conn, moment):
            held = await store.mark(conn, self._source.municipality, self._source.name, stream)
            mark = planned(stream, held, moment.stamp, self._source)
            if mark is None:
                return None
            await store.keep_mark(conn, self._source.municipality, self._source.name, stream, mark, self._feed(stream))
        return mark, question_of(stream, mark, self._source)

    async def _asked(self, mark: Mark, question: Question) -> Step:
        try:
            content = await self._client.ask(question)
            digest = digest_of(content, self._mapping)
            is_known = question.stream in UNITS and digest == mark.digest
            outcome = None if is_known else await self._taken(question, content, digest)
        except Refused as failed:
            self._warn(question, failed)
            return Step(question, failed=failed)
        if outcome and outcome.held:
            return Step(question, outcome, SourceFailed("delivery-held"))
        await self._moved(question, replace(mark, read_until=question.until, asking_until=None, digest=digest))
        log(Word.SOURCE_READ, kind=question.stream.value, municipality=self._source.municipality, count=outcome.seen if outcome else 0)
        return Step(question, outcome)

    async def _taken(self, question: Question, content: bytes, digest: str) -> Outcome | None:
        """The answer as a delivery; one that tells of nobody is none, nor is one that HR has dropped. A thread reads: it may take a minute.
        One that cannot be read is a delivery too, refused whole.

        One that is held back is asked for again each time, and is the same delivery, until somebody has decided.
        """
        bringing = Bringing(Brought(Bringer.SOURCE, self._source.name), [Piece(f"{question.call}.xml", partial(in_chunks, content))])
        try:
            reading = await asyncio.to_thread(self._read, question, content, digest)
        except DeliveryRefused as why:
            await Delivering(self._runtime, self._mapping, self._unread(question, digest), bringing).turn_down(why)
            raise
        if not reading.rows:
            return None
        try:
            return await deliver(self._runtime, self._mapping, reading, bringing)
        except DeliveryRefused as refused:
            if refused.reason != "delivery-dropped":
                raise
            return None

    def _read(self, question: Question, content: bytes, digest: str) -> Reading:
        answers = SdAnswers(self._sd, self._mapping.format)
        return read_content(self._mapping, answers, content, question.call, self._unread(question, digest))

    def _unread(self, question: Question, digest: str) -> Reading:
        """The delivery is this question with this content, whenever it is asked again, so that one which was stopped goes on."""
        asked = (question.call, *sorted(question.parameters.items()), question.until.isoformat(), digest)
        return Reading(
            self._source.municipality,
            self._feed(question.stream),
            hashlib.sha256(repr(asked).encode()).hexdigest(),
        )

    async def _moved(self, question: Question, mark: Mark) -> None:
        stream = question.stream
        async with self._runtime.transaction() as (conn, _):
            await store.keep_mark(conn, self._source.municipality, self._source.name, stream, mark, self._feed(stream))

    def _feed(self, stream: Stream) -> str:
        return f"{self._mapping.feed}{FEEDS[stream]}"

    def _warn(self, question: Question, failed: Refused) -> None:
        warn(Word.SOURCE_UNREAD, kind=question.stream.value, municipality=self._source.municipality, reason=failed.reason)


def digest_of(content: bytes, mapping: Mapping) -> str:
    """The digest of an answer as this mapping reads it, but for when it was made: asked again a minute later it is the same."""
    digest = hashlib.sha256(mapping.digest.encode())
    digest.update(_MADE.sub(b"", content[:4096], count=1))
    digest.update(memoryview(content)[4096:])
    return digest.hexdigest()
