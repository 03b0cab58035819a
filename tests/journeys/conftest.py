"""One whole stack for all journeys: started with the first that asks for it, stopped with the last."""

from collections.abc import Iterator

import pytest

from deploy.local.stack import Stack
from tests.kit.whole import whole_stack

pytest.register_assert_rewrite("tests.journeys.lives", "tests.journeys.mishaps")


@pytest.fixture(scope="package")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Kafka, PostgreSQL, the six services and the pages. Its clock goes forward only: journeys are played in the order of their files."""
    with whole_stack(tmp_path_factory.mktemp("whole")) as stack:
        yield stack
