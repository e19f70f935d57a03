"""Somebody confirmed that they may be told things at their e-mail address."""

from application.dealers.directory_ports import BindLinks
from application.dealers.holders import Holders
from application.dealers.linking import Linking
from application.digests import digest
from application.messages import Command
from application.ports import Clock, Transaction
from domain.dealers.bindings import BindLinkInvalid, MailLinkInvalid


class ConfirmMail(Command[str], frozen=True, kw_only=True, tag="dealers.confirm_mail"):
    """The company is the one that the token names; the token, which only the address was sent, proves it."""

    token: str


class ConfirmMailHandler:
    """Uses the link up. Told again it changes nothing, so that an address that was unbound stays so."""

    def __init__(
        self, transaction: Transaction, holders: Holders, links: BindLinks, linking: Linking, clock: Clock
    ) -> None:
        self._transaction = transaction
        self._holders = holders
        self._links = links
        self._linking = linking
        self._clock = clock

    async def __call__(self, command: ConfirmMail) -> str:
        """The dealer's name, or the company's for somebody who runs it. Raises MailLinkInvalid or TooManyChats."""
        now = self._clock.now()
        async with self._transaction(command.company_id):
            link = await self._links.get(command.company_id, digest(command.token))
            holder = None if link is None else await self._holders.of(command.company_id, link)
            if link is None or holder is None or link.meant_for is None:
                raise MailLinkInvalid
            try:
                await self._linking.use(link, link.meant_for, link.meant_for.recipient, now, now)
            except BindLinkInvalid as invalid:
                raise MailLinkInvalid from invalid
        return holder.name
