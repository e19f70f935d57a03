"""What MoySklad writes of an installation is read as far as it can be."""

from datetime import UTC, datetime
from typing import Any

import pytest

from application.connections.installation_told import read_permissions, read_subscription
from domain.tenants.subscription import Subscription


@pytest.mark.parametrize("told", [None, 7, [], "basic", {}, {"trial": False}, {"tariffId": 5}, {"tariffId": "x" * 500}])
def test_what_names_no_tariff_says_nothing(told: Any) -> None:
    assert read_subscription(told) is None


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ({"tariffId": "a\0b", "tariffName": "\0Базовый"}, Subscription("ab", "Базовый")),
        ({"tariffId": "t", "trial": "yes", "partner": 1, "tariffName": 7}, Subscription("t")),
        (
            {"tariffId": "t", "trial": True, "partner": True, "notForResale": True},
            Subscription("t", "", True, None, True, True),
        ),
        (
            {"tariffId": "t", "expiryMoment": "2026-11-28T00:00:00+03:00"},
            Subscription("t", expires_at=datetime(2026, 11, 27, 21, tzinfo=UTC)),
        ),
        ({"tariffId": "t", "expiryMoment": "2026-11-28T00:00:00"}, Subscription("t")),
        ({"tariffId": "t", "expiryMoment": "0001-01-01T00:00:00+14:00"}, Subscription("t")),
        ({"tariffId": "t", "expiryMoment": ["soon"]}, Subscription("t")),
    ],
)
def test_what_is_understood_is_kept(told: dict[str, Any], read: Subscription) -> None:
    assert read_subscription(told) == read


@pytest.mark.parametrize("told", [None, 7, {}, [7], [{"resource": 5}], [{"resource": "https://elsewhere"}]])
def test_access_to_something_else_grants_nothing(told: Any) -> None:
    assert read_permissions(told) is None
