"""Automation rules: what happens here has a document made at another company."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from application.automations.commands.change_rule import ChangeRule
from application.automations.commands.create_rule import CreateRule
from application.automations.commands.remove_rule import RemoveRule
from application.automations.commands.switch_rule import SwitchRule
from application.automations.queries.dry_run_rule import DryRunRule
from application.automations.queries.get_rule import GetRule
from application.automations.queries.list_rules import ListRules
from application.automations.views import DryRunView, OpenView, RecipeView, RuleView, recipe_view
from application.bus import Application
from application.tenants.ports import Identity
from domain.automations.mapping import FieldMapping
from domain.automations.matching import MatchBy
from domain.automations.recipes import RECIPES
from domain.automations.rules import Later, RuleTerms, Trigger
from domain.shared.identities import CompanyLinkId, RuleId
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION
from entrypoints.rest.idempotency import ONCE
from entrypoints.rest.problems import language
from entrypoints.rest.words import Wording, Words

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Text = Annotated[str, msgspec.Meta(max_length=1000)]
Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Several = Annotated[Mapping[Name, Text], msgspec.Meta(max_length=100)]


class NewMapping(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """How the made document is filled. `organization`, `agent` (the counterparty that stands for this company) and
    `store` are ids in the other company's account. `fields`, `attributes` (by their names there) and `lineFields`
    (`quantity`, `price`, `discount`) are expressions over the source document and its positions. `references` are ids
    there: `project`, `contract`, `salesChannel`. `vat` has the other company's rate for a rate of this one (`{"18":
    "20"}`). `state` is the name of a state there. Where the document comes from is told in its description, or in the
    attribute named `mark`. Documents are drafts unless `applicable`.
    """

    organization: Id
    agent: Id
    store: Id | None = None
    fields: Several = {}
    attributes: Several = {}
    line_fields: Several = {}
    references: Annotated[Mapping[Name, Id], msgspec.Meta(max_length=10)] = {}
    vat: Several = {}
    state: Annotated[str, msgspec.Meta(max_length=255)] = ""
    mark: Annotated[str, msgspec.Meta(max_length=255)] = ""
    applicable: bool = False


class RuleTermsGiven(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What a rule says. `trigger` is `created`, `changed`, `state` (then with the name of the `state`) or `asked` (the
    scenario action `apply_rules`, which sets off the other rules as well). `condition` is an expression in the Common
    Expression Language over the document (`sum > 1000 && agent.name != "Розница"`, `row["attribute:Цвет"]`); empty
    holds always. `onChange` and `onDelete` are `update`, `flag` or `ignore`. `matchBy` is the order in which goods are
    looked for, after saved pairs.
    """

    name: Name
    recipe: Annotated[str, msgspec.Meta(max_length=100)]
    trigger: Trigger
    mapping: NewMapping
    state: Annotated[str, msgspec.Meta(max_length=255)] = ""
    condition: Text = ""
    on_change: Later = Later.FLAG
    on_delete: Later = Later.FLAG
    match_by: Annotated[list[MatchBy], msgspec.Meta(min_length=1, max_length=6)] = msgspec.field(
        default_factory=lambda: [MatchBy.EXTERNAL_CODE, MatchBy.CODE, MatchBy.ARTICLE, MatchBy.BARCODE]
    )


class NewRule(RuleTermsGiven, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A rule over a link that starts at this company."""

    link_id: UUID


class DryRunEntry(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the rule would do about one real document. `body` is what would be sent to MoySklad; without it `title` and
    `detail` say why in the caller's language. `found` has what goods would become, `open` what is not known.
    """

    source_id: str
    source_name: str
    applies: bool
    made_already: bool
    body: dict[str, Any] | None
    found: Mapping[str, str]
    open: list[OpenView]
    error: str | None
    title: str | None
    detail: str | None
    words: Words | None


@get("/automation-recipes", summary="Which document may follow from which")
async def list_recipes(identity: NamedDependency[Identity]) -> list[RecipeView]:
    """The same for everybody."""
    identity.require(Permission.READ)
    return [recipe_view(recipe) for recipe in RECIPES.values()]


@get("/automation-rules", summary="The company's rules")
async def list_rules(identity: NamedDependency[Identity], application: NamedDependency[Application]) -> list[RuleView]:
    """The oldest first."""
    identity.require(Permission.READ)
    return await application.ask(ListRules(company_id=identity.company_id))


@get("/automation-rules/{rule_id:uuid}", summary="One rule")
async def get_rule(
    rule_id: FromPath[UUID], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> RuleView:
    """What it says and how it stands."""
    identity.require(Permission.READ)
    return await application.ask(GetRule(company_id=identity.company_id, rule_id=RuleId(rule_id)))


@post("/automation-rules", summary="Make a rule", opt=ONCE)
async def create_rule(
    data: JSONBody[NewRule], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> RuleView:
    """Everything is checked in both accounts before it is kept. It looks at what happens from now on."""
    identity.require(Permission.MANAGE_EXPORTS)
    link_id = CompanyLinkId(data.link_id)
    return await application.execute(CreateRule(company_id=identity.company_id, link_id=link_id, terms=_terms(data)))


@put("/automation-rules/{rule_id:uuid}", summary="Change a rule")
async def change_rule(
    rule_id: FromPath[UUID],
    data: JSONBody[RuleTermsGiven],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> RuleView:
    """All that it says. Executions that wait go on by the new terms; what was made stays as it is."""
    identity.require(Permission.MANAGE_EXPORTS)
    return await application.execute(
        ChangeRule(company_id=identity.company_id, rule_id=RuleId(rule_id), terms=_terms(data))
    )


@post("/automation-rules/{rule_id:uuid}/pause", summary="Pause a rule", status_code=200, opt=ONCE)
async def pause_rule(
    rule_id: FromPath[UUID], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> RuleView:
    """Executions that are booked wait."""
    return await _switch(rule_id, identity, application, enabled=False)


@post("/automation-rules/{rule_id:uuid}/resumption", summary="Enable a rule again", status_code=200, opt=ONCE)
async def resume_rule(
    rule_id: FromPath[UUID], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> RuleView:
    """What waited goes on; of what happened meanwhile nothing is taken up."""
    return await _switch(rule_id, identity, application, enabled=True)


@delete("/automation-rules/{rule_id:uuid}", summary="Remove a rule")
async def remove_rule(
    rule_id: FromPath[UUID], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> None:
    """What it made stays, and so does the log of it; what is booked is skipped."""
    identity.require(Permission.MANAGE_EXPORTS)
    await application.execute(RemoveRule(company_id=identity.company_id, rule_id=RuleId(rule_id)))


@post("/automation-rules/dry-runs", summary="What a rule that is not kept yet would do", status_code=200)
async def dry_run(
    request: Request[Any, Any, Any],
    data: JSONBody[NewRule],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
) -> list[DryRunEntry]:
    """About the last twenty documents of its type: exactly what would be sent, and what would be matched. Nothing is
    written anywhere.
    """
    identity.require(Permission.MANAGE_EXPORTS)
    link_id = CompanyLinkId(data.link_id)
    query = DryRunRule(company_id=identity.company_id, link_id=link_id, terms=_terms(data))
    return [_entry(request, view, wording) for view in await application.ask(query)]


@post("/automation-rules/{rule_id:uuid}/dry-run", summary="What a rule would do", status_code=200)
async def dry_run_rule(
    request: Request[Any, Any, Any],
    rule_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    wording: NamedDependency[Wording],
) -> list[DryRunEntry]:
    """The same of a rule that is there."""
    identity.require(Permission.MANAGE_EXPORTS)
    query = DryRunRule(company_id=identity.company_id, rule_id=RuleId(rule_id))
    return [_entry(request, view, wording) for view in await application.ask(query)]


async def _switch(rule_id: UUID, identity: Identity, application: Application, *, enabled: bool) -> RuleView:
    identity.require(Permission.MANAGE_EXPORTS)
    return await application.execute(
        SwitchRule(company_id=identity.company_id, rule_id=RuleId(rule_id), enabled=enabled)
    )


def _terms(given: RuleTermsGiven) -> RuleTerms:
    mapping = given.mapping
    return RuleTerms(
        name=given.name,
        recipe_key=given.recipe,
        trigger=given.trigger,
        mapping=FieldMapping(**{name: getattr(mapping, name) for name in mapping.__struct_fields__}),
        state=given.state,
        condition=given.condition,
        on_change=given.on_change,
        on_delete=given.on_delete,
        match_by=tuple(given.match_by),
    )


def _entry(request: Request[Any, Any, Any], view: DryRunView, wording: Wording) -> DryRunEntry:
    words = None if view.error is None else wording(view.error, view.details)
    text = None if words is None else language(request, words)
    return DryRunEntry(
        **{name: getattr(view, name) for name in view.__struct_fields__ if name != "details"},
        title=None if text is None else text.title,
        detail=None if text is None else text.action,
        words=words,
    )


ROUTER = Router(
    "/",
    route_handlers=[
        list_recipes,
        list_rules,
        get_rule,
        create_rule,
        change_rule,
        pause_rule,
        resume_rule,
        remove_rule,
        dry_run,
        dry_run_rule,
    ],
    tags=["Automation rules"],
    security=SESSION,
)
