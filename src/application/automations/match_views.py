"""What people see of matching. Times are moments in UTC."""

from datetime import datetime

import msgspec

from domain.automations.matching import Doubt, Target, Wanted
from domain.automations.pairs import MatchPair
from domain.automations.reviews import CREATABLE, MatchReview
from domain.shared.identities import CompanyId, MatchReviewId


class TargetView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A counterparty or a good of the company's own account."""

    type: str
    id: str
    name: str


class WantedView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is looked for, as the other company's account has it: `id` and `type` are those there."""

    kind: str
    id: str
    type: str
    name: str
    external_code: str
    code: str
    article: str
    barcodes: list[str]
    inn: str


class DoubtView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Why `target`, which has the same code, was not taken: both have a `by` (`article` or `barcode`), `wanted` there
    and `found` here, and it is not the same. Codes that MoySklad numbers by itself are the same by chance.
    """

    code: str
    target: TargetView
    by: str
    wanted: list[str]
    found: list[str]


class MatchReviewView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A question: what is this in our account? `state` is `open`, `answered` or `ignored`; `suggestions` are what it
    may be, the likeliest first; `creatable` says whether it can be made in our account. `asked` counts how often
    documents had to wait for the answer, `target` is the answer. `doubt` says why something with the same
    code was not taken.
    """

    id: MatchReviewId
    source_company_id: CompanyId
    state: str
    wanted: WantedView
    suggestions: list[TargetView]
    creatable: bool
    asked: int
    asked_at: datetime
    asked_last_at: datetime
    target: TargetView | None
    answered_at: datetime | None
    doubt: DoubtView | None


class MatchPairView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What of the other company's account (`sourceId`, called `name` there) is what of ours. `foundBy` is the key by
    which it was found, or `person`, `file` or `made`; `checkedAt` is when the target was last seen.
    """

    source_company_id: CompanyId
    kind: str
    source_id: str
    name: str
    target: TargetView
    found_by: str
    found_at: datetime
    checked_at: datetime


def target_view(target: Target) -> TargetView:
    return TargetView(type=target.type, id=target.id, name=target.name)


def review_view(review: MatchReview) -> MatchReviewView:
    """The question as people see it."""
    return MatchReviewView(
        id=review.id,
        source_company_id=review.source_company_id,
        state=review.state.value,
        wanted=_wanted_view(review.wanted),
        suggestions=[target_view(one) for one in review.suggestions],
        creatable=review.wanted.type in CREATABLE,
        asked=review.asked,
        asked_at=review.asked_at,
        asked_last_at=review.asked_last_at,
        target=None if review.target is None else target_view(review.target),
        answered_at=review.answered_at,
        doubt=None if review.doubt is None else _doubt_view(review.doubt),
    )


def pair_view(pair: MatchPair) -> MatchPairView:
    """The pair as people see it."""
    return MatchPairView(
        source_company_id=pair.source_company_id,
        kind=pair.kind.value,
        source_id=pair.source_id,
        name=pair.name,
        target=target_view(pair.target),
        found_by=pair.found_by.value,
        found_at=pair.found_at,
        checked_at=pair.checked_at,
    )


def _doubt_view(doubt: Doubt) -> DoubtView:
    return DoubtView(
        code=doubt.code,
        target=target_view(doubt.target),
        by=doubt.by.value,
        wanted=list(doubt.wanted),
        found=list(doubt.found),
    )


def _wanted_view(wanted: Wanted) -> WantedView:
    return WantedView(
        kind=wanted.kind.value,
        id=wanted.source_id,
        type=wanted.type,
        name=wanted.name,
        external_code=wanted.external_code,
        code=wanted.code,
        article=wanted.article,
        barcodes=list(wanted.barcodes),
        inn=wanted.inn,
    )
