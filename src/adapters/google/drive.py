"""Files through the Drive API v3: whether one may be written to, and spreadsheets made so that they are found again.

Drive's quotas are others than those of Sheets, and of a size that a handful of calls a run does not touch, so that no
turns are taken here; a refusal for too many calls is VendorBusy all the same.
"""

import msgspec
from aiogoogle.models import Request

from adapters.google.answers import FILE_FIELDS, FileListed, FileMade, FileRead, read
from adapters.google.discovery import SheetsRequests
from adapters.google.failures import DRIVE
from adapters.google.retries import Pacing, answered
from adapters.google.session import Answer, GoogleSession
from application.connections.ports import GoogleKey
from domain.connections.google import GoogleDisconnected
from domain.exports.spreadsheet import SpreadsheetForbidden, SpreadsheetNotFound, SpreadsheetTrashed
from domain.shared.errors import SkladSheetsError, VendorFailed

_SPREADSHEET = "application/vnd.google-apps.spreadsheet"
_PROPERTY = "skladsheetsExport"
"""Key of the private property that tells for which export we made a file. With its value it may have 124 bytes (Drive
API guide, "Add custom file properties").
"""
_SEEN_FIELDS = "nextPageToken,files(id)"
_MADE_FIELDS = "id"


def drive_is_closed(refused: SkladSheetsError) -> bool:
    """Whether Drive may not be asked at all: tokens for spreadsheets alone (those of GOOGLE_FILE_ACCESS=spreadsheets
    and a service account's) are refused, and it may be switched off in the operator's project.
    """
    return isinstance(refused, GoogleDisconnected | VendorFailed) and refused.details.get("reason") in {
        "scope",
        "configuration",
    }


class DriveFiles:
    """A Google account's files, as far as Drive shows them to us."""

    def __init__(self, session: GoogleSession, requests: SheetsRequests, pacing: Pacing) -> None:
        self._session = session
        self._requests = requests
        self._pacing = pacing

    async def require_writable(self, key: GoogleKey, file_id: str) -> None:
        """Drive's `trashed` and `capabilities.canEdit` (Drive API v3, files).

        A file that Drive does not show us may still be open to us in Sheets. Then, and where Drive may not be asked, it
        is left to Sheets to tell, with the first write.
        """
        try:
            answer = await self._send(key, self._requests.file_get(file_id, FILE_FIELDS))
        except SpreadsheetNotFound:
            return
        except (GoogleDisconnected, VendorFailed) as refused:
            if drive_is_closed(refused):
                return
            raise
        file = read(answer, FileRead)
        if file.trashed:
            raise SpreadsheetTrashed(spreadsheet=file_id)
        if not file.capabilities.get("canEdit", True):
            raise SpreadsheetForbidden(reason="viewer")

    async def made_for(self, key: GoogleKey, origin: str) -> str | None:
        """The id of the oldest spreadsheet that we made for this origin in this account, unless it is in the trash.

        Whatever a person has called it meanwhile. Private properties are those of one OAuth client, so that no other
        app, and none of our clients but this one, can lead us astray. Whether Drive's search shows a file at once is
        not documented (with names, people have seen it lag behind): None may mean that it does not show it yet.
        """
        wanted = [
            f"appProperties has {{ key={_quoted(_PROPERTY)} and value={_quoted(origin)} }}",
            f"mimeType = {_quoted(_SPREADSHEET)}",
            "'me' in owners",
            "trashed = false",
        ]
        page = ""
        while True:
            request = self._requests.file_list(" and ".join(wanted), "createdTime", _SEEN_FIELDS, page)
            listed = read(await self._send(key, request), FileListed)
            if listed.files:
                return listed.files[0].id
            page = listed.next_page_token
            if not page:  # a page may be empty although others follow
                return None

    async def make(self, key: GoogleKey, title: str, origin: str) -> str:
        """Makes a spreadsheet as Google likes it; answers its id. Not repeated: a second one might come of it."""
        body = {"name": title, "mimeType": _SPREADSHEET, "appProperties": {_PROPERTY: origin}}
        request = self._requests.file_create(msgspec.json.encode(body), _MADE_FIELDS)
        return read(await self._send(key, request, repeatable=False), FileMade).id

    async def _send(self, key: GoogleKey, request: Request, *, repeatable: bool = True) -> Answer:
        return await answered(
            lambda: self._session.call(request, key.token), self._pacing, repeatable=repeatable, rules=DRIVE
        )


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
