"""Tax invoices issued (JSON API docs, `factureout`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DocumentExporter
from domain.exports.personal import PersonalKind


class FacturesOut(DocumentExporter):
    """One row for each tax invoice. The sum is in its own currency."""

    key = "factureout"
    title = "Счета-фактуры выданные"
    entity = "factureout"
    columns = v.document(
        *v.AGENT,
        v.ORGANIZATION,
        v.CONTRACT,
        *v.CURRENCY,
        v.SUM,
        v.VAT_SUM,
        v.integer("advancePaymentVat", "НДС авансового платежа, %"),
        v.own("paymentPurpose", "Назначение платежа"),
        v.own("paymentNumber", "Номер платёжного документа"),
        v.moment("paymentDate", "Дата платёжного документа"),
        v.own("stateContractId", "Идентификатор госконтракта"),
        v.of_people(PersonalKind.NAME, v.named("consignee", "Грузополучатель")),
        v.links("demands", "Отгрузки"),
        v.links("payments", "Платежи"),
        v.links("returns", "Возвраты"),
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "agent.name",
        "organization.name",
        "sum",
        "paymentNumber",
        "paymentDate",
        "demands.name",
        "owner.name",
        "description",
        "updated",
    )
    filters = v.by_document(
        v.by_text("paymentPurpose", "Назначение платежа"),
        *v.BY_PARTIES,
        v.BY_OWN_AGENT,
        v.BY_CONTRACT,
        v.BY_SUM,
    )
