"""Links, rules and executions over PostgreSQL, the same in every process."""

from dishka import Provider, Scope, provide

from adapters.postgres.repositories.automations import SqlAutomationRules, SqlLinkSides
from adapters.postgres.repositories.executions import SqlExecutions, SqlReceivedExecutions
from application.automations.ports import AutomationRules, Executions, LinkSides, ReceivedExecutions


class LiveAutomations(Provider):
    """What is kept of automations."""

    scope = Scope.APP

    links = provide(SqlLinkSides, provides=LinkSides)
    rules = provide(SqlAutomationRules, provides=AutomationRules)
    executions = provide(SqlExecutions, provides=Executions)
    received = provide(SqlReceivedExecutions, provides=ReceivedExecutions)
