"""Projects (JSON API docs, `project`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter


class Projects(DictionaryExporter):
    """One row for each project."""

    key = "project"
    title = "Проекты"
    entity = "project"
    attributes_of = "project"
    columns = (*v.NAMED, *v.KEPT)
    default_columns = (
        "id",
        "name",
        "code",
        "externalCode",
        "description",
        "owner.name",
        "archived",
        "updated",
    )
    filters = (*v.BY_NAMED, v.BY_ARCHIVED, *v.BY_KEPT)
