"""Canaries, and every sealed secret wherever it is stored."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, bindparam, delete, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import LargeBinary, String, Text, Uuid

from adapters.postgres.engine import APPLICATION_ROLE, SYSTEM_ROLE
from adapters.postgres.storing import count_deleted
from adapters.postgres.tables import key_canaries
from adapters.postgres.transaction import connection
from application.connections.key_ports import Canary, SecretCount, StoredSecret
from domain.connections.secrets import SealedSecret, SecretPurpose
from domain.shared.identities import CompanyId


class Place(NamedTuple):
    """Three columns of a table that hold sealed secrets of one purpose."""

    table: str
    prefix: str
    purpose: SecretPurpose

    @property
    def name(self) -> str:
        """As it is told."""
        return f"{self.table}.{self.prefix}"


PLACES = (
    Place("moysklad_connections", "token", SecretPurpose.MOYSKLAD_TOKEN),
    Place("installations", "token", SecretPurpose.MOYSKLAD_TOKEN),
    Place("google_connections", "refresh", SecretPurpose.GOOGLE_REFRESH),
    Place("google_connections", "access", SecretPurpose.GOOGLE_ACCESS),
    Place("consent_requests", "verifier", SecretPurpose.GOOGLE_VERIFIER),
    Place("webhook_endpoints", "token", SecretPurpose.WEBHOOK_TOKEN),
    Place("pseudonym_keys", "key", SecretPurpose.PSEUDONYM_KEY),
    Place("kept_answers", "body", SecretPurpose.KEPT_ANSWER),
)
"""Every place there is; a test compares them with the tables."""

_BY_NAME = {place.name: place for place in PLACES}


def _all(part: str, joined: str) -> str:
    parts = (part.format(table=place.table, key=place.prefix, name=place.name) for place in PLACES)
    return f" {joined} ".join(parts)


# Names of our own tables and columns alone are put into these texts. What is done to secrets themselves stands in two
# functions (migration 0021), which have to know each place too.
_COUNTED = text(
    _all(
        "SELECT '{name}' AS place, {key}_key_id AS key_id, count(*) AS number FROM {table}"
        " WHERE {key}_key_id IS NOT NULL GROUP BY {key}_key_id",
        "UNION ALL",
    )
)
# Each part stops by itself, so that a page costs the same wherever it begins.
_OWNERS = text(
    _all(  # noqa: S608
        "(SELECT company_id FROM {table} WHERE {key}_key_id = ANY (:keys) AND company_id > :after"
        " ORDER BY company_id LIMIT :most)",
        "UNION",
    )
    + " ORDER BY company_id LIMIT :most"
).bindparams(bindparam("keys", type_=ARRAY(String)), bindparam("after", type_=Uuid))
_UNDER = text("SELECT * FROM secrets_under(:companies, :keys)").bindparams(
    bindparam("companies", type_=ARRAY(Uuid)), bindparam("keys", type_=ARRAY(Text))
)
_SWAPPING = {
    "companies": Uuid,
    "places": Text,
    "nonces": LargeBinary,
    "ciphertexts": LargeBinary,
    "new_key_ids": Text,
    "new_nonces": LargeBinary,
    "new_ciphertexts": LargeBinary,
}
_SWAP = text(f"SELECT * FROM swap_secrets({', '.join(f':{name}' for name in _SWAPPING)})").bindparams(  # noqa: S608
    *(bindparam(name, type_=ARRAY(kind)) for name, kind in _SWAPPING.items())
)
_AS_COMPANIES = text(f"SET LOCAL ROLE {APPLICATION_ROLE}")
_AS_SYSTEM = text(f"SET LOCAL ROLE {SYSTEM_ROLE}")
_NOBODY = UUID(int=0)


class SqlSealedSecrets:
    """See application.connections.key_ports.SealedSecrets."""

    async def counted(self) -> list[SecretCount]:
        """See the port."""
        sums: dict[tuple[SecretPurpose, str], int] = {}
        for row in await connection().execute(_COUNTED):
            counted = (_BY_NAME[row.place].purpose, row.key_id)
            sums[counted] = sums.get(counted, 0) + row.number
        return [
            SecretCount(purpose=purpose, key_id=key_id, number=number)
            for (purpose, key_id), number in sorted(sums.items())
        ]

    async def owners(self, key_ids: Sequence[str], after: CompanyId | None, limit: int) -> list[CompanyId]:
        """See the port."""
        asked = {"keys": list(key_ids), "after": after or _NOBODY, "most": limit}
        return [CompanyId(row.company_id) for row in await connection().execute(_OWNERS, asked)]

    async def under(self, company_ids: Sequence[CompanyId], key_ids: Sequence[str]) -> list[StoredSecret]:
        """See the port."""
        found = await _visiting(_UNDER, {"companies": list(company_ids), "keys": list(key_ids)})
        return [
            StoredSecret(
                CompanyId(row.owner),
                row.place,
                _BY_NAME[row.place].purpose,
                SealedSecret(row.key_id, row.nonce, row.ciphertext),
            )
            for row in found
        ]

    async def swap(self, changes: Sequence[tuple[StoredSecret, SealedSecret]]) -> list[SealedSecret | None]:
        """See the port."""
        told = {
            "companies": [known.company_id for known, _ in changes],
            "places": [known.place for known, _ in changes],
            "nonces": [known.sealed.nonce for known, _ in changes],
            "ciphertexts": [known.sealed.ciphertext for known, _ in changes],
            "new_key_ids": [sealed.key_id for _, sealed in changes],
            "new_nonces": [sealed.nonce for _, sealed in changes],
            "new_ciphertexts": [sealed.ciphertext for _, sealed in changes],
        }
        swapped: list[SealedSecret | None] = [None] * len(changes)
        for row in await _visiting(_SWAP, told):
            swapped[row.number - 1] = SealedSecret(row.key_id, row.nonce, row.ciphertext)
        return swapped


async def _visiting(statement: TextClause, told: Mapping[str, Any]) -> Sequence[Any]:
    """The function goes from company to company, under the role that sees each one's rows only while it is there: the
    role of work across companies reads no secrets.
    """
    await connection().execute(_AS_COMPANIES)
    found = (await connection().execute(statement, told)).all()
    await connection().execute(_AS_SYSTEM)
    return found


class SqlCanaries:
    """See application.connections.key_ports.Canaries."""

    async def all(self) -> list[Canary]:
        """See the port."""
        found = await connection().execute(select(key_canaries).order_by(key_canaries.c.key_id))
        return [
            Canary(key_id=row.key_id, wrapped=row.wrapped, made_at=row.made_at, fronted_at=row.fronted_at)
            for row in found
        ]

    async def add(self, canary: Canary) -> None:
        """See the port."""
        row = {
            "key_id": canary.key_id,
            "wrapped": canary.wrapped,
            "made_at": canary.made_at,
            "fronted_at": canary.fronted_at,
        }
        await connection().execute(insert(key_canaries).values(row).on_conflict_do_nothing())

    async def fronted(self, key_id: str, now: datetime) -> None:
        """See the port."""
        await connection().execute(update(key_canaries).where(key_canaries.c.key_id == key_id).values(fronted_at=now))

    async def remove(self, key_id: str) -> bool:
        """See the port."""
        return await count_deleted(delete(key_canaries).where(key_canaries.c.key_id == key_id)) > 0
