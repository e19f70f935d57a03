"""Asks Telegram for what is said to the bot, and answers there: for installations that nothing outside can reach.

Telegram keeps an update until a later one is asked for, for a day at the most (Bot API, getUpdates). One that is being
carried out when the process dies is told again, which what follows from it absorbs.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from application.bus import Application
from application.delivery.queries.check_readiness import CheckReadiness
from domain.dealers.bindings import BotHeardElsewhere, BotMisnamed
from domain.dealers.notices import MessengerUnready
from domain.shared.errors import SkladSheetsError, VendorBusy
from entrypoints.chatting import Reply, Update, take_in
from entrypoints.rounds import repeat, wait

POLL_SECONDS = 30.0
MOST_CONFLICTS = 5
"""In a row, for who has not heard anything yet: of two processes the newer one gives way."""

MOST_CONFLICTS_LATER = 30

MOST_FAILURES = 5
"""An update that fails so often although the database answers is passed over, so that others are heard."""

AnswerT = TypeVar("AnswerT")
Raw = dict[str, Any]


class Ears(Protocol):
    """Telegram, as it is listened to."""

    async def open(self) -> str:
        """What the bot is called, once nothing is delivered to a webhook any more. Raises as `hear` does."""
        ...

    async def hear(self, offset: int | None, seconds: float) -> Sequence[Raw]:
        """Updates from that one on, as soon as there are any, or none after that time; Telegram forgets earlier ones.

        Raises BotHeardElsewhere, MessengerUnready, ChatBusy, DeliveryFailed or DeliveryUncertain.
        """
        ...

    async def say(self, reply: Reply) -> None:
        """Says it. Raises what a Messenger raises."""
        ...


class Listening:
    """Hears one update after the other. `name` is what links call the bot, if there are any. `report` is told of
    failures, `tell` what the operator ought to know.
    """

    def __init__(
        self,
        application: Application,
        ears: Ears,
        name: str | None,
        stop: asyncio.Event,
        report: Callable[[BaseException], None],
        tell: Callable[[str], None],
    ) -> None:
        self._application = application
        self._ears = ears
        self._name = name
        self._stop = stop
        self._report = report
        self._tell = tell
        self._offset: int | None = None
        self._conflicts = 0
        self._failures = 0
        self._settled = False
        self._called = ""
        self._ended: SkladSheetsError | None = None

    async def listen(self) -> None:
        """Until told to stop; what is being carried out then is carried out.

        Raises MessengerUnready, BotMisnamed or BotHeardElsewhere.
        """
        await repeat(self._step, self._stop, self._report)
        if self._ended is not None:
            raise self._ended
        if self._offset is not None:
            try:  # so that the next process is not told once more of what this one carried out
                await self._ears.hear(self._offset, 0.0)
            except Exception as failed:  # noqa: BLE001 - it is only a courtesy: what comes twice is absorbed
                self._report(failed)

    async def _step(self) -> None:
        if not self._called:
            await self._open()
            return
        try:
            updates = await _unless(self._stop, self._ears.hear(self._offset, POLL_SECONDS))
        except BotHeardElsewhere as conflict:
            self._conflicts += 1
            self._tell(f"somebody else hears what is said to the bot ({conflict.details.get('reason', '')})")
            if self._conflicts >= (MOST_CONFLICTS_LATER if self._settled else MOST_CONFLICTS):
                self._end(conflict)
            await wait(self._stop, 1.0)
            return
        except VendorBusy as busy:
            await wait(self._stop, busy.retry_after)
            return
        self._conflicts, self._settled = 0, True
        for raw in updates or ():
            if self._stop.is_set():
                return
            await self._take(raw)

    async def _open(self) -> None:
        """Telegram may be out of reach for a while; a wrong token stays wrong."""
        try:
            called = await self._ears.open()
        except MessengerUnready as unready:
            self._end(unready)
            return
        if self._name is not None and self._name.lower() != called.lower():
            self._end(BotMisnamed(name=self._name, called=called))
            return
        self._called = called
        self._tell(f"bot ready: @{called} is listened to")

    def _end(self, error: SkladSheetsError) -> None:
        self._ended = error
        self._stop.set()

    async def _take(self, raw: Raw) -> None:
        number = raw["update_id"]
        try:
            reply = await take_in(self._application, msgspec.convert(raw, Update), self._called)
        except msgspec.ValidationError:
            reply = None  # it would be as little of an update the next time
        except Exception:
            self._failures += 1
            if self._failures < MOST_FAILURES or not await self._ready():
                raise
            self._tell(f"update {number} was passed over: it failed {self._failures} times")
            reply = None
        self._offset, self._failures = number + 1, 0
        if reply is not None:
            await self._answer(reply)

    async def _answer(self, reply: Reply) -> None:
        """What was done is done, whether or not the chat hears of it."""
        try:
            await self._ears.say(reply)
        except Exception as failed:  # noqa: BLE001 - the chat may be gone already
            self._report(failed)

    async def _ready(self) -> bool:
        return (await self._application.ask(CheckReadiness())).ready


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, AnswerT]) -> AnswerT | None:
    """What the work answers, or nothing when told to stop meanwhile."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)
