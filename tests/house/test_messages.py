"""Every text that code or a template names exists in Danish and English with the same places, and no text is left over."""

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from jinja2 import Environment, nodes

from tests.house.test_rules_of_the_house import ROOT, SERVICES

ROOMS = {"chassis": ROOT / "services/chassis/web", **{name: ROOT / "services" / name for name in SERVICES}}
LANGUAGES = ("da", "en")
_RAISED = {"Refused", "NotFound", "wrong"}
_KEYWORDS = {"notice": None, "title": "Field"}
_MESSAGE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")


@dataclass
class Named:
    """Message ids that a room names: those it must have, beginnings of ids put together, and every string that could be one."""

    needed: set[str] = field(default_factory=set)
    beginnings: set[str] = field(default_factory=set)
    strings: set[str] = field(default_factory=set)


def texts(room: str, language: str) -> dict[str, str]:
    file = ROOMS[room] / "messages" / f"{language}.toml"
    return tomllib.loads(file.read_text("utf-8")) if file.exists() else {}


def named(room: str) -> Named:
    found = Named()
    for file in sorted(ROOMS[room].rglob("*.py")):
        _read_code(ast.parse(file.read_text("utf-8")), found)
    for file in sorted((ROOMS[room] / "templates").rglob("*.*")):
        _read_template(Environment(extensions=["jinja2.ext.do"]).parse(file.read_text("utf-8")), found)
    return found


def _read_code(tree: ast.Module, found: Named) -> None:
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if _MESSAGE.fullmatch(text):
                found.strings.add(text)
            case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]) if text.endswith("-"):
                found.beginnings.add(text)
            case ast.Call(func=func, args=args, keywords=keywords):
                found.needed |= set(_needed_by_call(ast.unparse(func).split(".")[-1], args, keywords))


def _needed_by_call(name: str, args: list[ast.expr], keywords: list[ast.keyword]) -> Iterator[str]:
    first = args[0].value if args and isinstance(args[0], ast.Constant) else None
    if isinstance(first, str) and (name in _RAISED or (name == "text" and _MESSAGE.fullmatch(first))):
        yield first
    for keyword in keywords:
        wanted = keyword.arg in _KEYWORDS and _KEYWORDS[keyword.arg] in {None, name}
        if wanted and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
            yield keyword.value.value


def _read_template(template: nodes.Template, found: Named) -> None:
    found.strings |= {const.value for const in template.find_all(nodes.Const) if isinstance(const.value, str)}
    for call in template.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "_" and call.args:
            _read_message(call.args[0], found)
    for concat in template.find_all((nodes.Concat, nodes.Add)):
        _read_message(concat, found, beginnings_only=True)


def _read_message(message: nodes.Expr, found: Named, *, beginnings_only: bool = False) -> None:
    match message:
        case nodes.Const(value=str(text)) if not beginnings_only:
            found.needed.add(text)
        case nodes.CondExpr():
            _read_message(message.expr1, found)
            if message.expr2 is not None:
                _read_message(message.expr2, found)
        case nodes.Concat() if isinstance(first := message.nodes[0], nodes.Const) and str(first.value).endswith("-"):
            found.beginnings.add(str(first.value))
        case nodes.Add(left=nodes.Const(value=str(text))) if text.endswith("-"):
            found.beginnings.add(text)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_that_is_named_exists(room: str) -> None:
    wanted = named(room)
    known = {**texts("chassis", "da"), **texts(room, "da")}

    assert sorted(wanted.needed - known.keys()) == []


@pytest.mark.parametrize("room", ROOMS)
def test_danish_and_english_say_the_same_things_with_the_same_places(room: str) -> None:
    danish, english = (texts(room, language) for language in LANGUAGES)

    assert sorted(danish.keys() ^ english.keys()) == []
    assert [message for message in danish if places(danish[message]) != places(english[message])] == []
    assert [message for message in danish if not danish[message].strip() or not english[message].strip()] == []
    assert room == "chassis" or not danish.keys() & texts("chassis", "da").keys()


@pytest.mark.parametrize("room", ROOMS)
def test_no_text_is_left_over(room: str) -> None:
    wanted = named(room)

    def is_named(message: str) -> bool:
        whole = message in wanted.strings | wanted.needed
        return whole or any(message.startswith(beginning) for beginning in wanted.beginnings)

    left_over = [message for message in texts(room, "da") if not is_named(message) and not is_named(message.removesuffix("-one"))]
    assert left_over == []


NO_DANE_SAYS = re.compile(
    r"ikke fortalt|[Ss]tår bi|[Ii]agttagelse|, så den ligger|flyttet af et menneske|leder ovenover|hvis det er et team|[Kk]endt for sent"
)
"""What readers of the pages stumbled over: odd words, a word that points to nothing, one thing called by two names."""


@pytest.mark.parametrize("room", ["onboarding", "notification"])
def test_danish_is_said_as_a_leader_would(room: str) -> None:
    assert [text for text in texts(room, "da").values() if NO_DANE_SAYS.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_state_and_one_role_have_one_name_on_the_pages_and_in_the_inbox(language: str) -> None:
    pages, inbox = texts("onboarding", language), texts("notification", language)

    assert pages["onboarding-state-never-started"] == pages["onboarding-step-state-never-started"] == inbox["tasks-short-never-started"]
    assert pages["onboarding-role-adviser"].lower() == inbox["tasks-role-adviser"]


def test_the_readers_of_code_and_templates_find_what_they_should() -> None:
    found = Named()
    _read_code(ast.parse('raise Refused("a-b", field=x); go("/p", notice="c-d"); Field(title="e-f"); Page(title="no-id"); f"g-{h}"'), found)
    _read_template(Environment().parse('{{ _("i-j" if x else "k-l") }}{{ _("m-" ~ n) }}{{ _(o) }}'), found)

    assert found.needed == {"a-b", "c-d", "e-f", "i-j", "k-l"}
    assert found.beginnings == {"g-", "m-"}
