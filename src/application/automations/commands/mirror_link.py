"""Each half of a link learns how the other stands."""

from application.automations.mirror_command import MirrorLink
from application.automations.ports import LinkSides
from application.messages import Outcome
from application.ports import SystemTransaction


class MirrorLinkHandler:
    """For people to see: executions ask both halves themselves."""

    def __init__(self, system_transaction: SystemTransaction, links: LinkSides) -> None:
        self._system_transaction = system_transaction
        self._links = links

    async def __call__(self, command: MirrorLink) -> Outcome:
        """Does nothing while there is one half alone."""
        async with self._system_transaction():
            halves = await self._links.both(command.link_id)
            if len(halves) != 2 or command.company_id not in {one.company_id for one in halves}:
                return Outcome(state="left alone")
            source, target = halves
            source.hear(target)
            target.hear(source)
            for half in halves:
                await self._links.put(half)
        return Outcome(state="mirrored")
