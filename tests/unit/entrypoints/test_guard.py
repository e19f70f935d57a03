"""Where a request comes from."""

from typing import Any

import pytest

from entrypoints.rest.dressing import MOYSKLAD, usual_headers
from entrypoints.rest.guard import address_of, neighbourhood


def scope(*forwarded: str, peer: str | None = "10.0.0.9") -> Any:
    headers = [(b"host", b"x"), *((b"X-Forwarded-For", one.encode()) for one in forwarded)]
    return {"client": None if peer is None else (peer, 1), "headers": headers}


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        (0, [], "10.0.0.9"),
        (0, ["6.6.6.6"], "10.0.0.9"),
        (1, ["203.0.113.5"], "203.0.113.5"),
        (1, ["6.6.6.6, 203.0.113.5"], "203.0.113.5"),
        (1, ["6.6.6.6", "203.0.113.5"], "203.0.113.5"),
        (2, ["6.6.6.6, 203.0.113.5, 198.51.100.2"], "203.0.113.5"),
        (2, ["203.0.113.5"], "10.0.0.9"),
        (1, [""], "10.0.0.9"),
        (1, ["203.0.113.5:4711"], "203.0.113.5"),
        (1, ["[2001:db8::7]:4711"], "2001:db8::7"),
        (1, ["2001:db8::7"], "2001:db8::7"),
        (1, ["x" * 10_000], "10.0.0.9"),
        (1, ["unknown"], "10.0.0.9"),
        (1, ["203.0.113.5:x"], "10.0.0.9"),
        (1, ["203.0.113.5\x01"], "10.0.0.9"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(hops: int, forwarded: list[str], address: str) -> None:
    assert address_of(scope(*forwarded), hops) == address


def test_a_request_from_nowhere_has_no_address() -> None:
    assert address_of(scope(peer=None), 0) is None


def test_a_whole_ipv6_network_is_one_caller() -> None:
    assert neighbourhood("2001:db8::1") == neighbourhood("2001:db8::ffff:2") != neighbourhood("2001:db8:0:1::1")
    assert neighbourhood("203.0.113.5") != neighbourhood("203.0.113.6")
    assert neighbourhood("::ffff:203.0.113.5") == neighbourhood("203.0.113.5")
    assert neighbourhood("what?") == "what?"


def test_a_page_in_the_iframe_may_be_framed_by_moysklad_and_by_nobody_else() -> None:
    framed = usual_headers("/panel", {"content-type": "text/html"}, True, secure=True)
    assert framed["content-security-policy"].endswith(f"frame-ancestors {MOYSKLAD}")
    assert "x-frame-options" not in framed
    plain = usual_headers("/panel", {"content-type": "text/html"}, False, secure=True)
    assert plain["content-security-policy"].endswith("frame-ancestors 'none'")
    assert plain["x-frame-options"] == "DENY"


def test_https_is_asked_for_only_where_there_is_https() -> None:
    assert "strict-transport-security" in usual_headers("/", {}, False, secure=True)
    assert "strict-transport-security" not in usual_headers("/", {}, False, secure=False)
