"""Error reports to Sentry, where a DSN is configured."""

from typing import Any

import sentry_sdk
import structlog
from sentry_sdk.types import Event, Hint

from adapters.observability.scrubbing import scrub
from domain.shared.errors import SkladSheetsError

_LOG = structlog.stdlib.get_logger("unforeseen")
_TOLD = "_skladsheets_told"


def report(unforeseen: BaseException, **told: object) -> None:
    """Logs an error that nobody foresaw and sends it to Sentry, once however often it is passed on.

    What the taxonomy foresees is told where it is raised, and let pass here.
    """
    if not isinstance(unforeseen, SkladSheetsError) and not getattr(unforeseen, _TOLD, False):
        setattr(unforeseen, _TOLD, True)
        sentry_sdk.capture_exception(unforeseen)
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
    clean: Any = scrub(dict(event))
    return clean  # type: ignore[no-any-return]
