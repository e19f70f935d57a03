"""Requests that may be sent twice."""

from typing import Annotated

from litestar.params import HeaderParameter

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Any text of the caller's. A request sent again with the same key is carried out once.",
    ),
]
