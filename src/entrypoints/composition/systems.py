"""What has to be up."""

from adapters.postgres.engine import Engine
from adapters.postgres.health import ping as ping_postgres
from adapters.redis.connection import Client
from adapters.redis.connection import ping as ping_redis


class LiveSystems:
    """See application.ports.Systems."""

    def __init__(self, engine: Engine, client: Client) -> None:
        self._engine = engine
        self._client = client

    async def check(self) -> dict[str, str]:
        """Postgres and Redis."""
        return {"postgres": await ping_postgres(self._engine), "redis": await ping_redis(self._client)}
