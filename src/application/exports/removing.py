"""Removing: rows whose object is gone, found by a sweep or told by the trash, treated as the export says."""

from dataclasses import dataclass

import msgspec

from application.connections.ports import MoySkladKey
from application.exports.archiving import archive, mark
from application.exports.claims import Claim
from application.exports.grid import Grid
from application.exports.ports import ExportedRows, ExportTasks
from application.exports.table import SheetTable
from application.exports.vendor_ports import Reading, Source
from application.ports import Clock, Transaction
from domain.exports.removal import RemovalPolicy, check_brake
from domain.shared.moments import sheet_serial

_AT_ONCE = 1000
_ROWS_AT_ONCE = 200
"""Rows that one request removes: its ranges have to fit into an address when they are read first."""


@dataclass(frozen=True, slots=True)
class Removing:
    """What finding and removing needs."""

    transaction: Transaction
    tasks: ExportTasks
    rows: ExportedRows
    source: Source
    clock: Clock

    async def sweep(self, claim: Claim, key: MoySkladKey, reading: Reading) -> None:
        """Notes as gone what a complete reading has not met.

        Objects are asked for by their ids once more before that, so that nothing is taken for deleted because it moved
        while it was read. Rows of reports have no ids to ask for: there a complete reading is the truth.
        """
        company_id, config_id, after = claim.config.company_id, claim.config.id, ""
        while True:
            async with self.transaction(company_id):
                unseen = await self.rows.unseen(company_id, config_id, claim.task.id, after, _AT_ONCE)
            if not unseen:
                return
            after = unseen[-1].key
            objects = list(dict.fromkeys(row.object_id for row in unseen))
            if reading.exporter.entity:
                existing = await self.source.existing(key, reading, objects)
                objects = [one for one in objects if one not in existing]
            else:
                objects = [row.key for row in unseen]
            async with self.transaction(company_id):
                await self.tasks.held(company_id, claim.task.id, claim.claim_id)
                await self.rows.vanish(company_id, config_id, objects)

    async def remove(self, claim: Claim, table: SheetTable, reading: Reading, hidden: Grid | None) -> int:
        """Treats rows that await removal as the export says; answers how many there were in the sheet. Rows that are
        still gathered in a `hidden` tab go from there.

        Raises RemovalBrake when there are too many, unless somebody agreed, and what SheetTable.confirm does.
        Interrupted, it goes on where it was.
        """
        config = claim.config
        async with self.transaction(config.company_id):
            totals = await self.rows.totals(config.company_id, config.id)
        if not totals.vanished:
            return 0
        if config.removal is not RemovalPolicy.KEEP and not claim.task.may_remove and hidden is None:
            check_brake(totals.vanished, totals.live + totals.vanished, config.brake_percent)
        if hidden is None:
            await table.confirm()
        removed = 0
        while True:
            async with self.transaction(config.company_id):
                await self.tasks.held(config.company_id, claim.task.id, claim.claim_id)
                vanished = await self.rows.vanished(config.company_id, config.id, _ROWS_AT_ONCE)
            if not vanished:
                return removed
            keys = [row.key for row in vanished]
            if hidden is None and config.removal is not RemovalPolicy.KEEP:
                table.grid.look_again()  # people may have sorted since the rows before these went
            removed += await (hidden.delete(keys) if hidden else self._treat(claim, table, reading, keys))
            kept = config.removal in {RemovalPolicy.KEEP, RemovalPolicy.MARK}
            async with self.transaction(config.company_id):
                await self.tasks.held(config.company_id, claim.task.id, claim.claim_id)
                await self.rows.removed(config.company_id, config.id, keys, kept=kept)

    async def _treat(self, claim: Claim, table: SheetTable, reading: Reading, keys: list[str]) -> int:
        match claim.config.removal:
            case RemovalPolicy.REMOVE:
                await table.view()
                return await table.grid.delete(keys)
            case RemovalPolicy.ARCHIVE:
                return await archive(table, keys)
            case RemovalPolicy.MARK:
                serial = sheet_serial(self.clock.now(), reading.zone)
                return await mark(table, keys, msgspec.json.encode(serial))
            case RemovalPolicy.KEEP:
                return 0
