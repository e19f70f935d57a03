"""Service accounts: keys as Google Cloud gives them out, and the token endpoint's JWT bearer grant (RFC 7523).

Descriptions of refusals follow what Google is commonly seen to answer; they are not documented.
"""

import secrets
import time
from dataclasses import dataclass
from typing import Any

import jwt
import msgspec
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from emulators.common.serving import json_response
from emulators.google.accounts import DEFAULT_PROJECT, DESCRIPTIONS, Client, Token, read_scopes
from emulators.google.world import World

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
GOOGLES = "https://oauth2.googleapis.com/token"
"""What google-auth names as the audience, wherever it sends the assertion."""

LONGEST = 3600
CLOCKS_DIFFER = 60


class NewServiceAccount(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """POST /_control/service-accounts."""

    email: str
    project_number: str = DEFAULT_PROJECT


class AssertionRefused(Exception):
    """The assertion is no good: `invalid_grant`, or another error of RFC 6749."""

    def __init__(self, description: str, error: str = "invalid_grant") -> None:
        super().__init__(description)
        self.error, self.description = error, description


@dataclass(frozen=True, slots=True)
class _Account:
    key_id: str
    public_key: str


class ServiceAccounts:
    """All of them, by address. The newest key of an account is the only one that works."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._accounts: dict[str, _Account] = {}

    def routes(self) -> list[web.RouteDef]:
        """The control endpoint that makes one and answers its key file."""
        return [web.post("/_control/service-accounts", self._make)]

    def token(self, assertion: str) -> Token:
        """An access token for whoever signed the assertion. Raises AssertionRefused."""
        try:
            claimed: dict[str, Any] = jwt.decode(assertion, options={"verify_signature": False})
        except jwt.InvalidTokenError as wrong:
            raise AssertionRefused("Bad Request", "invalid_request") from wrong
        email = str(claimed.get("iss", ""))
        account = self._accounts.get(email)
        if account is None:
            raise AssertionRefused("Invalid grant: account not found")
        audience = [f"{self._world.options.base_url}/token", GOOGLES]
        try:
            claims: dict[str, Any] = jwt.decode(
                assertion, account.public_key, ["RS256"], audience=audience, leeway=CLOCKS_DIFFER
            )
        except jwt.InvalidSignatureError as wrong:
            raise AssertionRefused("Invalid JWT Signature.") from wrong
        except jwt.InvalidAudienceError as wrong:
            raise AssertionRefused(
                "Invalid JWT: Failed audience check. The right audience is the token URI."
            ) from wrong
        except jwt.InvalidTokenError as wrong:
            raise AssertionRefused(f"Invalid JWT: {wrong}") from wrong
        issued, expires = claims.get("iat"), claims.get("exp")
        if not (isinstance(issued, int) and isinstance(expires, int)) or not (
            0 < expires - issued <= LONGEST and abs(time.time() - issued) <= LONGEST
        ):
            raise AssertionRefused("Invalid JWT: Token must be a short-lived token (60 minutes).")
        scopes = tuple(read_scopes(str(claims.get("scope", ""))))
        if not scopes or any(scope not in DESCRIPTIONS for scope in scopes):
            raise AssertionRefused("Invalid OAuth scope or ID token audience provided.", "invalid_scope")
        return self._world.accounts.issue_access(email, email, scopes, self._world.settings.access_token_seconds)

    async def _make(self, request: web.Request) -> web.Response:
        try:
            new = msgspec.json.decode(await request.read(), type=NewServiceAccount)
        except msgspec.DecodeError as wrong:
            raise web.HTTPBadRequest(text=str(wrong)) from wrong
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        public = private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self._accounts[new.email] = made = _Account(secrets.token_hex(20), public.decode())
        self._world.accounts.account(new.email)
        self._world.accounts.clients[new.email] = Client(new.email, "", [], new.project_number)
        key = {
            "type": "service_account",
            "project_id": f"project-{new.project_number}",
            "private_key_id": made.key_id,
            "private_key": pem.decode(),
            "client_email": new.email,
            "client_id": "1" + "".join(secrets.choice("0123456789") for _ in range(20)),
            "token_uri": f"{self._world.options.base_url}/token",
        }
        return json_response(key, 201)
