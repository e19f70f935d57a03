"""The methods of the Sheets API v4 and Drive API v3 that are used, described the way aiogoogle wants it.

Written by hand, so that nothing is downloaded at start-up; a test holds it against Google's own discovery document.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from aiogoogle.models import Request
from aiogoogle.resource import GoogleAPI

READ_SECONDS = 60
WRITE_SECONDS = 190
"""Google cuts a request off after 180 s (Sheets API, usage limits); we wait a little longer, for its own answer."""

_COLLECTION = "v4/spreadsheets"
_IN_PATH = re.compile(r"\{(\w+)\}")
_TYPES = {"metadataId": "integer"}
_SAFE = {"spreadsheetId": "", "fileId": "", "metadataId": ""}
_JSON = "application/json; charset=utf-8"


def description(root_url: str) -> dict[str, Any]:
    """A fresh document. `root_url` ends with a slash."""
    return {
        "name": "sheets",
        "version": "v4",
        "rootUrl": root_url,
        "servicePath": "",
        "batchPath": "batch",
        "parameters": {"fields": _query("string"), "prettyPrint": _query("boolean")},
        "resources": {
            "spreadsheets": {
                "methods": {
                    "create": _method("POST", _COLLECTION),
                    "get": _method("GET", _COLLECTION + "/{spreadsheetId}"),
                    "batchUpdate": _method("POST", _COLLECTION + "/{spreadsheetId}:batchUpdate"),
                },
                "resources": {
                    "developerMetadata": {
                        "methods": {
                            "get": _method("GET", _COLLECTION + "/{spreadsheetId}/developerMetadata/{metadataId}"),
                        }
                    },
                    "values": {
                        "methods": {
                            "batchGet": _method(
                                "GET",
                                _COLLECTION + "/{spreadsheetId}/values:batchGet",
                                majorDimension=_query("string"),
                                ranges={**_query("string"), "repeated": True},
                                valueRenderOption=_query("string"),
                            ),
                            "batchUpdateByDataFilter": _method(
                                "POST", _COLLECTION + "/{spreadsheetId}/values:batchUpdateByDataFilter"
                            ),
                        }
                    },
                },
            }
        },
    }


def drive_description(root_url: str) -> dict[str, Any]:
    """The same for Drive."""
    return {
        "name": "drive",
        "version": "v3",
        "rootUrl": root_url,
        "servicePath": "",
        "batchPath": "batch",
        "parameters": {"fields": _query("string"), "prettyPrint": _query("boolean")},
        "resources": {
            "files": {
                "methods": {
                    "get": _method("GET", "drive/v3/files/{fileId}", supportsAllDrives=_query("boolean")),
                    "list": _method(
                        "GET",
                        "drive/v3/files",
                        q=_query("string"),
                        orderBy=_query("string"),
                        pageToken=_query("string"),
                        spaces=_query("string"),
                    ),
                    "create": _method("POST", "drive/v3/files"),
                }
            }
        },
    }


def _query(kind: str) -> dict[str, Any]:
    return {"type": kind, "location": "query"}


def _method(verb: str, path: str, **query: dict[str, Any]) -> dict[str, Any]:
    order = _IN_PATH.findall(path)
    in_path = {name: {"type": _TYPES.get(name, "string"), "location": "path", "required": True} for name in order}
    return {"httpMethod": verb, "path": path, "parameterOrder": order, "parameters": {**in_path, **query}}


class SheetsRequests:
    """Builds requests that are ready to be sent but for the access token.

    Bodies come as JSON already encoded. `fields` keeps answers small.
    """

    def __init__(self, root_url: str, drive_url: str) -> None:
        api: Any = GoogleAPI(description(root_url))  # type: ignore[no-untyped-call]
        spreadsheets, values = api.spreadsheets, api.spreadsheets.values
        # A method object is kept for each: looking one up by attributes costs as much again as the call (measured).
        self._create: Any = spreadsheets.create
        self._get: Any = spreadsheets.get
        self._batch_update: Any = spreadsheets.batchUpdate
        self._values_batch_get: Any = values.batchGet
        self._values_batch_update: Any = values.batchUpdateByDataFilter
        self._metadata_get: Any = spreadsheets.developerMetadata.get
        drive: Any = GoogleAPI(drive_description(drive_url))  # type: ignore[no-untyped-call]
        self._file_get: Any = drive.files.get
        self._file_list: Any = drive.files.list
        self._file_create: Any = drive.files.create

    def create(self, body: bytes, fields: str) -> Request:
        """spreadsheets.create."""
        return _request(self._create, WRITE_SECONDS, {"fields": fields}, body)

    def get(self, spreadsheet_id: str, fields: str) -> Request:
        """spreadsheets.get."""
        return _request(self._get, READ_SECONDS, {"spreadsheetId": spreadsheet_id, "fields": fields})

    def batch_update(self, spreadsheet_id: str, body: bytes, fields: str) -> Request:
        """spreadsheets.batchUpdate."""
        return _request(self._batch_update, WRITE_SECONDS, {"spreadsheetId": spreadsheet_id, "fields": fields}, body)

    def values_batch_get(
        self, spreadsheet_id: str, ranges: list[str], fields: str, render: str = "UNFORMATTED_VALUE"
    ) -> Request:
        """spreadsheets.values.batchGet: values as they are stored, column by column."""
        wanted = {
            "spreadsheetId": spreadsheet_id,
            "ranges": ranges,
            "majorDimension": "COLUMNS",
            "valueRenderOption": render,
            "fields": fields,
        }
        return _request(self._values_batch_get, READ_SECONDS, wanted)

    def values_batch_update(self, spreadsheet_id: str, body: bytes, fields: str) -> Request:
        """spreadsheets.values.batchUpdateByDataFilter."""
        wanted = {"spreadsheetId": spreadsheet_id, "fields": fields}
        return _request(self._values_batch_update, WRITE_SECONDS, wanted, body)

    def metadata_get(self, spreadsheet_id: str, number: int) -> Request:
        """spreadsheets.developerMetadata.get."""
        wanted = {"spreadsheetId": spreadsheet_id, "metadataId": str(number), "fields": "metadataId"}
        return _request(self._metadata_get, READ_SECONDS, wanted)

    def file_get(self, file_id: str, fields: str) -> Request:
        """drive.files.get, of files in shared drives too."""
        wanted = {"fileId": file_id, "supportsAllDrives": "true", "fields": fields}
        return _request(self._file_get, READ_SECONDS, wanted)

    def file_list(self, query: str, order: str, fields: str, page: str = "") -> Request:
        """drive.files.list, of the account's own drive."""
        wanted = {"q": query, "orderBy": order, "spaces": "drive", "fields": fields}
        return _request(self._file_list, READ_SECONDS, {**wanted, "pageToken": page} if page else wanted)

    def file_create(self, body: bytes, fields: str) -> Request:
        """drive.files.create, of a file without contents."""
        return _request(self._file_create, WRITE_SECONDS, {"fields": fields}, body)


def _request(
    method: Callable[..., Any], seconds: int, parameters: Mapping[str, Any], body: bytes | None = None
) -> Request:
    # prettyPrint is text because aiogoogle would write a truth value as "False".
    request = cast(
        "Request",
        method(
            data=body,
            timeout=seconds,
            path_params_safe_chars=_SAFE,
            prettyPrint="false",
            **parameters,
        ),
    )
    if body is not None:
        request.headers["Content-Type"] = _JSON
    return request
