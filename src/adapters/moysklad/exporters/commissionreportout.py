"""Reports issued to consignors (JSON API docs, `commissionreportout`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter
from domain.shared.cells import CellKind


class CommissionReportsOut(PositionedExporter):
    """One row for each report, or for each of its positions. Sums are in the report's own currency."""

    key = "commissionreportout"
    title = "Выданные отчёты комиссионера"
    entity = "commissionreportout"
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
