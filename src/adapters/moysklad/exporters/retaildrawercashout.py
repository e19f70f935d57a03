"""Money taken out of a till (JSON API docs, `retaildrawercashout`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DocumentExporter
from domain.exports.personal import PersonalKind


class DrawerWithdrawals(DocumentExporter):
    """One row for each withdrawal."""

    key = "retaildrawercashout"
    title = "Выплаты денег"
    entity = "retaildrawercashout"
    columns = v.document(
        v.of_people(PersonalKind.NAME, v.named("agent", "Сотрудник кассы")),
        v.ORGANIZATION,
        *v.CURRENCY,
        v.SUM,
        v.link("retailShift", "Розничная смена"),
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "agent.name",
        "organization.name",
        "retailShift.name",
        "sum",
        "description",
        "updated",
    )
    filters = v.by_document(v.by_reference("agent", "Сотрудник кассы", "employee"), v.BY_ORGANIZATION, v.BY_SUM)
