"""Google accounts, OAuth clients, grants and tokens."""

import secrets
import time
from collections import deque
from dataclasses import dataclass, field

MAX_REFRESH_TOKENS = 100
"""Live ones per account and client; the oldest dies silently."""
CODE_SECONDS = 600
DEFAULT_PROJECT = "100000000001"
DEFAULT_EMAIL = "user@example.com"
DEFAULT_CLIENT = "emulator-client.apps.googleusercontent.com"

DRIVE = "https://www.googleapis.com/auth/drive"
DRIVE_READONLY = "https://www.googleapis.com/auth/drive.readonly"
DRIVE_FILE = "https://www.googleapis.com/auth/drive.file"
SHEETS = "https://www.googleapis.com/auth/spreadsheets"
SHEETS_READONLY = "https://www.googleapis.com/auth/spreadsheets.readonly"
EMAIL = "https://www.googleapis.com/auth/userinfo.email"
PROFILE = "https://www.googleapis.com/auth/userinfo.profile"
DESCRIPTIONS = {
    DRIVE: "See, edit, create, and delete all of your Google Drive files",
    DRIVE_READONLY: "See and download all your Google Drive files",
    DRIVE_FILE: "See, edit, create, and delete only the specific Google Drive files you use with this app",
    SHEETS: "See, edit, create, and delete all your Google Sheets spreadsheets",
    SHEETS_READONLY: "See all your Google Sheets spreadsheets",
    EMAIL: "See your primary Google Account email address",
    PROFILE: "See your personal info, including any personal info you've made publicly available",
    "openid": "Associate you with your personal info on Google",
}
SIGN_IN = frozenset({"openid", EMAIL, PROFILE})
"""Granted with the sign-in itself: granular consent does not offer them for refusal."""
_ALIASES = {"email": EMAIL, "profile": PROFILE}


def read_scopes(text: str) -> list[str]:
    """Scopes in the order asked for, with the short names spelt out, as token answers have them."""
    return list(dict.fromkeys(_ALIASES.get(word, word) for word in text.split()))


@dataclass(slots=True)
class Account:
    """A Google account."""

    email: str
    name: str
    subject: str
    locale: str = "en_US"
    time_zone: str = "Europe/Moscow"


@dataclass(slots=True)
class Client:
    """An OAuth client of a Cloud project. Clients of one project share its quota."""

    client_id: str
    client_secret: str
    redirect_uris: list[str]
    project_number: str = DEFAULT_PROJECT


@dataclass(slots=True)
class Grant:
    """What one account allowed one client."""

    email: str
    client_id: str
    scopes: set[str] = field(default_factory=set)
    refresh_tokens: deque[str] = field(default_factory=deque)


@dataclass(slots=True)
class Token:
    """An access or a refresh token."""

    text: str
    email: str
    client_id: str
    scopes: tuple[str, ...]
    expires_at: float = 0.0


@dataclass(slots=True)
class Code:
    """An authorization code, good for one exchange within ten minutes."""

    email: str
    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str
    method: str
    offline: bool
    nonce: str
    issued: float
    used: bool = False


class Accounts:
    """All of them."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.clients: dict[str, Client] = {}
        self.grants: dict[tuple[str, str], Grant] = {}
        self.codes: dict[str, Code] = {}
        self.access: dict[str, Token] = {}
        self.refresh: dict[str, Token] = {}

    def account(self, email: str, name: str = "", locale: str = "", time_zone: str = "") -> Account:
        """The account, made when it is not there yet; what is given replaces what was."""
        made = self.accounts.get(email)
        if made is None:
            subject = "1" + "".join(secrets.choice("0123456789") for _ in range(20))
            made = self.accounts[email] = Account(email, email.partition("@")[0].title(), subject)
        made.name = name or made.name
        made.locale = locale or made.locale
        made.time_zone = time_zone or made.time_zone
        return made

    def grant(self, email: str, client_id: str) -> Grant:
        """The grant, empty when there was none."""
        return self.grants.setdefault((email, client_id), Grant(email, client_id))

    def issue_access(self, email: str, client_id: str, scopes: tuple[str, ...], seconds: float) -> Token:
        """A new access token."""
        token = Token("ya29." + secrets.token_urlsafe(90), email, client_id, scopes, time.time() + seconds)
        self.access[token.text] = token
        return token

    def issue_refresh(self, email: str, client_id: str, scopes: tuple[str, ...]) -> Token:
        """A new refresh token; with 100 live ones the oldest dies."""
        token = Token("1//0" + secrets.token_urlsafe(72), email, client_id, scopes)
        grant = self.grant(email, client_id)
        grant.refresh_tokens.append(token.text)
        self.refresh[token.text] = token
        while len(grant.refresh_tokens) > MAX_REFRESH_TOKENS:
            self.refresh.pop(grant.refresh_tokens.popleft(), None)
        return token

    def live_access(self, text: str) -> Token | None:
        """The token if it is known and not out of date."""
        token = self.access.get(text)
        return token if token is not None and token.expires_at > time.time() else None

    def revoke(self, email: str, client_id: str) -> bool:
        """Ends the whole grant: every token of the account for the client."""
        for tokens in (self.access, self.refresh):
            for text in [x.text for x in tokens.values() if x.email == email and x.client_id == client_id]:
                del tokens[text]
        return self.grants.pop((email, client_id), None) is not None

    def expire(self, email: str) -> int:
        """Makes the account's access tokens expire now."""
        found = [token for token in self.access.values() if token.email == email]
        for token in found:
            token.expires_at = 0.0
        return len(found)
