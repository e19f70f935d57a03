"""Lists of dealers that are taken in."""

DEALER_IMPORTS: dict[str, tuple[str, str, str, str]] = {
    "dealers.file_unreadable": (
        "Файл не читается: {reason}",
        "Сохраните таблицу как «Книга Excel (.xlsx)» без пароля или как CSV в UTF-8, UTF-16 либо Windows-1251.",
        "The file cannot be read: {reason}",
        "Save the table as an Excel workbook (.xlsx) without a password, or as CSV in UTF-8, UTF-16 or Windows-1251.",
    ),
    "dealers.file_malformed": (
        "В файле CSV ошибка в строке {row}",
        "Проверьте кавычки: текст с кавычками внутри берут в кавычки целиком, а внутренние удваивают.",
        "The CSV file is malformed at row {row}",
        "Look at the quotes: a text with quotes in it stands in quotes as a whole, and those inside are doubled.",
    ),
    "dealers.file_too_large": (
        "В файле слишком много строк, столбцов или ячеек",
        "За один раз принимаются {rows} строк, {columns} столбцов и {cells} ячеек. Разделите файл на несколько.",
        "The file has too many rows, columns or cells",
        "It may have {rows} rows, {columns} columns and {cells} cells. Divide it into several files.",
    ),
    "dealers.file_empty": (
        "В файле нет дилеров",
        "Нужны строка заголовков и хотя бы одна строка под ней. Пример: GET /api/v1/dealers/import/example.",
        "There are no dealers in the file",
        "It needs a header and one row below it at least. For an example: GET /api/v1/dealers/import/example.",
    ),
    "dealers.file_header_missing": (
        "В первой строке нет столбца «Название»",
        "Первая непустая строка — заголовки. Найдены: {found}. Пример: GET /api/v1/dealers/import/example.",
        "The first row has no column “Name”",
        "The first row with anything in it is the header. Found: {found}. See GET /api/v1/dealers/import/example.",
    ),
    "dealers.file_header_repeated": (
        "Столбец «{column}» встречается дважды",
        "Оставьте один из столбцов с таким смыслом.",
        "The column “{column}” is there twice",
        "Leave one of the columns that mean this.",
    ),
    "dealers.import_column_unknown": (
        "Столбец «{column}» не знаком и пропущен",
        "Если он нужен, назовите его как в примере: GET /api/v1/dealers/import/example.",
        "The column “{column}” is not known, and was passed over",
        "If it is needed, head it as the example does: GET /api/v1/dealers/import/example.",
    ),
    "dealers.import_cell_too_long": (
        "В ячейке «{column}» слишком много текста",
        "Помещается до {limit} символов.",
        "The cell “{column}” has too much text",
        "It has up to {limit} characters.",
    ),
    "dealers.import_switch_unreadable": (
        "В столбце «{column}» непонятное значение: {value}",
        "Напишите «да» или «нет» либо оставьте ячейку пустой.",
        "The column “{column}” says what is not understood: {value}",
        "Write “yes” or “no”, or leave the cell empty.",
    ),
    "dealers.import_notice_unknown": (
        "Нет такого вида уведомлений: {value}",
        "Перечислите через запятую: заказы, оплаты, отгрузки, статусы ({known}).",
        "There is no such kind of notice: {value}",
        "Name some of these, separated by commas: {known}.",
    ),
    "dealers.import_quiet_unreadable": (
        "Тихие часы не читаются: {value}",
        "Запишите их как «22:00–08:00»; «-» убирает тихие часы.",
        "Quiet hours cannot be read: {value}",
        "Write them as “22:00–08:00”; a “-” takes them away.",
    ),
    "dealers.import_language_unreadable": (
        "Языка «{value}» для уведомлений нет",
        "Напишите «русский» (ru) или «английский» (en); «-» возвращает русский.",
        "There are no notices in the language “{value}”",
        "Write “Russian” (ru) or “English” (en); a “-” goes back to Russian.",
    ),
    "dealers.import_formula_broken": (
        "В столбце «{column}» формула без значения",
        "Откройте файл в Excel, исправьте формулу и сохраните его ещё раз или впишите значение.",
        "The column “{column}” has a formula without a value",
        "Open the file in Excel, mend the formula and save it again, or write the value itself.",
    ),
    "dealers.import_cells_beyond": (
        "В строке больше ячеек, чем столбцов в заголовке",
        "Возьмите текст с разделителем внутри в кавычки или озаглавьте лишний столбец.",
        "The row has more cells than the header has columns",
        "Put a text in which the separator stands into quotes, or head the column.",
    ),
    "dealers.import_line_repeated": (
        "Дилер «{name}» уже есть в строке {row}",
        "Оставьте в файле одну строку на дилера. Регистр и пробелы в названии не различаются.",
        "The dealer “{name}” is in row {row} already",
        "Leave one row for each dealer. Case and spaces in names make no difference.",
    ),
    "dealers.import_dealers_alike": (
        "Под названием «{name}» уже заведено дилеров: {number}",
        "Их названия различаются лишь регистром или пробелами. Переименуйте лишних и загрузите файл снова.",
        "There are {number} dealers named “{name}”",
        "Their names differ in case or spaces alone. Rename the others, and send the file again.",
    ),
    "dealers.import_point_not_found": (
        "Столбец «{column}»: в МоёмСкладе не найдено «{value}»",
        "Строка принята без этого значения. Проверьте название, код, ИНН или id и загрузите файл снова.",
        "Column “{column}”: MoySklad has no “{value}”",
        "The row was taken in without it. Look at the name, code, INN or id, and send the file again.",
    ),
    "dealers.import_point_ambiguous": (
        "Столбец «{column}»: под «{value}» подходит несколько, найдено {number}",
        "Строка принята без этого значения. Укажите id нужного и загрузите файл снова.",
        "Column “{column}”: “{value}” may be any of {number}",
        "The row was taken in without it. Give the id of the one that is meant, and send the file again.",
    ),
}
