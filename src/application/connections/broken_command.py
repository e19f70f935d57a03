"""The command that tells of a broken connection to Google. It is stored with the change, so that it is told once."""

from application.messages import Command, Outcome


class TellBrokenGoogle(Command[Outcome], frozen=True, kw_only=True, tag="connections.google_broke"):
    """Told by the queue, perhaps more than once."""
