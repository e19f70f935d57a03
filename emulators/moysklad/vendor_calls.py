"""Calls of MoySklad to the vendor: activation and deactivation of a solution (Vendor API docs, "processes")."""

import asyncio
import time
import uuid
from datetime import datetime
from typing import Any

import aiohttp
import jwt
import msgspec

from emulators.moysklad.accounts import Account, Application, Caller, Install, World
from emulators.moysklad.clock import MOSCOW
from emulators.moysklad.links import API

TIMEOUT = 10.0
VENDOR_FAILURE = 551
TOKEN_LIFETIME = 300
STATUSES = ("Activating", "SettingsRequired", "Activated")
SUBSCRIPTION_DAYS = 30
_DAY = 86400


class VendorSide:
    """Talks to vendors' servers on behalf of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def activate(self, account: Account, install: Install, cause: str) -> dict[str, Any]:
        """Install or Resume: a new token that works at once, and dies when the vendor refuses for good."""
        install.cause = cause
        install.status = "Activating"
        self._world.revoke(install.token)
        install.token = self._world.issue(Caller(account, install=install))
        access = {"resource": account.links.base + API, "scope": ["admin"], "access_token": install.token}
        body = {**self._who(account, install, cause), "access": [access], "subscription": self._subscription(install)}
        outcome = await self._send("PUT", account, install.application, body)
        status = _status(outcome)
        if outcome["httpStatus"] == 200 and status in STATUSES:
            install.status = status
            account.hooks.switch(install.application.app_id, enabled=True)
        else:
            install.status = "ActivationFailed"
            self._world.revoke(install.token)
            install.token = None
        return {**outcome, "status": install.status, "token": install.token}

    async def deactivate(self, account: Account, install: Install, cause: str) -> dict[str, Any]:
        """Uninstall or Suspend: the token is dead before the vendor hears of it."""
        self._world.revoke(install.token)
        install.token = None
        install.cause = cause
        install.status = "Deactivating"
        outcome = await self._send("DELETE", account, install.application, self._who(account, install, cause))
        if outcome["httpStatus"] not in {200, 204}:
            install.status = "DeactivationFailed"
        elif cause == "Suspend":
            install.status = "Suspended"
            account.hooks.switch(install.application.app_id, enabled=False)
        else:
            install.status = "Uninstalled"
            account.hooks.removed_with(install.application.app_id)
            account.installs.pop(install.application.app_id, None)
        return {**outcome, "status": install.status, "token": None}

    async def change_tariff(self, account: Account, install: Install, tariff: str) -> dict[str, Any]:
        """TariffChanged: no access block, the token stays."""
        install.tariff, install.trial = tariff, False
        body = {**self._who(account, install, "TariffChanged"), "subscription": self._subscription(install)}
        outcome = await self._send("PUT", account, install.application, body)
        return {**outcome, "status": install.status, "token": install.token}

    async def act(self, account: Account, install: Install, told: dict[str, Any]) -> dict[str, Any]:
        """A scenario's action, tried again every five minutes for a day (Vendor API docs, scenarios)."""
        settings = self._world.settings
        every, for_ = settings.scenario_retry_every_seconds, settings.scenario_retry_for_seconds
        return await self._send("POST", account, install.application, told, "/scenario", every, for_)

    def subscription(self, install: Install) -> dict[str, Any]:
        """The `subscription` block."""
        return self._subscription(install)

    @staticmethod
    def _who(account: Account, install: Install, cause: str) -> dict[str, Any]:
        return {"appUid": install.application.app_uid, "accountName": account.name, "cause": cause}

    def _subscription(self, install: Install) -> dict[str, Any]:
        expiry = datetime.fromtimestamp(self._world.clock.seconds() + SUBSCRIPTION_DAYS * _DAY, MOSCOW)
        return {
            "tariffId": str(uuid.uuid5(uuid.NAMESPACE_URL, install.tariff)),
            "trial": install.trial,
            "tariffName": install.tariff,
            "expiryMoment": expiry.isoformat(timespec="seconds"),
            "notForResale": False,
            "partner": False,
        }

    async def _send(
        self,
        method: str,
        account: Account,
        application: Application,
        body: Any,
        path: str = "",
        every: float | None = None,
        for_: float | None = None,
    ) -> dict[str, Any]:
        """Calls until the vendor answers something final: 5xx other than 551 and silence are tried again."""
        settings = self._world.settings
        every = settings.retry_every_seconds if every is None else every
        url = f"{application.endpoint_base}/api/moysklad/vendor/1.0/apps/{application.app_id}/{account.id}{path}"
        request_id = str(uuid.uuid4())
        give_up = time.monotonic() + (settings.retry_for_seconds if for_ is None else for_)
        attempts = 0
        while True:
            attempts += 1
            status, shown = await self._once(method, url, application, body, request_id)
            final = status is not None and (status < 500 or status == VENDOR_FAILURE)
            if final or time.monotonic() + every > give_up:
                return {"httpStatus": status, "body": shown, "attempts": attempts}
            await asyncio.sleep(every)

    async def _once(
        self, method: str, url: str, application: Application, body: Any, request_id: str
    ) -> tuple[int | None, Any]:
        headers = {
            "Authorization": f"Bearer {self._token(application)}",
            "Accept-Encoding": "gzip",
            "Content-Type": "application/json",
            "X_Lognex_RequestId": request_id,
        }
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.request(
                    method, url, data=msgspec.json.encode(body), headers=headers, allow_redirects=False
                ) as response,
            ):
                return response.status, _shown(response.content_type, await response.read())
        except (aiohttp.ClientError, TimeoutError) as failed:
            return None, f"{type(failed).__name__}: {failed}"

    def _token(self, application: Application) -> str:
        now = int(self._world.clock.seconds())
        claims = {"iat": now, "exp": now + TOKEN_LIFETIME, "jti": uuid.uuid4().hex}
        return jwt.encode(claims, application.secret, algorithm="HS256")


def _shown(content_type: str, raw: bytes) -> Any:
    if content_type == "application/json" and raw:
        try:
            return msgspec.json.decode(raw)
        except msgspec.DecodeError:
            pass
    return raw.decode(errors="replace")


def _status(outcome: dict[str, Any]) -> str | None:
    body = outcome["body"]
    return body.get("status") if isinstance(body, dict) else None
