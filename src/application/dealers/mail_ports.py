"""What mails to dealers need beside a messenger."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from application.dealers.notice_ports import Messenger
from application.dealers.telling_ports import Worded
from domain.dealers.languages import Language
from domain.shared.identities import BindingId, CompanyId


@dataclass(frozen=True, slots=True)
class Mailing:
    """Who sends mails, or None where this installation sends none. `base` is where links in them lead: PUBLIC_URL."""

    messenger: Messenger | None
    base: str


class WayOut(NamedTuple):
    """What an unbinding token says."""

    company_id: CompanyId
    binding_id: BindingId


class WaysOut(Protocol):
    """Signed tokens by which whoever has a mail unbinds the address that it went to. They do not expire."""

    def token(self, way: WayOut) -> str:
        """Of letters, digits, `_` and `-`."""
        ...

    def read(self, token: str) -> WayOut:
        """Raises MailLinkInvalid for what was not signed by us."""
        ...


class MailWords(Protocol):
    """Words of mails that are not notices."""

    def ask(self, company: str, dealer: str, link: str, until: datetime, language: Language) -> Worded:
        """Asks whoever has the address whether they want to be told things there. `until` is in UTC."""
        ...

    def ask_own(self, company: str, link: str, until: datetime, language: Language) -> Worded:
        """The same, for somebody who runs the company and is to be told what they should act upon."""
        ...
