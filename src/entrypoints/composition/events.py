"""What others than exports hear of, over PostgreSQL, the same in every process."""

from dishka import Provider, Scope, provide

from adapters.postgres.repositories.events import SqlInterests, SqlObjectEvents
from application.webhooks.event_ports import Interests, ObjectEvents


class LiveEvents(Provider):
    """Interests, and what was told for them."""

    scope = Scope.APP

    interests = provide(SqlInterests, provides=Interests)
    events = provide(SqlObjectEvents, provides=ObjectEvents)
