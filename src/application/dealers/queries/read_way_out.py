"""Which binding is it that a mail leads out of?"""

from application.dealers.mail_ports import WayOut, WaysOut
from application.messages import SystemQuery


class ReadWayOut(SystemQuery[WayOut], frozen=True, kw_only=True):
    """By the token that stands in the mail."""

    token: str


class ReadWayOutHandler:
    """Looks at the signature alone."""

    def __init__(self, ways_out: WaysOut) -> None:
        self._ways_out = ways_out

    async def __call__(self, query: ReadWayOut) -> WayOut:
        """Raises MailLinkInvalid."""
        return self._ways_out.read(query.token)
