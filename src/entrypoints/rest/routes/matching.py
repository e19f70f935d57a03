"""What of other companies' accounts is what of the company's own, and questions about it."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from application.automations.commands.answer_match_review import AnswerMatchReview
from application.automations.commands.create_match_target import CreateMatchTarget
from application.automations.commands.ignore_match_review import IgnoreMatchReview
from application.automations.commands.remove_match_pair import RemoveMatchPair
from application.automations.commands.set_match_pair import SetMatchPair
from application.automations.match_views import MatchPairView, MatchReviewView, TargetView
from application.automations.pair_ports import PairKey
from application.automations.queries.find_match_targets import FindMatchTargets
from application.automations.queries.get_match_review import GetMatchReview
from application.automations.queries.list_match_pairs import ListMatchPairs
from application.automations.queries.list_match_reviews import ListMatchReviews
from application.bus import Application
from application.tenants.ports import Identity
from domain.automations.matching import MatchKind
from domain.automations.pairs import PairNotFound
from domain.automations.reviews import ReviewState
from domain.shared.identities import CompanyId, MatchReviewId
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION
from entrypoints.rest.idempotency import ONCE
from entrypoints.rest.pages import CursorInvalid, PageOf, page_by_key, page_of, read_cursor, read_key, read_limit
from entrypoints.rest.problems import language
from entrypoints.rest.words import Wording, Words

Type = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=r"^[a-z]+$")]
Name = Annotated[str, msgspec.Meta(max_length=255, pattern=r"^[^\x00-\x1f\x7f]*$")]


class MatchAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """An object of the company's own account: `counterparty`, `product`, `variant`, `service` or `bundle`, and its id
    at MoySklad.
    """

    target_type: Type
    target_id: UUID


class NewPair(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The same, with what the other company calls it; without a name the known one stays."""

    target_type: Type
    target_id: UUID
    name: Name = ""


class MatchQuestion(MatchReviewView, frozen=True, kw_only=True):
    """A question. Where there is a `doubt`, `title` says what it is and `detail` what to do, in the caller's language,
    `words` in both.
    """

    title: str | None
    detail: str | None
    words: Words | None


@get("/match-reviews", summary="Questions about what could not be found for certain")
async def list_reviews(
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    request: Request[Any, Any, Any],
    wording: NamedDependency[Wording],
    review_state: Annotated[ReviewState, QueryParameter(name="state")] = ReviewState.OPEN,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> PageOf[MatchQuestion]:
    """Those in one state, the oldest first: `open`, `answered` or `ignored`."""
    identity.require(Permission.READ)
    size, after = read_limit(limit), read_cursor(cursor)
    query = ListMatchReviews(
        company_id=identity.company_id,
        state=review_state,
        after=None if after is None else MatchReviewId(after),
        limit=size + 1,
    )
    found = [_question(request, one, wording) for one in await application.ask(query)]
    return page_of(found, size, lambda review: review.id)


@get("/match-reviews/{review_id:uuid}", summary="One question")
async def get_review(
    review_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    request: Request[Any, Any, Any],
    wording: NamedDependency[Wording],
) -> MatchQuestion:
    """In whatever state."""
    identity.require(Permission.READ)
    query = GetMatchReview(company_id=identity.company_id, review_id=MatchReviewId(review_id))
    return _question(request, await application.ask(query), wording)


@post("/match-reviews/{review_id:uuid}/answer", summary="Say what it is", status_code=200, opt=ONCE)
async def answer_review(
    review_id: FromPath[UUID],
    data: JSONBody[MatchAnswer],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    request: Request[Any, Any, Any],
    wording: NamedDependency[Wording],
) -> MatchQuestion:
    """It has to be there and not in the archive. From now on it is known, and documents that waited go on."""
    identity.require(Permission.MANAGE_EXPORTS)
    view = await application.execute(
        AnswerMatchReview(
            company_id=identity.company_id,
            review_id=MatchReviewId(review_id),
            target_type=data.target_type,
            target_id=str(data.target_id),
        )
    )
    return _question(request, view, wording)


@post("/match-reviews/{review_id:uuid}/creation", summary="Have it made", status_code=200, opt=ONCE)
async def create_target(
    review_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    request: Request[Any, Any, Any],
    wording: NamedDependency[Wording],
) -> MatchQuestion:
    """Makes a product, a service or a counterparty with the name and the codes that the other company has for it, once
    however often this is called, and takes it as the answer.
    """
    identity.require(Permission.MANAGE_EXPORTS)
    view = await application.execute(
        CreateMatchTarget(company_id=identity.company_id, review_id=MatchReviewId(review_id))
    )
    return _question(request, view, wording)


@post("/match-reviews/{review_id:uuid}/dismissal", summary="Put a question aside", status_code=200, opt=ONCE)
async def ignore_review(
    review_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    request: Request[Any, Any, Any],
    wording: NamedDependency[Wording],
) -> MatchQuestion:
    """It leaves the list of open ones and can still be answered; documents that need it wait until it is."""
    identity.require(Permission.MANAGE_EXPORTS)
    view = await application.execute(
        IgnoreMatchReview(company_id=identity.company_id, review_id=MatchReviewId(review_id))
    )
    return _question(request, view, wording)


@get("/match-targets", summary="Search the company's own account")
async def find_targets(
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    kind: FromQuery[MatchKind],
    search: Annotated[str, QueryParameter(min_length=1, max_length=255)],
) -> list[TargetView]:
    """A few goods or counterparties that MoySklad's own search finds, for whoever answers a question."""
    identity.require(Permission.READ)
    return await application.ask(FindMatchTargets(company_id=identity.company_id, kind=kind, words=search))


@get("/match-pairs", summary="What is what")
async def list_pairs(
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    source: FromQuery[UUID | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int | None] = None,
) -> PageOf[MatchPairView]:
    """Of one other company (`source`) or of all."""
    identity.require(Permission.READ)
    size = read_limit(limit)
    query = ListMatchPairs(
        company_id=identity.company_id,
        source_company_id=None if source is None else CompanyId(source),
        after=_read_place(cursor),
        limit=size + 1,
    )
    return page_by_key(await application.ask(query), size, _place)


@put("/match-pairs/{source:uuid}/{kind:str}/{source_id:uuid}", summary="Say what something is", status_code=200)
async def set_pair(
    source: FromPath[UUID],
    kind: FromPath[str],
    source_id: FromPath[UUID],
    data: JSONBody[NewPair],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> MatchPairView:
    """In place of what was known of it. An open question about it is answered by that."""
    identity.require(Permission.MANAGE_EXPORTS)
    return await application.execute(
        SetMatchPair(
            company_id=identity.company_id,
            source_company_id=CompanyId(source),
            kind=_kind(kind),
            source_id=str(source_id),
            target_type=data.target_type,
            target_id=str(data.target_id),
            name=data.name,
        )
    )


@delete("/match-pairs/{source:uuid}/{kind:str}/{source_id:uuid}", summary="Forget what something is")
async def remove_pair(
    source: FromPath[UUID],
    kind: FromPath[str],
    source_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> None:
    """It is looked for anew when a document needs it."""
    identity.require(Permission.MANAGE_EXPORTS)
    await application.execute(
        RemoveMatchPair(
            company_id=identity.company_id,
            source_company_id=CompanyId(source),
            kind=_kind(kind),
            source_id=str(source_id),
        )
    )


def _kind(text: str) -> MatchKind:
    """Raises PairNotFound: a place that cannot be, not a request of a wrong form."""
    if text not in set(MatchKind):
        raise PairNotFound(source=text)
    return MatchKind(text)


def _place(pair: MatchPairView) -> str:
    return f"{pair.source_company_id}/{pair.kind}/{pair.source_id}"


def _read_place(cursor: str | None) -> PairKey | None:
    place = read_key(cursor)
    if place is None:
        return None
    try:
        source, kind, source_id = place.split("/")
        return PairKey(CompanyId(UUID(source)), MatchKind(kind), source_id)
    except ValueError as wrong:
        raise CursorInvalid from wrong


def _question(request: Request[Any, Any, Any], view: MatchReviewView, wording: Wording) -> MatchQuestion:
    doubt, words = view.doubt, None
    if doubt is not None:
        told = {"wanted": ", ".join(doubt.wanted), "found": ", ".join(doubt.found), "name": doubt.target.name}
        words = wording(doubt.code, {**told, "code": view.wanted.code})
    text = None if words is None else language(request, words)
    fields = {name: getattr(view, name) for name in view.__struct_fields__}
    return MatchQuestion(
        **fields,
        title=None if text is None else text.title,
        detail=None if text is None else text.action,
        words=words,
    )


ROUTER = Router(
    "/",
    route_handlers=[
        list_reviews,
        get_review,
        answer_review,
        create_target,
        ignore_review,
        find_targets,
        list_pairs,
        set_pair,
        remove_pair,
    ],
    tags=["Matching"],
    security=SESSION,
)
