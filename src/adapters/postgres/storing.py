"""Storing rows: the statements that all repositories share."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import CursorResult, Table, text
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.transaction import connection
from domain.connections.secrets import SealedSecret


async def put(table: Table, row: Mapping[str, Any]) -> None:
    """Inserts the row, or updates the one with the same primary key."""
    keys = [column.name for column in table.primary_key]
    statement = insert(table).values(dict(row))
    changed = {name: statement.excluded[name] for name in row if name not in keys}
    await connection().execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


async def insert_all(table: Table, rows: Sequence[Mapping[str, Any]], *, otherwise: str = "") -> None:
    """Inserts many rows with the same columns in one statement; `otherwise` says what becomes of those that a unique
    index refuses (ON CONFLICT …).

    They travel as one JSON text, which PostgreSQL takes apart by the table's own types; a statement with parameters for
    each of them takes several times as long. `bytes` go as PostgreSQL writes them.
    """
    if not rows:
        return
    columns = ", ".join(f'"{name}"' for name in rows[0])
    statement = text(
        f"INSERT INTO {table.name} ({columns}) "  # noqa: S608 - names of our own tables and columns
        f"SELECT {columns} FROM json_populate_recordset(CAST(NULL AS {table.name}), CAST(:rows AS json)) " + otherwise
    )
    shown = [{name: _as_json(value) for name, value in row.items()} for row in rows]
    await connection().execute(statement, {"rows": msgspec.json.encode(shown).decode()})


def _as_json(value: Any) -> Any:
    return f"\\x{value.hex()}" if isinstance(value, bytes) else value


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
