"""A company writes its own text of a kind of notice."""

import asyncio
from datetime import UTC, tzinfo

from application.dealers.own_words import Filling
from application.dealers.template_command import template_cause
from application.dealers.template_ports import NoticeTemplates
from application.dealers.template_views import require_template_version
from application.messages import Command
from application.ports import Clock, Transaction
from application.tenants.announcing import Announcing
from domain.dealers.dealers import NoticeKind
from domain.dealers.languages import Language
from domain.dealers.template_samples import samples_of
from domain.dealers.templates import (
    NoticeTemplate,
    Own,
    SubjectEmpty,
    TemplateEmpty,
    TemplateFails,
    checked_source,
    checked_subject,
)

_ZONE: tzinfo = UTC


class SetTemplate(Command[None], frozen=True, kw_only=True, tag="notices.set_template"):
    """`expected` are versions of the template, of which it has to be one. Without a `subject`
    that of a mail is the first line of the text.
    """

    kind: NoticeKind
    text: str
    subject: str = ""
    expected: frozenset[str] | None = None


class SetTemplateHandler:
    """Tries it on documents of every shape, in every language, before it is stored. Notices that are queued already
    stay as they are.
    """

    def __init__(
        self,
        transaction: Transaction,
        templates: NoticeTemplates,
        filling: Filling,
        announcing: Announcing,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._templates = templates
        self._filling = filling
        self._announcing = announcing
        self._clock = clock

    async def __call__(self, command: SetTemplate) -> None:
        """Raises PreconditionFailed, or one of TEMPLATE_ERRORS."""
        own = Own(checked_source(command.text), checked_subject(command.subject))
        await asyncio.to_thread(self._try, command.kind, own)
        async with self._transaction(command.company_id):
            known = await self._templates.get(command.company_id, command.kind)
            require_template_version(command.kind, known, command.expected)
            await self._templates.put(
                NoticeTemplate(
                    command.company_id,
                    command.kind,
                    own.text,
                    changed_at=self._clock.now(),
                    subject=own.subject,
                )
            )
            await self._announcing.over(command.company_id, template_cause(command.kind))

    def _try(self, kind: NoticeKind, own: Own) -> None:
        self._filling.check(own)
        shapes = [(name, facts, language) for language in Language for name, facts in samples_of(kind).items()]
        for name, facts, language in shapes:
            try:
                self._filling.say(own, kind, facts, _ZONE, "ИП Петров", language)
            except TemplateFails as wrong:
                raise TemplateFails(**wrong.details | {"sample": name}) from wrong
            except TemplateEmpty as wrong:
                raise TemplateEmpty(sample=name) from wrong
            except SubjectEmpty as wrong:
                raise SubjectEmpty(sample=name) from wrong
