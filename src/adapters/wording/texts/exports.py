"""Describing an export: its kind, columns, filters and target."""

from domain.exports.periods import EXAMPLES

_PERIODS = ", ".join(EXAMPLES)

EXPORTS: dict[str, tuple[str, str, str, str]] = {
    "exports.config_not_found": (
        "Такой выгрузки нет",
        "Вернитесь к списку выгрузок: эту могли удалить.",
        "There is no such export",
        "Go back to the list of exports: this one may have been removed.",
    ),
    "exports.exporter_unknown": (
        "Типа выгрузки «{exporter}» нет",
        "Выберите один из существующих: {known}.",
        "There is no exporter called “{exporter}”",
        "Choose one of these: {known}.",
    ),
    "exports.strategy_unknown": (
        "Способа записи «{strategy}» нет",
        "Выберите один из существующих: {known}.",
        "There is no write strategy called “{strategy}”",
        "Choose one of these: {known}.",
    ),
    "exports.strategy_unfit": (
        "Настройка {option} не подходит к способу записи «{strategy}»",
        (
            "Ключевые столбцы (keyColumns) берут из столбцов выгрузки, и есть они у upsert и insert. При append "
            "удалённые записи остаются (removal: keep), при replace — исчезают (removal: remove)."
        ),
        "The option {option} does not go with the write strategy “{strategy}”",
        (
            "Key columns (keyColumns) are columns of the export, for upsert and insert. With append deleted records "
            "stay (removal: keep), with replace they go (removal: remove)."
        ),
    ),
    "exports.column_unknown": (
        "Столбца «{column}» в этой выгрузке нет",
        (
            "Выберите столбец из списка для типа «{exporter}». Если это дополнительное поле, его могли удалить в "
            "МоёмСкладе: верните поле или создайте выгрузку без него."
        ),
        "This export has no column “{column}”",
        (
            "Choose a column from the list of the exporter “{exporter}”. If it is a custom attribute, it may have been"
            " deleted in MoySklad: restore it there or create the export without it."
        ),
    ),
    "exports.column_out_of_place": (
        "Столбца «{column}» нет у таких строк",
        (
            "Столбцы позиций есть, когда строка — это позиция (position), итоги — когда это документ с итогами "
            "(totals). Сейчас выбран вид строк {mode}: смените его или уберите столбец."
        ),
        "Such rows have no column “{column}”",
        (
            "Columns of positions exist where a row is a position (position), totals where it is a document with "
            "totals (totals). The row mode is {mode} now: change it, or leave the column out."
        ),
    ),
    "exports.column_kind_unknown": (
        "Типа столбца «{kind}» нет",
        "Выберите один из существующих: {known}.",
        "There is no type of column called “{kind}”",
        "Choose one of these: {known}.",
    ),
    "exports.formula_invalid": (
        "Формула «{expression}» не подходит",
        (
            'Причина: {reason}. Столбец читается по его коду: sum или row["код"], действия — + - * / %, условие — '
            'sum > 100 ? "много" : "мало". Исправьте формулу и сохраните снова.'
        ),
        "The formula “{expression}” does not fit",
        (
            'The reason: {reason}. A column is read by its id, as sum or row["its id"]; there are + - * / %, and '
            'conditions like sum > 100 ? "much" : "little". Mend the formula and save again.'
        ),
    ),
    "exports.row_mode_unknown": (
        "Вида строк «{mode}» у этой выгрузки нет",
        "Для типа «{exporter}» выберите один из существующих: {known}.",
        "This export has no row mode called “{mode}”",
        "For the exporter “{exporter}” choose one of these: {known}.",
    ),
    "exports.removal_unknown": (
        "Способа обращаться с удалёнными записями «{removal}» нет",
        "Выберите один из существующих: {known}.",
        "There is no way of treating removed records called “{removal}”",
        "Choose one of these: {known}.",
    ),
    "exports.brake_invalid": (
        "Доля удаляемых строк не подходит ({percent})",
        "Напишите целое число процентов от 1 до 100: при большей доле запуск остановится и спросит.",
        "The share of rows to remove does not fit ({percent})",
        "Write a whole percentage from 1 to 100: a run that would remove more stops and asks.",
    ),
    "exports.interval_invalid": (
        "Число дней не подходит (поле {field})",
        "Напишите целое число от 0 до {limit}; 0 значит «никогда».",
        "The number of days does not fit (field {field})",
        "Write a whole number from 0 to {limit}; 0 means never.",
    ),
    "exports.columns_invalid": (
        "Набор столбцов не подходит (выбрано: {count})",
        "Выберите от 1 до {limit} столбцов, каждый только один раз.",
        "The set of columns does not fit (chosen: {count})",
        "Choose from 1 to {limit} columns, each only once.",
    ),
    "exports.key_column_missing": (
        "Не хватает ключевого столбца «{column}»",
        (
            "Добавьте столбец «{column}»: по нему мы находим строку в таблице, чтобы обновить её, а не повторить. В "
            "Google его можно скрыть."
        ),
        "The key column “{column}” is missing",
        (
            "Add the column “{column}”: by it we find a row in the sheet to update it instead of repeating it. You may"
            " hide it in Google."
        ),
    ),
    "exports.filter_unknown": (
        "Отобрать по полю «{field}» нельзя",
        "Для типа «{exporter}» есть отборы: {known}. Выберите один из них.",
        "Rows cannot be filtered by “{field}”",
        "The exporter “{exporter}” offers these filters: {known}. Choose one of them.",
    ),
    "exports.filter_operator_unknown": (
        "Поле «{field}» нельзя сравнивать знаком «{operator}»",
        "Выберите один из знаков: {known}",
        "The field “{field}” cannot be compared with “{operator}”",
        "Choose one of these operators: {known}",
    ),
    "exports.filter_value_invalid": (
        "Значение «{value}» не подходит для отбора «{field}»",
        (
            "Ожидается значение вида {kind}. Числа и суммы в рублях пишите с точкой (1500.50), дату — как 2026-03-31 "
            "или 2026-03-31 18:00:00, да и нет — true и false, ссылку — идентификатором записи из МоегоСклада, статус "
            f"— его названием, а период — одним из слов {_PERIODS} (числа и даты в них могут быть другими)."
        ),
        "The value “{value}” does not fit the filter “{field}”",
        (
            "A value of the kind {kind} is expected. Write numbers and sums in roubles with a point (1500.50), a date "
            "as 2026-03-31 or 2026-03-31 18:00:00, yes and no as true and false, a reference as the record's id in "
            f"MoySklad, a state by its name, a period as one of {_PERIODS} (with other numbers and dates as needed)."
        ),
    ),
    "exports.filter_missing": (
        "Не хватает отбора «{field}»",
        "Без него МойСклад не отдаёт такие записи: добавьте отбор и укажите значение.",
        "The filter “{field}” is missing",
        "MoySklad does not give out such records without it: add the filter and its value.",
    ),
    "exports.filter_alone": (
        "Сохранённый фильтр не сочетается с отбором «{field}»",
        "Оставьте что-то одно: либо сохранённый фильтр МоегоСклада, либо остальные отборы.",
        "A saved filter does not go together with the filter “{field}”",
        "Keep one of them: either MoySklad's saved filter, or the other filters.",
    ),
    "exports.filters_contradict": (
        "Отборы по полю «{field}» мешают друг другу",
        "Оставьте либо равенства и слова, либо границы «от» и «до», и не больше одной границы с каждой стороны.",
        "The filters on “{field}” get in each other's way",
        "Keep either equalities and words, or bounds from and to, with at most one bound on each side.",
    ),
    "exports.filter_refused": (
        "МойСклад не принял условия отбора",
        "Создайте выгрузку с другим отбором. МойСклад ответил: «{reason}» (код {number}).",
        "MoySklad did not accept the filters",
        "Create the export with other filters. MoySklad answered: “{reason}” (code {number}).",
    ),
    "exports.title_invalid": (
        "Название не подходит (поле {field})",
        "Напишите от 1 до {limit} знаков.",
        "The title does not fit (field {field})",
        "Write from 1 to {limit} characters.",
    ),
    "exports.spreadsheet_id_invalid": (
        "«{value}» не похоже на ссылку на таблицу Google",
        (
            "Откройте таблицу в браузере, скопируйте её адрес целиком и вставьте сюда. Или оставьте поле пустым: мы "
            "создадим таблицу сами."
        ),
        "“{value}” does not look like a link to a Google spreadsheet",
        (
            "Open the spreadsheet in a browser, copy its whole address and paste it here. Or leave the field empty: we"
            " create a spreadsheet for you."
        ),
    ),
    "exports.on_obstacle_unknown": (
        "Настройки onObstacle «{value}» нет",
        "Выберите одну из существующих: {known}.",
        "There is no onObstacle called “{value}”",
        "Choose one of these: {known}.",
    ),
    "exports.status_cell_invalid": (
        "«{value}» — это не адрес ячейки",
        "Напишите адрес одной ячейки: H1 на листе выгрузки или 'Сводка'!B2 на другом листе той же таблицы.",
        "“{value}” is not the address of a cell",
        "Write the address of one cell: H1 on the export's own sheet, or 'Summary'!B2 on another of the spreadsheet.",
    ),
    "exports.status_cell_unfit": (
        "Ячейку состояния {cell} нельзя разместить на листе «{tab}»",
        "Этот лист выгрузка ведёт сама. Выберите другой лист или ячейку справа от таблицы выгрузки.",
        "The status cell {cell} cannot stand on the sheet “{tab}”",
        "The export keeps that sheet by itself. Choose another sheet, or a cell to the right of the export's table.",
    ),
    "exports.status_cell_in_table": (
        "Ячейка состояния {cell} попадает в столбцы выгрузки на листе «{tab}»",
        "Выберите ячейку правее столбцов выгрузки или на другом листе. Если имя ячейки сдвинули, верните его на место.",
        "The status cell {cell} lies in an export's columns on the sheet “{tab}”",
        "Choose a cell to the right of the columns or on another sheet. If its name was moved, move it back.",
    ),
    "exports.run_log_unfit": (
        "Журнал запусков нельзя вести на листе «{tab}»",
        "Этот лист нужен самой выгрузке. Придумайте для журнала другое название.",
        "The log of runs cannot be kept on the sheet “{tab}”",
        "The export needs that sheet for itself. Choose another title for the log.",
    ),
    "exports.changes_untold": (
        "Об изменениях здесь МойСклад не сообщает",
        "Уберите «обновлять при изменениях» у выгрузки типа «{exporter}» и задайте ей расписание.",
        "MoySklad does not tell of changes here",
        "Leave onChange out for an export of the kind “{exporter}” and give it a schedule instead.",
    ),
}
