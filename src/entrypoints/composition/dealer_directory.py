"""The directory of dealers over PostgreSQL."""

from dishka import Provider, Scope, provide

from adapters.postgres.repositories.dealers import SqlBindLinks, SqlChatBindings, SqlDealers
from adapters.wording.announcement_words import ChosenAnnouncementWords
from adapters.wording.notice_words import RussianNoticeWords
from application.dealers.directory_ports import BindLinks, ChatBindings, Dealers
from application.dealers.telling_ports import AnnouncementWords, NoticeWords


class LiveDirectory(Provider):
    """Dealers, their chats, and what is said there."""

    scope = Scope.APP

    dealers = provide(SqlDealers, provides=Dealers)
    chats = provide(SqlChatBindings, provides=ChatBindings)
    links = provide(SqlBindLinks, provides=BindLinks)
    words = provide(RussianNoticeWords, provides=NoticeWords)
    announcement_words = provide(ChosenAnnouncementWords, provides=AnnouncementWords)
