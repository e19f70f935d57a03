"""The command that tells of a template which failed. It is stored with the failure, so that it is told once."""

from application.messages import Command, Outcome
from domain.dealers.dealers import NoticeKind


class TellFailedTemplate(Command[Outcome], frozen=True, kw_only=True, tag="notices.template_failed"):
    """Told by the queue, perhaps more than once."""

    kind: NoticeKind


def template_cause(kind: NoticeKind) -> str:
    """The cause of what is announced of the template."""
    return f"template:{kind}"
