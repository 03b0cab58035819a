"""What may change in an event that others read already: an optional field more, a word more. FULL_TRANSITIVE, schema against schema.

Both ways must hold: today's code reads all that was ever said, and a reader of yesterday reads what is said from now on.
Nothing that was committed ever goes away, so a schema that follows the last one follows them all.
Anything else is another event: `<speaker>.<fact>.v2`, with an upcaster in its class (`Event.older`).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

Schema: TypeAlias = Mapping[str, Any]
"""A JSON Schema 2020-12 as pydantic writes it: `$defs` at the top, references to them, no remote ones."""

EVENT = "(the event)"
ABSENT = "absent"
HEAD = ("x-topic", "x-data-class")
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
EXACT = ("pattern", "format", "multipleOf", "uniqueItems")
WALKED = ("type", "enum", "const", "properties", "required", "items", "prefixItems", "additionalProperties", "default", "$defs")
TOLD = ("title", "description", "examples", "deprecated", "$schema", "$id", "x-topic", "x-data-class")
"""Words for people and for access lists: no reader reads another event because of them."""
KNOWN = frozenset((*LOWER, *UPPER, *EXACT, *WALKED, *TOLD))


class Rule(StrEnum):
    """Which promise a change breaks."""

    REMOVED = "removed"
    RENAMED = "renamed"
    RETYPED = "retyped"
    NEWLY_REQUIRED = "newly required"
    NO_LONGER_REQUIRED = "no longer required"
    NARROWED = "narrowed"
    WIDENED = "widened"
    CHANGED = "changed"


class Finding(NamedTuple):
    """One broken promise: of which event, in which field (`call.state`, `rows[].persons`), and why, in plain words."""

    wire: str
    field: str
    rule: Rule
    why: str

    def __str__(self) -> str:
        """One line for people."""
        return f"{self.wire}: {self.field}: {self.rule}: {self.why}"


class _Broken(NamedTuple):
    field: str
    rule: Rule
    why: str


def changes(wire: str, old: Schema, new: Schema) -> list[Finding]:
    """All that a reader or a speaker of `old` cannot bear in `new`; empty when the two are compatible both ways."""
    walk = _Walk(old.get("$defs", {}), new.get("$defs", {}))
    return [Finding(wire, *broken) for broken in (*_head(old, new), *walk.shape(old, new, ""))]


def catalogue_changes(committed: Mapping[str, Schema], today: Mapping[str, Schema], older: Collection[str]) -> list[Finding]:
    """The same for all wire names. `older`: names without a class of their own, which a newer version reads."""
    read = {*today, *older}
    gone = [Finding(wire, EVENT, Rule.REMOVED, "nothing reads it any more") for wire in committed if wire not in read]
    return gone + [found for wire, old in committed.items() if wire in today for found in changes(wire, old, today[wire])]


def _head(old: Schema, new: Schema) -> Iterator[_Broken]:
    for name in HEAD:
        if old.get(name) != new.get(name):
            yield _Broken(EVENT, Rule.CHANGED, f"{name} was {old.get(name)} and is {new.get(name)}: who reads it, reads elsewhere")


class _Branch(NamedTuple):
    """One form a value may take, with its reference followed; `name` is that of the definition, if it has one."""

    name: str
    schema: Schema


class _Form(NamedTuple):
    """The forms a value may take, null apart."""

    null: bool
    branches: tuple[_Branch, ...]


def _form(schema: Schema, defs: Schema, name: str = "") -> _Form:
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        return _form({**defs[name], **{key: told for key, told in schema.items() if key != "$ref"}}, defs, name)
    several = schema.get("anyOf") or schema.get("oneOf")
    if several is None:
        return _Form(True, ()) if schema.get("type") == "null" else _Form(False, (_Branch(name, schema),))
    forms = [_form(each, defs) for each in several]
    return _Form(any(form.null for form in forms), tuple(branch for form in forms for branch in form.branches))


@dataclass(frozen=True, slots=True)
class _Walk:
    """The definitions on both sides, and which of them are being compared: a shape may hold itself."""

    old_defs: Schema
    new_defs: Schema
    begun: frozenset[tuple[str, str]] = frozenset()

    def shape(self, old: Schema, new: Schema, path: str) -> Iterator[_Broken]:
        """A value of any form."""
        was, now = _form(old, self.old_defs), _form(new, self.new_defs)
        if was.null and not now.null:
            yield _Broken(path, Rule.NARROWED, "null was allowed")
        if now.null and not was.null:
            yield _Broken(path, Rule.WIDENED, "null is allowed now, and a reader of today refuses it")
        if len(was.branches) == len(now.branches) == 1:
            yield from self._one(was.branches[0], now.branches[0], path)
        else:
            yield from self._several(was.branches, now.branches, path)

    def _several(self, was: tuple[_Branch, ...], now: tuple[_Branch, ...], path: str) -> Iterator[_Broken]:
        fits = {(a, b) for a, old in enumerate(was) for b, new in enumerate(now) if not list(self._one(old, new, path))}
        if {a for a, _ in fits} != set(range(len(was))):
            yield _Broken(path, Rule.RETYPED, "one of the forms it could take is no longer there")
        if {b for _, b in fits} != set(range(len(now))):
            yield _Broken(path, Rule.WIDENED, "it may take a form that a reader of today refuses")

    def _one(self, was: _Branch, now: _Branch, path: str) -> Iterator[_Broken]:
        pair = (was.name, now.name)
        if all(pair) and pair in self.begun:
            return
        old, new = was.schema, now.schema
        if old.get("type") != new.get("type"):
            yield _Broken(path, Rule.RETYPED, f"{old.get('type', 'any')} before, {new.get('type', 'any')} now")
            return
        yield from _words(old, new, path)
        yield from _limits(old, new, path)
        within = _Walk(self.old_defs, self.new_defs, self.begun | {pair})
        yield from within._fields(old, new, path)
        yield from within._items(old, new, path)

    def _fields(self, old: Schema, new: Schema, path: str) -> Iterator[_Broken]:
        was, now = old.get("properties", {}), new.get("properties", {})
        needed, needs = set(old.get("required", ())), set(new.get("required", ()))
        added = [name for name in now if name not in was]
        renamed = {name: self._twin(was[name], now, added) for name in was if name not in now}
        for name, twin in renamed.items():
            why = f"it looks like {_at(path, twin)} now" if twin else "a reader of today reads it"
            yield _Broken(_at(path, name), Rule.RENAMED if twin else Rule.REMOVED, why)
        for name in added:
            if name in needs and name not in renamed.values():
                yield _Broken(_at(path, name), Rule.NEWLY_REQUIRED, "what was said before does not have it")
        for name in was:
            if name in now:
                yield from _need(was[name], now[name], _at(path, name), name in needed, name in needs)
                yield from self.shape(was[name], now[name], _at(path, name))
        yield from self._others(old, new, path)

    def _twin(self, old: Schema, now: Schema, added: list[str]) -> str:
        return next((name for name in added if not list(self.shape(old, now[name], ""))), "")

    def _others(self, old: Schema, new: Schema, path: str) -> Iterator[_Broken]:
        was, now = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if isinstance(was, Mapping) and isinstance(now, Mapping):
            yield from self.shape(was, now, _at(path, "*"))
        elif was != now:
            rule = Rule.WIDENED if now is True or was is False else Rule.NARROWED
            yield _Broken(_at(path, "*"), rule, "fields without a name of their own are taken otherwise")

    def _items(self, old: Schema, new: Schema, path: str) -> Iterator[_Broken]:
        if ("items" in old) != ("items" in new):
            yield _Broken(f"{path}[]", Rule.RETYPED, "its items had a form, or have one now")
        elif "items" in old:
            yield from self.shape(old["items"], new["items"], f"{path}[]")
        was, now = old.get("prefixItems", ()), new.get("prefixItems", ())
        if len(was) != len(now):
            yield _Broken(f"{path}[]", Rule.RETYPED, f"{len(was)} places before, {len(now)} now")
        for place, (one, other) in enumerate(zip(was, now, strict=False)):
            yield from self.shape(one, other, f"{path}[{place}]")


def _need(old: Schema, new: Schema, path: str, was: bool, now: bool) -> Iterator[_Broken]:
    if now and not was:
        yield _Broken(path, Rule.NEWLY_REQUIRED, "what was said before may not have it")
    if was and not now:
        yield _Broken(path, Rule.NO_LONGER_REQUIRED, "a reader of today refuses an event without it")
    if not was and not now and old.get("default", ABSENT) != new.get("default", ABSENT):
        yield _Broken(path, Rule.CHANGED, f"left out it meant {old.get('default', ABSENT)}, now {new.get('default', ABSENT)}")


def _words(old: Schema, new: Schema, path: str) -> Iterator[_Broken]:
    was, now = _list_of(old), _list_of(new)
    if was is None or now is None:
        if was is not None:
            yield _Broken(path, Rule.WIDENED, "it was one of a list of words")
        if now is not None:
            yield _Broken(path, Rule.NARROWED, "it is one of a list of words now")
        return
    for word in was:
        if word not in now:
            yield _Broken(path, Rule.NARROWED, f"the word {word} is no longer in the list")
    for word in now:
        if word not in was and "unknown" not in was:
            yield _Broken(path, Rule.WIDENED, f"the word {word} is new, and a reader of today has no unknown to read it as")


def _list_of(schema: Schema) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _limits(old: Schema, new: Schema, path: str) -> Iterator[_Broken]:
    for name in (*LOWER, *UPPER):
        was, now = old.get(name), new.get(name)
        if was != now:
            tighter = was is None or (now is not None and (now > was) is (name in LOWER))
            yield _Broken(path, Rule.NARROWED if tighter else Rule.WIDENED, _told(name, was, now))
    for name in EXACT:
        if old.get(name) != new.get(name):
            rule = Rule.NARROWED if name not in old else Rule.WIDENED if name not in new else Rule.CHANGED
            yield _Broken(path, rule, _told(name, old.get(name), new.get(name)))
    for name in sorted((old.keys() | new.keys()) - KNOWN - {"anyOf", "oneOf"}):
        if old.get(name) != new.get(name):
            yield _Broken(path, Rule.CHANGED, _told(name, old.get(name), new.get(name)))


def _told(name: str, was: object, now: object) -> str:
    return f"{name} {'none' if was is None else was} before, {'none' if now is None else now} now"


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
