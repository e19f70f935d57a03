"""What anybody may see: the keys that access tokens are checked with, and the page that one-time links lead to."""

import base64
import hashlib

import msgspec
from litestar import MediaType, Response, Router, get
from litestar.di import NamedDependency

from application.bus import Application
from application.tenants.queries.get_signing_keys import GetSigningKeys
from entrypoints.rest.addresses import SIGN_IN

_SCRIPT = """
const button = document.querySelector("button"), told = document.querySelector("output");
button.onclick = async () => {
  button.disabled = true;
  const answer = await fetch("api/v1/sessions/links", {
    method: "POST", headers: {"Content-Type": "application/json"},
    body: JSON.stringify({token: location.hash.slice(1)}),
  });
  const body = await answer.json();
  history.replaceState(null, "", location.pathname);
  told.textContent = answer.ok ? JSON.stringify(body, null, 2) : body.title + ". " + body.detail;
};
"""
_PAGE = f"""<!doctype html><html lang="ru"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>SkladSheets</title><h1>Вход в SkladSheets · Sign in</h1>
<p>Ссылка работает один раз. После входа здесь появятся ключи для API.<br>
The link works once. After signing in, the keys for the API are shown here.</p>
<button>Войти · Sign in</button><pre><output></output></pre><script>{_SCRIPT}</script></html>"""
_HASH = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; script-src 'sha256-{_HASH}'; connect-src 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class SigningKeys(msgspec.Struct, frozen=True, kw_only=True):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, str]]


@get("/.well-known/jwks.json", summary="Keys that access tokens are checked with")
async def signing_keys(application: NamedDependency[Application]) -> Response[SigningKeys]:
    """Public; the signing key first."""
    keys = await application.ask(GetSigningKeys())
    return Response(SigningKeys(keys=keys), headers={"Cache-Control": "public, max-age=300"})


@get(SIGN_IN, summary="Where one-time links lead", media_type=MediaType.HTML)
async def sign_in_page() -> Response[str]:
    """A page for people. Looking at it uses nothing up, as programs that preview links do; the button does."""
    return Response(_PAGE, headers=_HEADERS)


ROUTER = Router("/", route_handlers=[signing_keys, sign_in_page], tags=["Sessions"])
