"""Templates that extend each other, laid over one another until each stands for itself; tables in, tables out."""

from collections.abc import Mapping
from typing import Any

from contracts.words import MilestoneKind
from services.onboarding.rules.defaults import STEPS, TEMPLATES, Raw

OWN_WORDS = ("extends", "from_scratch")
"""What only says how a template comes about."""


def whole(given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every template, the built-in ones first: what it extends, what is built in under its name, what the municipality writes.

    Raises `ValueError` naming the template that extends none, or itself.
    """
    tables = {name: _table(f"templates.{name}", table) for name, table in given.items()}
    return {name: _finished(_laid(name, tables, ())) for name in dict.fromkeys((*TEMPLATES, *tables))}


def _table(where: str, found: object) -> Raw:
    if not isinstance(found, Mapping):
        message = f"{where} is no table"
        raise ValueError(message)  # noqa: TRY004 - what the rules' reader reports
    for name, step in _steps(found).items():
        if not isinstance(step, Mapping):
            message = f"{where}.steps.{name} is no table"
            raise ValueError(message)  # noqa: TRY004 - as above
    return found


def _steps(template: Raw) -> Mapping[str, Any]:
    found = template.get("steps", {})
    return found if isinstance(found, Mapping) else {}


def _laid(name: str, given: Mapping[str, Raw], below: tuple[str, ...]) -> dict[str, Any]:
    """A template and what it stands on. A base that is off does not turn off what extends it."""
    if name in below:
        message = f"templates.{below[0]}.extends: {' extends '.join((*below, name))}"
        raise ValueError(message)
    if name not in given and name not in TEMPLATES:
        message = f"templates.{below[-1]}.extends: there is no template {name!r}"
        raise ValueError(message)
    own, built_in = given.get(name, {}), TEMPLATES.get(name, {})
    if own.get("from_scratch"):
        built_in = {key: value for key, value in built_in.items() if key != "steps"}
    base = own.get("extends") or (None if own.get("from_scratch") else built_in.get("extends"))
    found = {key: value for key, value in _laid(base, given, (*below, name)).items() if key != "on"} if base else {}
    for layer in (built_in, own):
        found = _over(found, layer)
    return found


def _over(below: Mapping[str, Any], above: Raw) -> dict[str, Any]:
    """Keys of `above` replace those of `below`; of steps, key by key of each."""
    steps = dict(_steps(below))
    for name, step in _steps(above).items():
        steps[name] = {**steps.get(name, {}), **step}
    return {**below, **above, "steps": steps}


def _finished(template: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in template.items() if key not in OWN_WORDS}
    return {**found, "steps": {name: _step(name, step) for name, step in _steps(template).items()}}


def _step(name: str, given: Raw) -> dict[str, Any]:
    """A step with what its name stands for; closes when it is due where nothing else is said (danish-hr 4)."""
    step = {**STEPS.get(name, {}), **given}
    step.setdefault("kind", name if name in set(MilestoneKind) else MilestoneKind.LOCAL_STEP.value)
    if "course" in step:
        step.setdefault("how", "course")
    if "due" in step:
        step.setdefault("closes", step["due"])
        step.setdefault("opens", step["due"])
    return step
