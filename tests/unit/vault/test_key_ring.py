from base64 import b64encode, urlsafe_b64encode

import pytest

from adapters.vault.keys import KeyRingInvalid, parse_key_ring

OLD, NEW = bytes(range(32)), bytes(range(224, 256))


def test_the_first_key_is_the_newest() -> None:
    ring = parse_key_ring(f"2026:{b64encode(NEW).decode()}, 2025:{b64encode(OLD).decode()}")
    assert list(ring.items()) == [("2026", NEW), ("2025", OLD)]


def test_both_alphabets_of_base64_are_read() -> None:
    key = b"\xfb\xff" * 16
    assert parse_key_ring(f"a:{urlsafe_b64encode(key).decode()}") == {"a": key}
    assert parse_key_ring(f"a:{b64encode(key).decode()}") == {"a": key}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Entry 1 .* id:base64"),
        (b64encode(NEW).decode(), "Entry 1 .* id:base64"),
        (f"a:{b64encode(NEW).decode()},", "Entry 2 .* id:base64"),
        (f"{b64encode(NEW).decode()}:a", "Entry 1 .* an id has"),
        (f":{b64encode(NEW).decode()}", "Entry 1 .* an id has"),
        (f"a:{b64encode(NEW).decode()},a:{b64encode(OLD).decode()}", "Entry 2 .* repeats"),
        (f"a:{b64encode(NEW).decode()[:-1]}", "Entry 1 .* not base64"),
        ("a:ключ", "Entry 1 .* not base64"),
        (f"a:{b64encode(NEW[:31]).decode()}", "31 bytes, not 32"),
    ],
)
def test_a_bad_ring_is_refused_without_repeating_it(text: str, told: str) -> None:
    with pytest.raises(KeyRingInvalid, match=told) as raised:
        parse_key_ring(text)
    shown = repr(raised.value) + repr(raised.value.__context__) + repr(raised.value.__cause__)
    assert b64encode(NEW).decode()[:12] not in shown
    assert "ключ" not in shown
