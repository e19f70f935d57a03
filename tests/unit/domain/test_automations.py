"""Links, rules, recipes, mapping and executions, without anybody around them."""

import importlib
import pkgutil
import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.automations import recipes
from domain.automations.executions import (
    MOST_FAILURES,
    Execution,
    ExecutionError,
    ExecutionLost,
    ExecutionNotRetryable,
    ExecutionState,
    NeedsReview,
    storable,
    sync_id_of,
    told,
)
from domain.automations.lines import LineUnreadable, bundles_in, lines_of
from domain.automations.links import (
    InvitationInvalid,
    LinkLimits,
    LinkNotAccepted,
    LinkPaused,
    LinkRevoked,
    LinkSide,
    LinkState,
    LinkToOneself,
    OutsideLimits,
    Side,
    require_open,
)
from domain.automations.mapping import (
    AttributeUnfit,
    CurrencyMissing,
    FieldMapping,
    MappingInvalid,
    TargetFacts,
    TargetMissing,
    ValueUnfit,
    VatUnmapped,
    Worked,
    following,
    paired,
    written,
)
from domain.automations.matching import Target
from domain.automations.reading import cells_of, total_of
from domain.automations.recipes import RECIPES
from domain.automations.recipes.recipe import Recipe, RecipeUnknown
from domain.automations.rules import AutomationRule, RuleInvalid, RuleTerms, Trigger
from domain.automations.states import entered, seen_state
from domain.shared.identities import ClaimId, CompanyId, CompanyLinkId, ExecutionId, RuleId
from domain.shared.moments import from_moscow

NOW = datetime(2026, 1, 12, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
A, B = CompanyId(UUID(int=1)), CompanyId(UUID(int=2))
DEMAND = RECIPES["demand_supply"]
MAPPING = FieldMapping(organization="org", agent="agent", store="store")
FACTS = TargetFacts(
    organizations=[{"id": "org"}],
    stores=[{"id": "store"}],
    agent={"id": "agent"},
    currencies=[{"id": "rub", "isoCode": "RUB", "default": True}, {"id": "usd", "isoCode": "USD"}],
    tax_rates=[{"rate": 10.0}, {"rate": 20.0}],
    attributes=[
        {"name": "Цвет", "type": "string", "meta": {"href": "h"}},
        {"name": "Файл", "type": "file", "meta": {}},
    ],
    states=[{"name": "Новый", "meta": {"href": "state"}}],
)


def goods(name: str, kind: str = "product", **fields: Any) -> dict[str, Any]:
    return {"id": f"a-{name}", "name": name, "code": name, "meta": {"type": kind, "href": f"x/{name}"}, **fields}


def document(*positions: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"id": "doc", "name": "00001", "moment": "2026-01-12 12:00:00", "positions": list(positions), **fields}


def line(name: str, **fields: Any) -> dict[str, Any]:
    usual = {"id": f"p-{name}", "quantity": 2, "price": 100.0, "vat": 20, "vatEnabled": True, "discount": 5}
    return {**usual, "assortment": goods(name), **fields}


def body(source: dict[str, Any], mapping: FieldMapping = MAPPING, facts: TargetFacts = FACTS, **worked: Any) -> Any:
    lines = lines_of(DEMAND, source, {})
    found = {one.wanted.source_id: Target("product", f"b-{one.wanted.name}") for one in lines}
    return written(DEMAND, mapping, source, lines, found, facts, Worked(**worked), "MARK")


# ---- links


def half(side: Side, **changes: Any) -> LinkSide:
    company, other = (A, B) if side is Side.SOURCE else (B, A)
    made = LinkSide(
        link_id=CompanyLinkId(UUID(int=9)),
        company_id=company,
        side=side,
        state=LinkState.ACCEPTED,
        name="",
        created_at=NOW,
        expires_at=NOW + timedelta(days=7),
        other_id=other,
        digest=b"token" if side is Side.SOURCE else None,
    )
    return replace(made, **changes)


def test_an_invitation_is_accepted_once_by_one_company() -> None:
    side = half(Side.SOURCE, state=LinkState.INVITED, other_id=None)
    with pytest.raises(InvitationInvalid):
        side.accept(b"another", B, "Бета", NOW)
    with pytest.raises(LinkToOneself):
        side.accept(b"token", A, "Альфа", NOW)
    with pytest.raises(InvitationInvalid):
        side.accept(b"token", B, "Бета", side.expires_at)
    side.accept(b"token", B, "Бета", NOW)
    side.accept(b"token", B, "Бета", side.expires_at)
    assert (side.state, side.other_id, side.other_name) == (LinkState.ACCEPTED, B, "Бета")
    with pytest.raises(InvitationInvalid):
        side.accept(b"token", CompanyId(UUID(int=3)), "Гамма", NOW)
    side.revoke(NOW)
    with pytest.raises(InvitationInvalid):
        side.accept(b"token", B, "Бета", NOW)


@pytest.mark.parametrize(
    ("source", "target", "error"),
    [
        ({}, {}, None),
        ({"state": LinkState.REVOKED}, {}, LinkRevoked),
        ({}, {"state": LinkState.REVOKED}, LinkRevoked),
        ({"paused": True}, {}, LinkPaused),
        ({}, {"paused": True}, LinkPaused),
        ({}, None, LinkRevoked),
        (None, {}, LinkRevoked),
        ({"state": LinkState.INVITED}, None, LinkNotAccepted),
        ({"other_id": CompanyId(UUID(int=3))}, {}, LinkRevoked),
        ({}, {"other_id": CompanyId(UUID(int=3))}, LinkRevoked),
    ],
)
def test_both_halves_have_to_let_through(source: Any, target: Any, error: type[Exception] | None) -> None:
    halves = [
        None if one is None else half(side, **one) for one, side in ((source, Side.SOURCE), (target, Side.TARGET))
    ]
    if error is None:
        require_open(*halves)
    else:
        with pytest.raises(error):
            require_open(*halves)


@pytest.mark.parametrize(
    ("limits", "what"),
    [
        (LinkLimits(types=frozenset({"supply"})), "type"),
        (LinkLimits(stores=frozenset({"other"})), "store"),
        (LinkLimits(agents=frozenset()), "agent"),
        (LinkLimits(largest_sum=Decimal("99.99")), "sum"),
        (LinkLimits(frozenset({"demand"}), frozenset({"s"}), frozenset({"a"}), Decimal(100)), None),
    ],
)
def test_limits_say_what_is_outside(limits: LinkLimits, what: str | None) -> None:
    if what is None:
        limits.require(Side.SOURCE, "demand", ["s"], "a", Decimal(100))
        limits.require(Side.SOURCE, "demand", [], "a", Decimal(100))
        return
    with pytest.raises(OutsideLimits) as refused:
        limits.require(Side.TARGET, "demand", ["s"], "a", Decimal(100))
    assert (refused.value.details["what"], refused.value.details["side"]) == (what, "target")


# ---- recipes


def test_every_file_of_the_catalogue_is_a_recipe_that_is_known_by_its_name() -> None:
    files = {one.name for one in pkgutil.iter_modules(recipes.__path__)} - {"recipe"}
    assert files == set(RECIPES)
    for name in files:
        recipe = importlib.import_module(f"{recipes.__name__}.{name}").RECIPE
        assert isinstance(recipe, Recipe)
        assert recipe is RECIPES[name]
        assert recipe.key == name
        assert recipe.stores or not recipe.store
        assert recipe.positions or not recipe.bundles


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=lambda recipe: recipe.key)
def test_every_recipe_makes_a_body_with_what_its_target_needs(recipe: Recipe) -> None:
    mapping = replace(MAPPING, store="store" if recipe.stores else None)
    mapping.check(recipe)
    source = document(line("хлеб"), sum=5_000, paymentPurpose="Оплата")
    lines = lines_of(recipe, source, {})
    found = {one.wanted.source_id: Target("product", "b") for one in lines}
    made = written(recipe, mapping, source, lines, found, FACTS, Worked(), "MARK")
    assert made["organization"]["meta"]["type"] == "organization"
    assert made["agent"]["meta"]["href"].endswith("/counterparty/agent")
    assert made["applicable"] is False
    assert ("store" in made) is recipe.stores
    assert ("positions" in made) is recipe.positions
    assert made["description"] == "MARK"


def test_the_recipe_on_the_page_about_recipes_is_one() -> None:
    page = Path(__file__).parents[3] / "docs" / "how-to" / "add-a-recipe.md"
    (block,) = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    named: dict[str, Any] = {}
    exec(block, named)  # noqa: S102 - our own page
    recipe = named["RECIPE"]
    assert f"recipes/{recipe.key}.py" in page.read_text(encoding="utf-8")
    assert recipe.key not in RECIPES
    test_every_recipe_makes_a_body_with_what_its_target_needs(recipe)


def test_the_catalogue_has_no_other_recipes() -> None:
    with pytest.raises(RecipeUnknown):
        recipes.recipe_named("demand_demand")


# ---- lines


def test_a_bundle_is_taken_apart_where_the_target_has_none_and_its_sum_stays() -> None:
    parts = [
        {"id": "c1", "quantity": 1, "assortment": goods("хлеб", salePrices=[{"value": 3000}])},
        {"id": "c2", "quantity": 3, "assortment": goods("соль", salePrices=[{"value": 1000}])},
    ]
    kit = line("набор", quantity=2, price=10_000.0, assortment=goods("набор", "bundle"))
    source = document(kit, line("чай"))
    assert bundles_in(DEMAND, source) == ["a-набор"]
    assert bundles_in(RECIPES["customerorder_customerorder"], source) == []
    opened = {"a-набор": {"components": {"meta": {"size": 2}, "rows": parts}}}
    lines = lines_of(DEMAND, source, opened)
    assert [one.key for one in lines] == ["p-набор:c1", "p-набор:c2", "p-чай"]
    assert [one.quantity for one in lines] == [2, 6, 2]
    assert [one.discount for one in lines] == [5, 5, 5]
    first, second, _ = lines
    assert (first.price, second.price) == (Decimal(5000), Decimal("1666.67"))
    assert abs(first.quantity * first.price + second.quantity * second.price - 20_000) < Decimal("0.01") * 6
    for known in ({}, {"a-набор": {"components": {"meta": {"size": 3}, "rows": parts}}}):
        with pytest.raises(LineUnreadable):
            lines_of(DEMAND, source, known)


@pytest.mark.parametrize(
    "broken", [{"assortment": None}, {"assortment": {"meta": {"type": "product"}}}, {"quantity": 0}, {"quantity": None}]
)
def test_a_position_that_says_nothing_is_told(broken: dict[str, Any]) -> None:
    with pytest.raises(LineUnreadable) as refused:
        lines_of(DEMAND, document(line("соль"), line("хлеб", **broken)), {})
    assert refused.value.details == {"position": 2}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "meta", "href", "type", "name", "size", "rows", "value", "assortment", "quantity", "vat"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
FIELDS = ["positions", "attributes", "rate", "agent", "state", "store", "sum", "created", "updated", "moment", "name"]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_whatever_a_document_is_like_it_is_read_or_told_to_be_unreadable(odd: dict[str, Any]) -> None:
    cells_of(odd)
    total_of(odd)
    rule().triggered(odd, asked=False)
    for recipe in (DEMAND, RECIPES["customerorder_customerorder"]):
        with suppress(LineUnreadable):
            lines_of(recipe, odd, dict.fromkeys(bundles_in(recipe, odd), odd))


# ---- mapping


def test_prices_discounts_and_rates_are_kept() -> None:
    made = body(document(line("хлеб", price=199.5, quantity=0.125), vatEnabled=True, vatIncluded=False))
    assert made["positions"] == [
        {
            "assortment": made["positions"][0]["assortment"],
            "quantity": 0.125,
            "price": 199.5,
            "discount": 5,
            "vat": 20,
            "vatEnabled": True,
        }
    ]
    assert (made["vatEnabled"], made["vatIncluded"]) == (True, False)
    assert (made["incomingNumber"], made["incomingDate"]) == ("00001", "2026-01-12 12:00:00")
    assert "vat" not in body(document(line("хлеб"), vatEnabled=False))["positions"][0]


def test_a_rate_that_the_target_lacks_is_mapped_or_told() -> None:
    source = document(line("соль"), line("хлеб", vat=18))
    with pytest.raises(VatUnmapped) as refused:
        body(source)
    assert refused.value.details == {"position": 2, "rate": "18"}
    made = body(source, replace(MAPPING, vat={"18": "20"}))
    assert [one["vat"] for one in made["positions"]] == [20, 20]
    assert body(document(line("хлеб", vat=0)))["positions"][0]["vat"] == 0
    assert body(source, facts=replace(FACTS, tax_rates=()))["positions"][1]["vat"] == 18


def test_a_currency_is_found_by_its_iso_code() -> None:
    def rate(code: str | None) -> dict[str, Any]:
        return {"rate": {"currency": {"meta": {}, **({"isoCode": code} if code else {})}, "value": 71}}

    assert "rate" not in body(document(line("хлеб")))
    assert "rate" not in body(document(line("хлеб"), **rate("RUB")))
    made = body(document(line("хлеб"), **rate("USD")))
    assert made["rate"]["currency"]["meta"]["href"].endswith("/currency/usd")
    assert "value" not in made["rate"]
    for code in ("EUR", None):
        with pytest.raises(CurrencyMissing):
            body(document(line("хлеб"), **rate(code)))


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        ({"organizations": []}, "organization"),
        ({"organizations": [{"id": "org", "archived": True}]}, "organization"),
        ({"stores": [{"id": "another"}]}, "store"),
        ({"agent": None}, "agent"),
        ({"agent": {"id": "agent", "archived": True}}, "agent"),
        ({"states": []}, "state"),
    ],
)
def test_what_is_gone_at_the_target_is_told(facts: dict[str, Any], what: str) -> None:
    with pytest.raises(TargetMissing) as refused:
        body(document(line("хлеб")), replace(MAPPING, state="Новый"), replace(FACTS, **facts))
    assert refused.value.details["what"] == what


def test_fields_attributes_and_marks() -> None:
    mapping = replace(MAPPING, attributes={"Цвет": "x"}, references={"project": "p"}, state="Новый", applicable=True)
    made = body(document(line("хлеб")), mapping, fields={"description": "Срочно"}, attributes={"Цвет": "красный"})
    assert made["description"] == "Срочно\nMARK"
    assert made["attributes"] == [{"meta": {"href": "h"}, "value": "красный"}]
    assert made["project"]["meta"]["type"] == "project"
    assert made["state"] == {"meta": {"href": "state"}}
    assert made["applicable"] is True
    marked = body(document(line("хлеб")), replace(MAPPING, mark="Цвет"))
    assert marked["attributes"] == [{"meta": {"href": "h"}, "value": "MARK"}]
    assert "description" not in marked
    long = body(document(line("хлеб")), fields={"description": "я" * 5000})
    assert len(long["description"]) == 4096
    assert long["description"].endswith("\nMARK")
    for name in ("Файл", "Нет такого"):
        with pytest.raises(AttributeUnfit):
            body(document(line("хлеб")), replace(MAPPING, attributes={name: "x"}))


def test_what_expressions_made_of_positions_has_to_fit() -> None:
    made = body(document(line("хлеб")), lines=[{"price": Decimal("1.5"), "quantity": Decimal(3)}])
    assert (made["positions"][0]["price"], made["positions"][0]["quantity"]) == (150, 3)
    for wrong in ({"quantity": Decimal(0)}, {"price": Decimal(-1)}, {"discount": Decimal(101)}):
        with pytest.raises(ValueUnfit):
            body(document(line("хлеб")), lines=[wrong])


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"organization": ""}, "organization"),
        ({"agent": ""}, "agent"),
        ({"store": None}, "store"),
        ({"fields": {"sum": "1"}}, "fields.sum"),
        ({"line_fields": {"vat": "1"}}, "lineFields.vat"),
        ({"references": {"owner": "x"}}, "references.owner"),
        ({"vat": {"18": "много"}}, "vat"),
    ],
)
def test_a_mapping_that_does_not_fit_the_recipe(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(MappingInvalid) as refused:
        replace(MAPPING, **changes).check(DEMAND)
    assert refused.value.details["field"] == named


def test_positions_are_paired_by_goods_and_keep_their_ids() -> None:
    source = document(line("хлеб"), line("соль"), line("хлеб", id="p-second"))
    lines = lines_of(DEMAND, source, {})
    found = {one.wanted.source_id: Target("product", f"b-{one.wanted.name}") for one in lines}
    there = [
        {"id": name, "assortment": {"meta": {"href": f"https://x/product/b-{what}?y"}}}
        for name, what in (("3", "соль"), ("1", "хлеб"), ("2", "хлеб"), ("9", "чай"))
    ]
    pairs = paired(lines, found, there)
    assert pairs == {"p-хлеб": "1", "p-соль": "3", "p-second": "2"}
    changed = following(body(source), lines, {"p-соль": "3"})
    assert [one.get("id") for one in changed["positions"]] == [None, "3", None]
    assert not {"applicable", "organization", "agent", "externalCode"} & set(changed)


# ---- rules


def rule(**changes: Any) -> AutomationRule:
    terms = RuleTerms(name="r", recipe_key="demand_supply", trigger=Trigger.CREATED, mapping=MAPPING)
    return AutomationRule(
        id=RuleId(UUID(int=5)),
        company_id=A,
        link_id=CompanyLinkId(UUID(int=9)),
        target_id=B,
        terms=replace(terms, **changes),
        created_at=NOW,
        since=NOW,
    )


@pytest.mark.parametrize(
    ("trigger", "fields", "asked", "holds"),
    [
        (Trigger.CREATED, {"created": "2026-01-12 12:00:00.000"}, False, True),
        (Trigger.CREATED, {"created": "2026-01-12 11:59:59.999"}, False, False),
        (Trigger.CREATED, {"created": "2026-01-12 11:59:59.999"}, True, True),
        (Trigger.CREATED, {"created": "long ago"}, False, False),
        (Trigger.CHANGED, {"created": "2020-01-12 11:00:00", "updated": "2026-01-12 12:00:01"}, False, True),
        (Trigger.CHANGED, {"updated": "2026-01-12 11:00:00"}, False, False),
        (Trigger.STATE, {"updated": "2026-01-12 12:00:01", "state": {"name": "Готов"}}, False, True),
        (Trigger.STATE, {"updated": "2026-01-12 12:00:01", "state": {"name": "Новый"}}, True, False),
        (Trigger.STATE, {"updated": "2026-01-12 12:00:01"}, False, False),
        (Trigger.ASKED, {"created": "2026-01-12 12:00:01", "updated": "2026-01-12 12:00:01"}, False, False),
        (Trigger.ASKED, {"created": "2020-01-12 12:00:01"}, True, True),
    ],
)
def test_what_sets_a_rule_off(trigger: Trigger, fields: dict[str, Any], asked: bool, holds: bool) -> None:
    state = "Готов" if trigger is Trigger.STATE else ""
    assert rule(trigger=trigger, state=state).triggered(fields, asked=asked) is holds


EARLIER, LATER = "2026-01-12 11:59:59", "2026-01-12 12:00:01"


@pytest.mark.parametrize(
    ("entered", "created", "updated", "holds"),
    [
        (True, EARLIER, LATER, True),
        (True, LATER, LATER, True),
        (True, EARLIER, EARLIER, False),
        (False, EARLIER, LATER, False),
        (False, LATER, LATER, False),
        (None, LATER, LATER, True),
        (None, EARLIER, LATER, False),
        (None, None, LATER, False),
    ],
)
def test_a_rule_about_a_state_is_set_off_by_what_comes_into_it(
    entered: bool | None, created: str | None, updated: str, holds: bool
) -> None:
    document = {"created": created, "updated": updated, "state": {"name": "Готов"}}
    about = rule(trigger=Trigger.STATE, state="Готов")
    assert about.triggered(document, asked=False, entered=entered) is holds
    assert about.triggered(document, asked=True, entered=entered)
    other = rule(trigger=Trigger.CHANGED, state="")
    assert other.triggered(document, asked=False, entered=entered) is (updated == LATER)


@pytest.mark.parametrize(
    ("changes", "moved", "created", "expected"),
    [
        (None, True, LATER, False),
        (3, False, EARLIER, True),
        (0, False, LATER, None),
        (0, True, EARLIER, True),
        (0, False, EARLIER, False),
        (0, False, None, False),
    ],
)
def test_whether_a_state_is_another_one(
    changes: int | None, moved: bool, created: str | None, expected: bool | None
) -> None:
    assert entered({"created": created}, changes, NOW, moved=moved) is expected


def test_a_state_is_known_by_its_id() -> None:
    href = "https://api.moysklad.ru/api/remap/1.2/entity/customerorder/metadata/states/7"
    stamp = "2026-01-12 12:00:01.000"
    for state, known in (
        ({"meta": {"href": href}}, "7"),
        ({"id": "8", "meta": {"href": href}, "name": "Готов"}, "8"),
        (None, ""),
        ({"meta": None}, ""),
    ):
        assert seen_state({"updated": stamp, "state": state}) == (known, from_moscow(stamp))
    assert seen_state({"state": {"meta": {"href": href}}}) is None


def test_a_rule_pauses_itself_once_after_failures_in_a_row() -> None:
    made = rule()
    assert [made.went_wrong("x") for _ in range(4)] == [False] * 4
    made.went_well()
    assert [made.went_wrong("x") for _ in range(6)] == [False] * 4 + [True, False]
    assert (made.enabled, made.stopped_by) == (False, "x")
    made.enable(NOW + timedelta(hours=1))
    assert (made.enabled, made.stopped_by, made.failures, made.since) == (True, None, 0, NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    "changes", [{"state": "Готов"}, {"trigger": Trigger.STATE}, {"match_by": ()}], ids=["idle", "none", "unmatched"]
)
def test_a_rule_that_contradicts_itself(changes: dict[str, Any]) -> None:
    with pytest.raises(RuleInvalid):
        rule(**changes).terms.check()


def test_expressions_see_a_document_in_units_and_by_names() -> None:
    cells = cells_of(
        document(
            line("хлеб"),
            sum=123_45,
            agent={"name": "ИП Ким", "meta": {"href": "https://x/counterparty/77?expand=y"}},
            attributes=[{"name": "Цвет", "value": {"name": "красный"}}],
        )
    )
    assert (cells["sum"], cells["agent.name"], cells["agent.id"]) == (Decimal("123.45"), "ИП Ким", "77")
    assert (cells["attribute:Цвет"], cells["positions"], cells["store.name"]) == ("красный", 1, None)


# ---- executions


def execution() -> Execution:
    rule_id = RuleId(UUID(int=5))
    return Execution(
        id=ExecutionId(UUID(int=7)),
        company_id=A,
        target_company_id=B,
        rule_id=rule_id,
        source_type="demand",
        source_id="doc",
        sync_id=sync_id_of(rule_id, "doc"),
        seen=UUID(int=1),
        booked_at=NOW,
        due_at=NOW,
    )


ERROR = ExecutionError("x.y")


def test_the_sync_id_is_the_same_whoever_works_it_out() -> None:
    assert sync_id_of(RuleId(UUID(int=5)), "doc") == UUID("29eb8c88-ebbb-5516-a545-7880dcff2d39")
    assert len({sync_id_of(RuleId(UUID(int=n)), doc) for n in (1, 2) for doc in ("a", "b")}) == 4


def test_one_worker_has_an_execution_until_its_lease_is_over() -> None:
    one, claim = execution(), ClaimId(uuid4())
    one.claim(claim, NOW + MINUTE)
    assert not one.claimable(NOW)
    one.require_claim(claim)
    with pytest.raises(ExecutionLost):
        one.require_claim(ClaimId(uuid4()))
    assert one.claimable(NOW + MINUTE)
    for number in range(MOST_FAILURES):
        assert one.failures == number
        one.claim(ClaimId(uuid4()), NOW + MINUTE)


def test_what_is_told_meanwhile_is_worked_on_next() -> None:
    one = execution()
    one.claim(ClaimId(uuid4()), NOW + MINUTE)
    assert not one.stir(UUID(int=2), NOW, gone=False)
    one.make(UUID(int=1), NOW)
    assert (one.state, one.due_at) == (ExecutionState.BOOKED, NOW)
    one.claim(ClaimId(uuid4()), NOW + MINUTE)
    one.make(UUID(int=2), NOW)
    assert (one.state, one.due_at) == (ExecutionState.MADE, None)
    assert not one.stir(UUID(int=2), NOW, gone=False)
    assert one.stir(UUID(int=3), NOW, gone=True)


def test_failures_that_may_pass_are_tried_again_later_and_later() -> None:
    one, waits = execution(), []
    for _ in range(MOST_FAILURES - 1):
        assert not one.stumble(ERROR, UUID(int=1), NOW)
        assert one.due_at is not None
        waits.append((one.due_at - NOW).total_seconds())
    assert waits == [5, 10, 20, 40]
    assert one.stumble(ERROR, UUID(int=1), NOW)
    assert one.state is ExecutionState.FAILED


def test_waiting_ends_in_time_unless_for_people() -> None:
    later = NOW + timedelta(days=15)
    one, other = execution(), execution()
    one.wait(ERROR, later, later)
    assert one.state is ExecutionState.FAILED
    other.wait(told(NeedsReview(number=1, names="x")), later, later)
    assert other.state is ExecutionState.WAITING


def test_texts_of_others_are_kept_as_far_as_they_can_be() -> None:
    kept = told(NeedsReview(number=2, names="Бол\x00т" + "я" * 1000))
    assert kept.details["number"] == 2
    assert str(kept.details["names"]).startswith("Болтя")
    assert len(str(kept.details["names"])) == 500
    assert storable(None) == ""


def test_what_may_be_retried() -> None:
    one = execution()
    with pytest.raises(ExecutionNotRetryable):
        one.retry(NOW)
    one.fail(ERROR, UUID(int=1), NOW)
    one.retry(NOW)
    assert (one.state, one.error, one.urged) == (ExecutionState.BOOKED, None, False)
    one.target_id = "b"
    one.make(UUID(int=1), NOW)
    with pytest.raises(ExecutionNotRetryable):
        one.retry(NOW)
    one.note(ERROR, UUID(int=1), NOW)
    one.retry(NOW)
    assert one.urged
