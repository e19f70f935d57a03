"""Everything about a company, for its owner."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.response import Stream

from application.bus import Application
from application.delivery.commands.export_company import ExportCompany
from application.tenants.acting import Acting
from application.tenants.ports import Identity
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION, session_of

_CHUNK = 1 << 16


@get("/company/archive", summary="Everything that is kept about the company", media_type="application/zip")
async def get_archive(identity: NamedDependency[Identity], application: NamedDependency[Application]) -> Stream:
    """A zip: JSON lines for each table, and a manifest; secrets are left out. For owners who are signed in."""
    session_of(identity)
    identity.require(Permission.MANAGE_OWNERS)
    with tempfile.TemporaryDirectory(prefix="skladsheets-") as folder:
        place = Path(folder, "company.zip")
        acting = Acting(member_id=identity.member_id)
        await application.execute(ExportCompany(company_id=identity.company_id, to=str(place), acting=acting))
        file: IO[bytes] = await asyncio.to_thread(place.open, "rb")
    # It has no name any more: nothing stays behind, however the answer ends.
    name = f"skladsheets-{identity.company_id}.zip"
    return Stream(
        _chunks(file),
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk


ROUTER = Router("/", route_handlers=[get_archive], tags=["People"], security=SESSION)
