"""Canaries, and every sealed secret wherever it is stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, bindparam, delete, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import LargeBinary, String, Uuid

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
)
"""Every place there is; a test compares them with the tables."""

_BY_NAME = {place.name: place for place in PLACES}


def _all(part: str, joined: str) -> str:
    parts = (part.format(table=place.table, key=place.prefix, name=place.name) for place in PLACES)
    return f" {joined} ".join(parts)


# Names of our own tables and columns alone are put into these texts.
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
_UNDER = text(
    _all(
        "SELECT '{name}' AS place, {key}_key_id AS key_id, {key}_nonce AS nonce, {key}_ciphertext AS ciphertext"
        " FROM {table} WHERE company_id = :company_id AND {key}_key_id = ANY (:keys)",
        "UNION",
    )
).bindparams(bindparam("keys", type_=ARRAY(String)), bindparam("company_id", type_=Uuid))


def _swap(place: Place) -> TextClause:
    """Whoever is just changing the row is not waited for: waiting while others wait for us might never end."""
    still = "company_id = :company_id AND {key}_nonce = :nonce AND {key}_ciphertext = :ciphertext"
    statement = (
        f"WITH free AS (SELECT 1 FROM {{table}} WHERE {still} FOR UPDATE SKIP LOCKED)"  # noqa: S608 - as above
        " UPDATE {table} SET {key}_key_id = :new_key_id, {key}_nonce = :new_nonce, {key}_ciphertext = :new_ciphertext"
        f" WHERE {still} AND EXISTS (SELECT FROM free)"
        " RETURNING {key}_key_id AS key_id, {key}_nonce AS nonce, {key}_ciphertext AS ciphertext"
    ).format(table=place.table, key=place.prefix)
    binary = ("nonce", "ciphertext", "new_nonce", "new_ciphertext")
    typed = [bindparam(name, type_=LargeBinary) for name in binary]
    return text(statement).bindparams(bindparam("company_id", type_=Uuid), *typed)


_SWAPS = {place.name: _swap(place) for place in PLACES}
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

    async def under(self, company_id: CompanyId, key_ids: Sequence[str]) -> list[StoredSecret]:
        """See the port."""
        found = await connection().execute(_UNDER, {"company_id": company_id, "keys": list(key_ids)})
        return [
            StoredSecret(row.place, _BY_NAME[row.place].purpose, SealedSecret(row.key_id, row.nonce, row.ciphertext))
            for row in found
        ]

    async def swap(self, company_id: CompanyId, known: StoredSecret, sealed: SealedSecret) -> SealedSecret | None:
        """See the port."""
        told = {
            "company_id": company_id,
            "nonce": known.sealed.nonce,
            "ciphertext": known.sealed.ciphertext,
            "new_key_id": sealed.key_id,
            "new_nonce": sealed.nonce,
            "new_ciphertext": sealed.ciphertext,
        }
        stored = (await connection().execute(_SWAPS[known.place], told)).first()
        return None if stored is None else SealedSecret(stored.key_id, stored.nonce, stored.ciphertext)


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
