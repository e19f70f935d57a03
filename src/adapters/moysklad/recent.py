"""Reports that tell what changed of late: `changedSince` of the brief stock reports (JSON API docs, "stock report").

An answer has the present numbers of what changed since the moment, and says 0 where a whole answer would have no row:
of goods that ran out, and of goods and stores that were deleted or archived. The moment of a reading is taken from the
`Date` of its answer (RFC 9110, 6.6.1), less the time that it took: it stands on MoySklad's clock, not on ours.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import msgspec

from adapters.moysklad.asking import Asking
from adapters.moysklad.client import Answer
from application.exports.vendor_ports import MomentRefused
from domain.connections.moysklad import MoySkladRejected
from domain.exports.cursor import Cursor
from domain.exports.exporter import Recent
from domain.exports.filters import FilterRefused
from domain.shared.errors import VendorFailed
from domain.shared.moments import to_moscow

_TO_THE_SECOND = len("2016-08-23 15:21:09")


class Told(NamedTuple):
    """An answer's objects: those that are there, and those that are no more.

    `counting` says that stock is being counted anew, so that what it comes to is still to be told.
    """

    there: list[Any]
    gone: list[Any]
    counting: bool


class Recently:
    """Asks one report for what changed since the cursor's moment, or for everything when there is none."""

    def __init__(self, recent: Recent, cursor: Cursor | None) -> None:
        self._since = cursor.updated[:_TO_THE_SECOND] if cursor is not None and cursor.updated else ""
        self._parameter = recent.parameter
        row: Any = msgspec.defstruct("Told", [("amount", Any, msgspec.UNSET)], rename={"amount": recent.amount})
        self._rows: msgspec.json.Decoder[list[Any]] = msgspec.json.Decoder(list[row])

    async def ask(
        self, asking: Asking, path: str, parameters: Sequence[tuple[str, str]], units: int
    ) -> tuple[bytes, Cursor | None]:
        """The body of the answer, and the moment of the reading where the answer tells it.

        Raises MomentRefused where MoySklad does not take the moment: with which code it refuses one that is too far
        back is not documented, so that any refusal of the question counts. See MoySkladClient.ask for the rest.
        """
        asked = (*parameters, (self._parameter, self._since)) if self._since else tuple(parameters)
        began = time.monotonic()
        try:
            answer = await asking.ask("GET", path, asked, units)
        except (FilterRefused, MoySkladRejected, VendorFailed) as wrong:
            if self._since and _refused(wrong):
                raise MomentRefused from wrong
            raise
        if answer.status != 200:
            raise VendorFailed(status=answer.status, reason="unexpected status")
        return answer.body, _moment(answer, timedelta(seconds=time.monotonic() - began))

    def told(self, body: bytes, objects: list[Any]) -> Told:
        """What the answer says of its objects, which are in the answer's order."""
        if not self._since:
            return Told(objects, [], counting=False)
        try:
            amounts = [row.amount for row in self._rows.decode(body)]
        except msgspec.ValidationError:
            return Told(objects, [], counting=True)
        there, gone = list[Any](), list[Any]()
        for one, amount in zip(objects, amounts, strict=True):
            (gone if _is_zero(amount) else there).append(one)
        return Told(there, gone, counting=None in amounts)


def _is_zero(amount: object) -> bool:
    return isinstance(amount, int | float) and not isinstance(amount, bool) and amount == 0


def _refused(wrong: FilterRefused | MoySkladRejected | VendorFailed) -> bool:
    if not isinstance(wrong, VendorFailed):
        return True
    status = wrong.details.get("status")
    return isinstance(status, int) and 400 <= status < 500


def _moment(answer: Answer, took: timedelta) -> Cursor | None:
    """None where the answer bears no date; the next run reads everything then."""
    try:
        dated: datetime = parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError):
        return None
    return Cursor(to_moscow((dated if dated.tzinfo else dated.replace(tzinfo=UTC)) - took))
