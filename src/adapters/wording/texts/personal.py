"""Personal data: how exports show it, and what is handed over or erased of a company."""

PERSONAL: dict[str, tuple[str, str, str, str]] = {
    "exports.treatment_unknown": (
        "Способа показа личных данных «{treatment}» нет",
        "Выберите один из существующих: {known}.",
        "There is no way of showing personal data called “{treatment}”",
        "Choose one of these: {known}.",
    ),
    "exports.personal_key_hidden": (
        "По столбцу «{column}» находят строки: показать его как {treatment} нельзя",
        (
            "Скрытые значения разных строк совпали бы. Укажите для этого столбца pseudonym (в personal.columns) или "
            "as_is, или выберите другие ключевые столбцы."
        ),
        "Rows are found by the column “{column}”: it cannot be shown as {treatment}",
        (
            "Hidden values of different rows would be the same. Choose pseudonym for this column (in "
            "personal.columns), or as_is, or other key columns."
        ),
    ),
    "exports.personal_read_by_formula": (
        "Формула «{formula}» читает столбец «{column}», который не выгружается",
        "Уберите столбец из формулы или укажите для него masked или pseudonym.",
        "The formula “{formula}” reads the column “{column}”, which is left out",
        "Take the column out of the formula, or choose masked or pseudonym for it.",
    ),
    "exports.personal_key_settled": (
        "Строки таблицы уже найдены по столбцу «{column}»: показать его иначе нельзя",
        (
            "Прежние строки остались бы в таблице под старыми ключами. Создайте новую выгрузку в новый лист с нужной "
            "настройкой, а эту удалите вместе с листом."
        ),
        "Rows of the sheet are found by the column “{column}” already: it cannot be shown in another way",
        (
            "Rows written before would stay in the sheet under their old keys. Make a new export into a new tab, and "
            "remove this one together with its tab."
        ),
    ),
    "exports.personal_rows_settled": (
        "При способе записи «{strategy}» написанные строки не меняются: личные данные в них остались бы",
        "Создайте новую выгрузку в новый лист с нужной настройкой, а эту удалите вместе с листом.",
        "With the write strategy “{strategy}” rows that stand are never changed: personal data would stay in them",
        "Make a new export into a new tab that shows it as you want, and remove this one together with its tab.",
    ),
    "tenants.company_erased": (
        "Данные этой компании сейчас удаляются",
        "Подождите несколько минут. Чтобы начать заново, установите после этого приложение в МоёмСкладе ещё раз.",
        "This company's data is being erased",
        "Wait for some minutes. To begin anew, install the app in MoySklad once more after that.",
    ),
    "tenants.erasure_unconfirmed": (
        "Название компании не совпало: ничего не удалено",
        "Введите его буква в букву: {name}",
        "That is not what the company is called: nothing was erased",
        "Give its name letter by letter: {name}",
    ),
    "tenants.erasure_not_begun": (
        "Удаление данных компании не запрашивали",
        "Запросить его может владелец компании: для этого нужно повторить её название.",
        "Nobody has asked for the company to be erased",
        "Its owner can ask for that by repeating the company's name.",
    ),
    "tenants.erasure_incomplete": (
        "После удаления ещё остались строки: {tables}",
        "Повторите команду: она продолжит с того же места. Если не поможет, остановите рабочие процессы и повторите.",
        "Rows are still there after erasing: {tables}",
        "Give the command again: it goes on where it was. If that does not help, stop the workers and try once more.",
    ),
    "tenants.archive_unwritable": (
        "Файл «{file}» не удалось записать: {reason}",
        "Укажите путь в существующем каталоге, в который можно писать и где хватает места.",
        "The file “{file}” could not be written: {reason}",
        "Name a path in a directory that is there, may be written to, and has room.",
    ),
}
