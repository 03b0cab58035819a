"""The rules of the house as tests: sizes, names, what may stand where."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SERVICES = ("intake", "recruitment", "onboarding", "retention", "notification", "reporting")
SOURCES = sorted(path for room in ("contracts", "services", "deploy", "bench", "tests") for path in (ROOT / room).rglob("*.py"))
STOP_LINES = 300
STOP_FUNCTION = 40
DOES_IO = {"asyncio", "io", "os", "pathlib", "shutil", "tempfile", "threading", "time", "logging", "structlog"}
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
    assert path == Path(__file__) or not re.search(r"\b(TODO|FIXME|XXX)\b", text)


@pytest.mark.parametrize(
    "tool",
    [
        ("ruff", "format", "--check"),
        ("ruff", "check"),
        ("lint-imports", "--no-cache"),  # the contracts in pyproject.toml: rooms, siblings, I/O below a domain, who knows Kafka
        ("mypy",),
    ],
    ids=" ".join,
)
def test_the_tools_find_nothing(tool: tuple[str, ...]) -> None:
    ours = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    found = subprocess.run(tool, cwd=ROOT, capture_output=True, text=True, check=False, env=ours)
    assert found.returncode == 0, found.stdout[-4000:]


def test_the_contracts_import_pydantic_and_the_standard_library_and_nothing_else() -> None:
    rooms = {"contracts", "pydantic"} | sys.stdlib_module_names
    contracts = [p for p in SOURCES if _relative(p).startswith("contracts/")]
    assert {_relative(p): sorted(_imported(p) - rooms) for p in contracts if _imported(p) - rooms} == {}


def _imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    named = {alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names}
    return {name.partition(".")[0] for name in named | {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)}}


def test_sql_of_a_service_stands_in_its_store() -> None:
    statement = re.compile(r"[\"'](SELECT|INSERT INTO|UPDATE|DELETE FROM) ", re.IGNORECASE)
    rooms = [p for p in SOURCES if any(f"services/{s}/" in _relative(p) for s in SERVICES)]
    allowed = ("store", "ledger", "publish")
    assert [_relative(p) for p in rooms if statement.search(p.read_text("utf-8")) and not any(a in _relative(p) for a in allowed)] == []


MACHINE_CLOCK = re.compile(
    r"(?<![\w.])(now|(clock|statement|transaction)_timestamp|timeofday)\s*\(\s*\)"
    r"|\b(current_(date|time|timestamp)|localtime(stamp)?)\b"
    r"|'(now|today|tomorrow|yesterday)'",
    re.IGNORECASE,
)
WHO_MAY_ASK = {
    "services/chassis/migrations/0001_chassis.sql": "the one clock, which adds what a local stack is ahead",
    "services/chassis/migrations/0003_outbox_age.sql": "how long an event has waited to be sent is the server's own figure",
    "services/chassis/migrations/0013_outbox_copy.sql": "the same",
    "services/chassis/tables/counts.py": "the same",
    "services/chassis/tables/sessions.py": "how long a session has been silent is the server's own figure",
}


def _sql_of(path: Path) -> list[str]:
    """The SQL of a file: all of it without comments, or of code every string that is no docstring."""
    text = path.read_text("utf-8")
    if path.suffix == ".sql":
        return [re.sub(r"--.*", "", text)]
    tree = ast.parse(text)
    said = {n.value for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    return [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and n not in said]


def _whose_sql_says(what: re.Pattern[str], *files: str) -> set[str]:
    """The files of the services, named like these, in whose SQL this stands."""
    found = [path for name in files for path in sorted((ROOT / "services").rglob(name))]
    return {_relative(path) for path in found if any(what.search(sql) for sql in _sql_of(path))}


def test_sql_asks_the_one_clock_and_never_the_machine() -> None:
    assert _whose_sql_says(MACHINE_CLOCK, "*.py", "*.sql") == WHO_MAY_ASK.keys(), "ask forbliv_moment(), or hand the moment in"


@pytest.mark.parametrize(
    ("sql", "asks"),
    [
        ("SELECT now()", True),
        ("WHERE wake_at <= CURRENT_TIMESTAMP", True),
        ("died_at > clock_timestamp () - $1", True),
        ("died_at > clock_timestamp() - $1", True),
        ("day < current_date - 7", True),
        ("SELECT 'now'::timestamptz", True),
        ("SELECT forbliv_moment()", False),
        ("FROM unnest($1) now(name)", False),
        ("SELECT current_database(), current_user, current_setting('x')", False),
        ("await runtime.now()", False),
    ],
)
def test_the_machines_clock_is_known_in_sql(sql: str, *, asks: bool) -> None:
    assert bool(MACHINE_CLOCK.search(sql)) is asks


LASTING = re.compile(r"pg_(try_)?advisory_lock(_shared)?\s*\(|set_config\(.*\bfalse\s*\)|(^|;\s*)(SET (?!LOCAL)|LISTEN )", re.IGNORECASE)
WHO_HOLDS_A_SESSION = {
    "services/chassis/database.py": "one migrator",
    "services/chassis/tables/sessions.py": "one relay, one sender",
    "services/intake/store.py": "one import of a feed",
}


def test_what_outlasts_a_transaction_is_taken_in_a_session() -> None:
    """The pool gives connections back as they are: a lock or a setting would be the next one's."""
    assert _whose_sql_says(LASTING, "*.py") == WHO_HOLDS_A_SESSION.keys()


@pytest.mark.parametrize(
    ("sql", "lasts"),
    [
        ("SELECT pg_try_advisory_lock($1)", True),
        ("SELECT pg_advisory_lock_shared(1)", True),
        ("SELECT set_config('a', 'b', false)", True),
        ("SET statement_timeout = 0", True),
        ("SELECT pg_advisory_xact_lock($1)", False),
        ("SELECT set_config('a', 'b', true)", False),
        ("SET LOCAL statement_timeout = 0", False),
        ("UPDATE t\n    SET a = 1", False),
        ("BEGIN; SET lock_timeout = 0", True),
    ],
)
def test_what_outlasts_a_transaction_is_known(sql: str, *, lasts: bool) -> None:
    assert bool(LASTING.search(sql)) is lasts


def test_a_domain_does_no_input_or_output() -> None:
    # What the chassis' values may hold (a task's frame, the rules' files) a domain may not; import-linter forbids the rest.
    room = re.compile(r"services/(\w+/domain|reporting/(contributions|indicators|disclosure))(\.py|/)")
    domains = [p for p in SOURCES if room.search(_relative(p))]
    assert {match[1] for p in domains if (match := room.search(_relative(p)))} >= {f"{s}/domain" for s in SERVICES if s != "reporting"}
    assert [_relative(p) for p in domains if _imported(p) & DOES_IO] == []


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
