"""Where a key goes is where every other client of the topic would put it."""

from aiokafka.partitioner import murmur2 as clients_own
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.producer import murmur2


@given(st.binary(max_size=80))
def test_a_key_is_placed_where_the_client_itself_would_place_it(key: bytes) -> None:
    assert murmur2(key) & 0x7FFFFFFF == clients_own(key) & 0x7FFFFFFF
