"""Matching: what a document of one account names is found in another account."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from application.automations.catalogue_ports import TargetCatalogue
from application.automations.pair_ports import MatchPairs
from application.automations.reviews import Reviews
from application.connections.ports import MoySkladKey
from application.ports import Clock, UpkeepTransaction
from domain.automations.candidates import Candidate, Catalogue, Search, chosen
from domain.automations.matching import MatchBy, Matched, MatchKind, Open, Target, Wanted
from domain.automations.pairs import FoundBy, MatchPair
from domain.shared.identities import CompanyId

AT_ONCE = 100
"""Targets that one request tells of."""

MOST_ASKED = 7
"""Units spent on looking up values; beyond that the whole catalogue is ordered, which takes eight at most."""

MOST_UNITS = 15
"""Units that one matching takes; what is left of them goes to suggestions."""


@dataclass(frozen=True, slots=True)
class _Between:
    """Between which accounts something is looked for, and with which key."""

    key: MoySkladKey
    company_id: CompanyId
    source_company_id: CompanyId


class Matcher:
    """Saved pairs come first; the rest is looked for by keys, and what is found for certain becomes a pair.

    Of the saved pairs' targets up to a hundred are looked at each time, those first that were not seen for longest: a
    pair whose target is gone is looked for anew. So a thousand known positions take one unit.
    """

    def __init__(
        self,
        transaction: UpkeepTransaction,
        pairs: MatchPairs,
        reviews: Reviews,
        catalogue: TargetCatalogue,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._pairs = pairs
        self._reviews = reviews
        self._catalogue = catalogue
        self._clock = clock

    async def match(
        self,
        key: MoySkladKey,
        company_id: CompanyId,
        source_company_id: CompanyId,
        wanted: Sequence[Wanted],
        order: Sequence[MatchBy],
        *,
        thorough: bool = False,
        learn: bool = True,
    ) -> Matched:
        """Targets for what is wanted. `key` and `company_id` are the target's; called outside of any transaction.

        `thorough` has every saved pair's target looked at, for when MoySklad said that something is not there. Without
        `learn` nothing is stored, as in a dry run. Raises what TargetCatalogue raises.
        """
        between = _Between(key, company_id, source_company_id)
        found: dict[str, Target] = {}
        left: list[Open] = []
        for kind in MatchKind:
            sought = list({one.source_id: one for one in wanted if one.kind is kind}.values())
            if not sought:
                continue
            known = await self._known(between, kind, sought, thorough=thorough, learn=learn)
            rest = [one for one in sought if one.source_id not in known]
            fresh, still_open = await self._look(between, kind, rest, chosen(kind, order), learn=learn)
            found |= known | fresh
            left += still_open
        return Matched(found, tuple(left))

    async def _known(
        self, between: _Between, kind: MatchKind, sought: Sequence[Wanted], *, thorough: bool, learn: bool
    ) -> dict[str, Target]:
        """Targets of saved pairs that are there, as far as was looked."""
        ids = [one.source_id for one in sought]
        async with self._transaction(between.company_id):
            pairs = await self._pairs.known(between.company_id, between.source_company_id, kind, ids)
        if not pairs:
            return {}
        looked = _due(pairs, thorough=thorough)
        seen = await self._seen(between.key, looked)
        gone = [one for one in looked if one.target.id not in seen]
        if learn:
            now = self._clock.now()
            async with self._transaction(between.company_id):
                await self._pairs.forget(gone)
                await self._pairs.checked([one for one in looked if one.target.id in seen], now)
        lost = {one.source_id for one in gone}
        return {
            one.source_id: seen[one.target.id].target if one.target.id in seen else one.target
            for one in pairs
            if one.source_id not in lost
        }

    async def _seen(self, key: MoySkladKey, pairs: Sequence[MatchPair]) -> dict[str, Candidate]:
        by_type: defaultdict[str, list[str]] = defaultdict(list)
        for one in pairs:
            by_type[one.target.type].append(one.target.id)
        seen: dict[str, Candidate] = {}
        for kind, ids in sorted(by_type.items()):
            seen |= {one.id: one for one in await self._catalogue.living(key, kind, ids)}
        return seen

    async def _look(
        self, between: _Between, kind: MatchKind, wanted: Sequence[Wanted], order: Sequence[MatchBy], *, learn: bool
    ) -> tuple[dict[str, Target], tuple[Open, ...]]:
        if not wanted:
            return {}, ()
        search = Search(wanted, order)
        spent, catalogue = await self._search(between.key, kind, search, order)
        await self._suggest(between.key, kind, search, catalogue, MOST_UNITS - spent)
        found = {source_id: candidate.target for source_id, (candidate, _) in search.found.items()}
        if learn and found:
            found = await self._keep(between, kind, wanted, search)
        return found, search.open()

    async def _search(
        self, key: MoySkladKey, kind: MatchKind, search: Search, order: Iterable[MatchBy]
    ) -> tuple[int, Catalogue | None]:
        """Asks for one key after the other; once that gets dear, for the whole catalogue. Answers the units spent."""
        spent, refused = 0, False
        catalogue: Catalogue | None = None
        for by in order:
            asked = search.asked(by)
            if not asked:
                continue
            price = self._catalogue.cost(kind, by, asked)
            if catalogue is None and not refused and spent + price > MOST_ASKED:
                everything = await self._catalogue.whole(key, kind)
                spent += MOST_UNITS - MOST_ASKED
                refused = everything is None
                catalogue = None if everything is None else Catalogue(everything)
            if catalogue is not None:
                search.learn(by, catalogue.having(by, asked))
            else:
                search.learn(by, await self._catalogue.having(key, kind, by, asked))
                spent += price
        return spent, catalogue

    async def _suggest(
        self, key: MoySkladKey, kind: MatchKind, search: Search, catalogue: Catalogue | None, units: int
    ) -> None:
        """Looks what may be meant by what was not found, for as many as there are units left."""
        for number, one in enumerate(search.seeking()):
            if not one.name.strip():
                continue
            if catalogue is not None:
                search.hint(one, catalogue.alike(one.name))
            elif number < units:
                search.hint(one, await self._catalogue.alike(key, kind, one.name))

    async def _keep(
        self, between: _Between, kind: MatchKind, wanted: Sequence[Wanted], search: Search
    ) -> dict[str, Target]:
        """Stores what was found. Where a person said something else meanwhile, that counts."""
        now = self._clock.now()
        names = {one.source_id: one.name for one in wanted}
        pairs = [
            MatchPair(
                between.company_id,
                between.source_company_id,
                kind,
                source_id,
                names[source_id],
                candidate.target,
                FoundBy(by.value),
                found_at=now,
                checked_at=now,
            )
            for source_id, (candidate, by) in sorted(search.found.items())
        ]
        async with self._transaction(between.company_id):
            counting = await self._pairs.add(pairs)
            await self._reviews.settle(counting, now)
        return {one.source_id: one.target for one in counting}


def _due(pairs: Sequence[MatchPair], *, thorough: bool) -> list[MatchPair]:
    """Whose targets are looked at now: all of them where one request for each type tells of them."""
    if thorough or len(pairs) <= AT_ONCE:
        return list(pairs)
    longest = sorted(pairs, key=lambda one: (one.checked_at, one.source_id))
    kind = longest[0].target.type
    return [one for one in longest if one.target.type == kind][:AT_ONCE]
