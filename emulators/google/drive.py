"""The little of Drive v3 that spreadsheet programs use: files, which are all spreadsheets, and permissions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from aiohttp import web

from emulators.google.accounts import DRIVE, DRIVE_FILE, DRIVE_READONLY
from emulators.google.calls import api, flag
from emulators.google.drive_query import check_property, ordered, parse
from emulators.google.errors import ApiError, invalid
from emulators.google.files import SPREADSHEET, WRITERS, File, Permission, share
from emulators.google.world import Caller, World

_PAGE = 100
_MOST = 1000
DRIVE_ZONE = "Etc/GMT"
"""What a spreadsheet made through Drive has for a time zone (recorded answers)."""
_DEFAULT_FIELDS = ("kind", "id", "name", "mimeType")
_SPACES = {"drive", "appDataFolder"}


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as one client's search sees it."""

    file: File
    client_id: str
    mime_type: str = SPREADSHEET

    @property
    def name(self) -> str:
        return str(self.file.book.properties["title"])

    @property
    def trashed(self) -> bool:
        return self.file.trashed

    @property
    def created(self) -> str:
        return self.file.created

    @property
    def modified(self) -> str:
        return self.file.modified

    def roles(self, account: str) -> set[str]:
        return {one.role for one in self.file.permissions if one.email == account}

    def has(self, kind: str, key: str, value: str) -> bool:
        own = self.file.app_properties.get(self.client_id, {})
        return (own if kind == "appProperties" else self.file.properties).get(key) == value


class Drive:
    """Handlers; each answers plain data or raises ApiError."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        one = "/drive/v3/files/{id}"
        itself = one + "{slash:/?}"
        table: list[tuple[str, str, Callable[..., Any]]] = [
            ("GET", "/drive/v3/files", self._list),
            ("POST", "/drive/v3/files", self._create),
            ("GET", "/drive/v3/about", self._about),
            ("GET", itself, self._get),
            ("PATCH", itself, self._update),
            ("DELETE", itself, self._delete),
            ("GET", one + "/permissions", self._permissions),
            ("POST", one + "/permissions", self._share),
            ("GET", one + "/permissions/{permission}", self._permission),
            ("PATCH", one + "/permissions/{permission}", self._reshare),
            ("DELETE", one + "/permissions/{permission}", self._unshare),
        ]
        return [web.route(method, path, api(self._world, "drive", work)) for method, path, work in table]

    def resource(self, file: File, caller: Caller) -> dict[str, Any]:
        """A File as Drive gives it to the caller when its fields are asked for."""
        return {
            "capabilities": _capabilities("owner" if caller.lenient else file.role(caller.email)),
            "ownedByMe": file.owner == caller.email,
            "kind": "drive#file",
            "id": file.file_id,
            "name": file.book.properties["title"],
            "mimeType": SPREADSHEET,
            "trashed": file.trashed,
            "createdTime": file.created,
            "modifiedTime": file.modified,
            "version": str(file.number + 1),
            "webViewLink": self._world.url(file.file_id),
            "owners": [{"kind": "drive#user", "emailAddress": file.owner, "displayName": file.owner.partition("@")[0]}],
            "permissions": [item.resource() for item in file.permissions],
            **({"properties": file.properties} if file.properties else {}),
            **({"appProperties": own} if (own := file.app_properties.get(caller.client_id)) else {}),
        }

    def shown(self, request: web.Request, file: File, caller: Caller) -> dict[str, Any]:
        """The resource, or its few usual fields where the request names none."""
        body = self.resource(file, caller)
        return body if request.query.get("fields") else {name: body[name] for name in _DEFAULT_FIELDS}

    def file(self, request: web.Request, caller: Caller, *, write: bool) -> File:
        """The file that the path names. Raises ApiError where the caller may not see it, or not change it."""
        caller.needs("drive.googleapis.com", DRIVE, DRIVE_FILE, *(() if write else (DRIVE_READONLY,)))
        file = self._world.files.get(request.match_info["id"])
        if file is None or not self._world.visible(caller, file):
            raise ApiError(404, f"File not found: {request.match_info['id']}.")
        if write and not caller.lenient and file.role(caller.email) not in WRITERS:
            raise ApiError(403, "The user does not have sufficient permissions for this file.")
        return file

    @staticmethod
    def body(raw: bytes) -> dict[str, Any]:
        """The request's body. Raises ApiError."""
        try:
            return msgspec.json.decode(raw or b"{}", type=dict[str, Any])
        except msgspec.DecodeError as wrong:
            raise invalid(f"Invalid JSON payload received. {wrong}") from wrong

    def _list(self, request: web.Request, _: bytes, caller: Caller) -> dict[str, Any]:
        caller.needs("drive.googleapis.com", DRIVE, DRIVE_FILE, DRIVE_READONLY)
        asked = request.query
        spaces = set((asked.get("spaces") or "drive").split(","))
        if not spaces <= _SPACES:
            raise _invalid("spaces")
        matches = parse(asked.get("q", ""), caller.email)
        listed = self._listed(caller) if "drive" in spaces else []
        found = ordered([f for f in listed if matches(_Seen(f, caller.client_id))], asked.get("orderBy") or "")
        token, wanted = asked.get("pageToken") or "0", asked.get("pageSize") or str(_PAGE)
        if not token.isdecimal():
            raise _invalid("pageToken")
        if not wanted.isdecimal() or not int(wanted):
            raise _invalid("pageSize")
        start, size = int(token), min(int(wanted), _MOST)
        answer: dict[str, Any] = {"kind": "drive#fileList", "incompleteSearch": False}
        if start + size < len(found):
            answer["nextPageToken"] = str(start + size)
        return {**answer, "files": [self.shown(request, file, caller) for file in found[start : start + size]]}

    def _listed(self, caller: Caller) -> list[File]:
        """What a search may find. Whether Google's lags behind is not documented; here it does when told to."""
        lag = timedelta(seconds=self._world.settings.search_lag_seconds)
        until = datetime.now(UTC) - lag
        files = [one for one in self._world.files.values() if self._world.visible(caller, one)]
        return [one for one in files if not lag or datetime.fromisoformat(one.created) <= until]

    def _create(self, request: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        caller.needs("drive.googleapis.com", DRIVE, DRIVE_FILE)
        body = self.body(raw)
        if body.get("mimeType") != SPREADSHEET:
            raise invalid("only spreadsheets are emulated: mimeType must be application/vnd.google-apps.spreadsheet")
        name, properties, own = body.get("name", "Untitled"), _properties(body, "properties"), _properties(body)
        file = self._world.create(caller, name, time_zone=DRIVE_ZONE)
        file.book.add_first_tab()
        file.properties = properties
        file.app_properties = {caller.client_id: own}
        return self.shown(request, file, caller)

    def _about(self, request: web.Request, _: bytes, caller: Caller) -> dict[str, Any]:
        caller.needs("drive.googleapis.com", DRIVE, DRIVE_FILE, DRIVE_READONLY)
        if not request.query.get("fields"):
            raise ApiError(400, "The 'fields' parameter is required for this method.")
        name = self._world.accounts.account(caller.email).name
        user = {"kind": "drive#user", "displayName": name, "me": True, "emailAddress": caller.email}
        return {"kind": "drive#about", "user": user}

    def _get(self, request: web.Request, _: bytes, caller: Caller) -> dict[str, Any]:
        return self.shown(request, self.file(request, caller, write=False), caller)

    def _update(self, request: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        file = self.file(request, caller, write=True)
        body = self.body(raw)
        properties, own = _properties(body, "properties"), _properties(body)
        file.trashed = bool(body.get("trashed", file.trashed))
        file.properties |= properties
        file.app_properties[caller.client_id] = file.app_properties.get(caller.client_id, {}) | own
        if body.get("name"):
            file.book.properties = {**file.book.properties, "title": body["name"]}
        return self.shown(request, file, caller)

    def _delete(self, request: web.Request, _: bytes, caller: Caller) -> None:
        file = self.file(request, caller, write=True)
        if not caller.lenient and file.role(caller.email) != "owner":
            raise ApiError(403, "The user does not have sufficient permissions for this file.")
        del self._world.files[file.file_id]

    def _permissions(self, request: web.Request, _: bytes, caller: Caller) -> dict[str, Any]:
        file = self.file(request, caller, write=False)
        return {"kind": "drive#permissionList", "permissions": [item.resource() for item in file.permissions]}

    def _share(self, request: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        file = self.file(request, caller, write=True)
        body = self.body(raw)
        kind, role, email = body.get("type", ""), body.get("role", ""), body.get("emailAddress", "")
        if kind not in {"user", "anyone"} or role not in {"owner", "writer", "commenter", "reader"}:
            raise invalid("The specified permission type or role is invalid or not emulated.")
        if kind == "user" and "@" not in email:
            raise invalid("The permission type field is required with an emailAddress.")
        if role == "owner":
            if not flag(request, "transferOwnership"):
                raise ApiError(
                    403, "The transferOwnership parameter must be enabled when the permission role is 'owner'."
                )
            file.permissions = [
                share(item.email, "writer") if item.role == "owner" else item for item in file.permissions
            ]
            file.owner = email
        made = share(email if kind == "user" else "", role, kind)
        file.permissions = [*(item for item in file.permissions if kind == "anyone" or item.email != email), made]
        return made.resource()

    @staticmethod
    def _known(request: web.Request, file: File) -> Permission:
        number = request.match_info["permission"]
        found = next((item for item in file.permissions if item.permission_id == number), None)
        if found is None:
            raise ApiError(404, f"Permission not found: {number}.")
        return found

    def _permission(self, request: web.Request, _: bytes, caller: Caller) -> dict[str, Any]:
        return self._known(request, self.file(request, caller, write=False)).resource()

    def _reshare(self, request: web.Request, raw: bytes, caller: Caller) -> dict[str, Any]:
        file = self.file(request, caller, write=True)
        old, role = self._known(request, file), self.body(raw).get("role", "")
        if role not in {"writer", "commenter", "reader"} or old.role == "owner":
            raise ApiError(403, "The specified permission role cannot be set here: ownership is not transferred so.")
        new = replace(old, role=role)
        file.permissions = [new if item is old else item for item in file.permissions]
        return new.resource()

    def _unshare(self, request: web.Request, _: bytes, caller: Caller) -> None:
        file = self.file(request, caller, write=True)
        gone = self._known(request, file)
        file.permissions = [item for item in file.permissions if item is not gone]


def _capabilities(role: str | None) -> dict[str, bool]:
    """What that role may do with a file: those of the capabilities that its roles tell apart."""
    owner, writer = role == "owner", role in WRITERS
    return {
        "canEdit": writer,
        "canModifyContent": writer,
        "canRename": writer,
        "canShare": writer,
        "canComment": writer or role == "commenter",
        "canCopy": role is not None,
        "canDownload": role is not None,
        "canReadRevisions": writer,
        "canTrash": owner,
        "canUntrash": owner,
        "canDelete": owner,
    }


def _properties(body: Mapping[str, Any], kind: str = "appProperties") -> dict[str, str]:
    """Properties that a body brings. Raises ApiError."""
    given = body.get(kind) or {}
    if not isinstance(given, dict):
        raise invalid("Invalid Value")
    for key, value in given.items():
        check_property(key, value)
    return dict(given)


def _invalid(parameter: str) -> ApiError:
    return ApiError(400, "Invalid Value", parameter=parameter)
