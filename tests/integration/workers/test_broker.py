"""A queue that hangs holds nobody up for long."""

import socket
from collections.abc import Iterator

import pytest
from redis.exceptions import TimeoutError as Unanswered

from adapters.queue import broker as queue
from adapters.queue.broker import make_broker


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_a_server_that_says_nothing_is_given_up(silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_SECONDS", 0.1)
    broker = make_broker(silent)
    with pytest.raises(Unanswered):
        broker.client.ping()
    broker.client.close()
