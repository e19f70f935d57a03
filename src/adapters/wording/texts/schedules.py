"""Words about schedules."""

SCHEDULES = {
    "exports.cron_invalid": (
        "Расписание «{cron}» не подходит",
        (
            "Нужны пять полей: минута, час, день, месяц, день недели. Например, «0 9 * * 1-5» — по будням в 9:00. "
            "Проверьте и то, что такой день бывает."
        ),
        "The schedule “{cron}” does not fit",
        (
            "Five fields are needed: minute, hour, day, month, day of the week. For example, “0 9 * * 1-5” is 9:00 on "
            "working days. Check, too, that such a day exists."
        ),
    ),
    "exports.time_zone_unknown": (
        "Часового пояса «{time_zone}» нет",
        "Напишите в поддержку и назовите свой город: пояс нужно указать в виде Europe/Moscow.",
        "There is no time zone “{time_zone}”",
        "Write to support and name your city: the zone has to be given in the form Europe/Moscow.",
    ),
    "exports.schedule_ambiguous": (
        "Непонятно, когда запускать выгрузку",
        (
            "Укажите ровно одно: cron (время запуска), after (после какой выгрузки) или freshnessMinutes (не старше "
            "скольких минут). Чтобы запускать только вручную, пришлите один cron: null."
        ),
        "It is not clear when the export should run",
        (
            "Give exactly one of these: cron (times), after (another export to follow) or freshnessMinutes (how old "
            "the sheet may be). To run it by hand only, send nothing but cron: null."
        ),
    ),
    "exports.schedule_unfit": (
        "Настройка {option} не подходит к такому расписанию",
        "spreadSeconds и misfire бывают только вместе с cron, always — только вместе с after. Уберите {option}.",
        "The option {option} does not go with such a schedule",
        "spreadSeconds and misfire go with cron only, always goes with after only. Leave {option} out.",
    ),
    "exports.schedule_too_frequent": (
        "Слишком частое расписание: запуски идут с промежутком в {gap} мин",
        "Выберите времена так, чтобы между любыми двумя запусками подряд было не меньше {least} минут.",
        "The schedule is too frequent: there are {gap} min between two runs",
        "Choose times so that any two runs in a row are at least {least} min apart.",
    ),
    "exports.spread_invalid": (
        "Окно запуска в {seconds} с не подходит",
        (
            "Окно должно быть короче промежутка между запусками: от 0 до {most} с. Ноль — запускать ровно в срок, "
            "пустое поле — как обычно."
        ),
        "A start window of {seconds} s does not fit",
        (
            "The window has to be shorter than the time between two runs: from 0 to {most} s. Zero is to start on the "
            "dot, no number is as usual."
        ),
    ),
    "exports.misfire_unknown": (
        "Настройки misfire «{value}» нет",
        "Выберите, что делать с пропущенными запусками: {known}.",
        "There is no misfire called “{value}”",
        "Choose what becomes of missed runs: {known}.",
    ),
    "exports.freshness_invalid": (
        "Свежесть в {minutes} мин не подходит",
        "Укажите от {least} до {most} минут: не старше скольких минут должны быть данные на листе.",
        "A freshness of {minutes} min does not fit",
        "Give from {least} to {most} minutes: how old at most what the sheet shows may be.",
    ),
    "exports.after_unknown": (
        "Выгрузки {config}, после которой нужно запускать, нет",
        "Выберите другую выгрузку своей компании: возможно, эту удалили.",
        "There is no export {config} to run after",
        "Choose another export of your company: this one may have been removed.",
    ),
    "exports.after_cycle": (
        "Выгрузки ждали бы друг друга по кругу",
        "Выгрузка {config} сама запускается после этой, напрямую или через другие. Выберите другую.",
        "The exports would wait for each other in a circle",
        "The export {config} itself runs after this one, at once or by way of others. Choose another.",
    ),
}
