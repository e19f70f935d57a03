"""The commands that have an audience hear what was told for it, and that have somebody look for what was not told."""

from application.messages import Command, Outcome
from domain.webhooks.interests import Audience


class ApplyRules(Command[Outcome], frozen=True, kw_only=True, tag="rules.apply"):
    """Told by the queue, perhaps more than once: a company's rules look at the objects that wait for them."""


class TellDealers(Command[Outcome], frozen=True, kw_only=True, tag="notices.tell"):
    """Told by the queue, perhaps more than once: whoever tells a company's dealers looks at the objects that wait."""


class CatchUpEvents(Command[Outcome], frozen=True, kw_only=True, tag="webhooks.catch_up_events"):
    """Told by the queue, perhaps more than once: somebody looks for changes that no webhook told of."""


HEARERS: dict[Audience, type[ApplyRules | TellDealers]] = {
    Audience.RULES: ApplyRules,
    Audience.NOTICES: TellDealers,
}
