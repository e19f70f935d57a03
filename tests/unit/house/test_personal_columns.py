"""Every column that looks as if it told of people is marked, or was judged not to."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from adapters.moysklad.catalogue import ScannedExporters
from domain.exports.columns import Column, attribute_column
from domain.exports.exporter import BaseExporter
from domain.exports.personal import PersonalKind
from domain.shared.cells import CellKind
from emulators.moysklad.catalogue import ENTITIES

PRIVACY = Path(__file__).parents[3] / "docs" / "PRIVACY.md"
CATALOGUE = ScannedExporters().all()
SUSPICIOUS_IDS = re.compile(
    r"(?i)(^|[._])(agent|owner|employee|counterparty|supplier|vendor|keeper|author|assignee|implementer|performers"
    r"|consignee|consignor|carrier|customer|cashiers?|contactpersons|director|chiefAccountant|updatedBy)(\[\])?\.name$"
    r"|e?mail|phone|fax|passport|birth|(^|[._])sex$|first_?name|last_?name|middle_?name|full_?name|fio|legalTitle"
    r"|(^|[._])(inn|iin|pinfl|ogrnip|okpo|snils|bin|kpp|ogrn|uid|login|salary|director\w*|chiefAccountant|updatedBy)"
    r"([._]|$)|address|accountNumber|cardNumber|certificateNumber|certificateDate|description|comment|eventText|(^|[._])position$|automobile"
    r"|transportFacility|payerRegCode|purpose"
)
SUSPICIOUS_TITLES = re.compile(
    r"(?i)почт|телефон|факс|адрес|паспорт|рожден|\bпол\b|фамили|отчеств|\bимя\b|фио\b|инн\b|иин\b|пинфл|огрн|окпо|снилс"
    r"|логин|оклад|зарплат|руководител|директор|бухгалтер|сотрудник|контрагент|покупател|поставщик|перевозчик"
    r"|получатель|отправитель|исполнител|автор|кто измен|выполнил\b|\bводител|\bкассир|контактн|комментари|свидетельств"
    r"|номер.*карт|номер счёта|счёт контрагента|автомобил|квартира|улица|\bдом\b|назначение платежа|текст"
)
DOCUMENTS = "words about a document; whoever writes people's data into them names the column in `personal.columns`"
STATION = "an address of the company's own shop or warehouse"
FIRM = "firms alone have one"
GROUP = "the name of a group"
NUMBER = "the number of a document"
PEOPLE = frozenset({"counterparty", "employee", "contactperson"})
BANKS = {"acquire.name", "qrAcquire.name"}
"""Counterparties that are banks."""
JUDGED: dict[str, str] = {
    # column id, or `exporter/id` where the id means different things
    "description": DOCUMENTS,
    "operation.description": DOCUMENTS,
    "comment": DOCUMENTS,
    "paymentPurpose": DOCUMENTS,
    "reasonDescription": DOCUMENTS,
    "address": STATION,
    "kpp": FIRM,
    "ogrn": FIRM,
    "mod__requisites__kz.bin": FIRM,
    "agentTags": GROUP,
    "createAgentsTags": GROUP,
    "filterAgentsTags": GROUP,
    "customerOrder.name": NUMBER,
    "customerOrders.name": NUMBER,
    "purchaseOrder.name": NUMBER,
    "purchaseOrders.name": NUMBER,
    "invoicesIn.name": NUMBER,
    "invoicesOut.name": NUMBER,
    "salesReturn.name": NUMBER,
    "currency/fullName": "a currency's name",
    "position": "a job is held by many",
    "directorPosition": "a job is held by many",
    "organizationAccount.accountNumber": "the company's own account",
    "utmUrl": "where a program answers, not where somebody lives",
    "transportFacility": "a kind of vehicle",
    "counterparty.id": "means nothing without the MoySklad account",
    "employee.id": "means nothing without the MoySklad account",
}


def columns() -> Iterator[tuple[BaseExporter, Column]]:
    for exporter in CATALOGUE:
        for column in exporter.columns:
            yield exporter, column


def looks_personal(column: Column) -> bool:
    """By what it is called, in the API or in the sheet. Flags and counts tell of nobody."""
    if column.kind is CellKind.BOOLEAN or column.path.endswith("meta.size"):
        return False
    return bool(SUSPICIOUS_IDS.search(column.id) or SUSPICIOUS_TITLES.search(column.title))


def judged(exporter: BaseExporter, column: Column) -> bool:
    return column.id in JUDGED or f"{exporter.key}/{column.id}" in JUDGED or _of_a_place(column)


def _of_a_place(column: Column) -> bool:
    """Parts of the address of a shop or a warehouse."""
    return column.id.startswith(("addressFull.", "addressFullCountry.", "addressFullRegion."))


def test_what_looks_personal_is_marked_or_was_judged_not_to_be() -> None:
    missed = [
        f"{exporter.key}: {column.id} «{column.title}»"
        for exporter, column in columns()
        if column.personal is None and looks_personal(column) and not judged(exporter, column)
    ]
    assert not missed, "mark them with v.of_people, or say in JUDGED why they tell of nobody: " + "; ".join(missed)


def test_links_that_may_lead_to_people_are_marked_or_were_judged_not_to_be() -> None:
    """What a link leads to is documented; the emulator has it from the attribute tables."""
    missed = [
        f"{exporter.key}: {column.id}"
        for exporter, column in columns()
        if column.personal is None and column.reference is not None and PEOPLE.intersection(leads_to(exporter, column))
        if not judged(exporter, column) and column.id not in BANKS
    ]
    assert not missed, "; ".join(missed)
    known = [column for exporter, column in columns() if PEOPLE.intersection(leads_to(exporter, column))]
    assert len(known) > 50


def leads_to(exporter: BaseExporter, column: Column) -> tuple[str, ...]:
    """Types of objects that the column's link may lead to, as far as it is a field of the object itself."""
    entity = ENTITIES.get(exporter.entity)
    field = entity.by_name.get((column.reference or "").removesuffix("[]")) if entity is not None else None
    return field.targets if field is not None else ()


def test_whatever_was_judged_is_still_there_and_looks_personal() -> None:
    found = {
        name
        for exporter, column in columns()
        if column.personal is None and looks_personal(column)
        for name in (column.id, f"{exporter.key}/{column.id}")
    }
    assert set(JUDGED) <= found


@pytest.mark.parametrize(
    ("key", "id_", "kind"),
    [
        ("counterparty", "name", PersonalKind.NAME),
        ("counterparty", "email", PersonalKind.EMAIL),
        ("counterparty", "fax", PersonalKind.PHONE),
        ("counterparty", "legalMiddleName", PersonalKind.NAME),
        ("counterparty", "actualAddressFull.comment", PersonalKind.ADDRESS),
        ("counterparty", "inn", PersonalKind.NUMBER),
        ("counterparty", "description", PersonalKind.TEXT),
        ("employee", "name", PersonalKind.NAME),
        ("employee", "fullName", PersonalKind.NAME),
        ("organization", "director", PersonalKind.NAME),
        ("customerorder", "agent.phone", PersonalKind.PHONE),
        ("customerorder", "shipmentAddress", PersonalKind.ADDRESS),
        ("paymentin", "agentAccount.accountNumber", PersonalKind.NUMBER),
        ("product", "owner.name", PersonalKind.NAME),
        ("product", "name", None),
        ("organization", "name", None),
        ("customerorder", "name", None),
        ("currency", "fullName", None),
        ("store", "address", None),
        ("retailstore", "addressFull.street", None),
        ("paymentin", "organizationAccount.accountNumber", None),
    ],
)
def test_well_known_columns(key: str, id_: str, kind: PersonalKind | None) -> None:
    (column,) = [one for exporter, one in columns() if exporter.key == key and one.id == id_]
    assert column.personal is kind


def test_no_key_of_an_exporter_is_personal() -> None:
    for exporter in CATALOGUE:
        for mode in exporter.row_modes:
            key = exporter.key_column_of(mode)
            assert next(one.personal for one in exporter.columns if one.id == key) is None, exporter.key


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Серия и номер паспорта", PersonalKind.NUMBER),
        ("Моб. телефон", PersonalKind.PHONE),
        ("E-mail для чеков", PersonalKind.EMAIL),
        ("Дата рождения", PersonalKind.DATE),
        ("Адрес регистрации", PersonalKind.ADDRESS),
        ("Контактное лицо", PersonalKind.NAME),
        ("ФИО получателя", PersonalKind.NAME),
        ("СНИЛС", PersonalKind.NUMBER),
        ("Цвет", None),
        ("Срок поставки", None),
        ("Винтаж", None),
    ],
)
def test_custom_attributes_are_judged_by_their_titles(title: str, kind: PersonalKind | None) -> None:
    assert attribute_column(UUID(int=1), title, CellKind.TEXT).personal is kind
    assert attribute_column(UUID(int=1), title, CellKind.BOOLEAN).personal is None


def test_attributes_that_name_people_are_personal_whatever_they_are_called() -> None:
    assert attribute_column(UUID(int=1), "Кто", CellKind.TEXT, entity="employee").personal is PersonalKind.NAME
    assert attribute_column(UUID(int=1), "Адрес", CellKind.TEXT, entity="store").personal is None


def test_the_documents_list_the_marked_columns() -> None:
    section = PRIVACY.read_text(encoding="utf-8").split("## Columns that tell of people")[1].split("\n## ")[0]
    told = {
        kind: set(re.findall(r"`([^`]+)`", ids))
        for kind, ids in re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", section, re.MULTILINE)
    }
    marked: dict[str, set[str]] = {}
    for _, column in columns():
        if column.personal is not None:
            marked.setdefault(column.personal.value, set()).add(column.id)
    assert told == marked
