"""Departments (JSON API docs, `group`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter
from domain.exports.exporter import Feed


class Groups(DictionaryExporter):
    """One row for each department. Departments do not tell when they were changed, so they are read whole."""

    key = "group"
    title = "Отделы"
    entity = "group"
    feed = Feed.WHOLE
    archive = False
    columns = (v.ID, v.NAME, v.integer("index", "Порядковый номер"))
    default_columns = ("id", "name", "index")
    filters = (v.BY_ID,)
