"""Placing: what is stored of where an export's table stands, and of what its header says."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from application.exports.claims import Claim
from application.exports.intent_ports import WriteIntents
from application.exports.ports import ExportConfigs, ExportedRows, ExportTasks
from application.exports.sheets import Tab, TabRole
from application.ports import Transaction
from domain.exports.spreadsheet import TabOccupied, TabOwned
from domain.exports.task import ExportTask
from domain.shared.identities import CompanyId


@dataclass(frozen=True, slots=True)
class Placing:
    """Changes the stored export, and with it the run's own copy. Everything here raises ClaimLost."""

    transaction: Transaction
    configs: ExportConfigs
    tasks: ExportTasks
    rows: ExportedRows
    intents: WriteIntents
    claim: Claim

    async def taken_by_another(self, spreadsheet_id: str, sheet_id: int | None) -> bool:
        """Whether another export of the company has its table in that tab; or had a tab of this title made, even if
        people call it something else now: tabs of the one export beside its table would pass for the other's.
        """
        config = self.claim.config
        async with self.transaction(config.company_id):
            targets = await self.configs.targets_in(config.company_id, spreadsheet_id)
        title = config.target.tab.casefold()
        others = (target for config_id, target in targets.items() if config_id != config.id)
        return any(sheet_id == other.sheet_id or title == other.tab.casefold() for other in others)

    async def former(self, spreadsheet_id: str, tab: Tab) -> tuple[str, ...]:
        """Tags of exports of the company that had their table in that tab, and have it no longer; none where it bears
        the sign of this one.

        Raises TabOwned where it is another company's, which only the tab itself can tell, and TabOccupied where it is
        another export's of the company.
        """
        config = self.claim.config
        others = [one for one in tab.signs if one.role is TabRole.TABLE and one.tag != config.id.hex]
        if not others or len(others) < sum(1 for one in tab.signs if one.role is TabRole.TABLE):
            return ()
        if any(one.owner != owner_of(config.company_id) for one in others):
            raise TabOwned(tab=tab.title)
        async with self.transaction(config.company_id):
            targets = await self.configs.targets_in(config.company_id, spreadsheet_id)
        there = {config_id.hex for config_id, target in targets.items() if target.sheet_id == tab.sheet_id}
        if not there.isdisjoint(one.tag for one in others):
            raise TabOccupied(tab=tab.title)
        return tuple(one.tag for one in others)

    async def place(self, spreadsheet_id: str, sheet_id: int) -> None:
        """Notes the tab, and forgets what was read and written for another one that it stands in for."""
        config = self.claim.config
        async with self.transaction(config.company_id):
            task = await self._held()
            stored = await self.configs.get(config.company_id, config.id)
            stored.settled(spreadsheet_id, sheet_id, None)
            stored.cursor = None
            await self.configs.put(stored)
            task.write_lock = stored.write_lock()
            await self._forget_written(task)
        config.settled(spreadsheet_id, sheet_id, None)
        config.cursor = self.claim.task.checkpoint = None

    async def settle(self, spreadsheet_id: str, sheet_id: int, titles: tuple[str, ...]) -> None:
        """Notes which titles the header was given."""
        config = self.claim.config
        async with self.transaction(config.company_id):
            await self._held()
            stored = await self.configs.get(config.company_id, config.id)
            stored.settled(spreadsheet_id, sheet_id, titles)
            await self.configs.put(stored)
        config.settled(spreadsheet_id, sheet_id, titles)

    async def move_on(self, taken: Iterable[str]) -> None:
        """Notes the title of a next tab, other than those that are taken, before it is made: whoever takes the run up
        finds and uses that one.
        """
        config = self.claim.config
        async with self.transaction(config.company_id):
            task = await self._held()
            stored = await self.configs.get(config.company_id, config.id)
            stored.moved_on(taken)
            await self.configs.put(stored)
            await self._forget_written(task)
        config.target, config.header, config.cursor = stored.target, None, None
        self.claim.task.checkpoint = None

    async def read_anew(self) -> None:
        """Notes that whichever run comes to its end first has to write every row."""
        config = self.claim.config
        async with self.transaction(config.company_id):
            task = await self._held()
            stored = await self.configs.get(config.company_id, config.id)
            stored.cursor = task.checkpoint = None
            await self.configs.put(stored)
            await self.tasks.save(task)
        config.cursor = self.claim.task.checkpoint = None

    async def wrote(self, key: str) -> bool:
        """Whether a row of that key was written once."""
        config = self.claim.config
        async with self.transaction(config.company_id):
            return bool(await self.rows.fingerprints(config.company_id, config.id, [key]))

    async def _held(self) -> ExportTask:
        return await self.tasks.held(self.claim.config.company_id, self.claim.task.id, self.claim.claim_id)

    async def _forget_written(self, task: ExportTask) -> None:
        """In an open transaction: what was read and written for another tab is of no use in the next."""
        config = self.claim.config
        task.checkpoint = None
        await self.tasks.save(task)
        await self.rows.forget(config.company_id, config.id)
        await self.intents.forget(config.company_id, config.id)


def owner_of(company_id: CompanyId) -> str:
    """What signs call a company: a hash, for whoever may read the spreadsheet may read its signs."""
    return hashlib.blake2b(company_id.bytes, digest_size=12).hexdigest()
