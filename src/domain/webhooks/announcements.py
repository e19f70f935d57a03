"""What a delivery announces, sorted by what we may believe and what anybody waits for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from domain.shared.errors import RuleViolated, VendorBusy


class DeliveryMalformed(RuleViolated):
    """What was delivered has no form that we know; sent again, it will have none either."""

    code = "webhooks.delivery_malformed"


class IntakeClosed(VendorBusy):
    """What was delivered could not be stored in time. It may be sent again, and is kept once."""

    code = "webhooks.unavailable"


class Refused(StrEnum):
    """Why an event comes to nothing. `foreign` names another account than the address belongs to, `ignored` is of a
    kind that no export follows or that we do not know, `inactive` came while the app was suspended.
    """

    FOREIGN = "foreign"
    IGNORED = "ignored"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """One event as it was told: the type and the address of an object, what was done to it, and in which account; and
    which fields people have changed, where that is told.
    """

    type: str
    href: str
    action: str
    account_id: str
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ToldStock:
    """Stock changed, as a report shows it."""

    report: str
    account_id: str


@dataclass(slots=True)
class Announced:
    """What is believed, for one company: objects by their type, each with whether it is gone, and stock reports.

    `moved` are, by type, those of which it was told that their state was changed (that `updatedFields` calls it
    `state`, as objects do, is unverified: nobody who knows better relies on it). `origins` are, by type or report, what
    travels along from the delivery that told of one first.
    """

    objects: dict[str, dict[str, bool]] = field(default_factory=dict)
    reports: set[str] = field(default_factory=set)
    refused: dict[Refused, int] = field(default_factory=dict)
    events: int = 0
    origins: dict[str, Mapping[str, str]] = field(default_factory=dict)
    moved: dict[str, set[str]] = field(default_factory=dict)

    def refuse(self, reason: Refused, count: int = 1) -> None:
        """Counts events that come to nothing."""
        self.refused[reason] = self.refused.get(reason, 0) + count

    def take(
        self,
        events: Sequence[ToldEvent],
        account_id: UUID,
        followed: Collection[str],
        origin: Mapping[str, str] | None = None,
    ) -> None:
        """Sorts events, the later after the earlier. An object's last event says whether it is gone.

        An event of another account is ignored alone: nothing of it is believed, and those beside it are hints that a
        reading with the company's own token will prove or not.
        """
        for event in events:
            self.events += 1
            object_id = _id_of(event)
            if event.account_id.lower() != str(account_id):
                self.refuse(Refused.FOREIGN)
            elif event.type not in followed or event.action not in _ACTIONS or object_id is None:
                self.refuse(Refused.IGNORED)
            else:
                self.objects.setdefault(event.type, {})[object_id] = event.action == _DELETE
                if STATE_FIELD in event.fields:
                    self.moved.setdefault(event.type, set()).add(object_id)
                self._comes_from(event.type, origin)

    def take_stock(
        self,
        told: ToldStock,
        account_id: UUID,
        followed: Collection[str],
        origin: Mapping[str, str] | None = None,
    ) -> None:
        """Sorts a message about stock."""
        self.events += 1
        if told.account_id.lower() != str(account_id):
            self.refuse(Refused.FOREIGN)
        elif told.report not in followed:
            self.refuse(Refused.IGNORED)
        else:
            self.reports.add(told.report)
            self._comes_from(told.report, origin)

    def _comes_from(self, what: str, origin: Mapping[str, str] | None) -> None:
        if origin:
            self.origins.setdefault(what, origin)


STATE_FIELD = "state"
_DELETE = "DELETE"
_ACTIONS = frozenset({"CREATE", "UPDATE", _DELETE})


def _id_of(event: ToldEvent) -> str | None:
    """The id at the end of an object's address: `…/entity/<type>/<id>`."""
    parts = event.href.split("?")[0].rstrip("/").split("/")
    if len(parts) < 3 or parts[-3] != "entity" or parts[-2] != event.type:
        return None
    try:
        return str(UUID(parts[-1]))
    except ValueError:
        return None
