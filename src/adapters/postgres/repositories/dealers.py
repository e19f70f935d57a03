"""Dealers, their chats and links."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError

from adapters.postgres.storing import count_deleted, put
from adapters.postgres.tables import bind_links, dealer_chats, dealers
from adapters.postgres.transaction import connection
from domain.dealers.addresses import Address, Channel
from domain.dealers.bindings import BindLink, ChatBinding
from domain.dealers.dealers import Dealer, DealerNameTaken, NoticeKind, Points
from domain.dealers.languages import Language
from domain.dealers.quiet import Quiet
from domain.dealers.rhythms import Often, Rhythm
from domain.shared.identities import BindingId, CompanyId, DealerId, MemberId

_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('dealers'), hashtext(:company))")


class SqlDealers:
    """See application.dealers.directory_ports.Dealers."""

    async def get(self, company_id: CompanyId, dealer_id: DealerId) -> Dealer | None:
        """See the port."""
        query = select(dealers).where(dealers.c.company_id == company_id, dealers.c.id == dealer_id)
        found = (await connection().execute(query.with_for_update())).mappings().first()
        return None if found is None else _dealer(found)

    async def named(self, company_id: CompanyId, name: str) -> Dealer | None:
        """See the port."""
        query = select(dealers).where(dealers.c.company_id == company_id, dealers.c.name == name)
        found = (await connection().execute(query.with_for_update())).mappings().first()
        return None if found is None else _dealer(found)

    async def put(self, dealer: Dealer) -> None:
        """See the port."""
        row = {
            "id": dealer.id,
            "company_id": dealer.company_id,
            "name": dealer.name,
            "points": msgspec.to_builtins(dealer.points, order="deterministic"),
            "switches": msgspec.to_builtins(dict(dealer.switches)),
            "quiet_begins": dealer.quiet.begins if dealer.quiet else None,
            "quiet_ends": dealer.quiet.ends if dealer.quiet else None,
            "often": dealer.rhythm.often.value,
            "daily_at": dealer.rhythm.at,
            "quiet_as_one": dealer.rhythm.quiet_as_one,
            "language": dealer.language.value,
            "created_at": dealer.created_at,
        }
        try:
            await put(dealers, row)
        except IntegrityError as refused:
            if "uq_dealers_company_id_name" in str(refused):
                raise DealerNameTaken(name=dealer.name) from refused
            raise

    async def remove(self, company_id: CompanyId, dealer_id: DealerId) -> bool:
        """See the port."""
        own = delete(dealers).where(dealers.c.company_id == company_id, dealers.c.id == dealer_id)
        return await count_deleted(own) > 0

    async def alone(self, company_id: CompanyId) -> None:
        """See the port. Two companies may share a lock by chance; then one waits for the other."""
        await connection().execute(_ALONE, {"company": str(company_id)})

    async def count(self, company_id: CompanyId) -> int:
        """See the port."""
        query = select(func.count()).select_from(dealers).where(dealers.c.company_id == company_id)
        return int((await connection().execute(query)).scalar_one())

    async def page(self, company_id: CompanyId, after: DealerId | None, limit: int) -> list[Dealer]:
        """See the port."""
        query = select(dealers).where(dealers.c.company_id == company_id)
        if after is not None:
            query = query.where(dealers.c.id > after)
        found = await connection().execute(query.order_by(dealers.c.id).limit(limit))
        return [_dealer(row) for row in found.mappings()]


class SqlChatBindings:
    """See application.dealers.directory_ports.ChatBindings."""

    async def get(self, company_id: CompanyId, binding_id: BindingId) -> ChatBinding | None:
        """See the port."""
        query = select(dealer_chats).where(dealer_chats.c.company_id == company_id, dealer_chats.c.id == binding_id)
        found = (await connection().execute(query.with_for_update())).mappings().first()
        return None if found is None else _binding(found)

    async def of(self, company_id: CompanyId, dealer_ids: Collection[DealerId]) -> list[ChatBinding]:
        """See the port."""
        columns = dealer_chats.c
        query = select(dealer_chats).where(columns.company_id == company_id, columns.dealer_id.in_(list(dealer_ids)))
        found = await connection().execute(query.order_by(columns.id))
        return [_binding(row) for row in found.mappings()]

    async def own(self, company_id: CompanyId) -> list[ChatBinding]:
        """See the port."""
        columns = dealer_chats.c
        query = select(dealer_chats).where(columns.company_id == company_id, columns.member_id.is_not(None))
        return [_binding(row) for row in (await connection().execute(query.order_by(columns.id))).mappings()]

    async def put(self, binding: ChatBinding) -> None:
        """See the port."""
        row = {
            "id": binding.id,
            "company_id": binding.company_id,
            "dealer_id": binding.dealer_id,
            "member_id": binding.member_id,
            "channel": binding.address.channel.value,
            "recipient": binding.address.recipient,
            "thread": binding.address.thread,
            "title": binding.title,
            "asked_at": binding.asked_at,
            "bound_at": binding.bound_at,
            "lost": binding.lost,
        }
        await put(dealer_chats, row)

    async def remove(self, company_id: CompanyId, binding_id: BindingId) -> bool:
        """See the port."""
        own = delete(dealer_chats).where(dealer_chats.c.company_id == company_id, dealer_chats.c.id == binding_id)
        return await count_deleted(own) > 0

    async def at(self, address: Address) -> list[ChatBinding]:
        """See the port."""
        columns = dealer_chats.c
        query = select(dealer_chats).where(
            columns.channel == address.channel.value,
            columns.recipient == address.recipient,
            columns.thread.is_not_distinct_from(address.thread),
        )
        return [_binding(row) for row in (await connection().execute(query.order_by(columns.id))).mappings()]

    async def everywhere_in(self, recipient: str) -> list[ChatBinding]:
        """See the port."""
        columns = dealer_chats.c
        own = (columns.channel == Channel.TELEGRAM.value, columns.recipient == recipient)
        query = select(dealer_chats).where(*own).order_by(columns.id)
        return [_binding(row) for row in (await connection().execute(query)).mappings()]


class SqlBindLinks:
    """See application.dealers.directory_ports.BindLinks."""

    async def get(self, company_id: CompanyId, digest: bytes) -> BindLink | None:
        """See the port."""
        columns = bind_links.c
        query = select(bind_links).where(columns.company_id == company_id, columns.token_digest == digest)
        row = (await connection().execute(query.with_for_update())).mappings().first()
        if row is None:
            return None
        used_by, meant_for = (_address(row[name]) for name in ("used_by", "meant_for"))
        dealer_id, member_id = _holder(row)
        return BindLink(digest, company_id, dealer_id, row["expires_at"], used_by, meant_for, member_id)

    async def put(self, link: BindLink) -> None:
        """See the port."""
        row = {
            "token_digest": link.digest,
            "company_id": link.company_id,
            "dealer_id": link.dealer_id,
            "member_id": link.member_id,
            "expires_at": link.expires_at,
            "used_by": None if link.used_by is None else msgspec.to_builtins(link.used_by),
            "meant_for": None if link.meant_for is None else msgspec.to_builtins(link.meant_for),
        }
        await put(bind_links, row)

    async def mailed(self, company_id: CompanyId, now: datetime) -> list[tuple[Address, datetime]]:
        """See the port."""
        columns = bind_links.c
        query = select(columns.meant_for, columns.expires_at).where(
            columns.company_id == company_id, columns.meant_for.is_not(None), columns.expires_at > now
        )
        found = await connection().execute(query)
        return [(msgspec.convert(row.meant_for, Address), row.expires_at) for row in found]

    async def prune(self, now: datetime) -> int:
        """See the port."""
        return await count_deleted(delete(bind_links).where(bind_links.c.expires_at <= now))


def _address(kept: Any) -> Address | None:
    return None if kept is None else msgspec.convert(kept, Address)


def _dealer(row: Mapping[Any, Any]) -> Dealer:
    switches = msgspec.convert(row["switches"], dict[NoticeKind, datetime])
    quiet = None if row["quiet_begins"] is None else Quiet(row["quiet_begins"], row["quiet_ends"])
    return Dealer(
        id=DealerId(row["id"]),
        company_id=CompanyId(row["company_id"]),
        name=row["name"],
        points=msgspec.convert(row["points"], Points),
        created_at=row["created_at"],
        switches=switches,
        quiet=quiet,
        rhythm=Rhythm(Often(row["often"]), row["daily_at"], row["quiet_as_one"]),
        language=Language(row["language"]),
    )


def _holder(row: Mapping[Any, Any]) -> tuple[DealerId | None, MemberId | None]:
    dealer_id, member_id = row["dealer_id"], row["member_id"]
    return None if dealer_id is None else DealerId(dealer_id), None if member_id is None else MemberId(member_id)


def _binding(row: Mapping[Any, Any]) -> ChatBinding:
    dealer_id, member_id = _holder(row)
    return ChatBinding(
        id=BindingId(row["id"]),
        company_id=CompanyId(row["company_id"]),
        dealer_id=dealer_id,
        address=Address(Channel(row["channel"]), row["recipient"], row["thread"]),
        title=row["title"],
        asked_at=row["asked_at"],
        bound_at=row["bound_at"],
        lost=row["lost"],
        member_id=member_id,
    )
