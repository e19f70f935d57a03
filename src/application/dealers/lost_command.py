"""The command that tells of a chat in which nothing can be delivered. It is stored with the change, so that it is told
once.
"""

from application.messages import Command, Outcome
from domain.shared.identities import BindingId


class TellLostChat(Command[Outcome], frozen=True, kw_only=True, tag="dealers.tell_lost_chat"):
    """Told by the queue, perhaps more than once."""

    binding_id: BindingId


def chat_cause(binding_id: BindingId) -> str:
    """The cause of what is announced of the chat."""
    return f"chat:{binding_id}"
