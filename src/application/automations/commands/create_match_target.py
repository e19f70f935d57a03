"""Somebody wants something of the other company's account to be made in their own."""

from typing import Any

from application.automations.learning import Learning
from application.automations.match_views import MatchReviewView, review_view
from application.automations.pair_ports import MatchReviews
from application.automations.vendor_ports import DocumentWriter
from application.connections.ports import Urgency
from application.connections.vendor_access import MoySkladAccess
from application.messages import Command
from application.ports import Clock, Transaction
from domain.automations.matching import Target, Wanted
from domain.automations.pairs import FoundBy
from domain.automations.reviews import ReviewClosed, ReviewNotFound, ReviewState
from domain.shared.identities import MatchReviewId


class CreateMatchTarget(Command[MatchReviewView], frozen=True, kw_only=True, tag="automations.create_match_target"):
    """The answer to a question is: it is new to us, make it."""

    review_id: MatchReviewId


class CreateMatchTargetHandler:
    """Makes it, once however often this is asked, and learns that it is what was meant."""

    def __init__(
        self,
        transaction: Transaction,
        access: MoySkladAccess,
        reviews: MatchReviews,
        writer: DocumentWriter,
        learning: Learning,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._access = access
        self._reviews = reviews
        self._writer = writer
        self._learning = learning
        self._clock = clock

    async def __call__(self, command: CreateMatchTarget) -> MatchReviewView:
        """Raises ReviewNotFound, ReviewClosed, TypeNotCreatable, and what DocumentWriter raises."""
        company_id = command.company_id
        async with self._transaction(company_id):
            review = await self._reviews.get(company_id, command.review_id)
        if review is None:
            raise ReviewNotFound(review=str(command.review_id))
        kind, sync_id = review.made_as(), review.sync_id()
        if review.state is ReviewState.ANSWERED and (review.target is None or review.target.type != kind):
            raise ReviewClosed(review=str(review.id))
        key = await self._access.key(company_id, Urgency.INTERACTIVE)
        made, _ = await self._writer.make(key, kind, sync_id, _body(review.wanted))
        target = Target(kind, str(made["id"]), str(made.get("name", review.wanted.name)))
        now = self._clock.now()
        async with self._transaction(company_id):
            held = await self._reviews.held(company_id, command.review_id)
            if held is None:
                raise ReviewNotFound(review=str(command.review_id))
            held.answer(target, now)
            await self._reviews.put(held)
            await self._learning.learn(company_id, [held.pair(target, FoundBy.MADE, now)], now)
        return review_view(held)


def _body(wanted: Wanted) -> dict[str, Any]:
    """What is known of it. The external code is kept, so that it would be found by that, too."""
    body: dict[str, Any] = {"name": wanted.name.strip() or wanted.code or wanted.article or wanted.source_id}
    texts = {"externalCode": wanted.external_code, "code": wanted.code}
    if wanted.type == "counterparty":
        texts["inn"] = wanted.inn
    elif wanted.type == "product":
        texts["article"] = wanted.article
    body |= {name: text.strip() for name, text in texts.items() if text.strip()}
    if wanted.barcodes and wanted.type != "counterparty":
        body["barcodes"] = [_barcode(one) for one in wanted.barcodes]
    return body


def _barcode(value: str) -> dict[str, str]:
    """MoySklad wants to know of what kind a barcode is, and refuses a wrong checksum: only what is sure to be one of
    the numbered kinds is called so.
    """
    kinds = {13: "ean13", 8: "ean8", 14: "gtin"}
    kind = kinds.get(len(value), "") if value.isascii() and value.isdigit() and _checks(value) else ""
    return {kind or "code128": value}


def _checks(digits: str) -> bool:
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return weighed % 10 == 0
