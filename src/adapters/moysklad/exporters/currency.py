"""Currencies (JSON API docs, `currency`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter
from domain.exports.exporter import Feed


class Currencies(DictionaryExporter):
    """One row for each currency. Currencies do not tell when they were changed, so they are read whole."""

    key = "currency"
    title = "Валюты"
    entity = "currency"
    feed = Feed.WHOLE
    columns = (
        v.ID,
        v.NAME,
        v.own("fullName", "Полное наименование"),
        v.own("isoCode", "Буквенный код"),
        v.own("code", "Цифровой код"),
        v.number("rate", "Курс"),
        v.number("multiplicity", "Кратность"),
        v.flag("indirect", "Обратный курс"),
        v.own("rateUpdateType", "Обновление курса"),
        v.number("margin", "Наценка курса, %"),
        v.flag("default", "Валюта учёта"),
        v.flag("system", "Системная"),
        v.own("majorUnit.s1", "Одна единица"),
        v.own("majorUnit.s2", "Две единицы"),
        v.own("majorUnit.s5", "Пять единиц"),
        v.own("majorUnit.gender", "Род единицы"),
        v.own("minorUnit.s1", "Одна дробная единица"),
        v.own("minorUnit.s2", "Две дробные единицы"),
        v.own("minorUnit.s5", "Пять дробных единиц"),
        v.own("minorUnit.gender", "Род дробной единицы"),
        v.ARCHIVED,
        v.PAGE,
    )
    default_columns = (
        "id",
        "name",
        "isoCode",
        "code",
        "fullName",
        "rate",
        "multiplicity",
        "rateUpdateType",
        "default",
        "archived",
    )
    filters = (
        v.BY_NAME,
        v.by_text("fullName", "Полное наименование"),
        v.by_text("isoCode", "Буквенный код"),
        v.by_text("code", "Цифровой код"),
        v.by_number("multiplicity", "Кратность"),
        v.by_flag("default", "Валюта учёта"),
        v.BY_ARCHIVED,
        v.BY_ID,
    )
