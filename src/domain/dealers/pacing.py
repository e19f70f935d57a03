"""How fast messengers may be written to. Times are microseconds of whatever clock the caller has."""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass

from domain.dealers.addresses import Address, Channel

SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Window:
    """At most `most` messages within any `span` microseconds, counted under `name`."""

    name: str
    most: int
    span: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a channel is used. Facts about Telegram: its FAQ for bots, "My bot is hitting limits": about 30 a second
    in all, one a second in a chat, 20 a minute in a group. We stay a little below, since messages overtake each other
    on their way there; `scale` shortens every span, for measurements beside a quicker clock.
    """

    bot: int = 25
    chat: int = 1
    group: int = 20
    mails: int = 10
    scale: float = 1.0

    def windows(self, address: Address) -> Sequence[Window]:
        """What a message there counts towards."""
        second, minute = round(SECOND * self.scale), round(60 * SECOND * self.scale)
        if address.channel is Channel.EMAIL:
            return (Window("email", self.mails, second),)
        slack = second // 20
        chat = f"telegram:{address.recipient}"
        windows = [Window("telegram", self.bot, second), Window(chat, self.chat, second + slack)]
        if address.recipient.startswith("-"):
            windows.append(Window(f"{chat}:minute", self.group, minute + second))
        return windows


class PaceBooks:
    """What was sent lately, and what has to rest."""

    def __init__(self) -> None:
        self._sent: dict[str, deque[int]] = defaultdict(deque)
        self._held: dict[str, int] = {}

    def take(self, windows: Sequence[Window], now: int) -> int:
        """0 counts a message in all of these windows; else nothing is counted, and it is how long to wait."""
        wait = max((self._wait(one, now) for one in windows), default=0)
        if wait <= 0:
            for one in windows:
                self._sent[one.name].append(now)
        return max(wait, 0)

    def hold(self, name: str, until: int) -> None:
        """Nothing is counted under that name before then."""
        self._held[name] = max(self._held.get(name, 0), until)

    def _wait(self, window: Window, now: int) -> int:
        sent = self._sent[window.name]
        while sent and sent[0] <= now - window.span:
            sent.popleft()
        full = sent[-window.most] + window.span - now if len(sent) >= window.most else 0
        return max(full, self._held.get(window.name, 0) - now)
