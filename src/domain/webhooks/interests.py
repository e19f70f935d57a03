"""Interests: what others than exports want to hear of, and what was told for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.shared.identities import CompanyId
from domain.webhooks.registration import ACTIONS, Family, Subject

APPLY_RULES = "apply_rules"
"""The scenario action that is about a company's automation rules. It stands in the app's descriptor."""

OVERLAP = timedelta(minutes=10)
"""Whoever looks for what was not told looks so far back again: what was being saved just then may have been missed."""


STATE_MEMORY = timedelta(days=400)
"""So long it is known in which state an object was seen that has not changed since: longer than a year, after which
documents are changed once more for its accounts."""


class Audience(StrEnum):
    """Who wants to hear of objects: automation rules, or those who tell dealers."""

    RULES = "rules"
    NOTICES = "notices"


@dataclass(frozen=True, slots=True, order=True)
class Interest:
    """An audience of one company wants to hear of objects of this type.

    `read_to` is how far changes were looked for, beside what is told.
    """

    company_id: CompanyId
    audience: Audience
    type: str
    read_to: datetime


@dataclass(frozen=True, slots=True)
class ObjectEvent:
    """Something happened to an object: it was made or changed, or it is `deleted`. However often that was told before
    it is heard, it is one event; `version` tells one telling from a later one.

    A hint, nothing more: the object is read anew, with the company's own token. `asked` says that a person wants the
    audience to look at it, through a scenario. `origin` is what travels along from whatever told of it first. `moved`
    says that a webhook named the state among the fields that somebody changed.
    """

    type: str
    object_id: str
    version: UUID
    told_at: datetime
    deleted: bool = False
    asked: bool = False
    origin: Mapping[str, str] | None = None
    moved: bool = False


def subjects(types: Iterable[str]) -> frozenset[Subject]:
    """What MoySklad has to tell so that objects of these types are heard of."""
    return frozenset(Subject(Family.ENTITY, name, action) for name in types for action in ACTIONS)
