"""Whatever is done is witnessed, in every composition alike."""

from dishka import Provider, Scope, provide

from application.ports import Clock, Ids, Transaction
from application.tenants.audit import AuditTrail
from application.tenants.witnessing import Witness


class Witnessing(Provider):
    """The witness that goes around messages."""

    scope = Scope.APP

    @provide
    def witness(self, transaction: Transaction, trail: AuditTrail, ids: Ids, clock: Clock) -> Witness:
        return Witness(transaction, trail, ids, clock)
