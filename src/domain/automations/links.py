"""Links between companies: one lets documents of its own cause documents at another, which allows that."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from domain.shared.errors import Conflict, NotFound, QuotaExceeded, RuleViolated
from domain.shared.identities import CompanyId, CompanyLinkId

INVITATION_LIFETIME = timedelta(days=7)
LONGEST_INVITATION = timedelta(days=30)


class LinkState(StrEnum):
    """How far a link has come. A revoked one never comes back; another invitation makes another link."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    REVOKED = "revoked"


class Side(StrEnum):
    """Documents of the source cause documents at the target."""

    SOURCE = "source"
    TARGET = "target"


class CompanyLinkNotFound(NotFound):
    """The company has no such link."""

    code = "automations.link_not_found"


class InvitationInvalid(RuleViolated):
    """The invitation is unknown, used by somebody else, taken back or out of date. Which of these, nobody is told."""

    code = "automations.invitation_invalid"


class LinkToOneself(RuleViolated):
    """A company cannot be linked with itself."""

    code = "automations.link_to_oneself"


class LinkNotAccepted(Conflict):
    """Nobody has accepted the invitation yet."""

    code = "automations.link_not_accepted"


class LinkRevoked(Conflict):
    """One of the two companies has ended the link."""

    code = "automations.link_revoked"


class LinkPaused(Conflict):
    """One of the two companies has paused the link."""

    code = "automations.link_paused"


class OutsideLimits(RuleViolated):
    """The document is outside of what one of the two companies allows. `what` is type, store, agent or sum."""

    code = "automations.outside_limits"


class TooManyLinks(QuotaExceeded):
    """The plan has no room for one more link."""

    code = "automations.too_many_links"


@dataclass(frozen=True, slots=True)
class LinkLimits:
    """What one side allows; None is anything. Types are those of its own documents; stores and agents are ids of its
    own account; `largest_sum` is in units of the document's currency, not in kopecks.
    """

    types: frozenset[str] | None = None
    stores: frozenset[str] | None = None
    agents: frozenset[str] | None = None
    largest_sum: Decimal | None = None

    def require(self, side: Side, kind: str, stores: Collection[str], agent: str | None, total: Decimal) -> None:
        """`stores` are those that the document is about; one without any moves no goods. Raises OutsideLimits."""
        self.require_choice(side, kind, stores, agent)
        if self.largest_sum is not None and total > self.largest_sum:
            raise OutsideLimits(side=side.value, what="sum", value=f"{total:f}")

    def require_choice(self, side: Side, kind: str, stores: Collection[str], agent: str | None) -> None:
        """The same of what is known before there is a document."""
        if self.types is not None and kind not in self.types:
            raise OutsideLimits(side=side.value, what="type", value=kind)
        if self.stores is not None and not set(stores) <= self.stores:
            raise OutsideLimits(side=side.value, what="store", value=", ".join(sorted(stores)))
        if self.agents is not None and agent not in self.agents:
            raise OutsideLimits(side=side.value, what="agent", value=agent or "")


NO_LIMITS = LinkLimits()


@dataclass(slots=True)
class LinkSide:
    """One company's half of a link, which it alone changes. `digest` is of the invitation's token, at the source alone.

    What is known of the other half stands beside it (`other_…`), as of when that was last told; what counts is read
    from both halves.
    """

    link_id: CompanyLinkId
    company_id: CompanyId
    side: Side
    state: LinkState
    name: str
    created_at: datetime
    expires_at: datetime
    digest: bytes | None = None
    other_id: CompanyId | None = None
    other_name: str = ""
    limits: LinkLimits = field(default_factory=LinkLimits)
    paused: bool = False
    accepted_at: datetime | None = None
    revoked_at: datetime | None = None
    other_paused: bool = False
    other_revoked: bool = False

    def accept(self, digested: bytes, by: CompanyId, name: str, now: datetime) -> None:
        """The other company comes in by the invitation; to do so again is the same. Raises InvitationInvalid or
        LinkToOneself.
        """
        if by == self.company_id:
            raise LinkToOneself
        if self.digest != digested or self.state is LinkState.REVOKED:
            raise InvitationInvalid
        if self.state is LinkState.ACCEPTED:
            if self.other_id != by:
                raise InvitationInvalid
            return
        if now >= self.expires_at:
            raise InvitationInvalid
        self.state, self.accepted_at = LinkState.ACCEPTED, now
        self.other_id, self.other_name = by, name

    def change(self, name: str, limits: LinkLimits, *, paused: bool) -> None:
        """Raises LinkRevoked."""
        if self.state is LinkState.REVOKED or self.other_revoked:
            raise LinkRevoked(side=self.side.value)
        self.name, self.limits, self.paused = name, limits, paused

    def revoke(self, now: datetime) -> None:
        """Nothing is made over it from now on. To say so again changes nothing."""
        if self.state is not LinkState.REVOKED:
            self.state, self.revoked_at, self.digest = LinkState.REVOKED, now, None

    def hear(self, other: "LinkSide") -> None:
        """Takes over what the other half says of itself."""
        self.other_paused = other.paused
        self.other_revoked = other.state is LinkState.REVOKED

    @property
    def live(self) -> bool:
        """Whether it counts as one of the plan's links."""
        return self.state is not LinkState.REVOKED and not self.other_revoked


def require_open(source: LinkSide | None, target: LinkSide | None) -> None:
    """Both halves let documents through. Raises LinkRevoked, LinkNotAccepted or LinkPaused, each with the `side`."""
    for half, side in ((source, Side.SOURCE), (target, Side.TARGET)):
        if half is not None and half.state is LinkState.REVOKED:
            raise LinkRevoked(side=side.value)
    if source is None or target is None:  # a company that was erased, or an invitation that nobody has accepted
        if source is not None and source.state is LinkState.INVITED:
            raise LinkNotAccepted
        raise LinkRevoked(side=(Side.SOURCE if source is None else Side.TARGET).value)
    if (source.other_id, target.other_id) != (target.company_id, source.company_id):
        raise LinkRevoked(side=Side.TARGET.value)
    for half in (source, target):
        if half.paused:
            raise LinkPaused(side=half.side.value)
