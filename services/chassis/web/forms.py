"""What people fill in: read once, checked, and shown again with what is wrong."""

import hmac
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeVar, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from services.chassis.failures import Refused

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]

CSRF = "csrf"
_MOST_FIELDS = 500
_COLLECTIONS = (tuple, list, set, frozenset)


class Form(BaseModel):
    """What a form may send. `form_id` makes it one-time: the same form sent twice is answered as done."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    form_id: UUID


class Query(BaseModel):
    """What the address of a page may ask for after its `?`; what else stands there is not read."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)


M = TypeVar("M", bound=Form)
Q = TypeVar("Q", bound=Query)


class Invalid(Exception):
    """Something typed is wrong: the page of the same path is shown again with the errors, as 422. Raised by `Desk.form`."""

    def __init__(self, filled: "Filled") -> None:
        """Keep what was typed and what is wrong with it."""
        super().__init__("the form is not right")
        self.filled = filled


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the name of the field (none: the whole form), its label's message id, the message id and its places."""

    name: str | None
    label: str | None
    message: str
    places: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filled:
    """What was typed into a form, and what is wrong with it. Empty on a page that is shown for the first time."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    page: Endpoint | None = None
    labels: Mapping[str, str | None] = field(default_factory=dict)
    """The fields of the form, each with the message id of its label where it has one."""
    is_query: bool = False
    """It was asked in the address, which can be asked again as it is."""

    def value(self, name: str, default: Any = None) -> Any:
        """What was typed into this field of the form that was sent; on a fresh page, and in the page's other forms, `default`."""
        return (self.values.get(name) or [""])[-1] if self._was_sent(name) else default

    def chosen(self, name: str, value: Any, default: Any = None) -> bool:
        """Whether this choice was made; on a fresh page, and in the page's other forms, whether it is (one of) the default."""
        if self._was_sent(name):
            return str(value) in self.values.get(name, ())
        return str(value) in {str(d) for d in default} if isinstance(default, _COLLECTIONS) else str(value) == str(default)

    def _was_sent(self, name: str) -> bool:
        """Whether the field belongs to the form that was sent: a choice that was not made sends nothing, its form knows it still."""
        return name in self.values or name in self.labels

    def fault(self, name: str) -> Fault | None:
        """The first thing wrong with a field."""
        return next((fault for fault in self.faults if fault.name == name), None)


def wrong(message: str, /, **places: object) -> PydanticCustomError:
    """What a validator of a form raises: the message id and what fills its places."""
    return PydanticCustomError("message", message, places)


def csrf_token(request: Request) -> str:
    """The token of this session, made when first asked for."""
    token: str = request.session.setdefault(CSRF, secrets.token_urlsafe(24))
    return token


async def checked(request: Request, *, files: int = 0) -> FormData:
    """The form of a POST that carries this session's token, with at most so many files. Raises `HTTPException` 403 for any other."""
    sent = await request.form(max_files=files, max_fields=_MOST_FIELDS)
    token = request.session.get(CSRF)
    if not token or not hmac.compare_digest(str(sent.get(CSRF, "")).encode(), token.encode()):
        await sent.close()
        raise HTTPException(403, "web-form-stale")
    return sent


async def read(request: Request, model: type[M], page: Endpoint | None = None) -> M:
    """Check and validate a POST; a file in it is left to `uploaded`. Raises `Invalid` with all that is wrong."""
    sent = await checked(request)
    values = {name: [value for value in sent.getlist(name) if isinstance(value, str)] for name in sent if name != CSRF}
    filled = Filled(values, page=page, labels={name: info.title for name, info in model.model_fields.items()})
    request.state.filled = filled
    try:
        return model.model_validate(_given(model, values))
    except ValidationError as error:
        faults = tuple(_fault(filled, detail) for detail in error.errors(include_url=False))
        raise Invalid(replace(filled, faults=faults)) from error


def asked(request: Request, model: type[Q]) -> Q | None:
    """What the address of a page asks for, checked as a form is; none where something is wrong: the page tells it at each field (422)."""
    values = {name: request.query_params.getlist(name) for name in request.query_params if name in model.model_fields}
    filled = Filled(values, labels={name: info.title for name, info in model.model_fields.items()}, is_query=True)
    try:
        found = model.model_validate(_given(model, values))
    except ValidationError as error:
        faults = tuple(_fault(filled, detail) for detail in error.errors(include_url=False))
        request.state.filled, request.state.status = replace(filled, faults=faults), 422
        return None
    request.state.filled = filled
    return found


async def uploaded(request: Request, name: str) -> bytes:
    """The content of the file of a POST, asked for before its form is read; empty where none was chosen. Raises as `checked`."""
    sent = await checked(request, files=1)
    file = sent.get(name)
    content = await file.read() if isinstance(file, UploadFile) else b""
    await sent.close()
    return content


def _given(model: type[BaseModel], values: Mapping[str, Collection[str]]) -> dict[str, object]:
    given: dict[str, object] = {}
    for name, sent in values.items():
        full = [value for value in sent if value.strip()]
        if full:
            given[name] = full if name in model.model_fields and _takes_many(model.model_fields[name]) else full[-1]
    return given


def _takes_many(info: FieldInfo) -> bool:
    kinds = (info.annotation, *get_args(info.annotation))
    return any(kind in _COLLECTIONS or get_origin(kind) in _COLLECTIONS for kind in kinds)


_MESSAGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "missing": ("web-field-missing", ()),
    "date_from_datetime_parsing": ("web-field-date", ()),
    "date_parsing": ("web-field-date", ()),
    "date_from_datetime_inexact": ("web-field-date", ()),
    "enum": ("web-field-choice", ()),
    "literal_error": ("web-field-choice", ()),
    "int_parsing": ("web-field-whole-number", ()),
    "int_from_float": ("web-field-whole-number", ()),
    "decimal_parsing": ("web-field-number", ()),
    "float_parsing": ("web-field-number", ()),
    "string_too_long": ("web-field-too-long", ("max_length",)),
    "greater_than_equal": ("web-field-at-least", ("ge",)),
    "less_than_equal": ("web-field-at-most", ("le",)),
}


def _fault(filled: Filled, detail: ErrorDetails) -> Fault:
    name = str(detail["loc"][0]) if detail["loc"] else None
    label = filled.labels.get(name) if name else None
    context = detail.get("ctx", {})
    if detail["type"] == "message":
        return Fault(name, label, detail["msg"], context)
    message, places = _MESSAGES.get(detail["type"], ("web-field-wrong", ()))
    return Fault(name, label, message, {place: context[place] for place in places})


def refusal(filled: Filled, refused: Refused) -> Filled:
    """The form as a rule refused it: at the field that the refusal names as `field`, if the form has it."""
    name = refused.fields.get("field")
    name = name if name in filled.labels else None
    fault = Fault(name, filled.labels.get(name) if name else None, refused.reason, refused.fields)
    return replace(filled, faults=(fault,))
