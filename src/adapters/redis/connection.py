"""The way to the server."""

import asyncio

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

_SECONDS = 2.0

Client = Redis
"""What the rest of the house calls a client, without knowing whose it is."""


def connect(url: str) -> Redis:
    """A client with its pool. Nothing is sent yet; no command waits longer than 2 s for the server, and a connection
    that turns out to be dead is replaced once.
    """
    return Redis.from_url(
        url,
        socket_timeout=_SECONDS,
        socket_connect_timeout=_SECONDS,
        health_check_interval=30,
        retry=Retry(NoBackoff(), 1),
    )


async def ping(client: Redis) -> str:
    """`ok`, or what is wrong. Answers within 2 s."""
    try:
        async with asyncio.timeout(_SECONDS):
            await client.ping()
    except TimeoutError:
        return "no answer"
    except (RedisError, OSError) as error:
        return type(error).__name__
    return "ok"
