"""The rules of the house as tests: sizes, names, what may stand where."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SERVICES = ("intake", "recruitment", "onboarding", "retention", "notification", "reporting")
SOURCES = sorted(path for room in ("contracts", "services", "deploy", "bench") for path in (ROOT / room).rglob("*.py"))
STOP_LINES = 300
STOP_FUNCTION = 40
KAFKA_ROOMS = {"bus.py", "outbox.py", "producer.py"}
FORBIDDEN_NAMES = re.compile(r"class \w*(Manager|Helper|Processor)\b")


def _relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=_relative)
def test_a_file_has_at_most_300_lines_and_says_what_it_is(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= STOP_LINES
    assert not text or ast.get_docstring(ast.parse(text)), "the first line says what the file is for"


@pytest.mark.parametrize("path", SOURCES, ids=_relative)
def test_a_function_has_at_most_40_lines_and_no_class_is_a_manager(path: Path) -> None:
    text = path.read_text("utf-8")
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    too_long = [f.name for f in functions if (f.end_lineno or 0) - f.lineno + 1 > STOP_FUNCTION]
    assert too_long == []
    assert FORBIDDEN_NAMES.search(text) is None
    assert not re.search(r"\b(TODO|FIXME|XXX)\b", text)


def test_only_the_bus_and_the_relay_know_kafka() -> None:
    knows = {
        p
        for p in SOURCES
        if "services" in p.parts and re.search(r"^(from|import) (aiokafka|faststream)", p.read_text("utf-8"), re.MULTILINE)
    }
    assert {p.name for p in knows if "chassis" in p.parts} <= KAFKA_ROOMS
    assert [_relative(p) for p in knows if "chassis" not in p.parts and "commands" not in p.parts] == []


def test_sql_of_a_service_stands_in_its_store() -> None:
    statement = re.compile(r"[\"'](SELECT|INSERT INTO|UPDATE|DELETE FROM) ", re.IGNORECASE)
    rooms = [p for p in SOURCES if any(f"services/{s}/" in _relative(p) for s in SERVICES)]
    allowed = ("store", "ledger", "publish")
    assert [_relative(p) for p in rooms if statement.search(p.read_text("utf-8")) and not any(a in _relative(p) for a in allowed)] == []


def test_a_domain_does_no_input_or_output() -> None:
    io_words = re.compile(r"^(from|import) (asyncpg|aiokafka|faststream|starlette|fastapi|httpx|asyncio|pathlib|os)\b", re.MULTILINE)
    domains = [p for p in SOURCES if re.search(r"services/\w+/domain(\.py|/)", _relative(p))]
    assert domains
    assert [_relative(p) for p in domains if io_words.search(p.read_text("utf-8"))] == []


def test_the_chassis_knows_no_people_words() -> None:
    words = re.compile(r"\b(candidate|applicant|talk|leave|resign\w*|vacanc\w*|interview)\b", re.IGNORECASE)
    chassis = [p for p in SOURCES if "services/chassis" in _relative(p) and "web" not in p.parts]
    code = {_relative(p): words.findall(_strip_comments(p.read_text("utf-8"))) for p in chassis}
    assert {p: w for p, w in code.items() if w} == {}


def _strip_comments(text: str) -> str:
    return re.sub(r'""".*?"""|#.*?$', "", text, flags=re.DOTALL | re.MULTILINE)


def test_nothing_of_one_machine_is_committed() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    host = re.compile(r"https?://(registry|repo\d*|files|proxy|deb|static)\.|\"resolved\": *\"http|--(extra-)?index-url")
    here = Path(__file__).name
    found = [
        name
        for name in tracked
        if (ROOT / name).is_file() and Path(name).name != here and host.search((ROOT / name).read_text("utf-8", errors="replace"))
    ]
    assert found == []
