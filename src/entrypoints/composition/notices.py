"""The ledger of notices over PostgreSQL, the same in every process."""

from dishka import Provider, Scope, provide

from adapters.postgres.repositories.notices import SqlNotices
from adapters.postgres.views.notices import SqlNoticeViews
from application.dealers.notice_ports import Notices, NoticeViews


class LiveNotices(Provider):
    """The ledger."""

    scope = Scope.APP

    notices = provide(SqlNotices, provides=Notices)
    views = provide(SqlNoticeViews, provides=NoticeViews)
