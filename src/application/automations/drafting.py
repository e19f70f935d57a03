"""Drafting: from a document of the source to the body of one at the target. Reads both accounts, writes to neither."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from application.automations.expressions import Expressions
from application.automations.matching_ports import Matching
from application.automations.vendor_ports import DocumentWriter, TargetLists
from application.connections.document_ports import Document, Documents
from application.connections.ports import MoySkladKey
from domain.automations.executions import sync_id_of
from domain.automations.lines import BUNDLE, Line, bundles_in, lines_of
from domain.automations.mapping import TargetFacts, require_targets, written
from domain.automations.matching import Matched, Open, Target
from domain.automations.reading import listed
from domain.automations.recipes.recipe import Recipe
from domain.automations.rules import AutomationRule, RuleTerms

_LINKS = ("agent", "organization", "state", "project", "contract", "rate.currency")
_COMPONENTS = ("components", "components.assortment")
MARK_SIGN = "SkladSheets"


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be written; without a `body` where something is `open`."""

    lines: Sequence[Line]
    found: Mapping[str, Target]
    open: tuple[Open, ...]
    body: dict[str, Any] | None


def expanded(recipe: Recipe) -> tuple[str, ...]:
    """What has to be read of a source document."""
    links = (*_LINKS, "store") if recipe.stores else _LINKS
    return (*links, "positions", "positions.assortment") if recipe.positions else links


def mark_of(source_name: str, document: Mapping[str, Any]) -> str:
    """The line that says where a document comes from, with a link back where MoySklad gave one."""
    meta = document.get("meta")
    link = str(meta.get("uuidHref", "")) if isinstance(meta, Mapping) else ""
    return f"{MARK_SIGN}: {source_name}, № {document.get('name', '')} {link}".strip()


class Drafting:
    """Works outside of any transaction."""

    def __init__(
        self,
        documents: Documents,
        lists: TargetLists,
        writer: DocumentWriter,
        matching: Matching,
        expressions: Expressions,
    ) -> None:
        self._documents = documents
        self._lists = lists
        self._writer = writer
        self._matching = matching
        self._expressions = expressions

    async def sources(self, key: MoySkladKey, recipe: Recipe, ids: Sequence[str]) -> dict[str, Document]:
        """Source documents with all that recipes need; those that are gone are missing. Raises what vendors raise."""
        return await self._documents.read(key, recipe.source, ids, expanded(recipe))

    async def bundles(self, key: MoySkladKey, recipe: Recipe, document: Document) -> dict[str, Document]:
        """Those of the document's bundles that have to be taken apart, with their components."""
        found = bundles_in(recipe, document)
        return await self._documents.read(key, BUNDLE, found, _COMPONENTS) if found else {}

    async def facts(self, key: MoySkladKey, terms: RuleTerms) -> TargetFacts:
        """What has to be known of the target's account, read anew. Raises what vendors raise."""
        recipe, mapping = terms.recipe, terms.mapping
        agents = await self._documents.read(key, "counterparty", [mapping.agent])
        described = await self._writer.describe(key, recipe.target)
        return TargetFacts(
            organizations=await self._lists.all(key, "organization"),
            stores=await self._lists.all(key, "store") if mapping.store is not None else (),
            agent=agents.get(mapping.agent),
            currencies=await self._lists.all(key, "currency"),
            tax_rates=await self._lists.all(key, "taxrate") if recipe.positions else (),
            attributes=listed(described.get("attributes")),
            states=listed(described.get("states")),
        )

    async def draft(
        self,
        target: MoySkladKey,
        rule: AutomationRule,
        document: Document,
        bundles: Mapping[str, Document],
        facts: TargetFacts,
        source_name: str,
        *,
        thorough: bool = False,
    ) -> Draft:
        """Speaks to the target's account alone. Raises what the mapping, the expressions and vendors do."""
        require_targets(rule.terms.mapping, facts)
        lines = lines_of(rule.terms.recipe, document, bundles)
        matched = await self.match(target, rule, lines, thorough=thorough)
        return self.compose(rule, document, lines, matched, facts, source_name)

    def compose(
        self,
        rule: AutomationRule,
        document: Document,
        lines: Sequence[Line],
        matched: Matched,
        facts: TargetFacts,
        source_name: str,
    ) -> Draft:
        """The same where it is known already what the goods are there; asks nobody."""
        terms, recipe = rule.terms, rule.terms.recipe
        require_targets(terms.mapping, facts)
        worked = self._expressions.worked(terms, document, lines, facts)
        ours = {line.wanted.source_id: line.wanted for line in lines}
        found = {one: target for one, target in matched.found.items() if one in ours}
        asked = {one.wanted.source_id: one for one in matched.open}
        unknown = tuple(asked.get(one, Open(wanted)) for one, wanted in ours.items() if one not in found)
        if unknown:
            return Draft(lines, found, unknown, None)
        mark = mark_of(source_name, document)
        body = written(recipe, terms.mapping, document, lines, found, facts, worked, mark)
        body["externalCode"] = str(sync_id_of(rule.id, str(document["id"])))
        return Draft(lines, found, (), body)

    async def match(
        self,
        target: MoySkladKey,
        rule: AutomationRule,
        lines: Sequence[Line],
        *,
        thorough: bool = False,
        learn: bool = True,
    ) -> Matched:
        """What the lines' goods are at the target, each asked for once. Raises what vendors raise."""
        wanted = list({line.wanted.source_id: line.wanted for line in lines}.values())
        if not wanted:
            return Matched({})
        order = rule.terms.match_by
        return await self._matching.match(
            target, rule.target_id, rule.company_id, wanted, order, thorough=thorough, learn=learn
        )
