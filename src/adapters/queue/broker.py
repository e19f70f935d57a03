"""The broker. Redis only carries messages; what is unfinished is always found again in Postgres."""

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AsyncIO, Middleware, Shutdown, TimeLimit

NAMESPACE = "skladsheets"


def make_broker(redis_url: str, extra: tuple[Middleware, ...] = ()) -> RedisBroker:
    """A broker without Dramatiq's own retries: when to try again is decided, and kept, in Postgres."""
    broker = RedisBroker(url=redis_url, namespace=NAMESPACE, middleware=[TimeLimit(), Shutdown(), AsyncIO(), *extra])
    dramatiq.set_broker(broker)
    return broker
