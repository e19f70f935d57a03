"""The command that has people told of what was announced. It is stored with the announcement."""

from application.messages import Command, Outcome


class TellOwners(Command[Outcome], frozen=True, kw_only=True, tag="tenants.tell_owners"):
    """Told by the queue, perhaps more than once: of something the people who run the company were not told yet."""
