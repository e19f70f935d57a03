"""The broker. Redis only carries messages; what is unfinished is always found again in Postgres."""

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AsyncIO, Middleware, ShutdownNotifications, TimeLimit
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from application.delivery.ports import QUEUE_NAMESPACE

_SECONDS = 5.0

Broker = RedisBroker
"""What the rest of the house calls a broker, without knowing whose it is."""


def make_broker(redis_url: str, extra: tuple[Middleware, ...] = ()) -> Broker:
    """A broker without Dramatiq's own retries: when to try again is decided, and kept, in Postgres.

    No command waits longer than 5 s for the server: whoever publishes holds a transaction meanwhile. A connection that
    turns out to be dead is replaced once; a message that arrives twice because of that does nothing the second time.
    """
    client = Redis.from_url(
        redis_url,
        socket_timeout=_SECONDS,
        socket_connect_timeout=_SECONDS,
        health_check_interval=30,
        retry=Retry(NoBackoff(), 1),
    )
    middleware = [TimeLimit(), ShutdownNotifications(), AsyncIO(), *extra]
    broker = RedisBroker(client=client, namespace=QUEUE_NAMESPACE, middleware=middleware)  # type: ignore[no-untyped-call]
    dramatiq.set_broker(broker)
    return broker
