"""The command that tells of a chat in which nothing can be delivered. It is stored with the change, so that it is told
once.
"""

from application.messages import Command, Outcome
from domain.shared.identities import BindingId


class TellLostChat(Command[Outcome], frozen=True, kw_only=True, tag="dealers.tell_lost_chat"):
    """Told by the queue, perhaps more than once."""

    binding_id: BindingId
