"""Companies, their people, and what lets people and machines in."""

from dishka import Provider, Scope, provide

from adapters.postgres.repositories.access import SqlApiKeys, SqlLinks
from adapters.postgres.repositories.erasures import SqlErasures
from adapters.postgres.repositories.records import SqlCompanyRecords
from adapters.postgres.repositories.tenants import SqlCompanies, SqlMembers, SqlSessions
from adapters.system.archives import ZipArchives
from adapters.vault.access_tokens import SignedAccessTokens, parse_session_keys
from application.tenants.ports import AccessTokens, ApiKeys, Companies, Links, Members, Sessions
from application.tenants.record_ports import Archives, CompanyRecords, Erasures
from entrypoints.settings import Settings


class Tenancy(Provider):
    """The real adapters of the tenants area."""

    scope = Scope.APP

    companies = provide(SqlCompanies, provides=Companies)
    members = provide(SqlMembers, provides=Members)
    sessions = provide(SqlSessions, provides=Sessions)
    links = provide(SqlLinks, provides=Links)
    api_keys = provide(SqlApiKeys, provides=ApiKeys)
    records = provide(SqlCompanyRecords, provides=CompanyRecords)
    erasures = provide(SqlErasures, provides=Erasures)
    archives = provide(ZipArchives, provides=Archives)

    @provide
    def access_tokens(self, settings: Settings) -> AccessTokens:
        return SignedAccessTokens(parse_session_keys(settings.session_keys), settings.public_url)
