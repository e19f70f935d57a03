"""Contracts (JSON API docs, `contract`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter


class Contracts(DictionaryExporter):
    """One row for each contract. The sum is in the contract's own currency."""

    key = "contract"
    title = "Договоры"
    entity = "contract"
    attributes_of = "contract"
    columns = (
        v.ID,
        v.NUMBER,
        v.moment("moment", "Дата"),
        v.CODE,
        v.EXTERNAL_CODE,
        v.STATE,
        v.own("contractType", "Тип договора"),
        *v.AGENT,
        v.named("ownAgent", "Организация"),
        *v.ACCOUNTS,
        *(v.looked_up(one) for one in v.CURRENCY),
        v.SUM,
        v.own("rewardType", "Тип вознаграждения"),
        v.number("rewardPercent", "Вознаграждение, %"),
        *v.MARKS,
        *v.KEPT,
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "code",
        "state.name",
        "contractType",
        "agent.name",
        "agent.inn",
        "ownAgent.name",
        "sum",
        "rewardPercent",
        "description",
        "archived",
        "updated",
    )
    filters = (
        v.BY_NUMBER,
        v.BY_MOMENT,
        v.BY_CODE,
        v.BY_EXTERNAL_CODE,
        v.BY_STATE,
        v.BY_AGENT,
        v.BY_OWN_AGENT,
        v.by_reference("ownAgent", "Организация", "organization"),
        v.BY_ARCHIVED,
        *v.BY_KEPT,
    )
