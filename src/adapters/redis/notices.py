"""How fast messengers are written to, kept together by all processes that use one server."""

import asyncio
import logging
import time
from dataclasses import replace
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.dealers.addresses import Address, Channel
from domain.dealers.pacing import SECOND, Pace, PaceBooks

_SCRIPT = Path(__file__).with_name("notices.lua").read_text(encoding="utf-8")
_CAUTION = 4
_log = logging.getLogger(__name__)


class RedisGovernor:
    """See application.dealers.notice_ports.Governor. One script call.

    While the server is lost each process keeps to a quarter of what a bot and a group may do, and says so; the server
    is tried again after `retry_after` seconds.
    """

    def __init__(
        self,
        client: Redis,
        pace: Pace | None = None,
        prefix: str = "notices:",
        patience: float = 1.0,
        retry_after: float = 5.0,
    ) -> None:
        self._script = client.register_script(_SCRIPT)
        self._pace = pace or Pace()
        self._prefix = f"{prefix}{{pace}}:"
        self._patience = patience
        self._retry_after = retry_after
        self._lost_until = 0.0
        self._alone = PaceBooks()
        self._cautious = replace(
            self._pace,
            bot=max(self._pace.bot // _CAUTION, 1),
            group=max(self._pace.group // _CAUTION, 1),
            mails=max(self._pace.mails // _CAUTION, 1),
        )

    async def take(self, address: Address) -> float:
        """See the port."""
        windows = self._pace.windows(address)
        keys = [key for one in windows for key in (self._prefix + one.name, self._rest_key(one.name))]
        told = await self._call(keys, ["take", *(number for one in windows for number in (one.most, one.span))])
        if told is None:
            told = self._alone.take(self._cautious.windows(address), _now())
        return told / SECOND

    async def hold(self, address: Address, seconds: float) -> None:
        """See the port."""
        chat, span = self._pace.windows(address)[-1].name, round(seconds * SECOND)
        self._alone.hold(chat, _now() + span)
        keys = [self._rest_key(chat), self._rest_key(address.channel.value), f"{self._prefix}resting"]
        await self._call(keys, ["hold", span])

    async def rest(self, channel: Channel, seconds: float) -> None:
        """See the port."""
        span = round(seconds * SECOND)
        self._alone.hold(channel.value, _now() + span)
        await self._call([self._rest_key(channel.value)], ["rest", span])

    def _rest_key(self, name: str) -> str:
        return f"{self._prefix}{name}:rests"

    async def _call(self, keys: list[str], arguments: list[str | int]) -> int | None:
        """The script's answer; None when the server is lost."""
        if time.monotonic() < self._lost_until:
            return None
        try:
            async with asyncio.timeout(self._patience):
                return int(await self._script(keys=keys, args=arguments))
        except (RedisError, OSError) as lost:  # TimeoutError is an OSError
            self._lost_until = time.monotonic() + self._retry_after
            _log.warning("Redis is lost: this process writes to messengers slowly (%s)", type(lost).__name__)
            return None


def _now() -> int:
    return round(time.monotonic() * SECOND)
