"""Inventories (JSON API docs, `inventory`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter
from domain.shared.cells import CellKind


class Inventories(PositionedExporter):
    """One row for each count, or for each of its positions. It is neither posted nor kept in a currency of its own."""

    key = "inventory"
    title = "Инвентаризации"
    entity = "inventory"
    columns = (
        *v.document(
            v.ORGANIZATION,
            v.STORE,
            v.money("sum", "Сумма"),
            v.links("enters", "Оприходования"),
            v.links("losses", "Списания"),
            without=("applicable",),
        ),
        *v.COUNTED_POSITIONS,
        v.line_money("price", "Цена", currency=""),
        v.line("calculatedQuantity", "Расчётный остаток", CellKind.NUMBER),
        v.line("correctionAmount", "Разница", CellKind.NUMBER),
        v.line_money("correctionSum", "Излишек или недостача", currency=""),
        v.line_total("correctionAmount", "Разница всего"),
        v.line_total("correctionSum", "Излишек или недостача всего", CellKind.MONEY),
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "organization.name",
        "store.name",
        "sum",
        "owner.name",
        "description",
        "updated",
        "positions.quantity",
        "positions.correctionAmount",
        "positions.correctionSum",
    )
    default_line_columns = (
        "position.id",
        "name",
        "moment",
        "store.name",
        "position.assortment.name",
        "position.assortment.code",
        "position.assortment.article",
        "position.calculatedQuantity",
        "position.quantity",
        "position.correctionAmount",
        "position.price",
        "position.correctionSum",
    )
    filters = v.by_document(v.BY_ORGANIZATION, v.BY_STORE, *v.BY_ASSORTMENT, v.BY_SUM, without=("applicable",))
