"""What others than exports hear of, over PostgreSQL, the same in every process."""

from dishka import Provider, Scope, provide

from adapters.postgres.repositories.events import SqlInterests, SqlObjectEvents
from adapters.postgres.repositories.seen_documents import SqlDocumentStates
from application.webhooks.event_ports import DocumentStates, Interests, ObjectEvents


class LiveEvents(Provider):
    """Interests, what was told for them, and in which states documents were seen."""

    scope = Scope.APP

    interests = provide(SqlInterests, provides=Interests)
    events = provide(SqlObjectEvents, provides=ObjectEvents)
    states = provide(SqlDocumentStates, provides=DocumentStates)
