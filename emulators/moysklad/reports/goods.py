"""Goods as reports show them and choose them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulators.moysklad import errors, filters
from emulators.moysklad.accounts import Account
from emulators.moysklad.records import Record, Ref
from emulators.moysklad.reports.asking import Asked

Choose = Callable[[Record], bool]


def find(account: Account, ref: Ref) -> Record | None:
    """The good that a line names."""
    shelf = account.shelves.get(ref.kind)
    return shelf.records.get(ref.id) if shelf is not None else None


def parent(account: Account, record: Record) -> Record:
    """The product that a variant or a batch belongs to, or the good itself."""
    for name in ("assortment", "product"):
        ref = record.fields.get(name)
        if record.entity.name in {"variant", "consignment"} and isinstance(ref, Ref):
            above = find(account, ref)
            if above is not None and above is not record:
                return parent(account, above)
    return record


def grouped(account: Account, ref: Ref, by: str) -> Ref:
    """The good that a line counts for when goods are grouped by product, variant or consignment."""
    record = find(account, ref)
    if record is None or by == "consignment" or ref.kind not in {"variant", "consignment"}:
        return ref
    if by == "variant" and ref.kind == "variant":
        return ref
    above = record.fields.get("assortment") if ref.kind == "consignment" else None
    if by == "variant":
        return Ref(above.kind, above.id) if isinstance(above, Ref) else ref
    root = parent(account, record)
    return Ref(root.entity.name, root.id)


def name(record: Record | None) -> str:
    """What a good is called; a batch by its label."""
    return "" if record is None else str(record.fields.get("name") or record.fields.get("label") or "")


def meta(account: Account, ref: Ref, *, expand: str = "", screen: bool = True) -> dict[str, Any]:
    """The `meta` of an object. Older reports leave `uuidHref` out and ask for the supplier in the address."""
    shown = dict(account.links.meta(Ref(ref.kind, ref.id)))
    if expand:
        shown["href"] += f"?expand={expand}"
    if not screen:
        shown.pop("uuidHref", None)
    return shown


def named(account: Account, ref: Ref, *, screen: bool = True) -> dict[str, Any]:
    """`{"meta", "name"}` of any object."""
    shelf = account.shelves.get(ref.kind)
    record = shelf.records.get(ref.id) if shelf is not None else None
    return {"meta": meta(account, ref, screen=screen), "name": name(record)}


def uom(account: Account, record: Record) -> dict[str, Any] | None:
    """The unit that the good, or the product it belongs to, is counted in."""
    ref = record.fields.get("uom") or parent(account, record).fields.get("uom")
    return named(account, ref, screen=False) if isinstance(ref, Ref) else None


def folder(account: Account, record: Record) -> Ref | None:
    """The group of the good, or of the product it belongs to."""
    ref = record.fields.get("productFolder") or parent(account, record).fields.get("productFolder")
    return ref if isinstance(ref, Ref) else None


def supplier(account: Account, record: Record) -> Ref | None:
    """Who delivers the good, or the product it belongs to."""
    ref = record.fields.get("supplier") or parent(account, record).fields.get("supplier")
    return Ref(ref.kind, ref.id) if isinstance(ref, Ref) else None


def sale_price(account: Account, record: Record) -> float:
    """The first sale price in kopecks."""
    for one in (record, parent(account, record)):
        prices = one.fields.get("salePrices")
        if prices:
            return float(prices[0].get("value") or 0.0)
    return 0.0


def minimum(record: Record) -> float:
    """The stock that the good should not fall below."""
    found = record.fields.get("minimumBalance")
    return float(found) if isinstance(found, int | float) else 0.0


def path_name(account: Account, record: Record) -> str:
    """The groups above the good, as one path; reports are sorted by it and by the name."""
    return str(parent(account, record).fields.get("pathName") or "")


def shown_folder(account: Account, record: Record) -> dict[str, Any] | None:
    """The group with its path."""
    ref = folder(account, record)
    if ref is None:
        return None
    shelf = account.shelves.get("productfolder")
    found = shelf.records.get(ref.id) if shelf is not None else None
    above = str(found.fields.get("pathName") or "") if found is not None else ""
    return {"meta": meta(account, ref, screen=False), "name": name(found), "pathName": above}


def image(account: Account, record: Record) -> dict[str, Any] | None:
    """The first picture of the good, or of the product it belongs to."""
    rows = record.rows("images") or parent(account, record).rows("images")
    if not rows:
        return None
    meta = {"href": f"{account.links.api}/download/{rows[0].id}", "mediaType": "application/octet-stream"}
    fields = ("title", "filename", "size", "updated", "miniature", "tiny")
    return {"meta": meta} | {name: found for name in fields if (found := rows[0].get(name)) is not None}


def short(account: Account, ref: Ref, *, expand: str = "", folders: bool = False) -> dict[str, Any]:
    """The brief view that profit and turnover reports give of a good."""
    record = find(account, ref)
    out: dict[str, Any] = {"meta": meta(account, ref, expand=expand), "name": name(record)}
    if record is None:
        return out
    for field in ("code", "article"):
        found = record.fields.get(field) or (field == "article" and parent(account, record).fields.get(field))
        if found:
            out[field] = found
    unit = uom(account, record)
    if unit is not None:
        out["uom"] = unit
    picture = image(account, record)
    if picture is not None:
        out["image"] = picture
    group = folder(account, record)
    if folders and group is not None:
        out["productFolder"] = named(account, group)
    return out


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which goods a filter admits."""

    account: Account
    tests: tuple[Choose, ...]

    def admits(self, ref: Ref) -> bool:
        record = find(self.account, ref)
        return record is not None and all(test(record) for test in self.tests)


def choose(account: Account, asked: Asked, *, related: bool = True) -> Chosen:
    """Reads the conditions on goods that reports share: product, variant, consignment, productFolder with
    withSubFolders, supplier, search, soldByWeight and custom fields. Raises ApiError 1069 for conditions that the
    documentation forbids together. A product stands for its variants and batches too, but not where `related` is
    false.
    """
    tests: list[Choose] = []
    if any(asked.values.get(one) for one in ("product", "variant", "consignment")):
        tests.append(_is_one_of(account, asked, related=related))
    if asked.values.get("productFolder"):
        tests.append(_in_folder(account, asked))
    if asked.values.get("supplier"):
        tests.append(lambda record: asked.admits("supplier", supplier(account, record)))
    for operator, text in asked.values.get("search", ()):
        part, wanted = str(text).casefold(), operator == "="
        tests.append(lambda record, part=part, wanted=wanted: (part in name(record).casefold()) is wanted)  # type: ignore[misc]
    if asked.values.get("soldByWeight"):
        wanted = asked.one("soldByWeight")
        tests.append(lambda record: bool(parent(account, record).fields.get("weighed")) is wanted)
    if asked.attributes:
        query = filters.compile_filter(account, account.shelves["product"], ";".join(asked.attributes))
        tests.append(lambda record: all(test(parent(account, record)) for test in query.tests))
    return Chosen(account, tuple(tests))


def _is_one_of(account: Account, asked: Asked, *, related: bool) -> Choose:
    fields = ("product", "variant", "consignment")
    operators = {operator for field in fields for operator, _ in asked.values.get(field, ())}
    if len(operators) > 1:
        raise incompatible("product, variant, consignment")
    listed = {value.id for field in fields for _, value in asked.values.get(field, ()) if value is not None}
    wanted = operators == {"="}

    def test(record: Record) -> bool:
        return (record.id in listed or (related and parent(account, record).id in listed)) is wanted

    return test


def _in_folder(account: Account, asked: Asked) -> Choose:
    deep = asked.one("withSubFolders", True)
    found = asked.values["productFolder"]
    listed = {value.id for _, value in found if value is not None}
    wanted = {operator for operator, _ in found} == {"="}

    def above(ref: Ref | None) -> set[str]:
        shelf = account.shelves.get("productfolder")
        out: set[str] = set()
        while ref is not None and ref.id not in out:
            out.add(ref.id)
            record = shelf.records.get(ref.id) if shelf is not None and deep else None
            higher = record.fields.get("productFolder") if record is not None else None
            ref = higher if isinstance(higher, Ref) else None
        return out

    def test(record: Record) -> bool:
        return bool(above(folder(account, record)) & listed) is wanted

    return test


def incompatible(names: str) -> errors.ApiError:
    return errors.ApiError(400, 1069, f"Ошибка запроса: несовместимые параметры запроса: '{names}'")
