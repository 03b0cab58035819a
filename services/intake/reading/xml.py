"""XML as it streams in: one part of an answer after the other, never the whole tree; no DTD, no entity, nothing from outside."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from services.intake.reading.refused import DeliveryRefused


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


class _Parts(ContentHandler):
    """Builds the elements named `parts` that stand in a root of the pattern `roots`, and forgets all else."""

    def __init__(self, roots: re.Pattern[str], parts: frozenset[str], locator: Locator) -> None:
        super().__init__()
        self._roots, self._parts = roots, parts
        self._where = locator
        self._open: list[Element] = []
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

    def characters(self, content: str) -> None:
        if self._open:
            self._open[-1].text += content

    def endElement(self, name: str) -> None:  # noqa: ARG002, N802 - the library's name
        if self._open:
            ended = self._open.pop()
            if not self._open:
                self.ready.append(ended)


def parts_of(texts: Iterable[str], file: str, roots: re.Pattern[str], parts: frozenset[str]) -> Iterator[tuple[Element, Element]]:
    """Every part of an answer with its root, as soon as it is whole.

    Raises `DeliveryRefused`: `forbidden-xml` (a DTD or entities), `bad-xml`, `truncated-xml`, `bad-answer` (another root).
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
