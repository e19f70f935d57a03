"""Where a dealer is told things."""

import re
from dataclasses import dataclass
from enum import StrEnum

from domain.shared.errors import RuleViolated

_MAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}"
    r"[A-Za-z0-9]"
)
"""As browsers read addresses (HTML, valid e-mail address), with a dot at least in the name of the host."""

LONGEST_MAIL = 254


class Channel(StrEnum):
    """By what means."""

    TELEGRAM = "telegram"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Address:
    """`recipient` is the id of a Telegram chat or an e-mail address; `thread` a topic of a Telegram group."""

    channel: Channel
    recipient: str
    thread: int | None = None


class MailAddressInvalid(RuleViolated):
    """That is no e-mail address to which mail can be sent."""

    code = "dealers.mail_address_invalid"


def mail_address(text: str) -> Address:
    """The address; its host is compared without regard to case, what stands before that is left as it is written.
    Raises MailAddressInvalid.
    """
    written = text.strip()
    if len(written) > LONGEST_MAIL or not _MAIL.fullmatch(written):
        raise MailAddressInvalid(address=written[:100])
    name, _, host = written.rpartition("@")
    return Address(Channel.EMAIL, f"{name}@{host.lower()}")
