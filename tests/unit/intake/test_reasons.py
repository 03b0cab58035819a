"""Whatever a row, an event or a delivery can be refused for is said in words that tell how it is put right."""

import ast
from collections.abc import Iterator

import pytest

from services.chassis.web.catalogue import LANGUAGES, Catalogue
from services.commands.import_ import NOTES, REFUSALS
from services.intake.app import SERVICE
from services.intake.delivery import ERASED
from services.intake.reading.mapping import _MAY, _MUST
from services.intake.reading.opus import OpusAnswers
from services.intake.reading.sd import SdAnswers
from services.intake.told.faults import Reason
from services.intake.whole import CUT_OFF
from tests.kit.deliveries import ROOT

INTAKE = ROOT / "services" / "intake"
CATALOGUE = Catalogue((INTAKE,), strict=True)


def raised(*names: str) -> Iterator[str]:
    """The reasons that code names when it raises one of these."""
    for file in sorted(INTAKE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in names and node.args:
                yield from words(node.args[0])


def words(node: ast.expr) -> list[str]:
    """The words an expression can be; of one put together its beginning and `*`."""
    match node:
        case ast.Constant(value=str(word)):
            return [word]
        case ast.IfExp(body=body, orelse=other):
            return words(body) + words(other)
        case ast.JoinedStr(values=[ast.Constant(value=str(word)), *_]):
            return [f"{word}*"]
        case _:
            return []


OF_HEADERS = {"bad-header"}
OF_ROWS = {reason.replace("other-*", "other-municipality") for reason in raised("Unfit")} - OF_HEADERS
WHOLE = {*raised("DeliveryRefused"), *OF_HEADERS, *CUT_OFF.values()}
FIELDS = {"row", *SdAnswers.columns, *OpusAnswers.columns} | {field for fields in (*_MUST.values(), *_MAY.values()) for field in fields}


def test_the_reasons_are_found() -> None:
    assert {"bad-date", "unknown-unit", "wrong-column-count", "other-municipality", "unknown-status-code"} <= OF_ROWS
    assert {"older-delivery", "bad-header", "truncated-xml"} <= WHOLE
    assert not any("*" in reason for reason in OF_ROWS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", sorted(OF_ROWS | {reason.value for reason in Reason}))
def test_a_refused_row_says_what_is_wrong_and_how_it_is_put_right(reason: str, language: str) -> None:
    assert CATALOGUE.text(language, f"intake-reason-{reason}")
    assert CATALOGUE.text(language, f"intake-fix-{reason}").endswith(".")


@pytest.mark.parametrize("reason", sorted(WHOLE | REFUSALS.keys()))
def test_a_delivery_that_is_refused_whole_says_why(reason: str) -> None:
    assert reason in REFUSALS
    assert all(CATALOGUE.has(f"intake-refusal-{reason}") for _ in LANGUAGES)


@pytest.mark.parametrize("word", sorted(NOTES.keys() - {ERASED}))
def test_what_is_worth_knowing_is_said_in_words(word: str) -> None:
    assert all(CATALOGUE.text(language, f"intake-note-{word}").endswith(".") for language in LANGUAGES)


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_a_field_that_is_named_has_a_name_for_people(field: str) -> None:
    assert CATALOGUE.has(f"intake-field-{field.replace('_', '-')}")


@pytest.mark.parametrize("wire", sorted(event.wire for event in SERVICE.says))
def test_what_a_delivery_can_say_has_a_name_for_people(wire: str) -> None:
    assert CATALOGUE.has(f"intake-said-{wire.rpartition('.')[0].replace('.', '-')}")
