"""How would a notice look?"""

import asyncio

from application.billing.zones import Zones
from application.connections.document_ports import Documents
from application.connections.ports import Urgency
from application.connections.vendor_access import MoySkladAccess
from application.dealers.own_words import Filling
from application.dealers.reading import EXPANDED, facts_of
from application.dealers.template_ports import NoticeTemplates
from application.dealers.template_views import PreviewView, preview_view
from application.messages import Query
from application.ports import Transaction
from application.tenants.ports import Companies
from domain.dealers.dealers import NoticeKind
from domain.dealers.happenings import TYPES, DocumentFacts
from domain.dealers.languages import Language
from domain.dealers.template_samples import samples_of
from domain.dealers.templates import (
    Own,
    PreviewDocumentMissing,
    SampleUnknown,
    TemplateEmpty,
    checked_source,
    checked_subject,
)
from domain.shared.identities import CompanyId


class PreviewNotice(Query[PreviewView], frozen=True, kw_only=True):
    """With this `text` and `subject`, or without both as notices are told now. About a document of the company's, by
    its id at MoySklad, or about a sample, by its name, the usual one where neither is given.
    """

    kind: NoticeKind
    text: str | None = None
    subject: str | None = None
    sample: str | None = None
    document_id: str | None = None
    dealer: str = "ИП Петров"
    language: Language = Language.RU


class PreviewNoticeHandler:
    """Nothing is stored or sent. MoySklad is asked outside of any transaction."""

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        templates: NoticeTemplates,
        access: MoySkladAccess,
        documents: Documents,
        filling: Filling,
        zones: Zones,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._templates = templates
        self._access = access
        self._documents = documents
        self._filling = filling
        self._zones = zones

    async def __call__(self, query: PreviewNotice) -> PreviewView:
        """Raises one of TEMPLATE_ERRORS, SampleUnknown, PreviewDocumentMissing, or what Documents raises."""
        own = _asked(query)
        if own is not None:
            await asyncio.to_thread(self._filling.check, own)
        async with self._transaction(query.company_id):
            company = await self._companies.get(query.company_id)
            known = (await self._templates.of(query.company_id)).get(query.kind)
        zone = self._zones.zone(company.time_zone)
        facts, note = await self._facts(query), self._filling.note(query.language)
        if own is None and known is not None:
            own = known.own
        if own is None:
            return preview_view(self._filling.default(query.kind, facts, zone, query.language), note)
        filling = (own, query.kind, facts, zone, query.dealer, query.language)
        return preview_view(await asyncio.to_thread(self._filling.say, *filling), note)

    async def _facts(self, query: PreviewNotice) -> DocumentFacts:
        if query.document_id is not None:
            return await self._document(query.company_id, query.kind, query.document_id)
        samples = samples_of(query.kind)
        sample = query.sample or next(iter(samples))
        if sample not in samples:
            raise SampleUnknown(sample=sample[:80], known=", ".join(samples))
        return samples[sample]

    async def _document(self, company_id: CompanyId, kind: NoticeKind, document_id: str) -> DocumentFacts:
        key = await self._access.key(company_id, Urgency.INTERACTIVE)
        for type_ in sorted(TYPES[kind]):
            found = await self._documents.read(key, type_, [document_id], EXPANDED[type_])
            if document_id in found:
                return facts_of(type_, found[document_id])
        raise PreviewDocumentMissing(document=document_id, types=", ".join(sorted(TYPES[kind])))


def _asked(query: PreviewNotice) -> Own | None:
    """A subject comes with the text that it is the subject of. Raises what is wrong with either."""
    if query.text is None and query.subject is None:
        return None
    if query.text is None:
        raise TemplateEmpty(sample="-")
    return Own(checked_source(query.text), checked_subject(query.subject or ""))
