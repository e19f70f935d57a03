"""What somebody may not do is told in their company's audit log, wherever it is refused."""

from litestar.types import Scope

from application.bus import Application
from application.tenants.commands.note_refusal import NoteRefusal
from application.tenants.occasions import occasion
from application.tenants.ports import Identity
from domain.shared.errors import Forbidden
from entrypoints.rest.auth import identity_of


async def note_refusal(error: Exception, scope: Scope) -> None:
    """A hook for every error. Use cases' own refusals are told already."""
    identity: Identity | None = identity_of(scope)
    if not isinstance(error, Forbidden) or identity is None or occasion().told:
        return
    occasion().told = True
    application: Application = scope["litestar_app"].state.application
    await application.execute(NoteRefusal(company_id=identity.company_id, code=error.code))
