"""Shipments (JSON API docs, `demand`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter
from domain.exports.personal import PersonalKind


class Shipments(PositionedExporter):
    """One row for each shipment, or for each of its positions. Sums are in the shipment's own currency."""

    key = "demand"
    title = "Отгрузки"
    entity = "demand"
    by_id = v.address_links("shipmentAddressFull")
    columns = (
        *v.document(
            *v.DEALERS,
            v.STORE,
            v.PROJECT,
            v.CONTRACT,
            v.SALES_CHANNEL,
            *v.CURRENCY,
            v.SUM,
            v.VAT_SUM,
            v.PAYED_SUM,
            *v.VAT_FLAGS,
            *v.OVERHEAD,
            v.of_people(PersonalKind.ADDRESS, v.own("shipmentAddress", "Адрес доставки")),
            *v.address_of_people("shipmentAddressFull", "доставки"),
            v.of_people(PersonalKind.NAME, v.named("consignee", "Грузополучатель")),
            v.of_people(PersonalKind.NAME, v.named("consignor", "Грузоотправитель")),
            v.of_people(PersonalKind.NAME, v.named("carrier", "Перевозчик")),
            v.own("cargoName", "Наименование груза"),
            v.integer("goodPackQuantity", "Всего мест"),
            v.own("shippingInstructions", "Указания грузоотправителя"),
            v.own("transportFacility", "Транспортное средство"),
            v.of_people(PersonalKind.NUMBER, v.own("transportFacilityNumber", "Номер автомобиля")),
            v.own("shippingDocumentNumber", "Номер перевозочного документа"),
            v.moment("shippingDocumentDate", "Дата перевозочного документа"),
            v.own("stateContractId", "Идентификатор госконтракта"),
            v.link("customerOrder", "Заказ покупателя"),
            v.link("factureOut", "Счёт-фактура выданный"),
            v.links("returns", "Возвраты"),
            v.links("invoicesOut", "Счета покупателю"),
            *v.PAYMENTS,
            v.PRODUCTION_TASKS,
        ),
        *v.POSITIONS,
        v.COST,
        v.LINE_OVERHEAD,
        v.SLOT,
        v.SERIAL_NUMBERS,
        *v.MARKING_CODES,
        v.MARKING_CODES_1162,
        *v.STOCK,
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "agent.name",
        "organization.name",
        "store.name",
        "sum",
        "payedSum",
        "customerOrder.name",
        "owner.name",
        "description",
        "updated",
        "meta.uuidHref",
        *v.USUAL_TOTALS,
    )
    default_line_columns = v.USUAL_LINE_COLUMNS
    filters = v.by_document(
        *v.BY_PARTIES,
        v.BY_STORE,
        *v.BY_TERMS,
        v.BY_SALES_CHANNEL,
        *v.BY_ASSORTMENT,
        v.BY_SUM,
        v.by_text("shipmentAddress", "Адрес доставки"),
    )
