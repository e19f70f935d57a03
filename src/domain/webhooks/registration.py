"""Registering: what MoySklad is asked to tell, against what it has been asked for (JSON API docs, webhooks)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.exports.exporter import BaseExporter
from domain.shared.errors import RuleViolated

URL_LIMIT = 255
"""Characters of an address that MoySklad takes."""

ACTIONS = ("CREATE", "UPDATE", "DELETE")


class AddressTooLong(RuleViolated):
    """Our own address is too long for MoySklad to call it."""

    code = "webhooks.address_too_long"


class Family(StrEnum):
    """What a webhook tells of: objects of a type, or what a stock report shows."""

    ENTITY = "entity"
    STOCK = "stock"


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What one webhook tells of. `name` is an entity's type or a stock report; stock has no actions.

    An app may have one webhook for each subject in an account.
    """

    family: Family
    name: str
    action: str = ""


@dataclass(frozen=True, slots=True)
class FoundWebhook:
    """A webhook as it is registered."""

    id: str
    subject: Subject
    url: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Changes:
    """What has to be done, in this order: an app may have one webhook for a subject, so places are cleared first."""

    remove: tuple[FoundWebhook, ...] = ()
    correct: tuple[tuple[FoundWebhook, Subject], ...] = ()
    create: tuple[Subject, ...] = ()

    @property
    def none(self) -> bool:
        """Whether all is as it should be."""
        return not (self.remove or self.correct or self.create)


class RegistrationState(StrEnum):
    """How a wanted webhook stands: `registered`, `disabled` at MoySklad's side, or `missing`."""

    REGISTERED = "registered"
    DISABLED = "disabled"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Registration:
    """A wanted webhook, how it stands, and the code of what keeps it from being registered."""

    subject: Subject
    state: RegistrationState
    problem: str | None = None


def wanted(exporters: Iterable[BaseExporter]) -> frozenset[Subject]:
    """What has to be told so that exports of these kinds can follow."""
    found: set[Subject] = set()
    for exporter in exporters:
        found.update(Subject(Family.ENTITY, name, action) for name in exporter.announced_types for action in ACTIONS)
        if exporter.stock_report:
            found.add(Subject(Family.STOCK, exporter.stock_report))
    return frozenset(found)


def is_ours(url: str, addresses: Sequence[str]) -> bool:
    """Whether a webhook's address is one of ours, of whichever company and time: only those are touched."""
    return any(url.startswith(address) for address in addresses)


def reconcile(wishes: frozenset[Subject], url: str, found: Iterable[FoundWebhook], addresses: Sequence[str]) -> Changes:
    """What makes the registered webhooks those that are wanted, each once, enabled, and with this address.

    `addresses` are what all addresses of ours begin with. Webhooks of others are not touched.
    """
    ours: dict[Subject, list[FoundWebhook]] = {}
    for webhook in found:
        if is_ours(webhook.url, addresses):
            ours.setdefault(webhook.subject, []).append(webhook)
    remove = [one for subject, kept in ours.items() if subject not in wishes for one in kept]
    correct, create = [], []
    for subject in sorted(wishes):
        known = sorted(ours.get(subject, ()), key=lambda one: (one.url != url, not one.enabled, one.id))
        if not known:
            create.append(subject)
            continue
        best, *others = known
        remove += others
        if best.url != url or not best.enabled:
            correct.append((best, subject))
    return Changes(tuple(remove), tuple(correct), tuple(create))


def standing(
    wishes: frozenset[Subject], url: str, found: Iterable[FoundWebhook], problems: dict[Subject, str]
) -> tuple[Registration, ...]:
    """How the wanted webhooks stand, in the order of their subjects."""
    known = {one.subject: one for one in found if one.url == url}
    told = []
    for subject in sorted(wishes):
        webhook = known.get(subject)
        if webhook is None:
            state = RegistrationState.MISSING
        else:
            state = RegistrationState.REGISTERED if webhook.enabled else RegistrationState.DISABLED
        problem = None if state is RegistrationState.REGISTERED else problems.get(subject)
        told.append(Registration(subject, state, problem))
    return tuple(told)


def address(base: str, token: str) -> str:
    """The address that MoySklad shall call. Raises AddressTooLong."""
    url = f"{base}{token}"
    if len(url) > URL_LIMIT:
        raise AddressTooLong(length=len(url), limit=URL_LIMIT)
    return url
