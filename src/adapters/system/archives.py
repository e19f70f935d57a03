"""Companies' data in a zip file."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from domain.tenants.erasure import ArchiveUnwritable


class ZipArchiveWriter:
    """See application.tenants.record_ports.ArchiveWriter. The event loop goes on while a disk is written to."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._part: IO[bytes] | None = None

    async def begin(self, name: str) -> None:
        """See the port."""
        await self.end()
        self._part = await asyncio.to_thread(self._archive.open, name, "w", force_zip64=True)

    async def write(self, text: bytes) -> None:
        """See the port."""
        if self._part is None:
            raise RuntimeError("no part has begun")
        await asyncio.to_thread(self._part.write, text)

    async def end(self) -> None:
        """The last part is complete."""
        part, self._part = self._part, None
        if part is not None:
            await asyncio.to_thread(part.close)


class ZipArchives:
    """See application.tenants.record_ports.Archives."""

    @asynccontextmanager
    async def making(self, to: str) -> AsyncIterator[ZipArchiveWriter]:
        """Written beside its place under another name, and put there by one step."""
        place = Path(to)
        beside = place.with_name(f".{place.name}.{os.getpid()}")
        try:
            with _private(beside) as file, ZipFile(file, "w", ZIP_DEFLATED) as archive:
                writer = ZipArchiveWriter(archive)
                try:
                    yield writer
                finally:
                    await writer.end()
            beside.replace(place)
        except OSError as refused:
            raise ArchiveUnwritable(file=place.name, reason=refused.strerror or type(refused).__name__) from refused
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)


def _private(path: Path) -> IO[bytes]:
    """A new file that nobody else may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
