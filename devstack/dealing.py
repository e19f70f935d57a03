"""A dealer who is told in Telegram what happens to them at a company."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from devstack.bookkeeping import Bookkeeper, link
from devstack.errors import StackError
from devstack.people import Administrator, Vendors
from devstack.stack import Stack

PATIENCE_SECONDS = 60.0
EXPECTED = ("Новый заказ", "Поступила оплата", "Отгрузка")
"""How the messages begin."""


class Dealing:
    """One dealer of a company: a partner with a chat. Raises StackError where not all is as it should be."""

    def __init__(self, stack: Stack, vendors: Vendors, company: Administrator) -> None:
        self._stack = stack
        self._company = company
        self._telegram = httpx.Client(base_url=stack.telegram_url, trust_env=False, timeout=60)
        self._books = Bookkeeper(stack, vendors, company)
        self.chat = 0
        self.owner_chat = 0
        self.dealer_id = ""

    def begin(self) -> None:
        """The bot's webhook is set, the dealer is added, and binds their chat by the link that they were given."""
        bot, hook = self._stack.bot, f"{self._stack.api_url}/webhooks/telegram"
        self._said(f"/bot{bot.token}/setWebhook", {"url": hook, "secret_token": bot.secret})
        partner = self._books.first("counterparty")
        dealer = self._company.call(
            "POST",
            "/api/v1/dealers",
            {
                "name": "Дилер «Север»",
                "points": {"partner": partner["id"]},
                "notices": ["order", "payment", "shipment"],
            },
        )
        self.dealer_id = dealer["id"]
        self.chat = self._bound("Север", f"/api/v1/dealers/{self.dealer_id}/bind-links")
        self._wait(lambda: bool(self.chats()), "no chat was bound")

    def owner_begins(self) -> None:
        """The administrator, who owns the company, binds a chat of their own."""
        self.owner_chat = self._bound("Анна", "/api/v1/me/bind-links")
        self._wait(lambda: bool(self._company.call("GET", "/api/v1/me/chats")), "the owner's chat was not bound")

    def say(self, text: str) -> None:
        """The dealer writes to the bot."""
        self._said("/_control/say", {"userId": self.chat, "text": text})

    def block(self) -> None:
        """The dealer blocks the bot."""
        self._said("/_control/block", {"userId": self.chat})

    def owner_told(self, beginning: str) -> list[str]:
        """What the owner was told, once a message that begins so stands in their chat."""
        found: list[str] = []

        def there() -> bool:
            found[:] = [text for text in self._texts(self.owner_chat) if text.startswith(beginning)]
            return bool(found)

        self._wait(there, "the owner was told nothing")
        return found

    def chats(self) -> list[dict[str, Any]]:
        """The chats in which the dealer is told what happens, as the company sees them."""
        found: list[dict[str, Any]] = self._company.call("GET", f"/api/v1/dealers/{self.dealer_id}")["chats"]
        return found

    def happen(self) -> None:
        """Somebody makes an order, a payment and a shipment of the partner's in MoySklad."""
        positions = [{"assortment": link(self._books.first("product")), "quantity": 2, "price": 123_456}]
        self._books.make("customerorder", {"positions": positions})
        self._books.make("paymentin", {"sum": 246_912})
        self._books.make("demand", {"positions": positions})

    def told(self) -> list[str]:
        """The three messages that stand in the chat, once all of them are there."""
        found: list[str] = []

        def complete() -> bool:
            found[:] = [text for text in self._texts(self.chat) if text.startswith(EXPECTED)]
            return len(found) >= len(EXPECTED)

        self._wait(complete, "the dealer was not told of everything")
        if sorted(text.split(" №")[0] for text in found) != sorted(EXPECTED):
            raise StackError(f"the dealer was told {found}")
        if not all("2\u00a0469,12\u00a0₽" in text for text in found):
            raise StackError(f"the sums are missing: {found}")
        return found

    def _bound(self, name: str, links: str) -> int:
        """Somebody uses a link that was made there; answers their chat."""
        token = parse_qs(urlsplit(self._company.call("POST", links)["url"]).query)["start"][0]
        chat = int(self._said("/_control/users", {"firstName": name})["id"])
        self._said("/_control/say", {"userId": chat, "text": f"/start {token}"})
        return chat

    def _texts(self, chat: int) -> list[str]:
        messages = self._telegram.get(f"/_control/chats/{chat}/messages").json()
        return [str(one.get("text", "")) for one in messages]

    def _said(self, path: str, body: dict[str, Any]) -> Any:
        answer = self._telegram.post(path, json=body)
        if answer.is_error:
            raise StackError(f"{path} answered {answer.status_code}: {answer.text[:500]}")
        return answer.json()

    def _wait(self, condition: Callable[[], bool], otherwise: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            if time.monotonic() >= deadline:
                raise StackError(f"{otherwise} within {PATIENCE_SECONDS:.0f} s")
            time.sleep(0.1)
