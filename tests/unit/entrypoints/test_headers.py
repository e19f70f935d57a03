"""Headers of a request, read once."""

from typing import Any

from entrypoints.rest.headers import headers_of


def test_of_several_the_first_counts_and_names_are_written_small() -> None:
    scope: dict[str, Any] = {"headers": [(b"Authorization", b"one"), (b"host", b"here"), (b"authorization", b"two")]}
    assert headers_of(scope) == {b"authorization": b"one", b"host": b"here"}
    assert headers_of(scope) is headers_of(scope)


def test_requests_that_share_nothing_have_their_own() -> None:
    one: dict[str, Any] = {"headers": [(b"host", b"here")], "state": {}}
    other: dict[str, Any] = {"headers": [(b"host", b"there")], "state": {}}
    assert (headers_of(one)[b"host"], headers_of(other)[b"host"]) == (b"here", b"there")
