"""Bonus programmes (JSON API docs, `bonusprogram`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter
from domain.exports.exporter import Feed


class BonusPrograms(DictionaryExporter):
    """One row for each programme. Programmes do not tell when they were changed, so they are read whole."""

    key = "bonusprogram"
    title = "Бонусные программы"
    entity = "bonusprogram"
    feed = Feed.WHOLE
    archive = False
    columns = (
        v.ID,
        v.NAME,
        v.flag("active", "Действует"),
        v.flag("allAgents", "Для всех контрагентов"),
        v.flag("allProducts", "Для всех товаров"),
        v.several("agentTags[]", "Группы контрагентов"),
        v.number("earnRateRoublesToPoint", "Курс начисления"),
        v.number("spendRatePointsToRouble", "Курс списания"),
        v.number("maxPaidRatePercents", "Оплата баллами, не более %"),
        v.flag("earnWhileRedeeming", "Начисление при списании"),
        v.integer("postponedBonusesDelayDays", "Начисление через, дней"),
        v.flag("welcomeBonusesEnabled", "Приветственные баллы"),
        v.number("welcomeBonusesValue", "Приветственных баллов"),
        v.own("welcomeBonusesMode", "Условие приветственных баллов"),
    )
    default_columns = (
        "id",
        "name",
        "active",
        "earnRateRoublesToPoint",
        "spendRatePointsToRouble",
        "maxPaidRatePercents",
        "welcomeBonusesValue",
        "agentTags",
    )
