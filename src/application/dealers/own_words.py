"""Companies' own texts of notices, and ours where they have none or where theirs fails."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import tzinfo

from application.dealers.telling_ports import DeliveryWords, NoticeWords, Worded
from application.dealers.template_command import TellFailedTemplate
from application.dealers.template_ports import NoticeTemplates, TemplateEngine
from application.ports import Clock, Outbox
from domain.dealers.dealers import NoticeKind
from domain.dealers.fitting import one_line
from domain.dealers.happenings import DocumentFacts
from domain.dealers.languages import Language
from domain.dealers.markup import clean
from domain.dealers.template_fields import Fields, fields_of
from domain.dealers.templates import TEMPLATE_ERRORS, NoticeTemplate, Own, SubjectEmpty, TemplateEmpty
from domain.shared.identities import CompanyId

DEALER = "dealer"
"""The field that is not the same for every dealer; a text without that word says nothing of it."""


class Filling:
    """Fills a template in for one document. A laborious one takes a tenth of a second, so that whoever has others to
    answer meanwhile does it in a thread.
    """

    def __init__(self, words: NoticeWords, additions: DeliveryWords, engine: TemplateEngine) -> None:
        self._words = words
        self._additions = additions
        self._engine = engine

    def check(self, own: Own) -> None:
        """Raises what TemplateEngine.check raises."""
        self._engine.check(own.text)
        with _in_subject():
            self._engine.check(own.subject)

    def say(
        self, own: Own, kind: NoticeKind, facts: DocumentFacts, zone: tzinfo, dealer: str, language: Language
    ) -> Worded:
        """As long as it comes out. Raises one of TEMPLATE_ERRORS."""
        title = self._words.title(kind, facts, language)
        fields = fields_of(kind, facts, zone, title=title, dealer=dealer, language=language)
        filled = self._engine.fill(own.text, fields)
        html, plain = clean(filled.html, cut=filled.cut)
        if not plain.strip():
            raise TemplateEmpty(sample="-")
        if filled.cut:
            note = self.note(language)
            html, plain = f"{html}\n{note}", f"{plain}\n{note}"
        with _in_subject():
            return Worded(html, plain, self._subject(own.subject, fields) if own.subject else "")

    def _subject(self, source: str, fields: Fields) -> str:
        filled = self._engine.fill(source, fields)
        _, plain = clean(filled.html, cut=filled.cut)
        subject = one_line(plain)
        if not subject:
            raise SubjectEmpty(sample="-")
        return subject

    def default(self, kind: NoticeKind, facts: DocumentFacts, zone: tzinfo, language: Language) -> Worded:
        """Our own text."""
        return self._words.say(kind, facts, zone, language)

    def note(self, language: Language) -> str:
        """What stands under a text that was too long."""
        return self._additions.shortened(language)


@dataclass(slots=True)
class Texts:
    """A company's templates, and what failed while they were used."""

    templates: Mapping[NoticeKind, NoticeTemplate]
    failed: dict[NoticeKind, str] = field(default_factory=dict)
    said: dict[tuple[NoticeKind, str, str, str, Language], Worded] = field(default_factory=dict)


class OwnWords:
    """Says what happened in a company's own words. Templates were tried on documents of every shape when they were
    saved; should one fail all the same, our own text is told, and the owner hears of it once.
    """

    def __init__(self, filling: Filling, templates: NoticeTemplates, outbox: Outbox, clock: Clock) -> None:
        self._filling = filling
        self._templates = templates
        self._outbox = outbox
        self._clock = clock

    async def of(self, company_id: CompanyId) -> Texts:
        """In the company's transaction."""
        return Texts(await self._templates.of(company_id))

    def say(
        self, texts: Texts, kind: NoticeKind, facts: DocumentFacts, zone: tzinfo, dealer: str, language: Language
    ) -> Worded:
        """Once for all dealers of a language whose names the text does not tell, or for all chats of one. Raises
        nothing.
        """
        own = texts.templates.get(kind)
        key = (
            kind,
            facts.type,
            facts.id,
            dealer if own is not None and DEALER in own.source + own.subject else "",
            language,
        )
        if key not in texts.said:
            texts.said[key] = self._say(texts, kind, facts, zone, dealer, language)
        return texts.said[key]

    def _say(
        self, texts: Texts, kind: NoticeKind, facts: DocumentFacts, zone: tzinfo, dealer: str, language: Language
    ) -> Worded:
        own = texts.templates.get(kind)
        if own is not None:
            try:
                return self._filling.say(own.own, kind, facts, zone, dealer, language)
            except TEMPLATE_ERRORS as wrong:
                texts.failed.setdefault(kind, wrong.code)
        return self._filling.default(kind, facts, zone, language)

    async def note(self, company_id: CompanyId, texts: Texts) -> None:
        """Has the owner told of templates that failed, in the transaction in which they were used."""
        for kind, code in texts.failed.items():
            template = await self._templates.get(company_id, kind)
            if template is not None and template.fail(code, self._clock.now()):
                await self._templates.put(template)
                await self._outbox.put(TellFailedTemplate(company_id=company_id, kind=kind))


@contextmanager
def _in_subject() -> Iterator[None]:
    """What is wrong is told to be in the subject."""
    try:
        yield
    except TEMPLATE_ERRORS as wrong:
        wrong.details["part"] = "subject"
        raise
