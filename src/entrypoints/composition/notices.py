"""The ledger of notices, and announcements, over PostgreSQL, the same in every process."""

from dishka import Provider, Scope, provide

from adapters.postgres.repositories.announcements import SqlAnnouncements
from adapters.postgres.repositories.notices import SqlNotices
from adapters.postgres.views.notices import SqlNoticeViews
from application.dealers.notice_ports import Notices, NoticeViews
from application.tenants.announcing import Announcements


class LiveNotices(Provider):
    """What dealers were told, and what the people who run a company are."""

    scope = Scope.APP

    notices = provide(SqlNotices, provides=Notices)
    views = provide(SqlNoticeViews, provides=NoticeViews)
    announcements = provide(SqlAnnouncements, provides=Announcements)
