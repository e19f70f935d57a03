"""GET and POST /o/oauth2/v2/auth: the consent page, drivable by hand or over plain HTTP.

The form posts to the same URL, with the same query, these fields: `account` (an e-mail, created when unknown), `scope`
(one for each ticked box), `file` (one for each spreadsheet picked) and `decision` (allow or deny).
"""

import secrets
import time
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from emulators.common.serving import KIND
from emulators.google.accounts import DESCRIPTIONS, DRIVE_FILE, SIGN_IN, Client, Code, read_scopes
from emulators.google.files import SPREADSHEET
from emulators.google.html_page import page
from emulators.google.world import World

PATH = "/o/oauth2/v2/auth"


@dataclass(frozen=True, slots=True)
class Asked:
    """A valid authorization request."""

    client: Client
    redirect_uri: str
    scopes: list[str]
    state: str | None
    challenge: str
    method: str
    offline: bool
    prompts: frozenset[str]
    hint: str
    nonce: str
    picks: bool
    many: bool


class _Wrong(Exception):
    """The request cannot go on, and the browser is not sent back: the redirect address is not to be trusted."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status, self.code, self.text = status, code, text


class Consent:
    """The page and its form."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Both methods of one path."""
        return [web.get(PATH, self._show), web.post(PATH, self._decide)]

    def _read(self, request: web.Request) -> Asked:
        given = request.query
        if "; wv)" in request.headers.get("User-Agent", ""):
            raise _Wrong(
                403, "disallowed_useragent", 'This request does not comply with the "use secure browsers" policy.'
            )
        client = self._world.accounts.clients.get(given.get("client_id", ""))
        if "client_id" not in given:
            raise _Wrong(400, "invalid_request", "Missing required parameter: client_id")
        if client is None:
            raise _Wrong(401, "invalid_client", "The OAuth client was not found.")
        redirect = given.get("redirect_uri", "")
        if redirect not in client.redirect_uris:
            raise _Wrong(400, "redirect_uri_mismatch", f"The redirect URI is not registered for the client: {redirect}")
        if given.get("response_type") != "code":
            raise _Wrong(400, "unsupported_response_type", "Only response_type=code is emulated.")
        scopes = read_scopes(given.get("scope", ""))
        if not scopes:
            raise _Wrong(400, "invalid_request", "Missing required parameter: scope")
        unknown = [scope for scope in scopes if scope not in DESCRIPTIONS]
        if unknown:
            raise _Wrong(400, "invalid_scope", f"Some requested scopes were invalid: {' '.join(unknown)}")
        challenge, method = given.get("code_challenge", ""), given.get("code_challenge_method", "plain")
        if method not in {"S256", "plain"} or (challenge and not 43 <= len(challenge) <= 128):
            raise _Wrong(400, "invalid_request", "Invalid code_challenge or code_challenge_method.")
        access = given.get("access_type", "online")
        prompts = frozenset(given.get("prompt", "").split())
        if access not in {"online", "offline"} or prompts - {"none", "consent", "select_account"}:
            raise _Wrong(400, "invalid_request", "Invalid parameter value for access_type or prompt.")
        picks = given.get("trigger_onepick") == "true"
        alone = scopes == [DRIVE_FILE] and given.get("include_granted_scopes", "false") == "false"
        if picks and not (alone and "consent" in prompts):
            raise _Wrong(
                400, "invalid_request", "trigger_onepick takes exactly the drive.file scope and prompt=consent."
            )
        kinds = given.get("mimetypes", SPREADSHEET).split(",")
        many = given.get("allow_multiple") == "true"
        return Asked(
            client, redirect, scopes, given.get("state"), challenge, method, access == "offline",
            prompts, given.get("login_hint", ""), given.get("nonce", ""), picks and SPREADSHEET in kinds, many,
        )  # fmt: skip

    @staticmethod
    def _refuse(wrong: _Wrong) -> web.Response:
        body = (
            f'<div class="card"><h1>Access blocked: this app\'s request is invalid</h1>'
            f"<p>Error {wrong.status}: {escape(wrong.code)}</p><p class=faint>{escape(wrong.text)}</p></div>"
        )
        response = page("Sign in", body, wrong.status)
        response[KIND] = "auth"
        return response

    async def _show(self, request: web.Request) -> web.StreamResponse:
        try:
            asked = self._read(request)
        except _Wrong as wrong:
            return self._refuse(wrong)
        held = self._world.accounts.grants.get((asked.hint, asked.client.client_id))
        agreed = held is not None and held.scopes >= set(asked.scopes)
        if not asked.prompts and agreed:
            return self._back_with_code(asked, asked.hint, asked.scopes, [], consented=False)
        if "none" in asked.prompts:
            if agreed:
                return self._back_with_code(asked, asked.hint, asked.scopes, [], consented=False)
            return self._back(asked, {"error": "interaction_required"})
        response = page("Sign in with Google (emulated)", self._form(request, asked))
        response[KIND] = "auth"
        return response

    def _form(self, request: web.Request, asked: Asked) -> str:
        people = list(self._world.accounts.accounts.values())
        chosen = asked.hint or (people[0].email if people else "")
        accounts = "".join(
            f'<label><input type="radio" name="account" value="{escape(one.email)}"'
            f"{' checked' if one.email == chosen else ''}> {escape(one.name)} "
            f'<span class="faint">{escape(one.email)}</span></label>'
            for one in people
        )
        hint = "" if chosen in self._world.accounts.accounts else escape(chosen)
        scopes = "".join(
            f'<label><input type="checkbox" name="scope" value="{escape(scope)}" checked'
            f"{' disabled' if scope in SIGN_IN else ''}> {escape(DESCRIPTIONS[scope])}</label>"
            for scope in asked.scopes
        )
        files = "".join(
            f'<label><input type="checkbox" name="file" value="{file.file_id}"> '
            f'{escape(str(file.book.properties["title"]))} <span class="faint">{escape(file.owner)}</span></label>'
            for file in self._world.files.values()
            if asked.picks and not file.trashed
        )
        picker = f"<fieldset><legend>Choose spreadsheets</legend>{files or 'none'}</fieldset>" if asked.picks else ""
        host = escape(urlsplit(asked.redirect_uri).netloc)
        return (
            f'<form class="card" method="post" action="{escape(request.path_qs)}"><h1>Choose an account</h1>'
            f'<p class="faint">to continue to {host}</p><fieldset><legend>Account</legend>{accounts}'
            f'<label>or another: <input name="email" type="email" value="{hint}"></label></fieldset>'
            f"<fieldset><legend>{host} wants to</legend>{scopes}</fieldset>{picker}"
            '<button name="decision" value="deny">Deny</button> '
            '<button class="main" name="decision" value="allow">Allow</button></form>'
        )

    async def _decide(self, request: web.Request) -> web.StreamResponse:
        try:
            asked = self._read(request)
        except _Wrong as wrong:
            return self._refuse(wrong)
        form = await request.post()
        email = str(form.get("email") or form.get("account") or asked.hint)
        ticked = {str(one) for one in form.getall("scope", [])}
        granted = [scope for scope in asked.scopes if scope in SIGN_IN or scope in ticked]
        if form.get("decision") != "allow" or not granted:
            return self._back(asked, {"error": "access_denied"})
        if "@" not in email:
            return self._refuse(_Wrong(400, "invalid_request", "Choose an account."))
        picked = [str(one) for one in form.getall("file", [])] if asked.picks else []
        if len(picked) > 1 and not asked.many:
            return self._refuse(_Wrong(400, "invalid_request", "Choose one file."))
        return self._back_with_code(asked, email, granted, picked, consented=True)

    def _back_with_code(
        self, asked: Asked, email: str, granted: list[str], picked: list[str], *, consented: bool
    ) -> web.Response:
        self._world.accounts.account(email)
        grant = self._world.accounts.grant(email, asked.client.client_id)
        first = not grant.scopes
        grant.scopes |= set(granted)
        offline = asked.offline and consented and (first or "consent" in asked.prompts)
        code = "4/0" + secrets.token_urlsafe(54)
        self._world.accounts.codes[code] = Code(
            email, asked.client.client_id, asked.redirect_uri, tuple(granted), asked.challenge, asked.method,
            offline, asked.nonce, time.time(),
        )  # fmt: skip
        answer = {"code": code, "scope": " ".join(granted)}
        if picked:
            for file in (self._world.files[one] for one in picked if one in self._world.files):
                if file.role(email) is not None:
                    file.clients.add(asked.client.client_id)
            answer["picked_file_ids"] = ",".join(picked)
        return self._back(asked, answer)

    def _back(self, asked: Asked, answer: dict[str, str]) -> web.Response:
        given = {"state": asked.state} if asked.state is not None else {}
        query = urlencode({**given, "iss": self._world.options.base_url, **answer})
        mark = "&" if "?" in asked.redirect_uri else "?"
        response = web.Response(status=302, headers={"Location": f"{asked.redirect_uri}{mark}{query}"})
        response[KIND] = "auth"
        return response
