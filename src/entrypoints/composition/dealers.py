"""What dealers need besides their directory: MoySklad's lists, and the bot."""

from dishka import Provider, Scope, provide

from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.point_catalogue import MoySkladPointCatalogue
from adapters.postgres.repositories.notice_templates import SqlNoticeTemplates
from adapters.templates.jinja import JinjaTemplates
from application.dealers.bot import BotName
from application.dealers.import_ports import PointCatalogue
from application.dealers.template_ports import NoticeTemplates, TemplateEngine
from entrypoints.settings import Settings


class DealerVendors(Provider):
    """What lists of dealers ask of MoySklad."""

    scope = Scope.APP

    @provide
    def catalogue(self, client: MoySkladClient) -> PointCatalogue:
        return MoySkladPointCatalogue(client)


class LiveTemplates(Provider):
    """Companies' own texts of notices."""

    scope = Scope.APP

    templates = provide(SqlNoticeTemplates, provides=NoticeTemplates)
    engine = provide(JinjaTemplates, provides=TemplateEngine)


class LiveBot(Provider):
    """Our bot, as far as links name it."""

    scope = Scope.APP

    @provide
    def bot(self, settings: Settings) -> BotName:
        return BotName(settings.bot.name)
