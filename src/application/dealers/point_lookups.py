"""What people have typed is found in the company's account, for many lines with few requests."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from application.connections.ports import MoySkladKey, Urgency
from application.connections.vendor_access import MoySkladAccess
from application.dealers.import_ports import PointCatalogue
from application.dealers.import_report import LeftOut, left_out
from domain.dealers.dealers import Points
from domain.dealers.imported import Cell, Line, PointAmbiguous, PointNotFound
from domain.dealers.naming import CANDIDATES, Meant, Named, Names, PointKind, folded
from domain.shared.identities import CompanyId

SEARCHES = 30
"""Partners that were not found are searched for one by one, a request for each: so many of a list, no more."""

_KINDS = {
    Cell.RETAIL_STORES: PointKind.RETAIL_STORE,
    Cell.STORES: PointKind.STORE,
    Cell.SALES_CHANNELS: PointKind.SALES_CHANNEL,
}


class FoundPoints:
    """What is known of the account by now."""

    def __init__(
        self,
        partners: Mapping[str, Meant],
        things: Mapping[Cell, Sequence[Named]],
        groups: Sequence[str],
    ) -> None:
        self._partners = partners
        self._things = {cell: Names(named) for cell, named in things.items()}
        self._groups = {folded(one): one for one in groups}

    def resolved(self, line: Line, known: Points) -> tuple[Points, tuple[LeftOut, ...]]:
        """What belongs to the dealer by this line, to whom that belonged before. What is not found is left out, and
        told; a partner who is not found changes nothing.
        """
        warnings: list[LeftOut] = []
        partner = None if line.partner == "" else known.partner
        if line.partner:
            found = self._one(Cell.PARTNER, line.partner, self._partners[line.partner], warnings)
            partner = partner if found is None else found
        ids = {
            cell: self._several(cell, line.points[cell], warnings) if cell in line.points else before
            for cell, before in (
                (Cell.RETAIL_STORES, known.retail_stores),
                (Cell.STORES, known.stores),
                (Cell.SALES_CHANNELS, known.sales_channels),
            )
        }
        typed = line.points.get(Cell.GROUPS)
        groups = known.groups if typed is None else self._grouped(typed, warnings)
        points = Points(partner, ids[Cell.RETAIL_STORES], ids[Cell.STORES], ids[Cell.SALES_CHANNELS], groups)
        return points, tuple(warnings)

    def _several(self, cell: Cell, texts: Iterable[str], warnings: list[LeftOut]) -> frozenset[UUID]:
        found = [self._one(cell, text, self._things[cell].meant(text), warnings) for text in texts]
        return frozenset(one for one in found if one is not None)

    def _one(self, cell: Cell, text: str, result: Meant, warnings: list[LeftOut]) -> UUID | None:
        if result.found is not None:
            return result.found.id
        if result.several:
            error = PointAmbiguous(column=cell.value, value=text[:100], number=result.several)
            warnings.append(left_out(error, result.candidates))
        else:
            warnings.append(left_out(PointNotFound(column=cell.value, value=text[:100]), result.candidates))
        return None

    def _grouped(self, texts: Iterable[str], warnings: list[LeftOut]) -> frozenset[str]:
        found = set()
        for text in texts:
            if folded(text) in self._groups:
                found.add(self._groups[folded(text)])
            else:
                warnings.append(left_out(PointNotFound(column=Cell.GROUPS.value, value=text[:100])))
        return frozenset(found)


class PointLookups:
    """Asks MoySklad what the lines of a list name, and nothing where they name nothing."""

    def __init__(self, access: MoySkladAccess, catalogue: PointCatalogue) -> None:
        self._access = access
        self._catalogue = catalogue

    async def find(self, company_id: CompanyId, lines: Sequence[Line]) -> FoundPoints:
        """Raises CompanyInactive, and what PointCatalogue raises."""
        partners = list(dict.fromkeys(line.partner for line in lines if line.partner))
        cells = {cell for line in lines for cell, texts in line.points.items() if texts}
        if not partners and not cells:
            return FoundPoints({}, dict.fromkeys(_KINDS, ()), ())
        key = await self._access.key(company_id, Urgency.INTERACTIVE)
        things: dict[Cell, Sequence[Named]] = {
            cell: await self._catalogue.every(key, kind) if cell in cells else () for cell, kind in _KINDS.items()
        }
        groups = await self._catalogue.groups(key) if Cell.GROUPS in cells else ()
        return FoundPoints(await self._partners(key, partners), things, groups)

    async def _partners(self, key: MoySkladKey, texts: Sequence[str]) -> dict[str, Meant]:
        known = await self._catalogue.partners(key, texts) if texts else ()
        names = Names(known)
        found = {text: names.meant(text) for text in texts}
        missing = [text for text, one in found.items() if one.found is None and not one.several]
        for text in missing[:SEARCHES]:
            alike = await self._catalogue.alike(key, text)
            again = Names(alike).meant(text)  # one that is only written with other spaces is the one that is meant
            found[text] = again if again.found or again.several else Meant(candidates=tuple(alike[:CANDIDATES]))
        return found
