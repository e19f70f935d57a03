"""Pairs: what of one company's account is what of another's, and who said so."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.automations.matching import MatchKind, Target
from domain.shared.errors import NotFound, RuleViolated
from domain.shared.identities import CompanyId


class FoundBy(StrEnum):
    """How a pair came about: by a key that both have, by a person, from a file, or because it was made for this."""

    EXTERNAL_CODE = "external_code"
    CODE = "code"
    ARTICLE = "article"
    BARCODE = "barcode"
    INN = "inn"
    NAME = "name"
    PERSON = "person"
    FILE = "file"
    MADE = "made"


class PairNotFound(NotFound):
    """The company has no such pair."""

    code = "automations.pair_not_found"


class TargetNotFound(RuleViolated):
    """There is no such object in the account, or it is in the archive."""

    code = "automations.target_not_found"


class TargetAmbiguous(RuleViolated):
    """Several objects of the account have the code or article by which somebody named one."""

    code = "automations.target_ambiguous"


@dataclass(frozen=True, slots=True)
class MatchPair:
    """`source_id` of another company's account is `target` in the account of the company that the pair belongs to.

    `name` is what the source calls it. `checked_at` is when the target was last seen.
    """

    company_id: CompanyId
    source_company_id: CompanyId
    kind: MatchKind
    source_id: str
    name: str
    target: Target
    found_by: FoundBy
    found_at: datetime
    checked_at: datetime
