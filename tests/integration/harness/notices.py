"""Notices to queue."""

from typing import Any
from uuid import uuid4

from application.dealers.queueing_ports import NewNotice
from domain.dealers.addresses import Address, Channel
from domain.shared.identities import BindingId, DealerId
from tests.integration.harness.worlds import World


def notice(world: World, once_key: str = "", chat: str = "1001", **changed: Any) -> NewNotice:
    """A notice for a chat, due now."""
    fields: dict[str, Any] = {
        "dealer_id": DealerId(uuid4()),
        "binding_id": BindingId(uuid4()),
        "address": Address(Channel.TELEGRAM, chat),
        "kind": "order_created",
        "once_key": once_key or str(uuid4()),
        "text": "<b>Заказ</b>",
        "plain": "Заказ",
        "due_at": world.now,
    }
    return NewNotice(**fields | changed)
