"""Messages: everything that SkladSheets can be told or asked is one of these.

A message is immutable and can be written as JSON. `company_id` comes from the authenticated member or from the
message that caused this one, never from a request's body.
"""

from typing import Generic, TypeVar

import msgspec

from domain.shared.identities import CompanyId

ResultT_co = TypeVar("ResultT_co", covariant=True)


class Message(msgspec.Struct, Generic[ResultT_co], frozen=True, kw_only=True):
    """The root of all messages; `ResultT_co` is what handling one answers."""

    def __repr__(self) -> str:
        """The name alone: a message may carry secrets, and representations end up in logs."""
        return f"<{type(self).__name__}>"


class Command(Message[ResultT_co], Generic[ResultT_co], frozen=True, kw_only=True):
    """Tells SkladSheets to do something for one company."""

    company_id: CompanyId


class SystemCommand(Message[ResultT_co], Generic[ResultT_co], frozen=True, kw_only=True):
    """Tells SkladSheets to do something that belongs to no company, or whose company is yet to be found."""


class Query(Message[ResultT_co], Generic[ResultT_co], frozen=True, kw_only=True):
    """Asks something about one company. Changes nothing."""

    company_id: CompanyId


class SystemQuery(Message[ResultT_co], Generic[ResultT_co], frozen=True, kw_only=True):
    """Asks something that belongs to no company."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How long work ended, for whoever watches: the new state, and the code of the error that led there, if any."""

    state: str
    error: str | None = None
