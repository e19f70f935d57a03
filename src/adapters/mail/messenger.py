"""Messages by mail."""

import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import make_msgid
from enum import StrEnum
from html import escape

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPResponseException,
    SMTPTimeoutError,
)

from domain.dealers.addresses import Address
from domain.dealers.fitting import mail_subject
from domain.dealers.notices import ChatLost, DeliveryFailed, DeliveryUncertain, MessageRefused, MessengerUnready
from domain.shared.errors import SkladSheetsError

PATIENCE = 20.0
_LEAVE = "Больше не присылать · Unsubscribe"


class Encryption(StrEnum):
    """TLS from the first byte (usually port 465), by STARTTLS (587), or none: a relay on the same machine."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over. `sender` is the address that it comes from."""

    host: str
    port: int
    sender: str
    encryption: Encryption = Encryption.TLS
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Without the password."""
        return f"<MailServer {self.host}:{self.port}>"


class MailMessenger:
    """See application.dealers.notice_ports.Messenger. The id is the mail's Message-ID. A connection is made for each
    mail.
    """

    def __init__(self, server: MailServer, tls: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._tls = tls

    async def send(self, address: Address, text: str, plain: str, leave: str, subject: str = "") -> str:
        """See the port. Mail programs show a button of their own for `leave` (RFC 2369, RFC 8058)."""
        mail = self._written(address.recipient, text, plain, leave, subject)
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.encryption is Encryption.TLS,
            start_tls=server.encryption is Encryption.STARTTLS,
            tls_context=self._tls,
            timeout=PATIENCE,
        )
        try:
            await self._open(client)
            await self._hand_over(client, mail, address.recipient)
        finally:
            client.close()
        return str(mail["Message-ID"])

    async def _open(self, client: SMTP) -> None:
        try:
            await client.connect()
            if self._server.user:
                await client.login(self._server.user, self._server.password)
        except SMTPAuthenticationError as wrong:
            raise MessengerUnready(channel="email", reason="authentication") from wrong
        except (SMTPException, OSError) as wrong:  # nothing was said yet that could have been delivered
            if _distrusted(wrong):
                raise MessengerUnready(channel="email", reason="certificate") from wrong
            raise DeliveryFailed(reason=type(wrong).__name__) from wrong

    async def _hand_over(self, client: SMTP, mail: EmailMessage, recipient: str) -> None:
        try:
            await client.mail(self._server.sender)
        except SMTPResponseException as wrong:
            raise _judged(wrong.code, MessengerUnready(channel="email", reason=f"sender: {wrong.code}")) from wrong
        except SMTPException as wrong:
            raise DeliveryFailed(reason=type(wrong).__name__) from wrong
        try:
            await client.rcpt(recipient)
        except SMTPResponseException as wrong:
            raise _judged(wrong.code, ChatLost(reason=f"recipient: {wrong.code}")) from wrong
        except SMTPException as wrong:
            raise DeliveryFailed(reason=type(wrong).__name__) from wrong
        try:
            await client.data(mail.as_bytes(policy=SMTP_POLICY))
        except (SMTPConnectError, SMTPTimeoutError) as wrong:
            raise DeliveryUncertain(reason="no answer") from wrong
        except SMTPResponseException as wrong:
            raise _judged(wrong.code, MessageRefused(reason=f"contents: {wrong.code}")) from wrong
        except (SMTPException, OSError) as wrong:
            raise DeliveryUncertain(reason="no answer") from wrong

    def _written(self, recipient: str, text: str, plain: str, leave: str, subject: str) -> EmailMessage:
        mail = EmailMessage()
        try:
            recipient.encode("ascii")
            mail["From"] = self._server.sender
            mail["To"] = recipient
            mail["Subject"] = mail_subject(subject, plain)
        except (ValueError, UnicodeEncodeError) as wrong:
            raise ChatLost(reason="the address is none that mail can be sent to") from wrong
        mail["Message-ID"] = make_msgid(domain=self._server.sender.rpartition("@")[2] or None)
        html = text.replace("\n", "<br>\n")
        if leave:
            mail["List-Unsubscribe"] = f"<{leave}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
            plain = f"{plain}\n\n-- \n{_LEAVE}: {leave}"
            html = f'{html}<br>\n<br>\n<small><a href="{escape(leave)}">{_LEAVE}</a></small>'
        mail.set_content(plain)
        mail.add_alternative(f"<html><body>{html}</body></html>", subtype="html")
        return mail


def trusting(certificates: str) -> ssl.SSLContext:
    """TLS that believes those authorities of a PEM file beside the usual ones. Raises OSError and ssl.SSLError."""
    context = ssl.create_default_context()
    context.load_verify_locations(cafile=certificates)
    return context


def _distrusted(wrong: BaseException | None) -> bool:
    """Whether it is because of the server's certificate: later it will be the same, until the operator acts."""
    while wrong is not None:
        if isinstance(wrong, ssl.SSLCertVerificationError):
            return True
        wrong = wrong.__cause__ or wrong.__context__
    return False


def _judged(code: int, for_good: SkladSheetsError) -> SkladSheetsError:
    """RFC 5321, 4.2.1: 4yz asks to try again, 5yz does not. 421 closes the channel."""
    return for_good if code >= 500 else DeliveryFailed(reason=str(code))
