"""A company's own texts of notices."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from application.bus import Application
from application.dealers.commands.remove_template import RemoveTemplate
from application.dealers.commands.set_template import SetTemplate
from application.dealers.queries.list_templates import ListTemplates
from application.dealers.queries.preview_notice import PreviewNotice
from application.dealers.template_views import PreviewView, TemplateView, template_version
from application.tenants.ports import Identity
from domain.dealers.dealers import NoticeKind
from domain.dealers.languages import Language
from domain.dealers.template_fields import FIELDS, ITEM_FIELDS, Field, FieldType
from domain.dealers.template_samples import samples_of
from domain.dealers.templates import LONGEST_SOURCE, LONGEST_SUBJECT, NoticeKindUnknown
from domain.shared.identities import CompanyId
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION
from entrypoints.rest.versions import VERSIONED, expected

_LONGEST_BODY = 4 * LONGEST_SOURCE
Text = Annotated[str, msgspec.Meta(max_length=_LONGEST_BODY, pattern=r"^[^\x00]*$")]

Subject = Annotated[str, msgspec.Meta(max_length=4 * LONGEST_SUBJECT, pattern=r"^[^\x00]*$")]


class NewTemplate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`text` is a template as Jinja reads it, of which fields, `if` and `for item in items` may be used; the rest is
    HTML as Telegram takes it. Where a notice goes by mail, `subject` is the subject, a
    template of one line; without one it is the first line of the text.
    """

    text: Text
    subject: Subject | None = None


class Preview(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """With this `text`, or without one as notices are told now; about a document by its id at MoySklad, or a sample."""

    text: Text | None = None
    subject: Subject | None = None
    document_id: UUID | None = None
    sample: str | None = None
    language: Language = Language.RU


class FieldTitle(msgspec.Struct, frozen=True, kw_only=True):
    """In both languages."""

    ru: str
    en: str


class FieldView(msgspec.Struct, frozen=True, kw_only=True):
    """A field by the name under which templates know it."""

    name: str
    type: FieldType
    title: FieldTitle


class FieldsView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What templates can say: fields of the document, fields of each of `items`, and the samples they are tried on."""

    fields: list[FieldView]
    item_fields: list[FieldView]
    samples: dict[NoticeKind, list[str]]


@get("/notice-templates", summary="Texts of notices")
async def list_templates(
    identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> list[TemplateView]:
    """One for each kind of notice; where `text` is null, our own text is used."""
    identity.require(Permission.READ)
    return await application.ask(ListTemplates(company_id=identity.company_id))


@get("/notice-template-fields", summary="What texts of notices can say")
async def list_fields(identity: NamedDependency[Identity]) -> FieldsView:
    """A field that a document lacks is an empty text: `{% if agent %}…{% endif %}`."""
    identity.require(Permission.READ)
    return FieldsView(
        fields=[_field(one) for one in FIELDS],
        item_fields=[_field(one) for one in ITEM_FIELDS],
        samples={kind: list(samples_of(kind)) for kind in NoticeKind},
    )


@get("/notice-templates/{kind:str}", summary="The text of a kind of notice")
async def get_template(
    kind: FromPath[str], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> Response[TemplateView]:
    """`failed` says why it could not be used for a document, if that ever happened: our own text was sent instead."""
    identity.require(Permission.READ)
    return await _shown(application, identity.company_id, _kind(kind))


@put("/notice-templates/{kind:str}", summary="Write the text of a kind of notice", status_code=200, opt=VERSIONED)
async def set_template(
    kind: FromPath[str],
    data: JSONBody[NewTemplate],
    request: Request[Any, Any, Any],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> Response[TemplateView]:
    """It is tried on documents of every shape first. With If-Match only if nobody has changed it meanwhile."""
    identity.require(Permission.MANAGE_EXPORTS)
    own = _kind(kind)
    await application.execute(
        SetTemplate(
            company_id=identity.company_id,
            kind=own,
            text=data.text,
            subject=data.subject or "",
            expected=expected(request),
        )
    )
    return await _shown(application, identity.company_id, own)


@delete("/notice-templates/{kind:str}", summary="Go back to our text", opt=VERSIONED)
async def remove_template(
    kind: FromPath[str],
    request: Request[Any, Any, Any],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> None:
    """Of a kind of notice. With If-Match only if nobody has changed it meanwhile."""
    identity.require(Permission.MANAGE_EXPORTS)
    await application.execute(
        RemoveTemplate(company_id=identity.company_id, kind=_kind(kind), expected=expected(request))
    )


@post("/notice-templates/{kind:str}/preview", summary="See how a notice would look", status_code=200)
async def preview(
    kind: FromPath[str],
    data: JSONBody[Preview],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> PreviewView:
    """Nothing is stored or sent."""
    identity.require(Permission.READ)
    return await application.ask(
        PreviewNotice(
            company_id=identity.company_id,
            kind=_kind(kind),
            text=data.text,
            subject=data.subject,
            sample=data.sample,
            language=data.language,
            document_id=None if data.document_id is None else str(data.document_id),
        )
    )


async def _shown(application: Application, company_id: CompanyId, kind: NoticeKind) -> Response[TemplateView]:
    views = await application.ask(ListTemplates(company_id=company_id))
    view = next(one for one in views if one.kind is kind)
    return Response(view, headers={"ETag": f'"{template_version(view)}"'})


def _kind(text: str) -> NoticeKind:
    if text not in set(NoticeKind):
        raise NoticeKindUnknown(kind=text[:40], known=", ".join(NoticeKind))
    return NoticeKind(text)


def _field(field: Field) -> FieldView:
    return FieldView(name=field.name, type=field.type, title=FieldTitle(ru=field.title_ru, en=field.title_en))


ROUTER = Router(
    "/",
    route_handlers=[list_templates, list_fields, get_template, set_template, remove_template, preview],
    tags=["Notices"],
    security=SESSION,
)
