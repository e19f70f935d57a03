"""No credential survives, and nothing else is lost."""

import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from adapters.observability.scrubbing import HIDDEN, scrub, scrub_error, scrub_text, scrub_trace

ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
SECRET = st.text(ALPHABET, min_size=12, max_size=60)
AROUND = st.text(st.characters(categories=["L", "N", "Zs"]), max_size=20)
CARRIERS = (
    "Bearer {}",
    "bearer {}",
    "Authorization: Bearer {}",
    "eyJhbGciOiJIUzI1NiJ9.{}.sig",
    f"sk_{'0123456789abcdef' * 2}_{'0' * 32}_{{}}",
    f"{'0123456789abcdef' * 2}.{'0' * 32}.{{}}",
    "ya29.{}",
    "1//{}",
    "postgresql://login:{}@db.example/skladsheets",
    "redis://:{}@cache.example:6379/0",
    "https://app.example/?contextKey={}",
    "https://app.example/oauth/google/callback?state=x&code={}",
    "GET /callback?code=1&state={} HTTP/1.1",
    "access_token={}",
    'answered {{"access_token": "{}", "expires_in": 3599}}',
    '{{"refresh_token":"{}"}}',
    "{{'client_secret': '{}'}}",
    '{{"contextKey": "{}"}}',
    "password={}",
    "client_secret={}&grant_type=x",
    "4/0AbCdEfGhIjKlMn{}",
    "GOCSPX-{}",
    f"{'0123456789abcdef' * 2}.0123456789{{}}",
)
NAMES = (
    "token",
    "access_token",
    "accessToken",
    "refresh_token",
    "client_secret",
    "secretKey",
    "password",
    "Authorization",
    "cookie",
    "Set-Cookie",
    "code_verifier",
    "contextKey",
    "context_key",
    "code",
    "state",
    "credentials",
    "apiKey",
    "private_key",
    "ENCRYPTION_KEYS",
    "X-Signature",
    "email",
    "phone",
)


@pytest.mark.parametrize("carrier", CARRIERS)
@given(secret=SECRET, before=AROUND, after=AROUND)
def test_a_secret_is_hidden_by_what_it_looks_like(carrier: str, secret: str, before: str, after: str) -> None:
    assume(secret not in before + carrier + after)
    assume(not before.rstrip().lower().endswith("bearer"))  # it would be part of the secret
    clean = scrub_text(f"{before} {carrier.format(secret)} {after}")
    assert secret not in clean
    assert HIDDEN in clean
    assert clean.startswith(before)
    assert clean.endswith(after)
    assert scrub_text(clean) == clean


def test_a_secret_is_hidden_behind_a_scheme_that_stands_there_twice() -> None:
    assert "0123456789ab" not in scrub_text("Authorization: Bearer Bearer 0123456789ab")


@pytest.mark.parametrize("name", NAMES)
@given(secret=SECRET)
def test_a_secret_is_hidden_by_its_name(name: str, secret: str) -> None:
    assume(secret not in name)
    for value in (secret, [secret], {"inner": secret}):
        clean = scrub({"kept": "as it is", "deep": [{name: value}], name: value})
        assert secret not in json.dumps(clean)
        assert clean["kept"] == "as it is"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(categories=["L", "N", "Zs"]), max_size=30),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "name", "id"]), inner, max_size=3)
        ),
        max_leaves=6,
    )
)
def test_what_is_no_secret_stays(value: Any) -> None:
    assert scrub({"value": value}) == {"value": value}


@pytest.mark.parametrize(
    "secret",
    [
        "5c1f3bb6a4b2d0e9f8a7c6b5d4e3f2a1b0c9d8e7",
        "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=",
        "ivan.petrov@mail.example",
        "admin@romashka",
        "+7 (912) 345-67-89",
        "+4915112345678",
        "89123456789",
        "8 912 345 67 89",
    ],
)
@given(before=AROUND, after=AROUND)
def test_what_names_a_person_or_opens_an_account_is_hidden_wherever_it_stands(
    secret: str, before: str, after: str
) -> None:
    clean = scrub_text(f"{before} <{secret}>, {after}")
    assert secret not in clean
    assert clean.startswith(before)
    assert clean.endswith(after)


def test_what_seems_drawn_by_lot_is_hidden_in_errors() -> None:
    drawn = "Zk3_9fQm-aB7xYt1LpR0sWcVh5u8NnEo2JdKgTiMvA"
    assert drawn not in scrub_error(f"nobody knows {drawn} here")
    assert scrub_error("no module a_rather_long_name_of_a_module") == "no module a_rather_long_name_of_a_module"


@pytest.mark.parametrize(
    "text",
    [
        "exports.tab_missing",
        "https://docs.google.com/spreadsheets/d/1AbC/edit#gid=0",
        "postgresql://db.example:5432/skladsheets",
        "2026-01-12T09:00:00Z",
        "the token was refused",
        "Заказ №1: 100.50",
        "12345678901 rows in 1700000000.123 s",
        "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms",
        "gunicorn@ 1.2, 8.912.345",
        "/api/v1/export-configs/019bb0ca-3305-7000-8000-000000000005/tasks",
    ],
)
def test_ordinary_texts_stay(text: str) -> None:
    assert scrub_text(text) == text


def test_what_lies_too_deep_is_hidden_whole() -> None:
    deep: Any = "bottom"
    for _ in range(20):
        deep = {"inner": deep}
    assert "bottom" not in json.dumps(scrub(deep))


PERSON = st.text(st.characters(categories=["Lu", "Ll", "Nd", "Zs"], exclude_characters="\x00"), min_size=6, max_size=40)
SAYINGS = (
    "could not convert string to float: {!r}",
    "{!r} is not a valid moment",
    "[{!r}, 12, None]",
    "{{'name': {!r}}}",
    "duplicate key value violates unique constraint\nDETAIL:  Key (email)=({}) already exists.",
    "DETAIL:  Failing row contains (1, {}, null).",
)


@pytest.mark.parametrize("saying", SAYINGS)
@given(person=PERSON)
def test_what_an_error_is_about_is_hidden(saying: str, person: str) -> None:
    person = f"Ы{person}1"
    clean = scrub_error(saying.format(person))
    assert person not in clean
    assert HIDDEN in clean
    assert person not in scrub_trace(
        f"Traceback (most recent call last):\n  File x\nValueError: {saying.format(person)}"
    )


@pytest.mark.parametrize(
    "said",
    ["ivan.petrov+shop@mail.example", "+7 (912) 345-67-89", "89123456789", "ООО «Ромашка» <sales@romashka.example>"],
)
def test_addresses_and_numbers_are_hidden_wherever_they_stand(said: str) -> None:
    clean = scrub_error(f"no such customer: {said}")
    assert "@" not in clean
    assert "345" not in clean


@pytest.mark.parametrize(
    "said",
    [
        "object has no attribute 'agent_name'",
        "unsupported operand type(s) for +: 'int' and 'str'",
        "Expected `str`, got `int` - at `$.rows[...].meta.href`",
        "task 019bb0ca-3305-7000-8000-000000000005 is gone",
        "KeyError: 'payedSum'",
    ],
)
def test_what_programs_say_of_programs_stays(said: str) -> None:
    assert scrub_error(said) == said


def test_code_stays_and_what_was_said_in_several_lines_does_not() -> None:
    trace = """Traceback (most recent call last):
  File "/srv/app/rows.py", line 3, in row
    return {"Имя": cells["Имя"]}
KeyError: 'Иванов
  Иван'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/app/rows.py", line 9, in rows
    raise Wrong from missing
Wrong: 'Петров'
  + Exception Group Traceback (most recent call last):
  | ValueError: 'Сидоров'"""
    clean = scrub_trace(trace)
    assert 'return {"Имя": cells["Имя"]}' in clean
    assert "raise Wrong from missing" in clean
    assert [name for name in ("Иванов", "Иван'", "Петров", "Сидоров") if name in clean] == []
    assert len(clean.split("\n")) >= 11
