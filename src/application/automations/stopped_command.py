"""The command that tells of a rule which has paused itself. It is stored with the change, so that it is told once."""

from application.messages import Command, Outcome
from domain.shared.identities import RuleId


class TellStoppedRule(Command[Outcome], frozen=True, kw_only=True, tag="rules.stopped"):
    """Told by the queue, perhaps more than once."""

    rule_id: RuleId


def rule_cause(rule_id: RuleId) -> str:
    """The cause of what is announced of the rule."""
    return f"rule:{rule_id}"
