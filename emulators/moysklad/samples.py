"""Made-up values for fields: what each name usually holds. The same source of chance gives the same values."""

import random
from collections.abc import Callable
from typing import Any

from emulators.moysklad import clock
from emulators.moysklad import seed_words as words
from emulators.moysklad.accounts import Account
from emulators.moysklad.catalogue import Field, Kind
from emulators.moysklad.records import Ref

DAY = 86400
VATS = (0, 5, 7, 10, 20, 22)
Make = Callable[[int], Any]
_FORMS = ("ООО", "АО", "ИП", "ЗАО")


class Samples:
    """Values for one account. Each maker takes the number of the object within its run."""

    def __init__(self, account: Account, source: random.Random, ids: random.Random, now: float) -> None:
        self.account = account
        self.source = source
        self._ids = ids
        self._now = now
        self._firsts: dict[str, dict[str, Any] | None] = {}
        self._known = {**self._texts(), **self._numbers(), **self._objects()}

    def identifier(self) -> str:
        digits = f"{self._ids.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def code(self) -> str:
        return f"{self._ids.getrandbits(110):022x}"[:22]

    def stamp(self, days: float = 90) -> str:
        """A moment of the last `days` days, to the millisecond."""
        return clock.stamp(self._now - self.source.random() * days * DAY)

    def minute(self, days: float = 90) -> str:
        return clock.floor_minute(self.stamp(days))

    def money(self) -> float:
        """Kopecks, now and then with a fraction of one."""
        whole = float(self.source.randrange(100, 5_000_000))
        return whole + 0.5 if self.source.random() < 0.02 else whole

    def maker(self, field: Field) -> Make | None:
        """How to make a value of a field that is not a link; None for objects of an unknown shape."""
        if field.choices:
            return lambda _: self.source.choice(field.choices)
        if field.name in self._known and field.kind is not Kind.BOOLEAN:
            return self._known[field.name]
        if field.kind is Kind.STRING:
            return lambda number: f"{field.name} {number + 1}"
        return self._by_kind().get(field.kind)

    def _by_kind(self) -> dict[Kind, Make]:
        source = self.source
        return {
            Kind.UUID: lambda _: self.identifier(),
            Kind.BOOLEAN: lambda _: source.random() < 0.5,
            Kind.NUMBER: lambda _: self.money(),
            Kind.INTEGER: lambda _: source.randrange(1, 100),
            Kind.MOMENT: lambda _: self.stamp(),
            Kind.MINUTE: lambda _: self.minute(),
            Kind.STRINGS: lambda number: [f"метка {number % 7}", source.choice(words.PROJECTS).lower()],
        }

    def _texts(self) -> dict[str, Make]:
        pick, source = self.source.choice, self.source
        return {
            "externalCode": lambda _: self.code(),
            "code": lambda number: f"{number + 1:05d}",
            "article": lambda _: f"ART-{source.randrange(10**6):06d}",
            "description": lambda _: pick(words.COMMENTS),
            "email": lambda number: f"client{number + 1}@example.com",
            "phone": lambda _: f"+7 9{source.randrange(10**8, 10**9)}",
            "fax": lambda _: f"+7 495 {source.randrange(10**6, 10**7)}",
            "inn": lambda _: str(source.randrange(10**9, 10**10)),
            "kpp": lambda _: str(source.randrange(10**8, 10**9)),
            "ogrn": lambda _: str(source.randrange(10**12, 10**13)),
            "ogrnip": lambda _: str(source.randrange(10**14, 10**15)),
            "okpo": lambda _: str(source.randrange(10**7, 10**8)),
            "legalTitle": lambda _: f"{pick(_FORMS)} «{pick(words.COMPANIES)}»",
            "firstName": lambda _: pick(words.FIRST_NAMES),
            "lastName": lambda _: pick(words.LAST_NAMES),
            "legalFirstName": lambda _: pick(words.FIRST_NAMES),
            "legalLastName": lambda _: pick(words.LAST_NAMES),
            "accountNumber": lambda _: str(source.randrange(10**19, 10**20)),
            "bic": lambda _: f"04{source.randrange(10**7):07d}",
            "incomingNumber": lambda _: f"ВХ-{source.randrange(1, 99999)}",
            "paymentPurpose": lambda number: f"Оплата по счёту № {number + 1}",
            "isoCode": lambda number: "".join(chr(65 + (number * 7 + step * 5) % 26) for step in range(3)),
            "barcode": lambda _: str(source.randrange(10**12, 10**13)),
            "rateUpdateType": lambda _: pick(("manual", "auto")),
            **dict.fromkeys(("address", "legalAddress", "actualAddress", "shipmentAddress"), lambda _: self.address()),
        }

    def _numbers(self) -> dict[str, Make]:
        source = self.source
        return {
            "vat": lambda _: source.choice(VATS),
            "quantity": lambda _: float(source.randrange(1, 12)),
            "weight": lambda _: round(source.random() * 20, 3),
            "volume": lambda _: round(source.random(), 4),
            "rate": lambda _: round(source.random() * 100 + 0.5, 4),
            "multiplicity": lambda _: 1,
            "size": lambda _: source.randrange(1000, 9_000_000),
            "reserve": lambda _: float(source.randrange(0, 3)),
            **dict.fromkeys(
                ("bankPercent", "qrBankPercent", "rewardPercent", "discountMaxPercent"),
                lambda _: source.randrange(1, 20),
            ),
            **dict.fromkeys(
                (
                    "planQuantity",
                    "consumedQuantity",
                    "producedQuantity",
                    "productionVolume",
                    "calculatedQuantity",
                    "inTransit",
                    "minimumBalance",
                ),
                lambda _: round(source.random() * 50, 3),
            ),
        }

    def address(self) -> str:
        pick, source = self.source.choice, self.source
        return (
            f"{pick(words.CITIES)}, {pick(words.STREETS)}, {source.randrange(1, 200)}, кв. {source.randrange(1, 300)}"
        )

    def price(self) -> dict[str, Any]:
        return {"value": self.money(), "currency": self.link(self.account.currency)}

    def link(self, ref: Ref) -> dict[str, Any]:
        return {"meta": self.account.links.meta(ref)}

    def first(self, kind: str) -> dict[str, Any] | None:
        if self._firsts.get(kind) is None:
            record = next(iter(self.account.shelves[kind]), None)
            self._firsts[kind] = None if record is None else self.link(record.ref)
        return self._firsts[kind]

    def _objects(self) -> dict[str, Make]:
        types = self.account.price_types
        full = ("shipmentAddressFull", "legalAddressFull", "actualAddressFull", "addressFull")
        return {
            **dict.fromkeys(full, lambda _: self._full_address()),
            **dict.fromkeys(("minPrice", "buyPrice"), lambda _: self.price()),
            "salePrices": lambda _: [{**self.price(), "priceType": one} for one in types],
            "priceType": lambda number: types[number % len(types)],
            "barcodes": lambda _: [{"ean13": self._digits(13)}, {"code128": self.code()[:12]}],
            "packs": lambda _: [{"id": self.identifier(), "uom": self.first("uom"), "quantity": 6.0}],
            "pack": lambda _: {"id": self.identifier(), "uom": self.first("uom"), "quantity": 6.0},
            "minimumStock": lambda _: {"type": "ALL_WAREHOUSE_SUM", "quantity": float(self.source.randrange(50))},
            "alcoholic": lambda _: {"excise": True, "type": 123, "strength": 40.0, "volume": 0.5},
            "overhead": lambda _: {
                "sum": self.money(),
                "distribution": self.source.choice(("price", "weight", "volume")),
            },
            "commissionOverhead": lambda _: {"sum": self.money()},
            "salary": lambda _: {"value": self.money()},
            "columns": lambda _: [{"name": "Опт"}, {"name": "Розница", "percentageDiscount": 5}],
            "cells": lambda _: [{"column": name, "sum": int(self.money())} for name in ("Опт", "Розница")],
            "gtd": lambda _: {"name": f"10{self._digits(6)}/{self._digits(6)}/{self._digits(7)}"},
            "things": lambda _: [self._digits(8)],
            "trackingCodes": lambda _: [{"cis": f"01{self._digits(14)}21{self.code()[:13]}", "type": "trackingcode"}],
            "trackingCodes_1162": lambda _: [{"cis_1162": f"444D{self.code()}", "type": "trackingcode"}],
            "giftCards": lambda _: [{"name": self._digits(6), "paymentSum": self.money()}],
            "majorUnit": lambda _: {"gender": "masculine", "s1": "доллар", "s2": "доллара", "s5": "долларов"},
            "minorUnit": lambda _: {"gender": "masculine", "s1": "цент", "s2": "цента", "s5": "центов"},
            "image": lambda _: self._picture(),
            "miniature": lambda _: self._thumbnail("miniature"),
            "tiny": lambda _: self._thumbnail("tiny"),
            "environment": lambda _: _ENVIRONMENT,
            "lastOperationNames": lambda _: [{"entity": "retaildemand", "name": "00002"}],
        }

    def cheque(self, *, shift: bool) -> dict[str, Any]:
        """What a fiscal printer says of one sale, or of the opening and the closing of a shift."""
        receipt = {
            "fnNumber": self._digits(6),
            "fiscalDocSign": self._digits(10),
            "fiscalDocNumber": self._digits(8),
            "kktRegNumber": self._digits(6),
            "time": self.minute(),
        }
        if not shift:
            return receipt
        end = {**receipt, "shiftNumber": "12", "chequesTotal": 7, "fiscalDocsTotal": 9}
        return {"start": {**receipt, "shiftNumber": "12"}, "end": end}

    def till_state(self) -> dict[str, Any]:
        """How a point of sale is doing."""
        return {
            "sync": {"message": "Ошибка связи", "lastAttempMoment": self.minute()},
            "lastCheckMoment": self.minute(),
            "fiscalMemory": {"notSendDocCount": 3, "notSendFirstDocMoment": self.minute()},
        }

    def _full_address(self) -> dict[str, Any]:
        pick, source = self.source.choice, self.source
        address = {
            "postalCode": self._digits(6),
            "country": self.first("country"),
            "region": self.first("region"),
            "city": pick(words.CITIES),
            "street": pick(words.STREETS),
            "house": str(source.randrange(1, 200)),
            "apartment": str(source.randrange(1, 300)),
            "addInfo": "вход со двора",
            "comment": pick(words.COMMENTS),
        }
        return {name: one for name, one in address.items() if one is not None}

    def _picture(self) -> dict[str, Any]:
        return {"title": "photo", "filename": "photo.png", "size": 10_000, "miniature": self._thumbnail("miniature")}

    def _thumbnail(self, size: str) -> dict[str, str]:
        href = f"{self.account.links.api}/download/{self.identifier()}"
        query = "?miniature=true" if size == "miniature" else ""
        return {"href": href, "type": "image", "mediaType": "image/png", "downloadHref": href + query}

    def _digits(self, count: int) -> str:
        return f"{self.source.randrange(10**count):0{count}d}"


_ENVIRONMENT = {
    "device": "Терминал",
    "os": "Linux",
    "software": {"name": "Касса", "vendor": "Поставщик", "version": "2.2"},
    "chequePrinter": {
        "vendor": "Завод",
        "name": "30Ф",
        "serial": "15636313",
        "fiscalDataVersion": "1.0",
        "firmwareVersion": "669",
        "driver": {"name": "Драйвер", "version": "9.1"},
        "fiscalMemory": {"fiscalDataVersion": "1.0", "fiscalValidityDate": "2029-09-06 21:30:00.000"},
    },
}
