"""Error reports to Sentry, where a DSN is configured."""

from typing import Any

import sentry_sdk
import structlog
from sentry_sdk.types import Event, Hint

from adapters.observability.context import COMPANY_ID, REQUEST_ID, TASK_ID
from adapters.observability.scrubbing import scrub, scrub_error
from domain.shared.errors import SkladSheetsError

_LOG = structlog.stdlib.get_logger("unforeseen")
_TOLD = "_skladsheets_told"
_TAGS = frozenset({COMPANY_ID, REQUEST_ID, TASK_ID, "message"})


_NEVER_SENT = ("request", "user", "breadcrumbs", "extra", "modules")
"""Parts of an event that integrations fill with what people have sent. None is on; none shall be by accident."""


def report(unforeseen: BaseException, **told: object) -> None:
    """Logs an error that nobody foresaw and sends it to Sentry, once however often it is passed on.

    What the taxonomy foresees is told where it is raised, and let pass here.
    """
    if not isinstance(unforeseen, SkladSheetsError) and not getattr(unforeseen, _TOLD, False):
        setattr(unforeseen, _TOLD, True)
        with sentry_sdk.new_scope() as scope:
            for name, value in (structlog.contextvars.get_contextvars() | told).items():
                if name in _TAGS and value is not None:
                    scope.set_tag(name, str(value))
            scope.capture_exception(unforeseen)
        _LOG.error("failed", exc_info=unforeseen, **told)


def configure_reports(dsn: str | None, process: str) -> None:
    """Reports what nobody foresaw. Without a DSN nothing is sent."""
    if dsn:
        sentry_sdk.init(
            dsn=dsn,
            server_name=process,
            send_default_pii=False,
            include_local_variables=False,
            max_request_body_size="never",
            before_send=_scrubbed,
            default_integrations=False,
        )


def _scrubbed(event: Event, _: Hint) -> Event:
    """Nothing goes out but classes, places in the code, scrubbed texts and our own identities."""
    clean: Any = scrub(dict(event))
    for name in _NEVER_SENT:
        clean.pop(name, None)
    for exception in (clean.get("exception") or {}).get("values") or ():
        if isinstance(exception.get("value"), str):
            exception["value"] = scrub_error(exception["value"])
    return clean  # type: ignore[no-any-return]
