"""The refresh token in a cookie, for pages that would rather not hold it themselves.

In MoySklad's iframe the cookie is a third party's. `Partitioned` (CHIPS) lets browsers that block those keep it, apart
for each site that embeds us; where even that is blocked the token in the answer's body works all the same. It goes
along with requests of any page, so using it takes what other pages cannot do.
"""

from typing import Any
from urllib.parse import urlsplit

from litestar import Request

from domain.tenants.sign_on import CrossSiteRefused

NAME = "__Host-skladsheets-refresh"
MARK = "x-requested-with"
MARK_VALUE = "skladsheets"
_FORM = "; Path=/; Secure; HttpOnly; SameSite=None; Partitioned"


def kept(token: str, seconds: int) -> dict[str, str]:
    """The header that has the browser keep the token for as long as it is worth anything."""
    return {"Set-Cookie": f"{NAME}={token}; Max-Age={seconds}{_FORM}"}


def forgotten() -> dict[str, str]:
    """The header that has the browser forget it."""
    return {"Set-Cookie": f"{NAME}=; Max-Age=0{_FORM}"}


def shown(request: Request[Any, Any, Any]) -> str | None:
    """The token that came in the cookie. Raises CrossSiteRefused where another page may have sent it."""
    token = request.cookies.get(NAME)
    if token:
        require_own_page(request)
    return token or None


def require_own_page(request: Request[Any, Any, Any]) -> None:
    """Other origins cannot set a header of their own without asking us first, which we answer to nobody; and browsers
    say truly where a request comes from (Fetch Standard, `Origin`; Fetch Metadata). Raises CrossSiteRefused.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    marked = request.headers.get(MARK, "").lower() == MARK_VALUE
    if not marked or site not in {None, "same-origin"} or origin not in {None, own_origin(request)}:
        raise CrossSiteRefused


def own_origin(request: Request[Any, Any, Any]) -> str:
    """Scheme and host under which browsers reach us, without a slash."""
    parts = urlsplit(public_url(request))
    return f"{parts.scheme}://{parts.netloc}"


def public_url(request: Request[Any, Any, Any]) -> str:
    """Our own address, without a slash at its end."""
    settled: str | None = request.app.state.public_url
    return settled or str(request.base_url).rstrip("/")
