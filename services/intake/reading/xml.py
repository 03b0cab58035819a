"""XML as it streams in: one part of an answer after the other, never the whole tree; no DTD, no entity, nothing from outside."""

import codecs
import gzip
import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from services.intake.reading.bomb import no_bomb
from services.intake.reading.refused import DeliveryRefused

CHUNK = 1 << 16
LONGEST = 131_072
"""Characters of one text or attribute: as many as a cell of a CSV file may have."""
DEEPEST = 100
LARGEST = 16 << 20
"""Characters of one part. The largest in life is the tree of all units; what is larger is written to fill a memory."""
OF_AN_ELEMENT = 64
"""Each element counts as so many characters, however empty it is."""


@dataclass(slots=True)
class Element:
    """An element with all that is in it, and the line on which it begins. Names stand without their prefix."""

    name: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, *names: str) -> list["Element"]:
        """The children of these names, in order."""
        return [child for child in self.children if child.name in names]

    def get(self, name: str) -> str:
        """The text of the first child of this name; empty where there is none."""
        return next((child.text.strip() for child in self.children if child.name == name), "")

    def cells(self, above: str = "") -> Iterator[str]:
        """Every text and attribute with its path, for a refused row that is to be put right."""
        path = f"{above}/{self.name}"
        yield from (f"{path}@{name}={value}" for name, value in self.attributes.items())
        if text := self.text.strip():
            yield f"{path}={text}"
        for child in self.children:
            yield from child.cells(path)


class _TooLarge(Exception):
    """A part that no payroll system writes."""


class _Parts(ContentHandler):
    """Builds the elements named `parts` that stand in a root of the pattern `roots`, and forgets all else.

    Raises `_TooLarge` where a part is too deep, too large or too long a text to be one of a payroll system.
    """

    def __init__(self, roots: re.Pattern[str], parts: frozenset[str], locator: Locator) -> None:
        super().__init__()
        self._roots, self._parts = roots, parts
        self._where = locator
        self._open: list[Element] = []
        self._size = 0
        self.root: Element | None = None
        self.ready: list[Element] = []

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the library's name
        local = name.rpartition(":")[2]
        element = Element(local, self._where.getLineNumber() or 0, dict(attrs.items()))
        if self._open:
            self._open[-1].children.append(element)
            self._open.append(element)
        elif self.root is None:
            self.root = element if self._roots.fullmatch(local) else None
        elif local in self._parts:
            self._open.append(element)
            self._size = 0
        if self._open:
            longest = max(map(len, element.attributes.values()), default=0)
            self._weigh(OF_AN_ELEMENT + sum(map(len, element.attributes.values())), longest)

    def characters(self, content: str) -> None:
        if self._open:
            element = self._open[-1]
            element.text += content
            self._weigh(len(content), len(element.text))

    def endElement(self, name: str) -> None:  # noqa: ARG002, N802 - the library's name
        if self._open:
            ended = self._open.pop()
            if not self._open:
                self.ready.append(ended)

    def _weigh(self, more: int, longest: int) -> None:
        self._size += more
        if self._size > LARGEST or longest > LONGEST or len(self._open) > DEEPEST:
            raise _TooLarge


def parts_of(texts: Iterable[str], file: str, roots: re.Pattern[str], parts: frozenset[str]) -> Iterator[tuple[Element, Element]]:
    """Every part of an answer with its root, as soon as it is whole.

    Raises `DeliveryRefused`: `forbidden-xml` (a DTD or entities), `bad-xml`, `truncated-xml`, `bad-answer` (another root), `too-large`.
    """
    parser = create_parser(forbid_dtd=True)
    handler = _Parts(roots, parts, parser)
    parser.setContentHandler(handler)
    try:
        for text in texts:
            parser.feed(text)
            yield from _ready(handler)
    except DefusedXmlException as wrong:
        raise DeliveryRefused("forbidden-xml", file=file) from wrong
    except SAXParseException as wrong:
        raise DeliveryRefused("bad-xml", file=file, line=str(wrong.getLineNumber())) from wrong
    except _TooLarge as wrong:
        raise DeliveryRefused("too-large", file=file) from wrong
    try:
        parser.close()
    except SAXParseException as wrong:
        raise DeliveryRefused("truncated-xml", file=file) from wrong
    if handler.root is None:
        raise DeliveryRefused("bad-answer", file=file)
    yield from _ready(handler)


def _ready(handler: _Parts) -> Iterator[tuple[Element, Element]]:
    ready, handler.ready = handler.ready, []
    if handler.root is not None:
        yield from ((handler.root, part) for part in ready)


def bytes_of(path: Path) -> Iterator[bytes]:
    """A file in chunks, unpacked where it ends in `.gz`. Raises `DeliveryRefused`: `bad-file`, `too-large`."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            yield from no_bomb(iter(lambda: file.read(CHUNK), b""), path)
    except (OSError, EOFError, zlib.error) as wrong:
        raise DeliveryRefused("bad-file", file=path.name) from wrong


def digest_of(path: Path) -> str:
    """The digest of the content (unpacked)."""
    digest = hashlib.sha256()
    for chunk in bytes_of(path):
        digest.update(chunk)
    return digest.hexdigest()


def texts_of(chunks: Iterable[bytes], encoding: str, file: str) -> Iterator[str]:
    """Bytes as text, a byte order mark left out. The mapping tells the encoding, whatever the file says of itself.

    Raises `DeliveryRefused("bad-encoding")`.
    """
    begun = False
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        for chunk in chunks:
            text = decoder.decode(chunk)
            yield text if begun else text.removeprefix("\ufeff")
            begun = begun or bool(text)
        yield decoder.decode(b"", final=True)
    except (UnicodeDecodeError, LookupError) as wrong:
        raise DeliveryRefused("bad-encoding", file=file) from wrong
