"""Keys of an identity provider: kept for a while, fetched when they must be, and never trusted longer than that."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from services.chassis.failures import Later
from services.chassis.web import keys
from services.chassis.web.keys import FetchedKeys, Keys, fetch_keys, read_keys, safe_address
from tests.kit.browser import served
from tests.kit.provider import DISCOVERY, FAILURES, KEYS, Provider
from tests.kit.speakers import ISSUER

ADDRESS = "https://login.example/certs"


class Fetching:
    """Keys of a provider with a clock that the test moves, and how often they were fetched."""

    def __init__(self) -> None:
        self.provider = Provider()
        self.now = 0.0
        self.count = 0
        self.away = False
        self.kept = FetchedKeys(ADDRESS, ISSUER, self._fetch, lambda: self.now)

    async def _fetch(self, address: str, issuer: str) -> Keys:
        assert (address, issuer) == (ADDRESS, ISSUER)
        self.count += 1
        await asyncio.sleep(0)
        if self.away:
            raise httpx.ConnectError("away")
        return read_keys(self.provider.key_set())

    async def knows(self, kid: str) -> bool:
        """Whether a token with this key can be checked. Raises `Later`."""
        await self.kept.look_for(kid)
        return self.kept.find(kid) is not None


async def test_keys_are_fetched_with_the_first_token_and_kept() -> None:
    there = Fetching()

    assert there.count == 0
    assert all([await there.knows("first") for _ in range(5)])
    assert there.count == 1


async def test_many_tokens_at_once_are_one_fetch() -> None:
    there = Fetching()

    assert all(await asyncio.gather(*(there.knows("first") for _ in range(20))))
    assert there.count == 1


async def test_a_new_key_is_fetched_when_a_token_names_it_at_most_once_a_minute() -> None:
    there = Fetching()
    await there.knows("first")
    there.provider.rotate("second")

    there.now = keys.PAUSE_SECONDS - 1
    assert not any([await there.knows(name) for name in ("second", "third", "fourth")])
    assert there.count == 1
    there.now = keys.PAUSE_SECONDS
    assert await there.knows("second")
    assert not any([await there.knows(name) for name in ("first", "third", "fourth")])
    assert there.count == 2


async def test_a_key_that_was_withdrawn_opens_nothing_after_ten_minutes() -> None:
    there = Fetching()
    await there.knows("first")
    there.provider.rotate("second")

    there.now = keys.FRESH_SECONDS - 1
    assert await there.knows("first")
    there.now = keys.FRESH_SECONDS
    assert not await there.knows("first")


async def test_while_the_provider_is_away_known_keys_serve_for_an_hour_and_then_nobody_is_let_in() -> None:
    there = Fetching()
    await there.knows("first")
    there.away = True

    for there.now in (keys.FRESH_SECONDS, keys.GOOD_SECONDS - 1):
        assert await there.knows("first")
        with pytest.raises(Later):
            await there.knows("second")
    there.now = keys.GOOD_SECONDS
    with pytest.raises(Later):
        await there.knows("first")
    assert there.kept.find("first") is None
    there.away, there.now = False, keys.GOOD_SECONDS + keys.PAUSE_SECONDS
    assert await there.knows("first")


async def test_a_provider_that_is_away_from_the_start_is_asked_once_a_minute() -> None:
    there = Fetching()
    there.away = True

    for there.now in (0.0, 1.0, 59.0, 60.0):
        with pytest.raises(Later):
            await there.knows("first")
    assert there.count == 2
    there.away, there.now = False, 120.0
    assert await there.knows("first")


@pytest.fixture(scope="module")
def provider() -> Iterator[tuple[Provider, str]]:
    one = Provider()
    with served(one.app) as address:
        yield one, address


@pytest.mark.parametrize("path", [DISCOVERY, KEYS])
async def test_the_address_is_that_of_the_keys_or_of_the_discovery_document(path: str, provider: tuple[Provider, str]) -> None:
    assert set(await fetch_keys(provider[1] + path, ISSUER)) == {"first"}


@pytest.mark.parametrize("path", [DISCOVERY, KEYS])
@pytest.mark.parametrize("failure", FAILURES)
async def test_a_provider_that_fails_gives_no_key(path: str, failure: str, provider: tuple[Provider, str]) -> None:
    provider[0].fails = FAILURES[failure]
    kept = FetchedKeys(provider[1] + path, ISSUER)
    with pytest.raises(Later):
        await kept.look_for("first")
    provider[0].fails = None

    assert kept.find("first") is None


async def test_a_document_of_another_issuer_and_a_provider_that_is_not_there_give_no_key(provider: tuple[Provider, str]) -> None:
    for address, issuer in ((provider[1] + DISCOVERY, "https://elsewhere.example"), ("http://127.0.0.1:9/certs", ISSUER)):
        with pytest.raises(Later):
            await FetchedKeys(address, issuer).look_for("first")


async def test_a_provider_that_does_not_come_to_an_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    left = asyncio.Event()

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n")
        await reader.read()  # until the other side leaves
        writer.close()
        left.set()

    monkeypatch.setattr(keys, "ANSWER_SECONDS", 0.2)
    async with await asyncio.start_server(never, "127.0.0.1", 0) as server:
        with pytest.raises(Later):
            await FetchedKeys(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/certs", ISSUER).look_for("first")
        await left.wait()


@pytest.mark.parametrize(
    "address", ["https://login.example/certs", "http://127.0.0.1:8080/certs", "http://localhost/certs", "http://[::1]/c"]
)
def test_an_address_that_nobody_can_change_the_answer_of_is_safe(address: str) -> None:
    assert safe_address(address) == address


@pytest.mark.parametrize(
    "address", ["http://login.example/certs", "file:///keys.json", "keys.json", "", "https://", "http://127.0.0.1.example"]
)
def test_any_other_address_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(ValueError, match="https"):
        FetchedKeys(address, ISSUER)
