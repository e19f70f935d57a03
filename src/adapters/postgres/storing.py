"""Storing rows: the two statements that all repositories share."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, Table
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.transaction import connection
from domain.connections.secrets import SealedSecret


async def put(table: Table, row: Mapping[str, Any]) -> None:
    """Inserts the row, or updates the one with the same primary key."""
    keys = [column.name for column in table.primary_key]
    statement = insert(table).values(dict(row))
    changed = {name: statement.excluded[name] for name in row if name not in keys}
    await connection().execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


async def count_deleted(statement: Any) -> int:
    """Carries a DELETE out and answers how many rows went."""
    result: CursorResult[Any] = await connection().execute(statement)
    return result.rowcount


def sealed_columns(name: str, sealed: SealedSecret | None) -> dict[str, Any]:
    """The three columns of a sealed secret."""
    return {
        f"{name}_key_id": sealed.key_id if sealed else None,
        f"{name}_nonce": sealed.nonce if sealed else None,
        f"{name}_ciphertext": sealed.ciphertext if sealed else None,
    }


def sealed_from(name: str, row: Mapping[str, Any]) -> SealedSecret | None:
    """Reads the three columns of a sealed secret."""
    if row[f"{name}_key_id"] is None:
        return None
    return SealedSecret(row[f"{name}_key_id"], row[f"{name}_nonce"], row[f"{name}_ciphertext"])
