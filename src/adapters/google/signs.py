"""Signs on tabs, as entries of developer metadata.

An entry's value names the tab and the spreadsheet for which it was made. Whether Google copies metadata along with a
tab is not documented, and a copied file was seen to have it; either way an entry that came with a copy tells of another
place and counts for nothing.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from application.exports.sheets import Sign, TabRole

_PREFIX = "skladsheets.tab."
_OWNER = "/"


def signing(spreadsheet_id: str, sheet_id: int, sign: Sign) -> dict[str, Any]:
    """The request of spreadsheets.batchUpdate that signs a tab. Other programs may see it, as they may see anchors."""
    entry = {
        "metadataKey": _key(sign.role, sign.tag),
        "metadataValue": f"{_place(spreadsheet_id, sheet_id)}{_OWNER}{sign.owner}",
        "location": {"sheetId": sheet_id},
        "visibility": "DOCUMENT",
    }
    return {"createDeveloperMetadata": {"developerMetadata": entry}}


def unsigned(tag: str) -> dict[str, Any]:
    """The request that takes the sign of a table away from whichever tab bears it."""
    lookup = {"metadataKey": _key(TabRole.TABLE, tag)}
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}


def signs_in(spreadsheet_id: str, sheet_id: int, entries: Iterable[tuple[str, str]]) -> Iterator[Sign]:
    """The signs among a tab's entries, keys with values."""
    here = _place(spreadsheet_id, sheet_id)
    for key, value in entries:
        role, _, tag = key.removeprefix(_PREFIX).partition(".")
        place, _, owner = value.partition(_OWNER)
        if key.startswith(_PREFIX) and place == here and role in set(TabRole):
            yield Sign(tag, TabRole(role), owner)


def _key(role: TabRole, tag: str) -> str:
    return f"{_PREFIX}{role}.{tag}"


def _place(spreadsheet_id: str, sheet_id: int) -> str:
    """Spreadsheets are named by a hash: who was given a copy shall not learn where the original is."""
    return f"{sheet_id}@{hashlib.blake2b(spreadsheet_id.encode(), digest_size=12).hexdigest()}"
