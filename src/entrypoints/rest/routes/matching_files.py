"""Questions as a file to fill in, and the answers in it."""

import csv
import io
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.response import Stream

from application.automations.commands.answer_match_reviews import AnswerMatchReviews, AnswerOutcome, NamedAnswer
from application.automations.match_views import MatchReviewView, TargetView
from application.automations.queries.list_match_reviews import ListMatchReviews
from application.bus import Application
from application.tenants.ports import Identity
from domain.shared.errors import RuleViolated
from domain.shared.identities import MatchReviewId
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION
from entrypoints.rest.idempotency import ONCE
from entrypoints.rest.problems import language
from entrypoints.rest.words import Wording, Words

AT_ONCE = 500
MOST = 1000
_COLUMNS = (
    "id",
    "kind",
    "type",
    "name",
    "code",
    "article",
    "externalCode",
    "barcodes",
    "inn",
    "suggestions",
    "doubt",
    "answer",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"
_SEPARATORS = (";", ",", "\t")


class AnswersUnreadable(RuleViolated):
    """The file has no column `id` or `answer`, a line without an id, or too many lines. `line` counts from 1."""

    code = "automations.answers_unreadable"


class AnswerFile(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """`csv` is the file's text: with a header, separated by semicolons, commas or tabs, at most 1,000 answers."""

    csv: Annotated[str, msgspec.Meta(min_length=1)]


class AnswerResult(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What became of one answer: the object that it stands for, or why it was refused, in the caller's language."""

    review_id: MatchReviewId
    target: TargetView | None
    code: str | None
    title: str | None
    detail: str | None
    words: Words | None


@get("/match-reviews/export", summary="Open questions as a file", media_type="text/csv")
async def export_reviews(identity: NamedDependency[Identity], application: NamedDependency[Application]) -> Stream:
    """CSV (UTF-8, semicolons, with a header) with an empty column `answer`, to be filled in and sent back."""
    identity.require(Permission.READ)
    query = ListMatchReviews(company_id=identity.company_id, limit=AT_ONCE)
    headers = {"Content-Disposition": "attachment; filename=match-reviews.csv"}
    return Stream(_written(application, query), media_type="text/csv", headers=headers)


@post("/match-reviews/answers", summary="Answer from a file", status_code=200, opt=ONCE)
async def answer_reviews(
    request: Request[Any, Any, Any],
    data: JSONBody[AnswerFile],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
) -> list[AnswerResult]:
    """`answer` is the id, code, article, INN or external code of an object of the company's own account. Lines without
    one are passed over. Each line counts for itself.
    """
    identity.require(Permission.MANAGE_EXPORTS)
    answers = _read(data.csv)
    if not answers:
        return []
    outcomes = await application.execute(AnswerMatchReviews(company_id=identity.company_id, answers=answers))
    return [_result(request, one, wording) for one in outcomes]


def _read(text: str) -> tuple[NamedAnswer, ...]:
    """Raises AnswersUnreadable."""
    text = text.removeprefix(_BOM)
    head = text.splitlines()[0] if text.strip() else ""
    separator = max(_SEPARATORS, key=head.count)
    table = csv.DictReader(io.StringIO(text), delimiter=separator, strict=True)
    try:
        if table.fieldnames is None or not {"id", "answer"} <= set(table.fieldnames):
            raise AnswersUnreadable(line=1)
        found: dict[UUID, NamedAnswer] = {}
        for row in table:
            answer = (row["answer"] or "").strip().removeprefix("'").strip()
            if answer:
                review_id = _id(row["id"], table.line_num)
                found[review_id] = NamedAnswer(review_id=MatchReviewId(review_id), name=answer)
            if len(found) > MOST:
                raise AnswersUnreadable(line=table.line_num)
    except csv.Error as wrong:
        raise AnswersUnreadable(line=table.reader.line_num) from wrong
    return tuple(found.values())


def _id(text: str | None, line: int) -> UUID:
    try:
        return UUID((text or "").strip())
    except ValueError as wrong:
        raise AnswersUnreadable(line=line) from wrong


def _result(request: Request[Any, Any, Any], outcome: AnswerOutcome, wording: Wording) -> AnswerResult:
    words = None if outcome.code is None else wording(outcome.code, outcome.details)
    text = None if words is None else language(request, words)
    return AnswerResult(
        review_id=outcome.review_id,
        target=outcome.target,
        code=outcome.code,
        title=None if text is None else text.title,
        detail=None if text is None else text.action,
        words=words,
    )


async def _written(application: Application, query: ListMatchReviews) -> AsyncIterator[bytes]:
    yield _lines([_COLUMNS], bom=True)
    while page := await application.ask(query):
        yield _lines([tuple(_cells(one)) for one in page])
        if len(page) < query.limit:
            return
        query = msgspec.structs.replace(query, after=page[-1].id)


def _lines(rows: list[tuple[str, ...]], *, bom: bool = False) -> bytes:
    out = io.StringIO()
    out.write(_BOM if bom else "")  # so that Excel takes it for UTF-8
    csv.writer(out, delimiter=_SEPARATORS[0]).writerows(rows)
    return out.getvalue().encode()


def _cells(review: MatchReviewView) -> Iterator[str]:
    """What a spreadsheet would take for a formula is shown as text."""
    wanted = review.wanted
    shown = (
        *(str(review.id), wanted.kind, wanted.type, wanted.name, wanted.code, wanted.article, wanted.external_code),
        *(", ".join(wanted.barcodes), wanted.inn, " | ".join(one.name for one in review.suggestions)),
        *(_doubt(review), ""),
    )
    for text in shown:
        yield f"'{text}" if text.startswith(_FORMULA) else text


def _doubt(review: MatchReviewView) -> str:
    """Why the first suggestion that has the same code was not taken: `article: A-1 ≠ B-2 (its name)`."""
    doubt = review.doubt
    if doubt is None:
        return ""
    return f"{doubt.by}: {', '.join(doubt.wanted)} ≠ {', '.join(doubt.found)} ({doubt.target.name})"


ROUTER = Router("/", route_handlers=[export_reviews, answer_reviews], tags=["Matching"], security=SESSION)
