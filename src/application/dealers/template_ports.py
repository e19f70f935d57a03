"""Ports of companies' own texts of notices."""

from typing import NamedTuple, Protocol

from domain.dealers.dealers import NoticeKind
from domain.dealers.template_fields import Fields
from domain.dealers.templates import NoticeTemplate
from domain.shared.identities import CompanyId


class NoticeTemplates(Protocol):
    """A company's templates, in its transaction."""

    async def of(self, company_id: CompanyId) -> dict[NoticeKind, NoticeTemplate]:
        """All there are."""
        ...

    async def get(self, company_id: CompanyId, kind: NoticeKind) -> NoticeTemplate | None:
        """Locked until the transaction ends, where there is one."""
        ...

    async def put(self, template: NoticeTemplate) -> None:
        """In the place of the one there was."""
        ...

    async def remove(self, company_id: CompanyId, kind: NoticeKind) -> bool:
        """Answers whether there was one."""
        ...


class Filled(NamedTuple):
    """HTML as the template makes it, not cleaned yet. `cut` says that it was so long that the end was left out."""

    html: str
    cut: bool


class TemplateEngine(Protocol):
    """Fills templates in. Whatever a template says, this is over in a bounded number of steps, and reaches nothing but
    the fields.
    """

    def check(self, source: str) -> None:
        """Raises TemplateSyntaxWrong, TemplateForbids, TemplateFieldUnknown or TemplateTooComplex."""
        ...

    def fill(self, source: str, fields: Fields) -> Filled:
        """What `check` raises, and TemplateFails. Nothing that a field says is taken for markup."""
        ...
