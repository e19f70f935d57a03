"""Objects of an account as people name them: by id, by code or by article."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from application.automations.catalogue_ports import TargetCatalogue
from application.connections.ports import MoySkladKey
from domain.automations.candidates import Candidate, values
from domain.automations.matching import MatchBy, MatchKind, Target
from domain.automations.pairs import TargetAmbiguous, TargetNotFound
from domain.shared.errors import RuleViolated

_TYPES = {
    MatchKind.GOODS: ("product", "variant", "service", "bundle"),
    MatchKind.COUNTERPARTY: ("counterparty",),
}
_NAMED_BY = {
    MatchKind.GOODS: (MatchBy.CODE, MatchBy.ARTICLE, MatchBy.EXTERNAL_CODE),
    MatchKind.COUNTERPARTY: (MatchBy.CODE, MatchBy.INN, MatchBy.EXTERNAL_CODE),
}


class NamedTargets:
    """Finds what people have typed. Many names take few requests."""

    def __init__(self, catalogue: TargetCatalogue) -> None:
        self._catalogue = catalogue

    async def found(self, key: MoySkladKey, kind: MatchKind, names: Iterable[str]) -> dict[str, Target | RuleViolated]:
        """For each name the one object that it stands for, or TargetNotFound or TargetAmbiguous. Raises what
        TargetCatalogue raises.
        """
        asked = list(dict.fromkeys(names))
        found: dict[str, Target | RuleViolated] = {}
        ids = [name for name in asked if _is_id(name)]
        for type_ in _TYPES[kind] if ids else ():
            living = await self._catalogue.living(key, type_, [name.lower() for name in ids])
            targets = {one.id: one.target for one in living}
            found |= {name: targets[name.lower()] for name in ids if name.lower() in targets}
        for by in _NAMED_BY[kind]:
            left = [name for name in asked if name not in found]
            if left:
                found |= _named(by, left, await self._catalogue.having(key, kind, by, left))
        return {name: found.get(name) or TargetNotFound(type=kind.value, id=name[:100]) for name in asked}


def _named(by: MatchBy, names: Sequence[str], candidates: Iterable[Candidate]) -> dict[str, Target | RuleViolated]:
    met: dict[str, dict[str, Target]] = {}
    for one in candidates:
        for value in values(one, by):
            met.setdefault(value, {})[one.id] = one.target
    return {
        name: next(iter(met[name].values()))
        if len(met[name]) == 1
        else TargetAmbiguous(answer=name[:100], number=len(met[name]))
        for name in names
        if name in met
    }


def _is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name.lower()
    except ValueError:
        return False
