"""Links between companies, and automation rules."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import select, update

from adapters.postgres.storing import put
from adapters.postgres.tables import automation_rules, link_sides
from adapters.postgres.transaction import connection
from domain.automations.links import LinkLimits, LinkSide, LinkState, Side
from domain.automations.rules import AutomationRule, RuleTerms
from domain.shared.identities import CompanyId, CompanyLinkId, RuleId


class SqlLinkSides:
    """See application.automations.ports.LinkSides."""

    async def get(self, company_id: CompanyId, link_id: CompanyLinkId) -> LinkSide | None:
        """See the port."""
        own = (link_sides.c.company_id == company_id, link_sides.c.link_id == link_id)
        found = (await connection().execute(select(link_sides).where(*own).with_for_update())).mappings().first()
        return None if found is None else _side(found)

    async def put(self, side: LinkSide) -> None:
        """See the port."""
        await put(
            link_sides,
            {
                "company_id": side.company_id,
                "link_id": side.link_id,
                "side": side.side.value,
                "state": side.state.value,
                "name": side.name,
                "created_at": side.created_at,
                "expires_at": side.expires_at,
                "invitation_digest": side.digest,
                "other_id": side.other_id,
                "other_name": side.other_name,
                "limits": msgspec.to_builtins(side.limits),
                "paused": side.paused,
                "accepted_at": side.accepted_at,
                "revoked_at": side.revoked_at,
                "other_paused": side.other_paused,
                "other_revoked": side.other_revoked,
            },
        )

    async def all(self, company_id: CompanyId) -> list[LinkSide]:
        """See the port."""
        query = select(link_sides).where(link_sides.c.company_id == company_id).order_by(link_sides.c.link_id.desc())
        return [_side(row) for row in (await connection().execute(query)).mappings()]

    async def both(self, link_id: CompanyLinkId) -> list[LinkSide]:
        """See the port."""
        query = select(link_sides).where(link_sides.c.link_id == link_id).order_by(link_sides.c.side)
        return [_side(row) for row in (await connection().execute(query.with_for_update())).mappings()]


class SqlAutomationRules:
    """See application.automations.ports.AutomationRules."""

    async def get(self, company_id: CompanyId, rule_id: RuleId) -> AutomationRule | None:
        """See the port."""
        columns = automation_rules.c
        own = (columns.company_id == company_id, columns.id == rule_id, columns.removed.is_(False))
        # Not for the key's sake: whoever books an execution of the rule does not have to wait.
        query = select(automation_rules).where(*own).with_for_update(key_share=True)
        found = (await connection().execute(query)).mappings().first()
        return None if found is None else _rule(found)

    async def put(self, rule: AutomationRule) -> None:
        """See the port."""
        await put(
            automation_rules,
            {
                "id": rule.id,
                "company_id": rule.company_id,
                "link_id": rule.link_id,
                "target_company_id": rule.target_id,
                "terms": msgspec.to_builtins(rule.terms),
                "created_at": rule.created_at,
                "since": rule.since,
                "enabled": rule.enabled,
                "failures": rule.failures,
                "stopped_by": rule.stopped_by,
                "version": rule.version,
            },
        )

    async def remove(self, company_id: CompanyId, rule_id: RuleId) -> None:
        """See the port."""
        columns = automation_rules.c
        own = (columns.company_id == company_id, columns.id == rule_id)
        await connection().execute(update(automation_rules).where(*own).values(removed=True, enabled=False))

    async def all(self, company_id: CompanyId) -> list[AutomationRule]:
        """See the port."""
        columns = automation_rules.c
        own = (columns.company_id == company_id, columns.removed.is_(False))
        query = select(automation_rules).where(*own).order_by(columns.id)
        return [_rule(row) for row in (await connection().execute(query)).mappings()]


def _side(row: Mapping[Any, Any]) -> LinkSide:
    return LinkSide(
        link_id=CompanyLinkId(row["link_id"]),
        company_id=CompanyId(row["company_id"]),
        side=Side(row["side"]),
        state=LinkState(row["state"]),
        name=row["name"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        digest=row["invitation_digest"],
        other_id=None if row["other_id"] is None else CompanyId(row["other_id"]),
        other_name=row["other_name"],
        limits=msgspec.convert(row["limits"], LinkLimits, strict=False),
        paused=row["paused"],
        accepted_at=row["accepted_at"],
        revoked_at=row["revoked_at"],
        other_paused=row["other_paused"],
        other_revoked=row["other_revoked"],
    )


def _rule(row: Mapping[Any, Any]) -> AutomationRule:
    return AutomationRule(
        id=RuleId(row["id"]),
        company_id=CompanyId(row["company_id"]),
        link_id=CompanyLinkId(row["link_id"]),
        target_id=CompanyId(row["target_company_id"]),
        terms=msgspec.convert(row["terms"], RuleTerms),
        created_at=row["created_at"],
        since=row["since"],
        enabled=row["enabled"],
        failures=row["failures"],
        stopped_by=row["stopped_by"],
        version=row["version"],
    )
