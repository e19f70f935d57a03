"""Requests to vendors that nobody watches."""

from contextlib import AbstractContextManager, nullcontext

from application.connections.ports import VendorCall, Waited


class Unwatched:
    """See application.connections.ports.VendorWatch. Keeps nothing."""

    def call(self, vendor: str, method: str, route: str) -> AbstractContextManager[VendorCall]:
        """See the port."""
        del vendor, method, route
        return nullcontext(VendorCall())

    def turn(self, vendor: str, waited: Waited) -> None:
        """See the port."""

    def no_turn(self, vendor: str, waited: Waited) -> None:
        """See the port."""
