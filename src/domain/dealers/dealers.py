"""A dealer: who sells for the company, at which points of sale, and what they want to be told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.dealers.languages import Language
from domain.dealers.quiet import Quiet
from domain.dealers.rhythms import Rhythm
from domain.shared.errors import Conflict, NotFound, QuotaExceeded, RuleViolated
from domain.shared.identities import CompanyId, DealerId

LONGEST_NAME = 255
MOST_POINTS = 500


class DealerNotFound(NotFound):
    """The company has no such dealer."""

    code = "dealers.not_found"


class DealerNameTaken(Conflict):
    """Another dealer of the company has this name."""

    code = "dealers.name_taken"


class DealerNameInvalid(RuleViolated):
    """A name has one character at least, and 255 at most."""

    code = "dealers.name_invalid"


class TooManyDealers(QuotaExceeded):
    """The plan has no room for one more dealer."""

    code = "dealers.too_many_dealers"


class TooManyPoints(RuleViolated):
    """A dealer has so many points of sale at most."""

    code = "dealers.too_many_points"


class NoticeKind(StrEnum):
    """What dealers are told of."""

    ORDER = "order"
    PAYMENT = "payment"
    SHIPMENT = "shipment"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Points:
    """What belongs to a dealer at MoySklad: ids of the partner, retail stores, stores and sales channels, and names of
    counterparties' groups.
    """

    partner: UUID | None = None
    retail_stores: frozenset[UUID] = frozenset()
    stores: frozenset[UUID] = frozenset()
    sales_channels: frozenset[UUID] = frozenset()
    groups: frozenset[str] = frozenset()

    def require_bounded(self) -> None:
        """Raises TooManyPoints."""
        count = len(self.retail_stores) + len(self.stores) + len(self.sales_channels) + len(self.groups)
        if count > MOST_POINTS:
            raise TooManyPoints(limit=MOST_POINTS, count=count)


@dataclass(slots=True)
class Dealer:
    """`switches` are the kinds of notices that the dealer wants, each with the moment since when; `language` is what
    they read.
    """

    id: DealerId
    company_id: CompanyId
    name: str
    points: Points
    created_at: datetime
    switches: Mapping[NoticeKind, datetime] = field(default_factory=dict)
    quiet: Quiet | None = None
    rhythm: Rhythm = field(default_factory=Rhythm)
    language: Language = Language.RU

    def call(self, name: str) -> None:
        """Raises DealerNameInvalid."""
        self.name = dealer_name(name)

    def sell_at(self, points: Points) -> None:
        """Raises TooManyPoints."""
        points.require_bounded()
        self.points = points

    def want(self, kinds: Collection[NoticeKind], now: datetime) -> None:
        """These kinds and no others; one that was wanted already is wanted since when it was."""
        self.switches = {kind: self.switches.get(kind, now) for kind in sorted(kinds)}


def dealer_name(text: str) -> str:
    """Without spaces around it. Raises DealerNameInvalid."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise DealerNameInvalid(limit=LONGEST_NAME)
    return name
