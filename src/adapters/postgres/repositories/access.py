"""Links and API keys."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from adapters.postgres.storing import count_deleted, put
from adapters.postgres.tables import api_keys, sign_in_links
from adapters.postgres.transaction import connection
from domain.shared.identities import ApiKeyId, CompanyId, LinkId, MemberId
from domain.tenants.api_key import ApiKey
from domain.tenants.link import SignInLink
from domain.tenants.member import Permission, Role


class SqlLinks:
    """See application.tenants.ports.Links."""

    async def get(self, company_id: CompanyId, link_id: LinkId) -> SignInLink | None:
        """See the port."""
        query = select(sign_in_links).where(sign_in_links.c.company_id == company_id, sign_in_links.c.id == link_id)
        found = (await connection().execute(query.with_for_update())).mappings().first()
        return None if found is None else _link(found)

    async def put(self, link: SignInLink) -> None:
        """See the port."""
        await put(
            sign_in_links,
            {
                "id": link.id,
                "company_id": link.company_id,
                "token_digest": link.digest,
                "name": link.name,
                "role": link.role.value,
                "member_id": link.member_id,
                "created_by": link.created_by,
                "created_at": link.created_at,
                "expires_at": link.expires_at,
                "used_at": link.used_at,
                "revoked_at": link.revoked_at,
            },
        )

    async def all(self, company_id: CompanyId, now: datetime) -> list[SignInLink]:
        """See the port."""
        query = select(sign_in_links).where(
            sign_in_links.c.company_id == company_id,
            sign_in_links.c.used_at.is_(None),
            sign_in_links.c.revoked_at.is_(None),
            sign_in_links.c.expires_at > now,
        )
        found = await connection().execute(query.order_by(sign_in_links.c.id.desc()))
        return [_link(row) for row in found.mappings()]

    async def prune(self, now: datetime) -> int:
        """See the port."""
        return await count_deleted(delete(sign_in_links).where(sign_in_links.c.expires_at <= now))


class SqlApiKeys:
    """See application.tenants.ports.ApiKeys."""

    async def get(self, company_id: CompanyId, key_id: ApiKeyId) -> ApiKey | None:
        """See the port."""
        query = select(api_keys).where(api_keys.c.company_id == company_id, api_keys.c.id == key_id)
        found = (await connection().execute(query)).mappings().first()
        return None if found is None else _key(found)

    async def put(self, key: ApiKey) -> None:
        """See the port."""
        await put(
            api_keys,
            {
                "id": key.id,
                "company_id": key.company_id,
                "prefix": key.prefix,
                "secret_digest": key.digest,
                "name": key.name,
                "scopes": sorted(key.scopes),
                "created_by": key.created_by,
                "created_at": key.created_at,
                "expires_at": key.expires_at,
                "last_used_at": key.last_used_at,
                "revoked_at": key.revoked_at,
            },
        )

    async def used(self, key: ApiKey) -> None:
        """See the port."""
        own = (api_keys.c.company_id == key.company_id, api_keys.c.id == key.id)
        await connection().execute(update(api_keys).where(*own).values(last_used_at=key.last_used_at))

    async def all(self, company_id: CompanyId) -> list[ApiKey]:
        """See the port."""
        query = select(api_keys).where(api_keys.c.company_id == company_id).order_by(api_keys.c.id.desc())
        return [_key(row) for row in (await connection().execute(query)).mappings()]


def _link(row: Mapping[Any, Any]) -> SignInLink:
    return SignInLink(
        id=LinkId(row["id"]),
        company_id=CompanyId(row["company_id"]),
        digest=row["token_digest"],
        name=row["name"],
        role=Role(row["role"]),
        member_id=None if row["member_id"] is None else MemberId(row["member_id"]),
        created_by=None if row["created_by"] is None else MemberId(row["created_by"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        used_at=row["used_at"],
        revoked_at=row["revoked_at"],
    )


def _key(row: Mapping[Any, Any]) -> ApiKey:
    return ApiKey(
        id=ApiKeyId(row["id"]),
        company_id=CompanyId(row["company_id"]),
        prefix=row["prefix"],
        digest=row["secret_digest"],
        name=row["name"],
        scopes=frozenset(map(Permission, row["scopes"])),
        created_by=MemberId(row["created_by"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        last_used_at=row["last_used_at"],
        revoked_at=row["revoked_at"],
    )
