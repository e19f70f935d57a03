"""How often a bot may send: Telegram's FAQ for bots, "My bot is hitting limits": about 30 messages a second over all
chats, one a second in a chat, 20 a minute in a group. Windows slide; what is refused does not count.
"""

import time
from collections import defaultdict, deque

import msgspec

from emulators.telegram.errors import too_many_requests

_LENIENCE = 0.05
"""A window is this many seconds shorter than it says: the way here takes one message longer than the other."""


class Settings(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What POST /_control/settings may change. Defaults are Telegram's documented limits.

    `window_scale` shortens all windows: at 0.1 a second is a tenth of one, for tests that cannot wait.
    """

    limits: bool = True
    bot_per_second: int = 30
    chat_per_second: int = 1
    group_per_minute: int = 20
    window_scale: float = 1.0
    latency_seconds: float = 0.0
    webhook_timeout_seconds: float = 10.0
    webhook_retry_seconds: float = 1.0


class Limits:
    """What was sent lately, by every bot."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._sent: dict[tuple[str, int], deque[float]] = defaultdict(deque)
        self.refused = 0

    def spend(self, token: str, chat: int) -> None:
        """Counts one message. Raises BotError with 429."""
        settings = self.settings
        if not settings.limits:
            return
        now = time.monotonic()
        second, minute = settings.window_scale, 60 * settings.window_scale
        windows = [((token, 0), settings.bot_per_second, second), ((token, chat), settings.chat_per_second, second)]
        if chat < 0:
            windows.append(((f"{token} groups", chat), settings.group_per_minute, minute))
        wait = max(self._wait(key, most, window, now) for key, most, window in windows)
        if wait > 0:
            self.refused += 1
            raise too_many_requests(wait)
        for key, _, _ in windows:
            self._sent[key].append(now)

    def clear(self) -> None:
        """Forgets what was sent."""
        self._sent.clear()
        self.refused = 0

    def _wait(self, key: tuple[str, int], most: int, window: float, now: float) -> float:
        sent = self._sent[key]
        while sent and sent[0] <= now - window + _LENIENCE * min(1.0, window):
            sent.popleft()
        return sent[0] + window - now if len(sent) >= most else 0.0
