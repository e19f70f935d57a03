"""What automations ask of MoySklad and of reviews, while nobody provides it: it refuses, and so nothing is made."""

from typing import Any, NoReturn

from dishka import Provider, Scope, provide

from application.automations.matching_ports import Matching, ReviewQueue
from application.automations.vendor_ports import DocumentWriter, TargetLists
from domain.shared.errors import VendorFailed


class _Pending:
    """Every method of all four ports."""

    async def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise VendorFailed(reason="not available")

    make = find = change = describe = all = match = ask = _refuse


class PendingAutomations(Provider):
    """To be replaced as a whole, by the real adapters and by their fakes."""

    scope = Scope.APP

    @provide
    def writer(self) -> DocumentWriter:
        return _Pending()

    @provide
    def lists(self) -> TargetLists:
        return _Pending()

    @provide
    def matching(self) -> Matching:
        return _Pending()

    @provide
    def reviews(self) -> ReviewQueue:
        return _Pending()
