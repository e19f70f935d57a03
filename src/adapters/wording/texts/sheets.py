"""What a spreadsheet, and the people who work in it, may do to an export."""

SHEETS: dict[str, tuple[str, str, str, str]] = {
    "exports.layout_changed": (
        "С листа «{tab}» исчезли столбцы выгрузки",
        (
            "Не нашли: {columns}. Верните их в Google через «Правка → Отменить» или «Файл → История версий» и запустите"
            " снова. Или начните полный запуск: он добавит эти столбцы справа и заполнит их."
        ),
        "Columns of the export are gone from the sheet “{tab}”",
        (
            "We did not find: {columns}. Bring them back in Google through Edit, Undo or File, Version history and "
            "start again. Or start a full run: it adds these columns at the right end and fills them."
        ),
    ),
    "exports.key_column_deleted": (
        "С листа «{tab}» исчез столбец «{column}», по которому мы находим строки",
        (
            "Верните его в Google через «Правка → Отменить» или «Файл → История версий» и запустите снова. Если вернуть"
            " нельзя, удалите лист и начните полный запуск: он создаст лист заново."
        ),
        "The sheet “{tab}” has lost the column “{column}”, by which we find rows",
        (
            "Bring it back in Google through Edit, Undo or File, Version history and start again. If that cannot be "
            "done, delete the sheet and start a full run: it makes the sheet anew."
        ),
    ),
    "exports.header_doubled": (
        "Название «{title}» стоит в шапке {count} раза",
        "Переименуйте в Google столбец, который добавили вы, и запустите выгрузку снова.",
        "The title “{title}” stands in the header {count} times",
        "Rename in Google the column that you have added, and start the export again.",
    ),
    "exports.range_protected": (
        "На листе «{tab}» защищён диапазон {range}",
        (
            "Подключённому аккаунту нельзя его менять. Разрешите это аккаунту в Google через «Данные → Защитить листы "
            "и диапазоны» или уберите защиту, затем запустите снова."
        ),
        "The range {range} of the sheet “{tab}” is protected",
        (
            "The connected account may not edit it. Allow it in Google under Data, Protect sheets and ranges, or take "
            "the protection off, and start again."
        ),
    ),
    "exports.cells_merged": (
        "На листе «{tab}» объединены ячейки {range}",
        "Отмените объединение в Google через «Формат → Объединение ячеек» и запустите выгрузку снова.",
        "The cells {range} of the sheet “{tab}” are merged",
        "Unmerge them in Google under Format, Merge cells, and start the export again.",
    ),
    "exports.table_changed": (
        "Лист «{tab}» изменили, пока мы в него писали",
        "Из него мы ничего не перенесли в вашу таблицу. Запустите выгрузку снова и не меняйте лист, пока она идёт.",
        "The sheet “{tab}” was changed while we wrote to it",
        "Nothing of it was moved into your table. Start the export again, and leave the sheet alone while it runs.",
    ),
    "exports.header_missing": (
        "На листе «{tab}» удалили строку заголовков",
        "Вставьте над первой строкой пустую строку и впишите в неё заголовки, затем запустите выгрузку снова.",
        "The header row of the sheet “{tab}” was deleted",
        "Insert a blank row above the first one, put the titles into it, and start the export again.",
    ),
    "exports.columns_moved": (
        "Столбцы листа «{tab}» переставили, пока мы в него писали",
        (
            "Часть значений могла попасть в соседние столбцы: проверьте их и верните прежние значения из истории "
            "версий Google. Следующий запуск запишет наши столбцы заново."
        ),
        "Columns of the sheet “{tab}” were moved while we wrote to it",
        (
            "Some cells may have come into the columns beside ours: check them, and restore them from Google's version "
            "history. The next run writes our own columns anew."
        ),
    ),
    "exports.rows_moved": (
        "На листе «{tab}» вставляли или сортировали строки, пока мы их записывали",
        (
            "Часть строк при этом пропала. Запустите выгрузку снова: она запишет все строки заново. Вставляйте и "
            "сортируйте строки, пока выгрузка не идёт. В режиме «Дописывать» пропавшие строки ищите в Google: "
            "«Файл → История версий»."
        ),
        "Rows of the sheet “{tab}” were inserted or sorted while we were writing",
        (
            "Some rows got lost. Start the export again: it writes all rows anew. Insert and sort rows while no run is "
            "under way. An export that only appends does not bring them back: look for them in Google through File, "
            "Version history."
        ),
    ),
    "exports.drive_full": (
        "На Google Диске нет места для новой таблицы",
        "Освободите место на Google Диске подключённого аккаунта и запустите выгрузку снова.",
        "Google Drive has no room for a new spreadsheet",
        "Free some space in the connected account's Google Drive and run the export again.",
    ),
    "exports.spreadsheet_trashed": (
        "Таблица лежит в корзине Google Диска",
        "Восстановите её из корзины и запустите снова. Или создайте выгрузку в другую таблицу.",
        "The spreadsheet is in the trash of Google Drive",
        "Restore it from the trash and start again. Or create an export into another spreadsheet.",
    ),
    "exports.too_many_tabs": (
        "В одной таблице Google разрешает не больше {limit} листов",
        (
            "Листов сейчас: {tabs}, нужно ещё: {needed}; скрытые тоже считаются. Удалите в Google ненужные листы и "
            "запустите снова. Или создайте выгрузку в новую таблицу."
        ),
        "Google allows no more than {limit} sheets in a spreadsheet",
        (
            "Sheets now: {tabs}, needed: {needed} more; hidden ones count. Delete sheets in Google that you do not "
            "need and start again. Or create an export into a new spreadsheet."
        ),
    ),
    "exports.too_many_columns": (
        "На листе «{tab}» не хватает столбцов: Google разрешает не больше {limit}",
        (
            "Столбцов сейчас: {columns}, нужно: {needed}. Удалите в Google пустые столбцы справа и запустите снова. "
            "Или создайте выгрузку на новый лист."
        ),
        "The sheet “{tab}” has no room for another column: Google allows no more than {limit}",
        (
            "Columns now: {columns}, needed: {needed}. Delete blank columns on the right in Google and start again. Or "
            "create an export into a new sheet."
        ),
    ),
    "exports.source_empty": (
        "В МоёмСкладе не нашлось ни одной записи, и мы не стали очищать лист «{tab}»",
        (
            "На листе остались прежние строки: {rows}. Проверьте отборы выгрузки. Если пустой лист — это правильно, "
            "разрешите выгрузке оставлять его пустым."
        ),
        "MoySklad has no records, and we did not wipe the sheet “{tab}” for that",
        (
            "The rows that stood there are still there: {rows}. Check the export's filters. If an empty sheet is "
            "right, let the export leave it empty."
        ),
    ),
    "exports.no_previous_version": (
        "У листа «{tab}» нет прежней версии",
        (
            "Она появляется после второй замены, если выгрузка хранит прежнюю версию. Более старые ищите в Google: "
            "«Файл → История версий»."
        ),
        "The sheet “{tab}” has no previous version",
        (
            "There is one after the second replacement, if the export keeps it. Look for older ones in Google under "
            "File, Version history."
        ),
    ),
    "exports.key_blank": (
        "У записи {key} пусты все столбцы ключа",
        "Заполните их в МоёмСкладе или выберите для выгрузки другой ключ.",
        "All key columns of the record {key} are blank",
        "Fill them in MoySklad, or choose another key for the export.",
    ),
    "exports.key_unfit": (
        "По столбцам ключа запись {key} не запомнить",
        (
            "В них больше {limit} байт текста (это от 625 знаков) или непечатный знак. Сократите его в МоёмСкладе или "
            "выберите для выгрузки другой ключ."
        ),
        "The record {key} cannot be remembered by its key columns",
        (
            "They hold more than {limit} bytes of text (625 characters or more), or a character that is not printed. "
            "Shorten it in MoySklad, or choose another key for the export."
        ),
    ),
    "exports.status_cell_taken": (
        "Ячейка состояния {cell} на листе «{tab}» уже занята",
        "Мы её не тронули. Освободите ячейку или выберите для выгрузки другую.",
        "The status cell {cell} on the sheet “{tab}” is in use",
        "We left it alone. Empty the cell, or choose another one for the export.",
    ),
    "exports.run_log_taken": (
        "На листе «{tab}» стоит не журнал запусков, а другие данные",
        "Мы ничего туда не написали. Переименуйте этот лист, и журнал появится на новом с тем же названием.",
        "The sheet “{tab}” holds other data and not a log of runs",
        "We wrote nothing there. Rename that sheet, and the log will appear on a new one of the same title.",
    ),
    "exports.run_not_told": (
        "О запуске не получилось написать в таблицу",
        "На саму выгрузку это не повлияло. О следующем запуске напишем снова.",
        "The run could not be told about in the spreadsheet",
        "The export itself is not affected. The next run will be told about again.",
    ),
}
