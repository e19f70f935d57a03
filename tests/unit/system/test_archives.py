"""A company's data in a zip file: whole, and nobody else's, or not there."""

import stat
import zipfile
from pathlib import Path

import pytest

from adapters.system.archives import ZipArchives
from domain.tenants.erasure import ArchiveUnwritable


async def test_parts_come_back_and_only_the_owner_may_read(tmp_path: Path) -> None:
    place = tmp_path / "company.zip"
    place.write_bytes(b"before")
    async with ZipArchives().making(str(place)) as writer:
        await writer.begin("one.ndjson")
        await writer.write(b'{"a":1}\n')
        await writer.write(b'{"a":2}\n')
        await writer.begin("empty.ndjson")
        await writer.begin("manifest.json")
        await writer.write(b"{}")
        assert place.read_bytes() == b"before"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    with zipfile.ZipFile(place) as made:
        assert made.testzip() is None
        told = {name: made.read(name) for name in made.namelist()}
    assert told == {"one.ndjson": b'{"a":1}\n{"a":2}\n', "empty.ndjson": b"", "manifest.json": b"{}"}
    assert list(tmp_path.iterdir()) == [place]


async def test_what_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    place = tmp_path / "company.zip"
    writing = ZipArchives().making(str(place))
    writer = await writing.__aenter__()
    await writer.begin("one.ndjson")
    failed = RuntimeError("gone wrong")
    assert not await writing.__aexit__(RuntimeError, failed, None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("where", ["nowhere/company.zip", "taken"])
async def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, where: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "taken").mkdir()
    with pytest.raises(ArchiveUnwritable):
        async with ZipArchives().making(str(tmp_path / "full" / where)):
            pass
