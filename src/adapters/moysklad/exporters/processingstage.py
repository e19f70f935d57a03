"""Stages of production (JSON API docs, `processingstage`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter
from domain.exports.exporter import ById
from domain.exports.personal import PersonalKind


class ProcessingStages(DictionaryExporter):
    """One row for each stage."""

    key = "processingstage"
    title = "Этапы производства"
    entity = "processingstage"
    by_id = (ById("store", "materialStore.meta.href"),)
    columns = (
        v.ID,
        v.NAME,
        v.EXTERNAL_CODE,
        v.flag("allPerformers", "Доступен всем сотрудникам"),
        v.flag("distributionRequired", "Требует распределения"),
        v.money("standardHourCost", "Стоимость нормо-часа"),
        v.link("store", "Склад материалов"),
        v.of_people(PersonalKind.NAME, v.links("performers", "Исполнители")),
        v.ARCHIVED,
        v.DESCRIPTION,
        v.UPDATED,
        *v.ACCESS,
    )
    default_columns = (
        "id",
        "name",
        "externalCode",
        "allPerformers",
        "distributionRequired",
        "standardHourCost",
        "description",
        "archived",
        "updated",
    )
    filters = (v.BY_NAME, v.BY_EXTERNAL_CODE, v.BY_ARCHIVED, *v.BY_KEPT)
