"""Runs, and what may stop them in a spreadsheet."""

RUNS: dict[str, tuple[str, str, str, str]] = {
    "exports.task_not_found": (
        "Такого запуска нет",
        "Вернитесь к списку запусков: выгрузку вместе с её запусками могли удалить.",
        "There is no such run",
        "Go back to the list of runs: the export may have been removed together with its runs.",
    ),
    "exports.task_already_claimed": (
        "Запуск уже выполняется",
        "Ничего делать не нужно: дождитесь, пока он закончится.",
        "The run is already going on",
        "Nothing to do: wait until it ends.",
    ),
    "exports.task_already_ended": (
        "Этот запуск уже завершён (состояние: {state})",
        "Если данные нужны снова, запустите выгрузку ещё раз.",
        "This run is over (state: {state})",
        "If you need the data again, start the export once more.",
    ),
    "exports.task_not_paused": (
        "Этот запуск не приостановлен (состояние: {state})",
        "Продолжить можно только приостановленный запуск. Если нужен новый, запустите выгрузку.",
        "This run is not paused (state: {state})",
        "Only a paused run can go on. If you need a new one, start the export.",
    ),
    "exports.task_not_failed": (
        "Этот запуск не завершился ошибкой (состояние: {state})",
        "Повторить можно запуск, который завершился ошибкой или был остановлен.",
        "This run has not failed (state: {state})",
        "Only a run that failed or was cancelled can be tried again.",
    ),
    "exports.handed_over": (
        "Запуск уступил место другим и продолжится сам",
        "Ничего делать не нужно: он пойдёт дальше с того места, где остановился.",
        "The run has made room for others and goes on by itself",
        "Nothing to do: it goes on from where it stopped.",
    ),
    "exports.already_running": (
        "Эта выгрузка уже запущена",
        "Дождитесь конца текущего запуска или остановите его, а потом повторите.",
        "This export is already running",
        "Wait for the current run to end or stop it, then try again.",
    ),
    "exports.mode_unknown": (
        "Режима запуска «{mode}» нет",
        "Выберите один из существующих: {known}.",
        "There is no run mode called “{mode}”",
        "Choose one of these: {known}.",
    ),
    "exports.mode_unfit": (
        "Режим запуска «{mode}» не подходит к способу записи «{strategy}»",
        "Сверять (reconcile) можно upsert и insert, возвращать прежнюю версию (restore) — только replace.",
        "The run mode “{mode}” does not go with the write strategy “{strategy}”",
        "Only upsert and insert can be compared (reconcile), only replace has a version to bring back (restore).",
    ),
    "exports.claim_lost": (
        "Запуск остановлен или передан другому обработчику",
        "Ничего делать не нужно. Как он закончился, видно в списке запусков.",
        "The run was stopped or handed to another worker",
        "Nothing to do. The list of runs shows how it ended.",
    ),
    "exports.worker_stopped": (
        "Сервис обновлялся, и запуск был передан другому исполнителю",
        "Делать ничего не нужно: запуск продолжился с того места, где остановился.",
        "The service was being updated, and the run was handed over",
        "Nothing has to be done: the run went on from where it had stopped.",
    ),
    "exports.worker_lost": (
        "Запуск обрывался снова и снова (раз: {crashes})",
        (
            "Записанное в таблицу осталось на месте. Запустите выгрузку ещё раз, а если она снова оборвётся, напишите "
            "в поддержку и назовите номер запуска."
        ),
        "The run broke off again and again (times: {crashes})",
        (
            "What was written stands in the sheet. Start the export once more, and if it breaks off again, write to "
            "support and quote the run's number."
        ),
    ),
    "exports.row_unreadable": (
        "МойСклад прислал запись, которую мы не смогли прочитать",
        (
            "Откройте в МоёмСкладе запись {key} и проверьте поле «{field}». Если с ним всё в порядке, напишите в "
            "поддержку и приложите этот текст: {problem}."
        ),
        "MoySklad sent a record that we could not read",
        (
            "Open the record {key} in MoySklad and check the field “{field}”. If nothing is wrong with it, write to "
            "support and attach this text: {problem}."
        ),
    ),
    "exports.cell_too_long": (
        "Текст в столбце «{column}» не помещается в ячейку",
        (
            "У записи {key} в нём {length} знаков, а ячейка Google вмещает {limit}. Сократите текст в МоёмСкладе и "
            "запустите снова или создайте выгрузку без этого столбца."
        ),
        "A text in the column “{column}” does not fit into a cell",
        (
            "The record {key} has {length} characters there, and a Google cell holds {limit}. Shorten the text in "
            "MoySklad and start again, or create the export without this column."
        ),
    ),
    "exports.formula_failed": (
        "Формула «{expression}» не дала значения",
        (
            "Запись {key}, причина: {reason}. Исправьте запись в МоёмСкладе или создайте выгрузку с другой формулой: "
            "number(столбец) считает пустую ячейку нулём, text(столбец) — пустым текстом."
        ),
        "The formula “{expression}” came to no value",
        (
            "The record is {key}, the reason: {reason}. Mend the record in MoySklad, or create the export with another "
            "formula: number(column) counts an empty cell as zero, text(column) as an empty text."
        ),
    ),
    "exports.too_many_bad_rows": (
        "Слишком много записей не удалось выгрузить ({bad} из {read})",
        (
            "Без записей с ошибками запуск продолжается, пока их не больше {percent} %. Откройте список отложенных "
            "строк этой выгрузки: там названа причина у каждой. Исправьте их и запустите снова."
        ),
        "Too many records could not be exported ({bad} of {read})",
        (
            "A run goes on without faulty records while they are at most {percent} %. Open this export's list of rows "
            "kept aside: it names the reason for each. Mend them and start again."
        ),
    ),
    "exports.removal_brake": (
        "Запуск удалил бы слишком много строк ({removals} из {rows})",
        (
            "Это больше {percent} %, поэтому мы остановились: остальное записано, ничего не удалено. Проверьте в "
            "МоёмСкладе, что записи и правда удалены. Если так и нужно, начните запуск снова с согласием на удаление "
            "(mayRemove=true)."
        ),
        "The run would remove too many rows ({removals} of {rows})",
        (
            "That is more than {percent} %, so we stopped: everything else is written, nothing is removed. Check in "
            "MoySklad that the records are really gone. If so, start the run again with your consent to the removal "
            "(mayRemove=true)."
        ),
    ),
    "exports.spreadsheet_not_found": (
        "Таблица Google не найдена",
        (
            "Google показывает нам только таблицы, которые мы создали сами или к которым нам дали доступ, и только в "
            "формате Google Таблиц, не Excel. Если таблицу удалили, верните её из корзины Google Диска. Существующую "
            "таблицу администратор выбирает в «Подключениях» под тем же аккаунтом Google. Или создайте выгрузку и "
            "оставьте поле таблицы пустым: мы сделаем новую."
        ),
        "The Google spreadsheet was not found",
        (
            "Google shows us only spreadsheets that we made ourselves or were given access to, and only in the format "
            "of Google Sheets, not Excel. If it was deleted, restore it from the bin of Google Drive. An administrator "
            "chooses an existing one in Connections, with the same Google account. Or create the export with the "
            "spreadsheet left empty: we make a new one."
        ),
    ),
    "exports.spreadsheet_forbidden": (
        "Нам нельзя писать в эту таблицу",
        (
            "Дайте подключённому аккаунту Google право редактора и снимите защиту с листа, куда идёт выгрузка. Потом "
            "запустите её снова."
        ),
        "We are not allowed to write to this spreadsheet",
        (
            "Give the connected Google account the editor's role and lift the protection of the sheet that the export "
            "writes to. Then start it again."
        ),
    ),
    "exports.spreadsheet_taken": (
        "В эту таблицу сейчас пишет другая выгрузка",
        "Ничего делать не нужно: запуск начнётся сам, когда она закончит.",
        "Another export is writing to this spreadsheet just now",
        "Nothing to do: the run begins by itself once the other one is done.",
    ),
    "exports.spreadsheet_full": (
        "Таблица заполнена: больше {limit} ячеек Google не вмещает",
        (
            "Занято ячеек: {cells}, выгрузке нужно ещё: {needed}. Удалите в таблице ненужные листы, пустые строки и "
            "столбцы и запустите снова. Или создайте выгрузку в новую таблицу с меньшим числом столбцов."
        ),
        "The spreadsheet is full: Google holds no more than {limit} cells",
        (
            "Cells in use: {cells}, the export needs another: {needed}. Delete sheets, blank rows and columns that you "
            "do not need and start again. Or create an export into a new spreadsheet with fewer columns."
        ),
    ),
    "exports.tab_missing": (
        "Лист «{tab}» исчез из таблицы",
        (
            "Верните его в Google через «Файл → История версий» и запустите выгрузку снова. Или начните полный запуск:"
            " он создаст лист заново и заполнит его целиком."
        ),
        "The sheet “{tab}” is gone from the spreadsheet",
        (
            "Bring it back in Google through File, Version history and start the export again. Or start a full run: it"
            " makes the sheet anew and fills it completely."
        ),
    ),
    "exports.tab_title_taken": (
        "Лист с таким названием в таблице уже есть",
        (
            "Переименуйте или удалите его в Google и запустите выгрузку снова. Или создайте выгрузку с другим "
            "названием листа."
        ),
        "The spreadsheet already has a sheet of this title",
        "Rename or delete it in Google and start the export again. Or create the export with another sheet title.",
    ),
    "exports.tab_occupied": (
        "На листе «{tab}» уже есть данные, и мы их не тронули",
        (
            "Очистите лист в Google и запустите снова. Если это лист другой вашей выгрузки, пусть и переименованный, "
            "создайте выгрузку с другим названием листа."
        ),
        "The sheet “{tab}” already holds data, and we left it alone",
        (
            "Clear the sheet in Google and start again. If it is the sheet of another export of yours, renamed or not, "
            "create the export with another sheet title."
        ),
    ),
    "exports.tab_owned": (
        "На листе «{tab}» — таблица выгрузки другой компании, и мы её не тронули",
        (
            "Создайте выгрузку с другим названием листа. Если та выгрузка больше не нужна, сделайте в Google копию "
            "листа, удалите исходный, дайте копии его название и запустите снова: копия ничья."
        ),
        "The sheet “{tab}” holds the table of another company's export, and we left it alone",
        (
            "Create the export with another sheet title. If that export is needed no longer, make a copy of the sheet "
            "in Google, delete the original, give the copy its title and start again: a copy is nobody's."
        ),
    ),
    "exports.duplicate_keys": (
        "Одна и та же запись стоит на листе дважды",
        (
            "Ключ {key} есть в строках {first} и {second}. Удалите в Google одну из этих строк и начните полный "
            "запуск: он обновит оставшуюся."
        ),
        "One record stands in the sheet twice",
        (
            "The key {key} is in rows {first} and {second}. Delete one of these rows in Google and start a full run: "
            "it brings the remaining one up to date."
        ),
    ),
}
