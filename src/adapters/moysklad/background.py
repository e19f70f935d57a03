"""The background: an answer that MoySklad prepares whole and hands out later (JSON API docs, asynchronous exchange).

One request orders it, a few ask whether it is ready, one fetches it from another host, without the token. An account
has four places for such tasks, which it shares with everybody else who works for it. Whatever goes wrong here, the
rows can still be read page by page, so that a failure is answered with None and never raised.
"""

import asyncio
import time
from collections.abc import Sequence

import msgspec

from adapters.moysklad.asking import Asking
from domain.connections.moysklad import MoySkladRejected
from domain.exports.filters import FilterRefused
from domain.shared.errors import VendorBusy, VendorFailed

LIKELY_QUESTIONS = 4
"""How often one likely has to ask before the answer is ready: after 1, 3, 7 and 15 seconds."""

LARGEST = 200_000
"""Rows of the largest answer that is fetched in one piece; it has to fit into memory."""

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0
_PATIENCE = 600.0
_ENDED = frozenset({"ERROR", "CANCEL", "API_ERROR"})


class _Task(msgspec.Struct):
    state: str = ""


_TASK = msgspec.json.Decoder(_Task)


def background_pays(rest: int, page: int, units: int) -> bool:
    """Whether ordering the whole answer costs fewer units than the pages that are left.

    What the order itself costs is not documented; it is taken to cost what the report costs otherwise.
    """
    pages = -(-rest // page)
    return rest <= LARGEST and pages * units > units + LIKELY_QUESTIONS + 1


async def fetched(
    asking: Asking,
    path: str,
    parameters: Sequence[tuple[str, str]],
    units: int,
    pause: float = _FIRST_PAUSE,
    patience: float = _PATIENCE,
) -> bytes | None:
    """The whole answer; None when there is no free place, or it does not become ready within the patience, in seconds.

    `pause` is how many seconds to wait before the first question whether it is ready; each further pause is twice as
    long, up to 30 s.
    """
    try:
        ordered = await asking.ask("GET", path, (*parameters, ("async", "true")), units)
        state, result = ordered.headers.get("content-location", ""), ordered.headers.get("location", "")
        if ordered.status != 202 or not state or not result:
            return None
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            task = _TASK.decode((await asking.ask("GET", state)).body)
            if task.state == "DONE":
                return (await asking.ask("GET", result)).body
            if task.state in _ENDED:
                return None
    except (VendorBusy, VendorFailed, FilterRefused, MoySkladRejected, msgspec.DecodeError):
        return None
    return None
