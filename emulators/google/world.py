"""Everything the emulator holds, and who may do what with it."""

from dataclasses import dataclass

from emulators.common.options import Options
from emulators.google.accounts import (
    DEFAULT_CLIENT,
    DEFAULT_EMAIL,
    DEFAULT_PROJECT,
    DRIVE,
    DRIVE_FILE,
    DRIVE_READONLY,
    SHEETS,
    SHEETS_READONLY,
    Accounts,
)
from emulators.google.errors import ApiError, insufficient_scopes, unauthenticated
from emulators.google.files import WRITERS, File, new_id, share
from emulators.google.quotas import Quotas, Settings
from emulators.google.requests.actor import Actor
from emulators.google.workbook import Workbook


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose token a request carries. `lenient` callers see and may do everything."""

    email: str
    client_id: str
    project: str
    scopes: frozenset[str]
    lenient: bool = False

    def needs(self, service: str, *any_of: str) -> None:
        """Raises 403 unless the token has one of the scopes."""
        if not self.lenient and not self.scopes & set(any_of):
            raise insufficient_scopes(service)


class World:
    """Accounts, files, settings and quotas."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.accounts = Accounts()
        self.settings = Settings(quotas=not options.lenient)
        self.quotas = Quotas(self.settings)
        self.files: dict[str, File] = {}

    def caller(self, authorization: str, query_token: str) -> Caller:
        """Who calls. Raises 401 when the bearer token is not good, unless any caller is welcome."""
        scheme, _, text = authorization.partition(" ")
        bearer = text.strip() if scheme.lower() == "bearer" else query_token
        token = self.accounts.live_access(bearer)
        lenient = self.options.lenient
        if token is None:
            if not lenient:
                raise unauthenticated()
            self.accounts.account(DEFAULT_EMAIL)
            return Caller(DEFAULT_EMAIL, DEFAULT_CLIENT, DEFAULT_PROJECT, frozenset(), lenient=True)
        client = self.accounts.clients.get(token.client_id)
        project = client.project_number if client else DEFAULT_PROJECT
        return Caller(token.email, token.client_id, project, frozenset(token.scopes), lenient)

    def create(self, caller: Caller, title: str, locale: str = "", time_zone: str = "") -> File:
        """A new spreadsheet without tabs, owned by the caller, in the account's language unless told otherwise."""
        account = self.accounts.account(caller.email)
        book = Workbook(
            new_id(), title or "Untitled spreadsheet", locale or account.locale, time_zone or account.time_zone
        )
        return self.own(caller, book)

    def own(self, caller: Caller, book: Workbook) -> File:
        """A file of the caller's with those contents."""
        file = File(book, caller.email, {caller.client_id}, [share(caller.email, "owner")])
        file.remembers = lambda: self.settings.history
        self.files[file.file_id] = file
        return file

    def visible(self, caller: Caller, file: File) -> bool:
        """Whether the caller's scopes and the file's shares let it be seen."""
        if caller.lenient:
            return True
        if file.role(caller.email) is None:
            return False
        everything = {DRIVE, DRIVE_READONLY, SHEETS, SHEETS_READONLY}
        return bool(caller.scopes & everything) or caller.client_id in file.clients

    def spreadsheet(self, caller: Caller, spreadsheet_id: str, *, write: bool) -> File:
        """The file for a Sheets call. Raises 403 when scopes or shares do not allow it, 404 when it is out of sight."""
        if write:
            caller.needs("sheets.googleapis.com", DRIVE, DRIVE_FILE, SHEETS)
        else:
            caller.needs("sheets.googleapis.com", DRIVE, DRIVE_FILE, SHEETS, DRIVE_READONLY, SHEETS_READONLY)
        file = self.files.get(spreadsheet_id)
        if file is None:
            raise ApiError(404)
        if caller.lenient:
            return file
        role = file.role(caller.email)
        if role is None:
            raise ApiError(403)
        if not self.visible(caller, file):
            raise ApiError(404)
        if write and role not in WRITERS:
            raise ApiError(403)
        if write and not caller.scopes & {DRIVE, SHEETS} and caller.client_id not in file.clients:
            raise insufficient_scopes("sheets.googleapis.com")
        return file

    def actor(self, caller: Caller, file: File) -> Actor:
        """The caller as batches know it."""
        role = file.role(caller.email)
        owner = caller.lenient or role == "owner"
        return Actor(caller.email, caller.project, owner, writer=owner or role in WRITERS)

    def url(self, spreadsheet_id: str) -> str:
        """The page of a spreadsheet."""
        return f"{self.options.base_url}/spreadsheets/d/{spreadsheet_id}/edit"
