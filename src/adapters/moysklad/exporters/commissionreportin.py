"""Reports received from commission agents (JSON API docs, `commissionreportin`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter
from domain.shared.cells import CellKind


class CommissionReportsIn(PositionedExporter):
    """One row for each report, or for each position that the agent has sold. Sums are in the report's own currency.

    Positions that the agent gave back (`returnToCommissionerPositions`) are a second collection: their number is shown,
    they are no rows.
    """

    key = "commissionreportin"
    title = "Полученные отчёты комиссионера"
    entity = "commissionreportin"
    columns = (
        *v.document(
            *v.DEALERS,
            v.PROJECT,
            v.CONTRACT,
            v.SALES_CHANNEL,
            *v.CURRENCY,
            v.SUM,
            v.VAT_SUM,
            v.PAYED_SUM,
            v.document_money("commitentSum", "Сумма комитента"),
            v.document_money("commissionOverhead.sum", "Прочие расходы"),
            v.integer("returnToCommissionerPositions.meta.size", "Число возвращённых позиций"),
            *v.VAT_FLAGS,
            v.moment("commissionPeriodStart", "Начало периода"),
            v.moment("commissionPeriodEnd", "Конец периода"),
            v.own("rewardType", "Тип вознаграждения"),
            v.number("rewardPercent", "Вознаграждение, %"),
            *v.PAYMENTS,
        ),
        *v.VALUED_POSITIONS,
        v.VAT,
        v.VAT_ENABLED,
        v.REWARD,
        v.line_total("reward", "Вознаграждение всего", CellKind.MONEY, v.DOCUMENT_CURRENCY),
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "agent.name",
        "organization.name",
        "contract.name",
        "sum",
        "commitentSum",
        "payedSum",
        "commissionPeriodStart",
        "commissionPeriodEnd",
        "owner.name",
        "updated",
        *v.USUAL_TOTALS,
        "positions.reward",
    )
    default_line_columns = tuple(
        "position.reward" if one == "position.discount" else one for one in v.USUAL_LINE_COLUMNS
    )
    filters = v.by_document(
        *v.BY_PARTIES,
        *v.BY_TERMS,
        v.BY_SALES_CHANNEL,
        *v.BY_ASSORTMENT,
        v.BY_SUM,
    )
