"""spreadsheets.batchUpdate: every request in order, all or nothing."""

from collections.abc import Callable
from typing import Any

from emulators.google.errors import ApiError, Refused, invalid
from emulators.google.fields import EMULATED, NOT_EMULATED
from emulators.google.requests import (
    borders,
    cells,
    conditional_formats,
    dimensions,
    filter_views,
    groups,
    metadata,
    objects,
    pasting,
    ranges,
    sheets,
    shifting,
    sorting,
    tables,
)
from emulators.google.requests.actor import Actor
from emulators.google.workbook import Workbook

MAX_REQUESTS = 100_000
Handler = Callable[[Workbook, dict[str, Any], Actor], dict[str, Any] | None]
HANDLERS: dict[str, Handler] = {
    **cells.HANDLERS,
    **borders.HANDLERS,
    **conditional_formats.HANDLERS,
    **groups.HANDLERS,
    **shifting.HANDLERS,
    **pasting.HANDLERS,
    **sorting.HANDLERS,
    **dimensions.HANDLERS,
    **sheets.HANDLERS,
    **ranges.HANDLERS,
    **filter_views.HANDLERS,
    **metadata.HANDLERS,
    **objects.HANDLERS,
    **tables.HANDLERS,
}
assert frozenset(HANDLERS) == EMULATED, frozenset(HANDLERS) ^ EMULATED  # noqa: S101 - the two tables must not drift


def check(requests: list[dict[str, Any]]) -> None:
    """Refuses batches that are empty, too large, or ask for what is not emulated."""
    if not requests:
        raise invalid("Must specify at least one request.")
    if len(requests) > MAX_REQUESTS:
        raise invalid(f"Cannot exceed {MAX_REQUESTS} requests in a single batch.")
    for number, request in enumerate(requests):
        given = [name for name, body in request.items() if body is not None]
        if len(given) != 1:
            raise invalid(f"Invalid requests[{number}]: Exactly one request kind must be set.")
        if given[0] in NOT_EMULATED:
            raise invalid(f"Invalid requests[{number}].{given[0]}: not emulated")


def run(book: Workbook, requests: list[dict[str, Any]], actor: Actor) -> list[dict[str, Any]]:
    """Applies the requests and answers one reply for each. Raises ApiError with nothing applied."""
    check(requests)
    replies: list[dict[str, Any]] = []
    with book.all_or_nothing():
        for number, request in enumerate(requests):
            name, body = next((name, body) for name, body in request.items() if body is not None)
            try:
                reply = HANDLERS[name](book, body, actor)
            except Refused as refused:
                raise invalid(f"Invalid requests[{number}].{name}: {refused}") from refused
            except ApiError as error:
                if error.code == 400 and not error.message.startswith(
                    ("Invalid requests", "This action", "Your input")
                ):
                    raise invalid(f"Invalid requests[{number}].{name}: {error.message}") from error
                raise
            replies.append({name: reply} if reply is not None else {})
    return replies
