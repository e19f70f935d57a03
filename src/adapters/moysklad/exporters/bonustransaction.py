"""Bonus transactions (JSON API docs, `bonustransaction`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DocumentExporter
from domain.exports.personal import PersonalKind


class BonusTransactions(DocumentExporter):
    """One row for each earning or spending of bonus points. There is no trash for them."""

    key = "bonustransaction"
    title = "Бонусные операции"
    entity = "bonustransaction"
    attributes_of = None
    trash = False
    columns = v.document(
        *v.AGENT,
        v.ORGANIZATION,
        v.named("bonusProgram", "Бонусная программа"),
        v.number("bonusValue", "Баллы"),
        v.own("transactionType", "Вид операции"),
        v.own("transactionStatus", "Статус операции"),
        v.own("categoryType", "Категория"),
        v.moment("executionDate", "Дата начисления"),
        v.named("parentDocument", "Документ"),
        v.own("parentDocument.meta.type", "Вид документа"),
        v.of_people(PersonalKind.EMAIL, v.own("updatedBy", "Кто изменил")),
        without=("state.name", "syncId", "printed", "published", "deleted", "files.meta.size"),
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "agent.name",
        "bonusProgram.name",
        "transactionType",
        "transactionStatus",
        "bonusValue",
        "executionDate",
        "parentDocument.name",
        "description",
        "updated",
    )
    filters = v.by_document(
        *v.BY_PARTIES,
        v.by_reference("bonusProgram", "Бонусная программа", "bonusprogram"),
        v.by_number("bonusValue", "Баллы"),
        without=("state", "syncId", "printed", "published", "isDeleted", "deleted"),
    )
