"""The directory of dealers over PostgreSQL."""

from dishka import Provider, Scope, provide

from adapters.postgres.repositories.dealers import SqlBindLinks, SqlChatBindings, SqlDealers
from adapters.wording.announcement_words import BilingualAnnouncementWords
from adapters.wording.delivery_words import BilingualDeliveryWords
from adapters.wording.notice_words import BilingualNoticeWords
from application.dealers.directory_ports import BindLinks, ChatBindings, Dealers
from application.dealers.telling_ports import AnnouncementWords, DeliveryWords, NoticeWords


class LiveDirectory(Provider):
    """Dealers, their chats, and what is said there."""

    scope = Scope.APP

    dealers = provide(SqlDealers, provides=Dealers)
    chats = provide(SqlChatBindings, provides=ChatBindings)
    links = provide(SqlBindLinks, provides=BindLinks)
    words = provide(BilingualNoticeWords, provides=NoticeWords)
    delivery_words = provide(BilingualDeliveryWords, provides=DeliveryWords)
    announcement_words = provide(BilingualAnnouncementWords, provides=AnnouncementWords)
