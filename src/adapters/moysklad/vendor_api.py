"""The Vendor API 1.0: MoySklad's signatures on calls to us, and who opened our page (Vendor API docs, 6.1 and 6.4)."""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import jwt
import msgspec

from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.failures import Refusal, Verdict
from application.connections.installation_told import read_permissions, read_subscription
from application.tenants.ports import VendorStamp, Visitor
from domain.connections.installation import ToldInstallation, VendorStatus
from domain.shared.errors import SkladSheetsError, VendorFailed
from domain.tenants.sign_on import ContextKeyInvalid, VendorSignatureInvalid

LEEWAY = timedelta(seconds=30)
"""How far MoySklad's clock may be from ours. The documentation has no rule for it."""

LIFETIME = timedelta(seconds=120)
"""How long our own tokens live; MoySklad accepts up to 300 s."""

_ALGORITHM = "HS256"
_CONTEXT_KEY = re.compile(r"[A-Za-z0-9._~-]{1,200}")
_JTI_LIMIT = 255
_NOT_INSTALLED = 2004


class VendorApp(NamedTuple):
    """One of our apps. A new version of a published app is an app of its own until it is merged."""

    app_uid: str
    secret: str

    def __repr__(self) -> str:
        """Without the secret."""
        return f"VendorApp({self.app_uid!r})"

    def sign(self, now: datetime) -> str:
        """A token for one call of ours."""
        claims = {"sub": self.app_uid, "iat": now, "exp": now + LIFETIME, "jti": secrets.token_urlsafe(24)}
        return jwt.encode(claims, self.secret, algorithm=_ALGORITHM)


class MoySkladVendorSignatures:
    """Checks tokens with the secret of the app that the call's address names."""

    def __init__(self, apps: Mapping[UUID, VendorApp]) -> None:
        self._secrets = {app_id: app.secret for app_id, app in apps.items()}

    def read(self, token: str, app_id: UUID, now: datetime) -> VendorStamp:
        """HS256 only; `iat`, `exp` and `jti` are required, `nbf` is heeded. Raises VendorSignatureInvalid."""
        secret = self._secrets.get(app_id)
        if not secret:
            raise VendorSignatureInvalid(reason="unknown app")
        required: Any = {
            "require": ["iat", "exp", "jti"],
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
        }
        try:
            claims = jwt.decode(token, secret, algorithms=[_ALGORITHM], options=required)
        except (jwt.PyJWTError, ValueError):
            raise VendorSignatureInvalid(reason="signature") from None
        return _stamp(claims, now)


class MoySkladContextKeys:
    """Exchanges context keys, signing as whichever of our apps a key belongs to."""

    def __init__(self, client: MoySkladClient, apps: Mapping[UUID, VendorApp]) -> None:
        self._client = client
        self._apps = tuple(apps.values())

    async def exchange(self, context_key: str, now: datetime) -> Visitor:
        """One request, and one more for each app whose key it is not. Raises ContextKeyInvalid, VendorBusy or
        VendorFailed.
        """
        if not _CONTEXT_KEY.fullmatch(context_key) or context_key in {".", ".."}:
            raise ContextKeyInvalid(reason="form")
        status = 0
        for app in self._apps:
            status, headers, body = await self._client.ask_vendor("POST", f"/context/{context_key}", app.sign(now))
            if status == 200:
                return _visitor(body)
            if status not in {403, 404}:  # 403 is the key of another app (Vendor API docs, 6.4)
                raise _refused(Refusal(status, headers, body))
        raise ContextKeyInvalid(reason=status)


class MoySkladInstallations:
    """See application.connections.installation_ports.VendorInstallations."""

    def __init__(self, client: MoySkladClient, apps: Mapping[UUID, VendorApp]) -> None:
        self._client = client
        self._apps = dict(apps)

    async def told(self, app_id: UUID, account_id: UUID, now: datetime) -> ToldInstallation | None:
        """See the port. 404 with the code 2004 is an installation that is not there (Vendor API docs, 6.4). Any other
        404 is a wrong address or a proxy's page, for which no company may lose its token.
        """
        status, headers, body = await self._ask("GET", app_id, account_id, now)
        refusal = Refusal(status, headers, body)
        if status == 404 and refusal.code == _NOT_INSTALLED:
            return None
        if status != 200:
            raise _refused(refusal)
        return _told(body)

    async def report_ready(self, app_id: UUID, account_id: UUID, now: datetime) -> bool:
        """See the port. 409 is a transition that is not possible now."""
        status, headers, body = await self._ask("PUT", app_id, account_id, now, b'{"status":"Activated"}')
        if status in {404, 409}:
            return False
        if not 200 <= status < 300:
            raise _refused(Refusal(status, headers, body))
        return True

    async def _ask(
        self, method: str, app_id: UUID, account_id: UUID, now: datetime, body: bytes | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        app = self._apps.get(app_id)
        if app is None:
            raise VendorFailed(vendor="moysklad", reason="an app that is not configured any more")
        return await self._client.ask_vendor(method, f"/apps/{app_id}/{account_id}/status", app.sign(now), body)


class _View(msgspec.Struct):
    view: str = ""


class _Permissions(msgspec.Struct):
    admin: _View | None = None
    customerorder: _View | None = None
    demand: _View | None = None
    counterparty: _View | None = None

    def sees_everything(self) -> bool:
        """Documents and counterparties of everybody, by the scale of the JSON API ("permissions of an employee")."""
        return all(_is_all(view) for view in (self.customerorder, self.demand, self.counterparty))


class _Employee(msgspec.Struct):
    id: UUID
    account_id: UUID = msgspec.field(name="accountId")
    uid: str = ""
    name: str = ""
    full_name: str | None = msgspec.field(name="fullName", default=None)
    permissions: _Permissions | None = None


class _Status(msgspec.Struct):
    status: str
    cause: str = ""
    subscription: Any = None
    access: Any = None


def _told(body: bytes) -> ToldInstallation:
    try:
        read = msgspec.json.decode(body, type=_Status)
    except msgspec.DecodeError:
        raise VendorFailed(vendor="moysklad", reason="installation unreadable") from None
    known = read.status in VendorStatus.__members__.values()
    return ToldInstallation(
        VendorStatus(read.status) if known else None,
        read.cause,
        read_subscription(read.subscription),
        read_permissions(read.access),
    )


def _visitor(body: bytes) -> Visitor:
    try:
        employee = msgspec.json.decode(body, type=_Employee)
    except msgspec.DecodeError:
        raise VendorFailed(reason="visitor unreadable") from None
    rights = employee.permissions or _Permissions()
    return Visitor(
        account_id=employee.account_id,
        employee_id=employee.id,
        uid=employee.uid,
        name=employee.full_name or employee.name,
        administrator=_is_all(rights.admin),
        sees_everything=rights.sees_everything(),
    )


def _is_all(view: _View | None) -> bool:
    return view is not None and view.view == "ALL"


def _refused(refusal: Refusal) -> SkladSheetsError:
    """Busy or failed: a refusal of our own signature is our trouble, not the visitor's."""
    if refusal.verdict in {Verdict.WINDOW, Verdict.PARALLEL, Verdict.LATER}:
        return refusal.error()
    return VendorFailed(status=refusal.status, reason=refusal.code or refusal.status)


def _stamp(claims: Mapping[str, Any], now: datetime) -> VendorStamp:
    jti, issued, expires = claims["jti"], claims["iat"], claims["exp"]
    if not isinstance(jti, str) or not 0 < len(jti) <= _JTI_LIMIT or "\x00" in jti:
        raise VendorSignatureInvalid(reason="jti")
    try:
        issued_at, expires_at = _moment(issued, now), _moment(expires, now)
        begins_at = _moment(claims.get("nbf", issued), now)
    except (TypeError, ValueError, OverflowError, OSError):
        raise VendorSignatureInvalid(reason="times") from None
    if now >= expires_at + LEEWAY:
        raise VendorSignatureInvalid(reason="expired")
    if max(issued_at, begins_at) > now + LEEWAY:
        raise VendorSignatureInvalid(reason="issued in the future")
    return VendorStamp(jti=jti, issued_at=issued_at, expires_at=expires_at + LEEWAY)


def _moment(seconds: object, now: datetime) -> datetime:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise TypeError("not a moment")
    return datetime.fromtimestamp(seconds, now.tzinfo)
