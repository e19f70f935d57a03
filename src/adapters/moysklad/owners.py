"""Whose token it is (JSON API docs, `context/employee`)."""

from uuid import UUID

import msgspec

from adapters.moysklad.client import MoySkladClient
from application.connections.installation_ports import TokenOwner
from application.connections.ports import MoySkladKey, Urgency
from domain.connections.moysklad import MoySkladDisconnected
from domain.shared.errors import VendorFailed

_NOBODY = UUID(int=0)
"""The account is what is asked for; until then the token's own budget is all that is spent."""


class _View(msgspec.Struct):
    view: str = ""


class _Permissions(msgspec.Struct):
    admin: _View | None = None


class _Employee(msgspec.Struct):
    account_id: UUID = msgspec.field(name="accountId")
    uid: str = ""
    permissions: _Permissions | None = None


class MoySkladTokenOwners:
    """See application.connections.installation_ports.TokenOwners."""

    def __init__(self, client: MoySkladClient) -> None:
        self._client = client

    async def owner(self, token: str) -> TokenOwner:
        """See the port. A token of an app is none of an employee (error 55006), and is not taken either."""
        if not token.isascii() or not token.isprintable() or " " in token or not token:
            raise MoySkladDisconnected(state="token_malformed")
        body = await self._client.get(MoySkladKey(token, _NOBODY, Urgency.INTERACTIVE), "/context/employee")
        try:
            employee = msgspec.json.decode(body, type=_Employee)
        except msgspec.DecodeError:
            raise VendorFailed(vendor="moysklad", reason="employee unreadable") from None
        admin = employee.permissions.admin if employee.permissions else None
        _, _, account_name = employee.uid.partition("@")
        return TokenOwner(
            account_id=employee.account_id,
            account_name=account_name or str(employee.account_id),
            administrator=admin is not None and admin.view == "ALL",
        )
