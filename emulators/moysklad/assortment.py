"""All goods in one list (JSON API docs, "assortment" and its older edition with stock).

The header `X-Lognex-Remap-Beta-Feature: assortmentWithoutStock` chooses the new list, which has no stock, fewer filters
and fewer links to expand; without it the older list answers, which knows what is in stock.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from emulators.moysklad import clock, errors, expanding, filters, listing, ordering, render, stocking
from emulators.moysklad.accounts import Account
from emulators.moysklad.calls import Answer, Call, answer
from emulators.moysklad.catalogue import ASSORTMENT, Entity
from emulators.moysklad.catalogue.fields import table
from emulators.moysklad.links import JSON_TYPE
from emulators.moysklad.records import Record, Ref, Shelf
from emulators.moysklad.reports.ledger import Balance

HEADER = "x-lognex-remap-beta-feature"
FEATURE = "assortmentWithoutStock"
_SHARED = """
    archived:flag code^ description externalCode group>group name^ pathName^ productFolder>productfolder
    supplier>counterparty|organization updated:moment product>product barcodes:json- article^-"""
NEW = Entity("assortment", "", table(_SHARED), attributes_of="product")
OLD = Entity(
    "assortment",
    "",
    table(f"{_SHARED} article^ isSerialTrackable:flag owner>employee shared:flag weighed:flag"),
    attributes_of="product",
)
_SPECIAL = ("type", "withSubFolders", "stockStore", "stockMode", "quantityMode", "stockMoment", "search")
_MODES: dict[str, Callable[[float], bool]] = {
    "all": lambda _: True,
    "positiveOnly": lambda value: value > 0,
    "negativeOnly": lambda value: value < 0,
    "empty": lambda value: value == 0,
    "nonEmpty": lambda value: value != 0,
}
_encode = msgspec.json.Encoder().encode
_GROUPS = {
    "product": ("product", "service", "bundle"),
    "variant": ("product", "variant", "service", "bundle"),
    "consignment": ASSORTMENT,
}


def handle(call: Call, rest: list[str]) -> Answer:
    """Everything under `/entity/assortment`."""
    match (call.method, rest):
        case ("GET", []):
            call.need("view", "assortment")
            return Answer(body(call), kind="list")
        case ("GET", ["settings"]):
            return answer(_settings(call.account))
        case ("GET", ["metadata"]):
            href = f"{call.account.links.entity('product')}/metadata/attributes"
            return answer({"attributes": {"meta": {"href": href, "type": "attributemetadata", "mediaType": JSON_TYPE}}})
        case ("GET", _):
            raise errors.unknown_path(call.path)
    raise errors.method_refused(call.method)


def body(call: Call, *, whole: bool = False) -> bytes:
    """One page of the assortment as JSON, or all of it for an asynchronous task."""
    account, query = call.account, call.query
    fast = call.headers.get(HEADER, "") == FEATURE
    limit, offset = listing.bounds(query)
    balances = {} if fast else _balances(call)
    found = _select(call, NEW if fast else OLD, balances, fast=fast)
    page = listing.Page(found if whole else found[offset : offset + limit], len(found), limit, offset)
    tree = _tree(query.get("expand", ""), fast=fast) if expanding.heeded(query) else {}
    view = render.View(call.world.settings.nested_positions_limit, denied=call.denied("view"))
    rows = (_row(account, record, tree, view, None if fast else balances) for record in page.records)
    return listing.wrap(account, f"{account.links.api}/entity/assortment", "assortment", query, page, rows)


def _balances(call: Call) -> stocking.Balances:
    """Stock over all stores or in those asked for, today or at the moment asked for."""
    special, _ = _split(call.query.get("filter", ""))
    account, now = call.account, call.world.clock.now()
    until = clock.parse(special["stockMoment"][0]) if "stockMoment" in special else ""
    if until is None:
        raise errors.filter_date("stockMoment")
    found: stocking.Balances = {}
    for store in special.get("stockStore", [""]):
        one = account.links.read(store, "stockStore").id if store else ""
        for good, balance in stocking.of_goods(account, now, until=until, store=one).items():
            found.setdefault(good, Balance()).add(balance)
    return found


def _select(call: Call, entity: Entity, balances: stocking.Balances, *, fast: bool) -> list[Record]:
    account, query = call.account, call.query
    special, rest = _split(query.get("filter", ""))
    if fast:
        _check_fast(special, rest)
    asked = filters.compile_filter(account, Shelf(entity, "assortment"), _with_folders(account, special, rest))
    order = ordering.parse(entity, query.get("order", ""))
    found = list(_candidates(account, asked, _types(query.get("groupBy"), special)))
    for name in ("stockMode", "quantityMode"):
        for mode in special.get(name, ()):
            found = _by_stock(balances, found, "stock" if name == "stockMode" else "quantity", mode)
    search = (special.get("search") or [query.get("search", "")])[0].strip()
    found = ordering.arrange(found, order)
    return listing.search(found, search, sort=not order) if search else found


def _check_fast(special: dict[str, list[str]], rest: str) -> None:
    """Raises ApiError for filters that the new list does not have."""
    for name in special:
        if name not in {"type", "withSubFolders"}:
            raise _refused(name)
    for name, operator, _ in filters.split(rest):
        if name == "updatedBy" or (name == "barcode" and operator == "!="):
            raise _refused(name)


def _refused(name: str) -> errors.ApiError:
    return errors.filter_refused(f"неизвестное поле '{name}' или фильтрация по нему не поддерживается", name)


def _split(text: str) -> tuple[dict[str, list[str]], str]:
    """Conditions that only the assortment has, and the text of the rest."""
    special: dict[str, list[str]] = {}
    rest: list[str] = []
    for name, operator, value in filters.split(text):
        if name in _SPECIAL:
            special.setdefault(name, []).append(value)
        else:
            rest.append(f"{name}{operator}{value.replace(';', chr(92) + ';')}")
    return special, ";".join(rest)


def _with_folders(account: Account, special: dict[str, list[str]], text: str) -> str:
    """Folders stand for themselves and, unless asked otherwise, for the folders inside them."""
    if special.get("withSubFolders") == ["false"]:
        return text
    pieces = []
    for name, operator, value in filters.split(text):
        pieces.append(f"{name}{operator}{value.replace(';', chr(92) + ';')}")
        if name == "productFolder" and value:
            below = _below(account, account.links.read(value, name))
            pieces.extend(f"{name}{operator}{account.links.href(ref)}" for ref in below)
    return ";".join(pieces)


def _below(account: Account, folder: Ref) -> list[Ref]:
    found, at = [folder], 0
    while at < len(found):
        inner = (one.ref for one in account.shelves["productfolder"] if one.fields.get("productFolder") == found[at])
        found.extend(ref for ref in inner if ref not in found)
        at += 1
    return found[1:]


def _types(group: str | None, special: dict[str, list[str]]) -> tuple[str, ...]:
    if group is not None and group not in _GROUPS:
        raise errors.bad_parameters("groupBy")
    types = _GROUPS[group or "variant"]
    wanted = special.get("type")
    for one in wanted or ():
        if one not in ASSORTMENT:
            raise errors.filter_value(one, "type")
    return tuple(one for one in types if wanted is None or one in wanted)


def _candidates(account: Account, asked: filters.Query, types: tuple[str, ...]) -> Iterator[Record]:
    for name in types:
        for record in listing.candidates(account.shelves[name], asked):
            if all(test(record) for test in asked.tests):
                yield record


def _by_stock(balances: stocking.Balances, found: list[Record], name: str, mode: str) -> list[Record]:
    """Objects whose stock is as wanted. Services and bundles have none, so they are left out (JSON API docs)."""
    if mode not in _MODES:
        raise errors.filter_value(mode, "stockMode")
    if mode == "all":
        return found
    counted = (one for one in found if one.entity.name not in {"service", "bundle"})
    return [one for one in counted if _MODES[mode](stocking.numbers(balances.get(one.id))[name])]


def _tree(text: str, *, fast: bool) -> render.Tree:
    tree: render.Tree = {}
    for path in filter(None, (piece.strip() for piece in text.split(","))):
        parts = path.split(".")
        head_known = any(expanding.known(kind, parts[0]) for kind in ("product", "variant", "bundle", "service"))
        if (fast and path not in {"product", "images", "components"}) or not head_known or len(parts) > expanding.DEPTH:
            raise errors.expand_refused(path)
        branch = tree
        for part in parts:
            branch = branch.setdefault(part, {})
    return tree


def _row(
    account: Account, record: Record, tree: render.Tree, view: render.View, balances: stocking.Balances | None
) -> bytes:
    shown = render.expanded(account, record, tree, view)
    if balances is None or record.entity.name in {"service", "bundle"}:
        return shown
    return shown[:-1] + b"," + _encode(stocking.numbers(balances.get(record.id)))[1:]


def _settings(account: Account) -> dict[str, Any]:
    href = f"{account.links.api}/entity/assortment/settings"
    return {
        "meta": {"href": href, "type": "assortmentsettings", "mediaType": JSON_TYPE},
        "uniqueCodeRules": {"checkUniqueCode": account.rules["checkUniqueCode"], "fillUniqueCode": False},
        "barcodeRules": {"fillEAN13Barcode": True, "weightBarcode": False, "weightBarcodePrefix": 20},
        "createdShared": True,
    }
