"""Orders of marking codes (JSON API docs, `emissionorder`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import PositionedExporter


class EmissionOrders(PositionedExporter):
    """One row for each order, or for each of its positions. There is no trash for them."""

    key = "emissionorder"
    title = "Заказы кодов маркировки"
    entity = "emissionorder"
    attributes_of = None
    trash = False
    columns = (
        *v.document(
            v.ORGANIZATION,
            v.own("documentState", "Состояние"),
            v.own("emissionType", "Способ ввода в оборот"),
            v.TRACKING_TYPE,
            v.PRODUCTION_TASKS,
            without=("code", "syncId", "applicable", "deleted", "files.meta.size"),
        ),
        *v.COUNTED_POSITIONS,
        v.line("status", "Статус кодов", volatile=True),
    )
    default_columns = (
        "id",
        "name",
        "moment",
        "state.name",
        "organization.name",
        "documentState",
        "emissionType",
        "trackingType",
        "owner.name",
        "description",
        "updated",
        "positions.quantity",
        "positions.names",
    )
    default_line_columns = (
        "position.id",
        "name",
        "moment",
        "trackingType",
        "position.assortment.name",
        "position.assortment.code",
        "position.quantity",
        "position.status",
    )
    filters = v.by_document(
        without=(
            "created",
            "code",
            "applicable",
            "printed",
            "published",
            "isDeleted",
            "deleted",
            "id",
            "syncId",
        ),
    )
