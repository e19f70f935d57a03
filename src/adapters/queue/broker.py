"""The broker. Redis only carries messages; what is unfinished is always found again in Postgres."""

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AsyncIO, Middleware, ShutdownNotifications, TimeLimit

from application.delivery.ports import QUEUE_NAMESPACE

Broker = RedisBroker
"""What the rest of the house calls a broker, without knowing whose it is."""


def make_broker(redis_url: str, extra: tuple[Middleware, ...] = ()) -> Broker:
    """A broker without Dramatiq's own retries: when to try again is decided, and kept, in Postgres."""
    middleware = [TimeLimit(), ShutdownNotifications(), AsyncIO(), *extra]
    broker = RedisBroker(url=redis_url, namespace=QUEUE_NAMESPACE, middleware=middleware)  # type: ignore[no-untyped-call]
    dramatiq.set_broker(broker)
    return broker
