"""Several messengers, each for its own channel."""

from collections.abc import Mapping

from application.dealers.notice_ports import Messenger
from domain.dealers.addresses import Address, Channel
from domain.dealers.notices import MessengerUnready


class Channels:
    """See application.dealers.notice_ports.Messenger. What was not set up is unready: notices wait for the operator."""

    def __init__(self, messengers: Mapping[Channel, Messenger]) -> None:
        self._messengers = messengers

    async def send(self, address: Address, text: str, plain: str, leave: str, subject: str = "") -> str:
        """See the port."""
        messenger = self._messengers.get(address.channel)
        if messenger is None:
            raise MessengerUnready(channel=address.channel.value, reason="not configured")
        return await messenger.send(address, text, plain, leave, subject)
