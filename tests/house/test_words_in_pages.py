"""What people read stands in the messages: no word is typed into a template, none is handed to one from code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

from tests.house.test_messages import ROOMS
from tests.house.test_rules_of_the_house import ROOT

_GAP = "\0"
"""Where a template writes something of its own between two pieces of text."""
_TAG, _ATTRIBUTE, _ADDRESS = re.compile(r"<[^>]*>"), re.compile(r'[\w-]+="[^"]*"'), re.compile(r"[/#][\w/.-]+")
_READ = re.compile(r'\b(?:alt|aria-label|aria-description|aria-roledescription|title|placeholder|label)="([^"]*)"')
"""The attributes that people read or hear."""
_LETTERS = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+)*")
_SPOKEN = re.compile(r"[A-ZÆØÅ]|[^\W\d_] +[^\W\d_]")
"""A name of our own has neither capitals nor blanks."""
_COMMAND = ("kcat -C", " -o beginning")
"""A command line that is shown to be copied."""


def test_no_template_says_a_word_of_its_own() -> None:
    found = {str(file.relative_to(ROOT)): list(_typed(file.read_text("utf-8"))) for file in _templates()}

    assert {file: words for file, words in found.items() if words} == {}


def test_no_code_hands_a_word_to_a_template() -> None:
    files = [file for room in ROOMS.values() for file in sorted(room.rglob("*.py"))]
    found = {str(file.relative_to(ROOT)): list(_handed(ast.parse(file.read_text("utf-8")))) for file in files}

    assert {file: words for file, words in found.items() if words} == {}


def test_the_readers_see_what_people_would() -> None:
    typed = (
        '<p class="lead">Hej {{ name }}</p><img alt="Et kort" src="/a.png"><a href="/b" aria-label="{{ _("x-y") }} nu">{{ _("a-b") }}</a>'
        '{{ button("Gem nu") }}{% if x == "late" %}{{ _("late") }}{% endif %}'
    )

    assert list(_typed(typed)) == ["Hej", "Et kort", "nu", "Gem nu"]
    assert list(_typed('{% if x %} id="{{ y }}-hint"{% endif %}<p{% if x %} hidden{% endif %}>/tasks/{{ z }}</p>')) == []
    assert list(_handed(ast.parse('desk.render("a.html", title="Gem", kind="late", word=_("b"), text=f"Om {n}")'))) == ["Gem", "Om "]


def _templates() -> Iterator[Path]:
    for room in ROOMS.values():
        yield from (file for file in sorted((room / "templates").rglob("*.*")))


def _typed(source: str) -> Iterator[str]:
    template = Environment(extensions=["jinja2.ext.do"], trim_blocks=True, lstrip_blocks=True).parse(source)
    text = _GAP.join(piece.data for piece in template.find_all(nodes.TemplateData))
    seen = _ADDRESS.sub("", _ATTRIBUTE.sub("", _TAG.sub("", text)))
    yield from _LETTERS.findall(seen)
    for read in _READ.findall(text):
        yield from _LETTERS.findall(read)
    for const in template.find_all(nodes.Const):
        if isinstance(const.value, str) and _SPOKEN.search(const.value) and not const.value.startswith(_COMMAND):
            yield const.value


def _handed(tree: ast.Module) -> Iterator[str]:
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] == "render":
            texts = (node.value for given in call.keywords for node in ast.walk(given.value) if isinstance(node, ast.Constant))
            yield from (text for text in texts if isinstance(text, str) and _SPOKEN.search(text))
