"""A payroll service of our own that answers like SD Løn: basic auth, windows, answers without anybody, and troubles of its own."""

import base64
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qsl, urlsplit

USER, SECRET = "SY4711", "hemmelig-kanariefugl"
FAULT = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    "<soapenv:Fault><faultcode>soapenv:Client.40016</faultcode><faultstring>Ukendt institution for 9901700001</faultstring>"
    "</soapenv:Fault></soapenv:Body></soapenv:Envelope>\n"
)
_WRITTEN = "%d.%m.%Y %H:%M"


@dataclass(frozen=True)
class Trouble:
    """What the service does once instead of answering. `cut`: half of the answer; `held`: nothing until it is let go."""

    status: int = 200
    body: str | None = None
    cut: bool = False
    held: bool = False


@dataclass
class SdService:
    """What it knows: persons in force, what was registered when (Danish time), names, the tree and the names of units."""

    institution: str = "ZZ"
    in_force: list[str] = field(default_factory=list)
    registered: list[tuple[datetime, str]] = field(default_factory=list)
    named: list[tuple[datetime, str]] = field(default_factory=list)
    organisation: str = ""
    departments: str = ""
    troubles: deque[Trouble] = field(default_factory=deque)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    address: str = ""
    is_held: Event = field(default_factory=Event)
    let_go: Event = field(default_factory=Event)

    def registers(self, at: str, person: str) -> None:
        """Something is registered at a minute of Danish time."""
        self.registered.append((datetime.fromisoformat(at), person))

    def names(self, at: str, person: str) -> None:
        """A name is registered."""
        self.named.append((datetime.fromisoformat(at), person))

    def calls(self) -> list[str]:
        """The calls so far, without their version."""
        return [call.removesuffix("20111201") for call, _ in self.asked]

    def windows(self, call: str = "GetEmploymentChangedAtDate") -> list[tuple[str, str]]:
        """The windows of one call so far."""
        return [_window(told) for name, told in self.asked if name == f"{call}20111201"]

    def answer(self, call: str, told: dict[str, str]) -> str:
        """The answer to one call, with the question in it and when it was made, which is never the same twice."""
        asked = "".join(f"<{name}>{value}</{name}>" for name, value in told.items())
        made = datetime.fromisoformat("2026-11-21T12:00:00") + timedelta(seconds=len(self.asked))
        inner = "\n".join(self._inner(call.removesuffix("20111201"), told))
        head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{call} creationDateTime="{made.isoformat()}">'
        return f"{head}\n<RequestStructure>{asked}</RequestStructure>\n{inner}\n</{call}>\n"

    def _inner(self, call: str, told: dict[str, str]) -> list[str]:
        match call:
            case "GetOrganization":
                return [self.organisation]
            case "GetDepartment":
                return [self.departments]
            case "GetEmploymentChanged":
                return self.in_force
            case "GetEmploymentChangedAtDate":
                return _within(self.registered, told)
            case "GetPerson":
                return [person for _, person in self.named]
            case "GetPersonChangedAtDate":
                return _within(self.named, told)
        raise AssertionError(call)


def _window(told: dict[str, str]) -> tuple[str, str]:
    return (
        f"{told['ActivationDate']} {told['ActivationTime']}",
        f"{told['DeactivationDate']} {told['DeactivationTime']}",
    )


def _within(entries: list[tuple[datetime, str]], told: dict[str, str]) -> list[str]:
    first, last = (datetime.strptime(text, _WRITTEN) for text in _window(told))  # noqa: DTZ007 - Danish time, as the service has it
    return [person for at, person in entries if first <= at <= last]


def _handler(service: SdService) -> type[BaseHTTPRequestHandler]:
    known = "Basic " + base64.b64encode(f"{USER}:{SECRET}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            call, told = url.path.rpartition("/")[2], dict(parse_qsl(url.query))
            service.asked.append((call, told))
            trouble = service.troubles.popleft() if service.troubles else Trouble()
            if self.headers["authorization"] != known:
                trouble = Trouble(status=401, body="")
            if trouble.held:
                service.is_held.set()
                service.let_go.wait(30)
            body = (service.answer(call, told) if trouble.body is None else trouble.body).encode()
            self.send_response(trouble.status)
            self.send_header("content-type", "text/xml; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if trouble.cut else body)
            self.close_connection = trouble.cut

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@contextmanager
def sd_service() -> Iterator[SdService]:
    """A service on a port of its own."""
    service = SdService()

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Who asked has gone: nobody's affair."""

    server = Server(("127.0.0.1", 0), _handler(service))
    service.address = f"http://127.0.0.1:{server.server_address[1]}/sdws/"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield service
    finally:
        service.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()
