"""Tasks (JSON API docs, `task`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DocumentExporter
from domain.exports.personal import PersonalKind


class Tasks(DocumentExporter):
    """One row for each task. Tasks have no number, no date of a document, no trash and no custom attributes."""

    key = "task"
    title = "Задачи"
    entity = "task"
    attributes_of = None
    trash = False
    window = ""
    columns = (
        v.ID,
        v.own("description", "Текст"),
        v.CREATED,
        v.UPDATED,
        v.STATE,
        v.of_people(PersonalKind.NAME, v.named("author", "Автор")),
        v.of_people(PersonalKind.NAME, v.named("assignee", "Исполнитель")),
        v.of_people(PersonalKind.NAME, v.named("implementer", "Выполнил")),
        v.moment("dueToDate", "Срок"),
        v.flag("done", "Выполнена"),
        v.moment("completed", "Выполнена когда"),
        v.of_people(PersonalKind.NAME, v.named("agent", "Контрагент")),
        v.named("operation", "Документ"),
        v.own("operation.meta.type", "Вид документа"),
        v.integer("notes.meta.size", "Число комментариев"),
        v.FILES_COUNT,
        v.DOCUMENT_PAGE,
    )
    default_columns = (
        "id",
        "description",
        "state.name",
        "author.name",
        "assignee.name",
        "dueToDate",
        "done",
        "completed",
        "agent.name",
        "operation.name",
        "created",
        "updated",
    )
    filters = (
        v.by_text("description", "Текст"),
        v.BY_CREATED,
        v.by_moment("dueToDate", "Срок"),
        v.by_flag("done", "Выполнена"),
        v.by_reference("author", "Автор", "employee"),
        v.by_reference("assignee", "Исполнитель", "employee"),
        v.BY_AGENT,
        v.BY_OWN_AGENT,
        v.by_reference("operation", "Заказ покупателя", "customerorder"),
        v.by_reference("operation", "Отгрузка", "demand", name="operationDemand"),
        v.by_reference("operation", "Счёт покупателю", "invoiceout", name="operationInvoiceout"),
        v.by_reference("operation", "Заказ поставщику", "purchaseorder", name="operationPurchaseorder"),
        v.by_reference("operation", "Приёмка", "supply", name="operationSupply"),
        v.BY_ID,
    )
