"""The directory of dealers over PostgreSQL."""

from dishka import Provider, Scope, provide

from adapters.postgres.repositories.dealers import SqlBindLinks, SqlChatBindings, SqlDealers, SqlDocumentStates
from adapters.postgres.repositories.notice_templates import SqlNoticeTemplates
from adapters.templates.jinja import JinjaTemplates
from adapters.wording.notice_words import RussianNoticeWords
from application.dealers.bot import BotName
from application.dealers.directory_ports import BindLinks, ChatBindings, Dealers, DocumentStates
from application.dealers.telling_ports import NoticeWords
from application.dealers.template_ports import NoticeTemplates, TemplateEngine
from entrypoints.settings import Settings


class LiveDirectory(Provider):
    """Dealers, their chats, and what is said there."""

    scope = Scope.APP

    dealers = provide(SqlDealers, provides=Dealers)
    chats = provide(SqlChatBindings, provides=ChatBindings)
    links = provide(SqlBindLinks, provides=BindLinks)
    states = provide(SqlDocumentStates, provides=DocumentStates)
    words = provide(RussianNoticeWords, provides=NoticeWords)
    templates = provide(SqlNoticeTemplates, provides=NoticeTemplates)
    engine = provide(JinjaTemplates, provides=TemplateEngine)


class LiveBot(Provider):
    """Our bot, as far as links name it."""

    scope = Scope.APP

    @provide
    def bot(self, settings: Settings) -> BotName:
        return BotName(settings.bot.name)
