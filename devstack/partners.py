"""Two companies that trade with each other: what one orders and ships becomes documents at the other."""

import time
from typing import Any

from devstack.bookkeeping import Bookkeeper
from devstack.errors import StackError
from devstack.people import Administrator, Vendors
from devstack.stack import Stack

PATIENCE_SECONDS = 60.0
RULES = {"customerorder": "customerorder_customerorder", "demand": "demand_supply"}
"""Recipes of the rules by the documents that set them off."""

_LINES = "positions,positions.assortment"


class Partnership:
    """A link from one company to another, and rules over it. Raises StackError where not all is as it should be."""

    def __init__(self, stack: Stack, vendors: Vendors, source: Administrator, target: Administrator) -> None:
        self._vendors = vendors
        self._books = Bookkeeper(stack, vendors, source)
        self._source = source
        self._target = target
        self._rules: dict[str, str] = {}

    def agree(self) -> None:
        """The source invites, the target accepts, and the source makes a rule for each kind of document."""
        invitation = self._source.call("POST", "/api/v1/company-links", {"name": self._target.account})
        self._target.call("POST", "/api/v1/company-links/acceptances", {"token": invitation["token"]})
        link = invitation["link"]["id"]
        agents = self._vendors.moysklad(f"/accounts/{self._target.account_id}/objects/counterparty")
        for kind, recipe in RULES.items():
            offered = self._source.call("GET", f"/api/v1/company-links/{link}/targets?recipe={recipe}")
            mapping = {"organization": offered["organizations"][0]["id"], "agent": agents[0]["id"]}
            if offered["stores"]:
                mapping["store"] = offered["stores"][0]["id"]
            rule = {"linkId": link, "name": recipe, "recipe": recipe, "trigger": "created", "mapping": mapping}
            made = self._source.call("POST", "/api/v1/automation-rules", rule)
            self._rules[kind] = made["id"]

    def happen(self, kind: str, seed: int) -> str:
        """A document is made at the source, as people do in MoySklad. Answers its id."""
        return self._books.make(kind, {"positions": self._books.lines(3, seed)})

    def follows(self, kind: str, source_id: str) -> dict[str, Any]:
        """The execution of the rule about that document, once it has made the target's; checked line by line."""
        execution = self._ended(kind, source_id)
        if execution["state"] != "made":
            raise StackError(f"the rule for {kind} ended as {execution['state']}: {execution['error']}")
        source = self._document(self._source, kind, source_id)
        target = self._document(self._target, execution["targetType"], execution["targetId"])
        if target["applicable"]:
            raise StackError("the made document is not a draft")
        ours, theirs = _lines(source), _lines(target)
        if ours != theirs:
            raise StackError(f"the made document has {theirs} in the place of {ours}")
        return execution

    def _ended(self, kind: str, source_id: str) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for one in self._source.call("GET", "/api/v1/executions?limit=100")["items"]:
                about = one["sourceId"] == source_id and one["ruleId"] == self._rules[kind]
                if about and one["state"] not in {"booked", "claimed"}:
                    found: dict[str, Any] = one
                    return found
            time.sleep(0.1)
        raise StackError(f"nothing followed from the {kind} within {PATIENCE_SECONDS:.0f} s")

    def _document(self, company: Administrator, kind: str, document_id: str) -> dict[str, Any]:
        documents = self._vendors.moysklad(f"/accounts/{company.account_id}/objects/{kind}?expand={_LINES}")
        return next(one for one in documents if one["id"] == document_id)


def _lines(document: dict[str, Any]) -> list[tuple[str, float, float]]:
    """What people see of the positions: the goods by their code, how many, and the price in kopecks."""
    positions = document["positions"]["rows"]
    return [(one["assortment"]["code"], one["quantity"], one["price"]) for one in positions]
