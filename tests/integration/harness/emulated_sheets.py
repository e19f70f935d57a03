"""Google's emulator behind the real adapter, in place of the fake spreadsheets of a story."""

from collections.abc import Awaitable, Callable
from typing import Any

from dishka import Provider, Scope, provide

from adapters.google.sheets import GoogleSpreadsheets
from adapters.memory.spreadsheets import MemorySpreadsheets
from application.exports.vendor_ports import Spreadsheets

_CALLS = (
    "create",
    "inspect",
    "require_writable",
    "add_tab",
    "show",
    "first_filled",
    "lay_out",
    "grow",
    "insert_rows",
    "write",
    "apply",
    "marked",
    "contents",
    "delete_rows",
)


class EmulatedSpreadsheets(MemorySpreadsheets):
    """Passes every call on to `real`, which a test sets, over HTTP."""

    real: GoogleSpreadsheets


def _passed_on(call: str) -> Callable[..., Awaitable[Any]]:
    async def passed(self: EmulatedSpreadsheets, *args: Any, **more: Any) -> Any:
        with self.failures.around(call):
            return await getattr(self.real, call)(*args, **more)

    return passed


for _call in _CALLS:
    setattr(EmulatedSpreadsheets, _call, _passed_on(_call))


class EmulatedSheets(Provider):
    """Emulated spreadsheets in place of the fake ones."""

    scope = Scope.APP
    spreadsheets = provide(EmulatedSpreadsheets, provides=Spreadsheets)


EMULATED_SHEETS = EmulatedSheets()
