"""What made-up objects of some types need besides values of their fields: what binds several fields together."""

from collections.abc import Callable, Iterable

from emulators.moysklad import seed_words as words
from emulators.moysklad.accounts import Account
from emulators.moysklad.records import Record, Ref
from emulators.moysklad.samples import Samples

Pool = Callable[[Iterable[str]], list[Ref]]
Special = Callable[[Account, Samples, Pool, Record, int], None]
SIZES = ("S", "M", "L", "XL")


def _counterparty(_: Account, samples: Samples, __: Pool, record: Record, number: int) -> None:
    pick, fields = samples.source.choice, record.fields
    kind = fields["companyType"] = ("legal", "individual", "entrepreneur")[number % 3]
    person = f"{pick(words.LAST_NAMES)} {pick(words.FIRST_NAMES)}"
    if kind == "legal":
        fields["name"] = f"{pick(words.FORMS)} «{pick(words.COMPANIES)}» {number + 1}"
        for name in ("legalFirstName", "legalLastName", "legalMiddleName", "birthDate", "sex", "ogrnip"):
            fields.pop(name, None)
    else:
        fields["name"] = f"{person} {number + 1}"
        for name in ("legalTitle", "kpp", "ogrn"):
            fields.pop(name, None)


def _organization(_: Account, __: Samples, ___: Pool, record: Record, ____: int) -> None:
    record.fields["companyType"] = "legal"


def _good(_: Account, samples: Samples, __: Pool, record: Record, number: int) -> None:
    pick, fields = samples.source.choice, record.fields
    if record.entity.name in {"product", "bundle"}:
        fields["name"] = f"{pick(words.GOODS)}, {pick(words.COLORS)} {number + 1}"
        fields["trackingType"] = "NOT_TRACKED" if samples.source.random() < 0.8 else fields.get("trackingType", "WATER")
    if not fields.get("isSerialTrackable"):
        fields.pop("things", None)
    if record.entity.name == "bundle":
        fields["overhead"] = samples.price()


def _variant(account: Account, samples: Samples, __: Pool, record: Record, number: int) -> None:
    color = words.COLORS[number % len(words.COLORS)]
    size = f"{SIZES[number // len(words.COLORS) % len(SIZES)]}{number // 24 or ''}"
    record.fields["characteristics"] = [
        {**account.characteristic("Цвет"), "value": color},
        {**account.characteristic("Размер"), "value": size},
    ]
    for one in record.fields["characteristics"]:
        del one["type"], one["required"]
    if "packs" in record.fields:
        record.fields["packs"] = [
            {"id": samples.identifier(), "parentpack": {"id": samples.identifier()}, "barcodes": []}
        ]


def _move(_: Account, samples: Samples, pool: Pool, record: Record, __: int) -> None:
    stores = [ref for ref in pool(("store",)) if ref != record.fields["sourceStore"]]
    if stores:
        record.fields["targetStore"] = samples.source.choice(stores)


def _retaildemand(_: Account, samples: Samples, __: Pool, record: Record, ___: int) -> None:
    record.fields["cheque"] = samples.cheque(shift=False)


def _retailshift(_: Account, samples: Samples, __: Pool, record: Record, ___: int) -> None:
    record.fields["cheque"] = samples.cheque(shift=True)


def _retailstore(_: Account, samples: Samples, __: Pool, record: Record, ___: int) -> None:
    record.fields["state"] = samples.till_state()


def _employee(account: Account, _: Samples, __: Pool, record: Record, number: int) -> None:
    record.fields["uid"] = f"employee{number + 1}@{account.name}"
    record.fields["cashiers"] = []


def _task(_: Account, __: Samples, ___: Pool, record: Record, ____: int) -> None:
    record.fields["done"] = bool(record.fields.get("done"))


def _currency(_: Account, __: Samples, ___: Pool, record: Record, number: int) -> None:
    record.fields |= {"system": False, "default": False, "code": f"{900 + number % 100:03d}"}


def _store(_: Account, __: Samples, ___: Pool, record: Record, ____: int) -> None:
    """Cells lie in the zones of their store."""
    for zone, slot in zip(record.rows("zones"), record.rows("slots"), strict=False):
        slot.set("zone", Ref("storezone", zone.id, f"store/{record.id}"))


def _productiontask(_: Account, __: Samples, ___: Pool, record: Record, ____: int) -> None:
    """What is made is made by the rows of the task."""
    for row, product in zip(record.rows("productionRows"), record.rows("products"), strict=False):
        product.set("productionRow", Ref("productionrow", row.id, f"productiontask/{record.id}"))


def _plan(_: Account, __: Samples, ___: Pool, record: Record, ____: int) -> None:
    """A line of a tech card names the product beside the variant or the consignment of it."""
    for name in ("materials", "products"):
        for row in record.rows(name):
            good = row.get("assortment")
            if good is not None and good.kind == "product":
                row.set("product", good)


SPECIAL: dict[str, Special] = {
    "counterparty": _counterparty,
    "organization": _organization,
    "product": _good,
    "service": _good,
    "bundle": _good,
    "variant": _variant,
    "move": _move,
    "retaildemand": _retaildemand,
    "retailshift": _retailshift,
    "retailstore": _retailstore,
    "employee": _employee,
    "store": _store,
    "productiontask": _productiontask,
    "task": _task,
    "currency": _currency,
    "processingplan": _plan,
}
