"""The Vendor API on MoySklad's side: a solution's status and who opened its page (Vendor API docs, "MoySklad side")."""

import secrets
from typing import Any

import jwt
import msgspec
from aiohttp import web

from emulators.moysklad import contexts, errors
from emulators.moysklad.accounts import Account, Application, Install, Person, World
from emulators.moysklad.calls import Answer, answer
from emulators.moysklad.gate import refuse, respond
from emulators.moysklad.links import API, VENDOR
from emulators.moysklad.vendor_calls import VendorSide

LIFETIME = 300
KEY_LIFETIME = 300.0
SKEW = 5
_UNKNOWN = Application("", "", secrets.token_hex(32), "")
_TRANSITIONS = {
    "Activating": {"Activating", "SettingsRequired", "Activated"},
    "SettingsRequired": {"SettingsRequired", "Activated"},
    "Activated": {"Activated"},
}


class VendorApi:
    """Serves vendors' servers."""

    def __init__(self, world: World, vendor_side: VendorSide) -> None:
        self._world = world
        self._vendor_side = vendor_side

    async def serve(self, request: web.Request) -> web.Response:
        """Answers one request, refusals included."""
        try:
            self._check_compression(request)
            application = self._application(request.headers.get("Authorization", ""))
            parts = request.path.removeprefix(VENDOR).strip("/").split("/")
            done = self._dispatch(request.method, parts, application, await request.read())
        except errors.EmptyAnswer as refused:
            return respond(Answer(status=refused.status, kind="refused"), {}, compressed=False)
        except errors.ApiError as refused:
            return refuse(refused, {})
        return respond(done, {}, compressed=True)

    def _check_compression(self, request: web.Request) -> None:
        if not self._world.lenient and "gzip" not in request.headers.get("Accept-Encoding", "").lower():
            raise errors.EmptyAnswer(415)

    def new_context_key(self, application: Application, account: Account, person: Person) -> str:
        """A key for the page that `person` is opening; it lives five minutes."""
        key = secrets.token_hex(20)
        expiry = self._world.clock.seconds() + KEY_LIFETIME
        self._world.context_keys[key] = (application.app_id, account.id, person.employee_id, expiry)
        return key

    def _dispatch(self, method: str, parts: list[str], application: Application, raw: bytes) -> Answer:
        match (method, parts):
            case ("POST", ["context", key]):
                return answer(self._context(application, key), "vendor")
            case ("GET", ["apps", app_id, account_id, "status"]):
                account, install = self._install(application, app_id, account_id)
                return answer(self._status(account, install), "vendor")
            case ("PUT", ["apps", app_id, account_id, "status"]):
                account, install = self._install(application, app_id, account_id)
                _move(install, raw)
                return answer(self._status(account, install), "vendor")
        raise errors.ApiError(404, 1002, "Неопознанный путь: /" + "/".join(parts))

    def _application(self, header: str) -> Application:
        """The solution that signed the token. Raises ApiError 401 for a bad, old, long-lived or used token."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise _unauthorized("отсутствует токен")
        try:
            uid = jwt.decode(token, options={"verify_signature": False}).get("sub")
            known = [one for one in self._world.applications.values() if one.app_uid == uid]
            application = known[0] if known else _UNKNOWN
            options: Any = {"require": ["sub", "iat", "jti"], "verify_exp": False, "verify_iat": False}
            claims = jwt.decode(token, application.secret, algorithms=["HS256"], options=options)
        except jwt.PyJWTError as wrong:
            raise _unauthorized(str(wrong)) from None
        if not known:
            raise _unauthorized("неизвестное решение")
        self._check_time(claims)
        return application

    def _check_time(self, claims: dict[str, Any]) -> None:
        now = self._world.clock.seconds()
        try:
            issued = float(claims["iat"])
            expiry = min(float(claims.get("exp", issued + LIFETIME)), issued + LIFETIME)
        except (TypeError, ValueError):
            raise _unauthorized("неверный формат времени") from None
        if issued > now + SKEW or expiry <= now:
            raise _unauthorized("срок действия токена истек или еще не наступил")
        self._world.seen_jti = {jti: until for jti, until in self._world.seen_jti.items() if until > now}
        if not claims["jti"] or claims["jti"] in self._world.seen_jti:
            raise _unauthorized("токен уже использован")
        self._world.seen_jti[claims["jti"]] = expiry

    def _install(self, application: Application, app_id: str, account_id: str) -> tuple[Account, Install]:
        if application.app_id != app_id:
            raise errors.ApiError(403, 1016, "Доступ запрещен: токен выпущен другим решением")
        account = self._world.accounts.get(account_id)
        install = account.installs.get(app_id) if account is not None else None
        if account is None or install is None:
            raise errors.ApiError(404, 2004, "Решение не установлено на аккаунте")
        return account, install

    def _context(self, application: Application, key: str) -> dict[str, Any]:
        found = self._world.context_keys.get(key)
        if found is None or found[3] <= self._world.clock.seconds():
            raise errors.ApiError(404, 2001, "Ключ контекста не найден или устарел")
        app_id, account_id, employee_id, _ = found
        if app_id != application.app_id:
            raise errors.ApiError(403, 1016, "Доступ запрещен: ключ контекста выдан другому решению")
        account = self._world.accounts[account_id]
        person = next(one for one in account.people if one.employee_id == employee_id)
        return contexts.employee(account, person)

    def _status(self, account: Account, install: Install) -> dict[str, Any]:
        return {
            "status": install.status,
            "cause": install.cause,
            "subscription": self._vendor_side.subscription(install),
            "access": [{"resource": f"{account.links.base}{API}/", "scope": ["admin"]}],
        }


def _move(install: Install, raw: bytes) -> None:
    try:
        wanted = msgspec.json.decode(raw, type=dict).get("status")
    except msgspec.DecodeError:
        raise errors.bad_json() from None
    if wanted not in _TRANSITIONS:
        raise errors.ApiError(400, 2001, "Недопустимый статус")
    if wanted not in _TRANSITIONS.get(install.status, set()):
        raise errors.ApiError(409, 2005, f"Переход из статуса {install.status} в {wanted} невозможен")
    install.status = wanted


def _unauthorized(reason: str) -> errors.ApiError:
    return errors.ApiError(401, 1056, f"Ошибка аутентификации: {reason}")
