"""Fakes of what works with single objects: events, documents, automations, notices."""

from dishka import Provider, Scope, provide

from adapters.memory.announcements import MemoryAnnouncements
from adapters.memory.automations import (
    MemoryAutomationRules,
    MemoryExecutions,
    MemoryLinkSides,
    MemoryReceivedExecutions,
)
from adapters.memory.dealers import MemoryBindLinks, MemoryChatBindings, MemoryDealers
from adapters.memory.documents import MemoryDocuments
from adapters.memory.events import MemoryInterests, MemoryObjectEvents
from adapters.memory.notices import MemoryGovernor, MemoryMessenger, MemoryNotices, MemoryNoticeViews
from adapters.memory.seen_documents import MemoryDocumentStates
from adapters.memory.templates import MemoryNoticeTemplates
from adapters.memory.ways_out import MemoryWaysOut
from adapters.templates.jinja import JinjaTemplates
from adapters.wording.announcement_words import BilingualAnnouncementWords
from adapters.wording.delivery_words import BilingualDeliveryWords
from adapters.wording.mail_words import BilingualMailWords
from adapters.wording.notice_words import BilingualNoticeWords
from application.automations.ports import AutomationRules, Executions, LinkSides, ReceivedExecutions
from application.connections.document_ports import Documents
from application.dealers.bot import BotName
from application.dealers.directory_ports import BindLinks, ChatBindings, Dealers
from application.dealers.mail_ports import Mailing, MailWords, WaysOut
from application.dealers.notice_ports import Governor, Messenger, Notices, NoticeViews
from application.dealers.telling_ports import AnnouncementWords, DeliveryWords, NoticeWords
from application.dealers.template_ports import NoticeTemplates, TemplateEngine
from application.tenants.announcing import Announcements
from application.webhooks.event_ports import DocumentStates, Interests, ObjectEvents


class ObjectFakes(Provider):
    """The fakes of these ports."""

    scope = Scope.APP

    interests = provide(MemoryInterests, provides=Interests)
    events = provide(MemoryObjectEvents, provides=ObjectEvents)
    states = provide(MemoryDocumentStates, provides=DocumentStates)
    documents = provide(MemoryDocuments, provides=Documents)
    company_links = provide(MemoryLinkSides, provides=LinkSides)
    rules = provide(MemoryAutomationRules, provides=AutomationRules)
    executions = provide(MemoryExecutions, provides=Executions)
    received = provide(MemoryReceivedExecutions, provides=ReceivedExecutions)
    notices = provide(MemoryNotices, provides=Notices)
    announcements = provide(MemoryAnnouncements, provides=Announcements)
    notice_views = provide(MemoryNoticeViews, provides=NoticeViews)


class MessagingFakes(Provider):
    """Messengers that nobody reads."""

    scope = Scope.APP

    messenger = provide(MemoryMessenger, provides=Messenger)
    mail_words = provide(BilingualMailWords, provides=MailWords)
    ways_out = provide(MemoryWaysOut, provides=WaysOut)

    @provide
    def mailing(self, messenger: Messenger) -> Mailing:
        return Mailing(messenger, "https://skladsheets.test")

    governor = provide(MemoryGovernor, provides=Governor)


class DealerFakes(Provider):
    """The fakes of the directory's ports."""

    scope = Scope.APP

    dealers = provide(MemoryDealers, provides=Dealers)
    chats = provide(MemoryChatBindings, provides=ChatBindings)
    links = provide(MemoryBindLinks, provides=BindLinks)

    words = provide(BilingualNoticeWords, provides=NoticeWords)
    delivery_words = provide(BilingualDeliveryWords, provides=DeliveryWords)
    announcement_words = provide(BilingualAnnouncementWords, provides=AnnouncementWords)
    templates = provide(MemoryNoticeTemplates, provides=NoticeTemplates)
    engine = provide(JinjaTemplates, provides=TemplateEngine)

    @provide
    def bot(self) -> BotName:
        return BotName("skladsheets_bot")
