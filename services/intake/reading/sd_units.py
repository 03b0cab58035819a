"""Units of SD Løn: their names from `GetDepartment`, their tree from `GetOrganization`, where the inner reference is the parent."""

from collections.abc import Iterator
from typing import Any

from services.intake.reading.draft import Draft
from services.intake.reading.mapping import Kind
from services.intake.reading.sd_mapping import SdSource
from services.intake.reading.values import Values
from services.intake.reading.xml import Element
from services.intake.reading.xml_row import XmlRow

REFERENCE = "DepartmentReference"


class SdUnits:
    """Gathers the tree of one answer, block by block; every block holds one period of all units."""

    def __init__(self, source: SdSource, values: Values) -> None:
        """Begin with no unit."""
        self._source = source
        self._values = values
        self._blocks: list[tuple[Element, Element, str]] = []

    def named(self, root: Element, part: Element, institution: str) -> Iterator[Draft]:
        """The name of one unit in one period."""
        row = XmlRow(part, self._values)
        code = row.key("unit", "DepartmentIdentifier")
        name = {**row.period(), "name": row.text("name", part.get("DepartmentName"), 120), "level": self._level(part)}
        yield self._draft(root, part, self._source.unit_of(institution, code), {"names": (name,)})

    def place(self, root: Element, block: Element, institution: str) -> None:
        """Keep one period of the tree until all are there."""
        self._blocks.append((root, block, institution))

    def placed(self) -> Iterator[tuple[Element, Iterator[Draft]]]:
        """Every unit with its parents over time."""
        blocks, self._blocks = self._blocks, []
        if blocks:
            yield blocks[0][1], self._tree(blocks)

    def _tree(self, blocks: list[tuple[Element, Element, str]]) -> Iterator[Draft]:
        parents: dict[str, list[dict[str, Any]]] = {}
        for _, block, institution in blocks:
            days = XmlRow(block, self._values).period()
            for code, (parent, level) in sorted(self._edges(block, institution).items()):
                parents.setdefault(code, []).append({**days, "parent": parent, "level": level})
        for code, found in parents.items():
            yield self._draft(blocks[0][0], blocks[0][1], code, {"parents": tuple(sorted(found, key=lambda one: one["first"]))})

    def _edges(self, block: Element, institution: str) -> dict[str, tuple[str | None, str | None]]:
        """Every unit of a block with its parent and level; the same unit stands below each of its children."""
        edges: dict[str, tuple[str | None, str | None]] = {}
        ahead = block.all(REFERENCE)
        while ahead:
            reference = ahead.pop()
            above = reference.all(REFERENCE)
            ahead += above
            code, *more = (
                self._source.unit_of(institution, XmlRow(each, self._values).key("unit", "DepartmentIdentifier"))
                for each in [reference, *above[:1]]
            )
            edges[code] = (more[0] if more else None, self._level(reference))
        return edges

    def _level(self, element: Element) -> str | None:
        told = element.get("DepartmentLevelIdentifier")
        return self._source.level.get(told) or (XmlRow.code("level", told) if told else None)

    def _draft(self, root: Element, part: Element, code: str, facts: dict[str, Any]) -> Draft:
        row = XmlRow(part, self._values)
        moment, precision = row.registered(root)
        told = {"registered_at": moment, "registered_precision": precision, "answered_at": row.answered(root)}
        return Draft(Kind.UNIT_FACTS, part.line, code, {**told, "code": code, **facts})
