"""POST /token and /revoke, userinfo and tokeninfo.

id_token is signed HS256 with the client's secret: there are no certificates here, so it is good for its claims only.
Descriptions of refusals other than `Token has been expired or revoked.` follow what Google is commonly seen to answer;
they are not documented.
"""

import base64
import binascii
import hashlib
import hmac
import time
from typing import Any
from urllib.parse import unquote_plus

import msgspec
from aiohttp import web

from emulators.common.serving import json_response
from emulators.google.accounts import CODE_SECONDS, EMAIL, PROFILE, Client, Code, Token
from emulators.google.service_accounts import GRANT, AssertionRefused, ServiceAccounts
from emulators.google.world import World

DEAD = "Token has been expired or revoked."


class Denied(Exception):
    """A refusal of the token endpoint."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status

    def response(self) -> web.Response:
        """RFC 6749 body."""
        return json_response({"error": self.error, "error_description": self.description}, self.status, "token")


class Tokens:
    """Handlers of the token endpoints."""

    def __init__(self, world: World, service_accounts: ServiceAccounts) -> None:
        self._world = world
        self._service_accounts = service_accounts

    def routes(self) -> list[web.RouteDef]:
        """Each path that Google has for them."""
        return [
            web.post("/token", self._token),
            web.post("/revoke", self._revoke),
            web.get("/revoke", self._revoke),
            web.get("/oauth2/v2/userinfo", self._userinfo_v2),
            web.get("/v1/userinfo", self._userinfo),
            web.post("/v1/userinfo", self._userinfo),
            web.get("/oauth2/v2/tokeninfo", self._tokeninfo),
            web.post("/oauth2/v2/tokeninfo", self._tokeninfo),
            web.get("/tokeninfo", self._tokeninfo),
            web.get("/.well-known/openid-configuration", self._discovery),
        ]

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        kind = form.get("grant_type", "")
        if kind == GRANT:
            return self._assert(form)
        if kind not in {"authorization_code", "refresh_token"}:
            return Denied("unsupported_grant_type", f"Invalid grant_type: {kind}").response()
        try:
            client = self._client(request, form)
            answer = self._exchange(client, form) if kind == "authorization_code" else self._renew(client, form)
        except Denied as denied:
            return denied.response()
        return json_response(answer, 200, "token")

    def _assert(self, form: dict[str, str]) -> web.Response:
        try:
            token = self._service_accounts.token(form.get("assertion", ""))
        except AssertionRefused as refused:
            return Denied(refused.error, refused.description).response()
        seconds = self._world.settings.access_token_seconds
        return json_response({"access_token": token.text, "expires_in": seconds, "token_type": "Bearer"}, 200, "token")

    def _client(self, request: web.Request, form: dict[str, str]) -> Client:
        identifier, secret = form.get("client_id", ""), form.get("client_secret", "")
        scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                pair = base64.b64decode(credentials, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError) as wrong:
                raise Denied("invalid_client", "Unauthorized", 401) from wrong
            identifier, secret = (unquote_plus(part) for part in pair.partition(":")[::2])
        if not identifier:
            raise Denied("invalid_request", "Could not determine client ID from request.")
        client = self._world.accounts.clients.get(identifier)
        if client is None:
            raise Denied("invalid_client", "The OAuth client was not found.", 401)
        if not secret:
            raise Denied("invalid_request", "client_secret is missing.")
        if not hmac.compare_digest(secret.encode(), client.client_secret.encode()):
            raise Denied("invalid_client", "Unauthorized", 401)
        return client

    def _exchange(self, client: Client, form: dict[str, str]) -> dict[str, Any]:
        if not form.get("code"):
            raise Denied("invalid_request", "Missing required parameter: code")
        code = self._world.accounts.codes.get(form["code"])
        if code is None:
            raise Denied("invalid_grant", "Malformed auth code.")
        if code.used or code.client_id != client.client_id or time.time() - code.issued > CODE_SECONDS:
            raise Denied("invalid_grant", "Bad Request")
        if form.get("redirect_uri") != code.redirect_uri:
            raise Denied("redirect_uri_mismatch", "Bad Request")
        self._check_verifier(code, form.get("code_verifier", ""))
        code.used = True
        accounts = self._world.accounts
        if (code.email, client.client_id) not in accounts.grants:
            raise Denied("invalid_grant", DEAD)
        seconds = self._world.settings.access_token_seconds
        token = accounts.issue_access(code.email, client.client_id, code.scopes, seconds)
        answer = self._answer(token, seconds)
        if code.offline:
            answer["refresh_token"] = accounts.issue_refresh(code.email, client.client_id, code.scopes).text
        if "openid" in code.scopes:
            answer["id_token"] = self._id_token(client, token, code.nonce)
        return answer

    @staticmethod
    def _check_verifier(code: Code, verifier: str) -> None:
        if not code.challenge:
            return
        if not verifier:
            raise Denied("invalid_grant", "Missing code verifier.")
        made = verifier
        if code.method == "S256":
            made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if not hmac.compare_digest(made.encode(), code.challenge.encode()):
            raise Denied("invalid_grant", "Invalid code verifier.")

    def _renew(self, client: Client, form: dict[str, str]) -> dict[str, Any]:
        if not form.get("refresh_token"):
            raise Denied("invalid_request", "Missing required parameter: refresh_token")
        token = self._world.accounts.refresh.get(form["refresh_token"])
        if token is None:
            raise Denied("invalid_grant", DEAD)
        if token.client_id != client.client_id:
            raise Denied("unauthorized_client", "Unauthorized", 401)
        seconds = self._world.settings.access_token_seconds
        fresh = self._world.accounts.issue_access(token.email, client.client_id, token.scopes, seconds)
        answer = self._answer(fresh, seconds)
        if "openid" in token.scopes:
            answer["id_token"] = self._id_token(client, fresh, "")
        return answer

    @staticmethod
    def _answer(token: Token, seconds: int) -> dict[str, Any]:
        return {
            "access_token": token.text,
            "expires_in": seconds,
            "scope": " ".join(token.scopes),
            "token_type": "Bearer",
        }

    def _id_token(self, client: Client, token: Token, nonce: str) -> str:
        account, issued = self._world.accounts.account(token.email), int(time.time())
        claims: dict[str, Any] = {
            "iss": self._world.options.base_url,
            "aud": client.client_id,
            "azp": client.client_id,
            "sub": account.subject,
            "iat": issued,
            "exp": issued + 3600,
        }
        if nonce:
            claims["nonce"] = nonce
        if EMAIL in token.scopes:
            claims |= {"email": account.email, "email_verified": True}
        if PROFILE in token.scopes:
            claims["name"] = account.name
        parts = [_part(msgspec.json.encode({"alg": "HS256", "typ": "JWT"})), _part(msgspec.json.encode(claims))]
        signature = hmac.new(client.client_secret.encode(), ".".join(parts).encode(), hashlib.sha256).digest()
        return ".".join([*parts, _part(signature)])

    async def _revoke(self, request: web.Request) -> web.Response:
        form = await request.post()
        text = str(form.get("token") or request.query.get("token", ""))
        accounts = self._world.accounts
        token = accounts.access.get(text) or accounts.refresh.get(text)
        if token is None:
            return Denied("invalid_token", DEAD).response()
        accounts.revoke(token.email, token.client_id)
        return json_response({}, 200, "token")

    def _bearer(self, request: web.Request) -> Token | None:
        text = request.headers.get("Authorization", "").partition(" ")[2] or request.query.get("access_token", "")
        return self._world.accounts.live_access(text.strip())

    def _person(self, request: web.Request) -> dict[str, Any] | None:
        token = self._bearer(request)
        if token is None:
            return None
        account = self._world.accounts.account(token.email)
        body: dict[str, Any] = {"id": account.subject}
        if EMAIL in token.scopes:
            body |= {"email": account.email, "verified_email": True}
        if PROFILE in token.scopes:
            body |= {"name": account.name, "given_name": account.name, "picture": ""}
        return body

    async def _userinfo_v2(self, request: web.Request) -> web.Response:
        body = self._person(request)
        if body is None:
            error = {"code": 401, "message": "Request is missing required authentication credential.",
                     "status": "UNAUTHENTICATED"}  # fmt: skip
            return json_response({"error": error}, 401, "auth")
        return json_response(body, 200, "auth")

    async def _userinfo(self, request: web.Request) -> web.Response:
        body = self._person(request)
        if body is None:
            return json_response({"error": "invalid_request", "error_description": "Invalid Credentials"}, 401, "auth")
        body["sub"] = body.pop("id")
        if "verified_email" in body:
            body["email_verified"] = body.pop("verified_email")
        return json_response(body, 200, "auth")

    async def _tokeninfo(self, request: web.Request) -> web.Response:
        token = self._world.accounts.live_access(request.query.get("access_token", "")) or self._bearer(request)
        if token is None:
            return json_response({"error": "invalid_token", "error_description": "Invalid Value"}, 400, "auth")
        account = self._world.accounts.account(token.email)
        body: dict[str, Any] = {
            "issued_to": token.client_id,
            "audience": token.client_id,
            "user_id": account.subject,
            "scope": " ".join(token.scopes),
            "expires_in": int(token.expires_at - time.time()),
            "access_type": "offline",
        }
        if EMAIL in token.scopes:
            body |= {"email": account.email, "verified_email": True}
        return json_response(body, 200, "auth")

    async def _discovery(self, _: web.Request) -> web.Response:
        base = self._world.options.base_url
        return json_response(
            {
                "issuer": base,
                "authorization_endpoint": f"{base}/o/oauth2/v2/auth",
                "token_endpoint": f"{base}/token",
                "revocation_endpoint": f"{base}/revoke",
                "userinfo_endpoint": f"{base}/v1/userinfo",
                "response_types_supported": ["code"],
                "code_challenge_methods_supported": ["plain", "S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
                "id_token_signing_alg_values_supported": ["HS256"],
                "authorization_response_iss_parameter_supported": True,
            }
        )


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
