"""What is about to be written, one note for each export."""

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.tables import write_intents
from adapters.postgres.transaction import connection
from application.exports.intent_ports import WriteIntent
from domain.exports.write_strategies.gathering import Gathered
from domain.shared.identities import CompanyId, ConfigId, TaskId

_ROWS = msgspec.msgpack.Decoder(tuple[tuple[str, bytes, str], ...])


class SqlWriteIntents:
    """See application.exports.intent_ports. Row-level security sees to it that the notes are the company's."""

    async def get(self, company_id: CompanyId, config_id: ConfigId) -> WriteIntent | None:
        """See the port."""
        own = (write_intents.c.company_id == company_id, write_intents.c.config_id == config_id)
        row = (await connection().execute(select(write_intents).where(*own))).mappings().one_or_none()
        if row is None:
            return None
        rows = () if row["rows"] is None else _ROWS.decode(row["rows"])
        tab, gathered = row["gathering"], None
        if tab is not None:
            gathered = Gathered(tab, row["gathered_rows"], row["gathered_keys"])
        return WriteIntent(
            row["marker"],
            row["previous"],
            TaskId(row["task_id"]),
            rows,
            pending=row["pending"],
            final=row["final"],
            gathered=gathered,
        )

    async def put(self, company_id: CompanyId, config_id: ConfigId, intent: WriteIntent) -> None:
        """See the port."""
        gathered = intent.gathered
        values = {
            "company_id": company_id,
            "marker": intent.marker,
            "previous": intent.previous,
            "task_id": intent.task_id,
            "rows": msgspec.msgpack.encode(intent.rows) if intent.rows else None,
            "pending": intent.pending,
            "final": intent.final,
            "gathering": gathered.sheet_id if gathered else None,
            "gathered_rows": gathered.rows if gathered else None,
            "gathered_keys": gathered.digest if gathered else None,
        }
        statement = insert(write_intents).values(config_id=config_id, **values)
        await connection().execute(statement.on_conflict_do_update(index_elements=["config_id"], set_=values))

    async def forget(self, company_id: CompanyId, config_id: ConfigId) -> None:
        """See the port."""
        own = (write_intents.c.company_id == company_id, write_intents.c.config_id == config_id)
        await connection().execute(delete(write_intents).where(*own))
