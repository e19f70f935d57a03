"""The directory of dealers over PostgreSQL."""

from dishka import Provider, Scope, provide

from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.point_catalogue import MoySkladPointCatalogue
from adapters.postgres.repositories.dealers import SqlBindLinks, SqlChatBindings, SqlDealers, SqlDocumentStates
from adapters.wording.notice_words import RussianNoticeWords
from application.dealers.bot import BotName
from application.dealers.directory_ports import BindLinks, ChatBindings, Dealers, DocumentStates
from application.dealers.import_ports import PointCatalogue
from application.dealers.telling_ports import NoticeWords
from entrypoints.settings import Settings


class LiveDirectory(Provider):
    """Dealers, their chats, and what is said there."""

    scope = Scope.APP

    dealers = provide(SqlDealers, provides=Dealers)
    chats = provide(SqlChatBindings, provides=ChatBindings)
    links = provide(SqlBindLinks, provides=BindLinks)
    states = provide(SqlDocumentStates, provides=DocumentStates)
    words = provide(RussianNoticeWords, provides=NoticeWords)


class DealerVendors(Provider):
    """What lists of dealers ask of MoySklad."""

    scope = Scope.APP

    @provide
    def catalogue(self, client: MoySkladClient) -> PointCatalogue:
        return MoySkladPointCatalogue(client)


class LiveBot(Provider):
    """Our bot, as far as links name it."""

    scope = Scope.APP

    @provide
    def bot(self, settings: Settings) -> BotName:
        return BotName(settings.bot.name)
