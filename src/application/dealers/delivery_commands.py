"""The commands that have notices delivered, and that tell of those that were not."""

from application.messages import Command, Outcome


class DeliverNotices(Command[Outcome], frozen=True, kw_only=True, tag="notices.deliver"):
    """Told by the queue, perhaps more than once: a company's notices wait. Where there are many, several workers lend
    a `hand` each, the first of which is 0.
    """

    hand: int = 0


class TellUndelivered(Command[Outcome], frozen=True, kw_only=True, tag="notices.undelivered"):
    """Told by the queue, perhaps more than once: so many notices ended for that reason, and the owner should know."""

    reason: str
    notices: int
