"""What the vendors have, asked for over their own interfaces: cheaper than the control surface for 100,000 rows."""

from typing import Any

import httpx

from devstack.expectation import Order
from devstack.people import Vendors
from devstack.stack import Stack


class VendorsSide:
    """Looks at both vendors without our service."""

    def __init__(self, running: Stack) -> None:
        self._vendors = Vendors(running)
        self._google_url = running.google_url
        self._moysklad_url = running.moysklad_url
        self._api_url = running.environment["MOYSKLAD_API_URL"]

    def seed(self, account_id: str, size: dict[str, int]) -> None:
        """Fills the account, which takes minutes for a million orders."""
        address = f"{self._moysklad_url}/_control/accounts/{account_id}/seed"
        httpx.post(address, json=size, timeout=900, trust_env=False).raise_for_status()

    def orders(self, account_id: str) -> list[Order]:
        """All orders of the account; agents, organizations and states have their names."""
        account = f"/accounts/{account_id}"
        orders: list[Order] = self._vendors.moysklad(f"{account}/objects/customerorder")
        linked: list[Order] = [
            *self._vendors.moysklad(f"{account}/objects/counterparty"),
            *self._vendors.moysklad(f"{account}/objects/organization"),
            *self._ask_moysklad(account_id, "/entity/customerorder/metadata")["states"],
        ]
        by_address = {one["meta"]["href"]: one for one in linked}
        for order in orders:
            for field in ("agent", "organization", "state"):
                if field in order:
                    order[field] = by_address[order[field]["meta"]["href"]]
        return orders

    def order_ids(self, account_id: str, offset: int, limit: int) -> set[str]:
        """Some orders by their place among all."""
        question: dict[str, str | int] = {"limit": limit, "offset": offset, "order": "id,asc"}
        page = self._ask_moysklad(account_id, "/entity/customerorder", question)
        return {order["id"] for order in page["rows"]}

    def cells(self, owner: str, spreadsheet_id: str, columns: str = "A:ZZ") -> list[list[Any]]:
        """The rows of the first tab as Google has them, unformatted, header first; blanks at the end are left out."""
        address = f"{self._google_url}/v4/spreadsheets/{spreadsheet_id}"
        with httpx.Client(headers=self._google_headers(owner), timeout=300, trust_env=False) as http:
            found = http.get(address, params={"fields": "sheets.properties.title"}).raise_for_status().json()
            tab = found["sheets"][0]["properties"]["title"]
            question = {"valueRenderOption": "UNFORMATTED_VALUE"}
            answer = http.get(f"{address}/values/'{tab}'!{columns}", params=question).raise_for_status().json()
        values: list[list[Any]] = answer.get("values", [])
        return values

    def drop(self, owner: str, spreadsheet_id: str) -> None:
        """The owner deletes the spreadsheet, so that the emulator need not keep it."""
        address = f"{self._google_url}/drive/v3/files/{spreadsheet_id}"
        httpx.delete(address, headers=self._google_headers(owner), timeout=60).raise_for_status()

    def _google_headers(self, owner: str) -> dict[str, str]:
        token = self._vendors.google("/tokens", {"email": owner})["access_token"]
        return {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}

    def _ask_moysklad(self, account_id: str, path: str, question: dict[str, str | int] | None = None) -> Any:
        token = self._vendors.moysklad(f"/accounts/{account_id}/tokens", {"kind": "user"})["token"]
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
        answer = httpx.get(f"{self._api_url}{path}", params=question, headers=headers, timeout=120)
        return answer.raise_for_status().json()
