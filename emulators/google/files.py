"""Drive files: who owns a spreadsheet, who else may see or edit it, which clients were given it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from emulators.google import rendering
from emulators.google.workbook import Workbook

SPREADSHEET = "application/vnd.google-apps.spreadsheet"
KEPT_REVISIONS = 1000
Role = Literal["owner", "organizer", "fileOrganizer", "writer", "commenter", "reader"]
WRITERS = frozenset({"owner", "organizer", "fileOrganizer", "writer"})


def now() -> str:
    """The present as RFC 3339 with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id() -> str:
    """44 characters, as real ids have."""
    return "1" + secrets.token_urlsafe(40)[:43]


@dataclass(slots=True)
class Permission:
    """One share: to a person, or to anyone with the link."""

    permission_id: str
    kind: str
    role: Role
    email: str = ""

    def resource(self) -> dict[str, Any]:
        """Permission as Drive v3 has it."""
        body: dict[str, Any] = {
            "kind": "drive#permission",
            "id": self.permission_id,
            "type": self.kind,
            "role": self.role,
        }
        return {**body, "emailAddress": self.email} if self.email else body


@dataclass(slots=True)
class File:
    """A spreadsheet as Drive sees it. `clients` made it or had it picked for them: drive.file shows it to them."""

    book: Workbook
    owner: str
    clients: set[str]
    permissions: list[Permission]
    trashed: bool = False
    properties: dict[str, str] = field(default_factory=dict)
    app_properties: dict[str, dict[str, str]] = field(default_factory=dict)
    """By the client that wrote them: no other is shown them."""

    created: str = field(default_factory=now)
    modified: str = field(default_factory=now)
    number: int = 0
    revisions: list[dict[str, Any]] = field(default_factory=list)
    remembers: Callable[[], bool] = lambda: False
    """Whether revisions keep the values of every tab, by its title: large files have no use for that."""

    @property
    def file_id(self) -> str:
        """The spreadsheet's id."""
        return self.book.spreadsheet_id

    def role(self, email: str) -> str | None:
        """The account's strongest role."""
        roles = {item.role for item in self.permissions if item.kind == "anyone" or item.email == email}
        return next((role for role in ("owner", "writer", "commenter", "reader") if role in roles), None)

    def changed(self, kind: str, cells: int) -> None:
        """Notes one successful change."""
        self.modified = now()
        self.number += 1
        made = {"number": self.number, "time": self.modified, "kind": kind, "cellsChanged": cells}
        if self.remembers():
            made["values"] = {
                tab.title: rendering.rows(self.book, tab, tab.area, "UNFORMATTED_VALUE", "SERIAL_NUMBER")
                for tab in self.book.tabs
            }
        self.revisions.append(made)
        del self.revisions[:-KEPT_REVISIONS]


def share(email: str, role: Role, kind: str = "user") -> Permission:
    """A new permission."""
    return Permission("".join(secrets.choice("0123456789") for _ in range(20)), kind, role, email)
