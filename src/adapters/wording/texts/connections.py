"""Connections to MoySklad and Google."""

CONNECTIONS: dict[str, tuple[str, str, str, str]] = {
    "connections.installation_awaited": (
        "О такой установке МойСклад ещё не сообщал",
        "Повторите вызов позже: сначала должна прийти установка приложения.",
        "MoySklad has not told of this installation yet",
        "Repeat the call later: the installation of the app has to come first.",
    ),
    "connections.answer_late": (
        "Сервис не успел сохранить сообщение МоегоСклада",
        "Повторите вызов: он будет принят, как только сервис справится.",
        "The service could not keep MoySklad's message in time",
        "Repeat the call: it will be taken as soon as the service can.",
    ),
    "connections.broken": (
        "Подключение требует внимания",
        "Администратор открывает «Подключения» и подключает сервис заново.",
        "A connection needs attention",
        "An administrator opens Connections and connects the service again.",
    ),
    "connections.google_not_connected": (
        "Google ещё не подключён",
        "Администратор открывает «Подключения», нажимает «Подключить Google» и разрешает доступ к таблицам.",
        "Google is not connected yet",
        "An administrator opens Connections, chooses to connect Google and allows access to the spreadsheets.",
    ),
    "connections.google_broken": (
        "Google больше не пускает нас к таблицам",
        (
            "Доступ отозвали или его срок истёк. Администратор открывает «Подключения» и подключает Google заново, "
            "лучше под тем же аккаунтом: выгрузки продолжатся с того же места."
        ),
        "Google no longer lets us reach your spreadsheets",
        (
            "The access was withdrawn or has expired. An administrator opens Connections and connects Google again, "
            "preferably with the same account: exports go on from where they stopped."
        ),
    ),
    "connections.google_client_gone": (
        "Google нужно подключить заново",
        (
            "Доступ был дан приложению, которым SkladSheets больше не пользуется. Администратор открывает "
            "«Подключения» и подключает Google заново, лучше под тем же аккаунтом, а существующие таблицы выбирает "
            "ещё раз."
        ),
        "Google has to be connected again",
        (
            "The access was given to an app that SkladSheets does not use any more. An administrator opens Connections "
            "and connects Google again, preferably with the same account, and chooses existing spreadsheets anew."
        ),
    ),
    "connections.service_account_missing": (
        "Писать по общему доступу здесь нельзя",
        "Администратор открывает «Подключения» и подключает аккаунт Google.",
        "Writing to shared spreadsheets is not available here",
        "An administrator opens Connections and connects a Google account.",
    ),
    "connections.google_sharing_only": (
        "Аккаунт Google здесь не подключают",
        (
            "Откройте доступ редактора к таблице для {address}, включите «Подключения» → общий доступ и укажите адрес "
            "таблицы в выгрузке."
        ),
        "No Google account is connected here",
        (
            "Share the spreadsheet with {address} as an editor, choose sharing in Connections, and name the "
            "spreadsheet in the export."
        ),
    ),
    "connections.spreadsheet_needed": (
        "Нужна готовая таблица",
        (
            "Создайте таблицу в своём Google Диске, откройте к ней доступ редактора для {address} и укажите её адрес в "
            "выгрузке. Чтобы SkladSheets создавал таблицы сам, подключите аккаунт Google."
        ),
        "An existing spreadsheet is needed",
        (
            "Make a spreadsheet in your own Google Drive, share it with {address} as an editor and name its address in "
            "the export. To have SkladSheets make spreadsheets by itself, connect a Google account."
        ),
    ),
    "connections.picking_impossible": (
        "Выбирать таблицы здесь не нужно",
        "Откройте доступ редактора к таблице для {address} и укажите её адрес в выгрузке.",
        "There is no need to choose spreadsheets here",
        "Share the spreadsheet with {address} as an editor and name its address in the export.",
    ),
    "connections.consent_denied": (
        "Google не дал нужного доступа",
        (
            "Подключите Google ещё раз и на его странице разрешите всё, о чём просит SkladSheets. Если аккаунтом "
            "управляет организация, попросите администратора Google разрешить приложение. Причина: {reason}."
        ),
        "Google did not grant the access we need",
        (
            "Connect Google again and allow everything SkladSheets asks for on Google's page. If an organisation "
            "manages the account, ask its Google administrator to allow the app. Reason: {reason}."
        ),
    ),
    "connections.consent_invalid": (
        "Эта попытка подключить Google уже не действует",
        "На подтверждение даётся 15 минут, и каждая попытка годится один раз. Откройте «Подключения» и начните заново.",
        "This attempt to connect Google is no longer valid",
        "There are 15 minutes to confirm, and every attempt works once. Open Connections and begin again.",
    ),
    "connections.moysklad_broken": (
        "МойСклад не даёт нам читать ваши данные",
        (
            "Администратор проверяет в МоёмСкладе, что SkladSheets установлен и может смотреть нужные документы и "
            "справочники, а если не помогло, устанавливает приложение заново. Настройки выгрузок сохранятся. Если "
            "компания подключена по токену, он больше не действует или прав сотрудника мало: администратор сервиса "
            "задаёт другой командой skladsheets companies add."
        ),
        "MoySklad does not let us read your data",
        (
            "An administrator checks in MoySklad that SkladSheets is installed and may view the documents and "
            "dictionaries it needs and, if that does not help, installs the app again. The settings of your exports "
            "are kept. If the company is connected by a token, that is not good any more, or its employee lacks "
            "rights: whoever operates the service gives another one with `skladsheets companies add`."
        ),
    ),
    "connections.secret_unreadable": (
        "Сохранённый доступ не удалось прочитать",
        (
            "Администратор открывает «Подключения» и подключает Google заново. Если дело в МоёмСкладе, приложение "
            "нужно установить в нём снова."
        ),
        "The stored access could not be read",
        (
            "An administrator opens Connections and connects Google again. If it is MoySklad's access, the app has to "
            "be installed there again."
        ),
    ),
    "connections.secret_key_missing": (
        "Сохранённый доступ сейчас не прочитать",
        (
            "Он сохранён, но у сервиса нет ключа, которым он зашифрован. Ключ возвращает тот, кто обслуживает "
            "SkladSheets; сообщите ему об этом. Подключать заново ничего не нужно."
        ),
        "The stored access cannot be read at the moment",
        (
            "It is kept, but the service lacks the key that it is sealed under. Whoever operates SkladSheets has to "
            "bring that key back; please tell them. There is no need to connect anything again."
        ),
    ),
    "connections.key_ring_foreign": (
        "Ключи шифрования не от этой базы данных",
        (
            "Ключ {keys} в ENCRYPTION_KEYS не открывает то, что зашифровано в базе под этим именем: перепутаны ключи "
            "или база (DATABASE_URL). Верните прежнее значение ключа; новому ключу дайте новое имя и поставьте его "
            "первым. Ничего не потеряно и не изменено."
        ),
        "The encryption keys are not this database's",
        (
            "Key {keys} in ENCRYPTION_KEYS does not open what the database has sealed under that name: the keys or the "
            "database (DATABASE_URL) are mixed up. Put the key's former value back; give a new key a new name and put "
            "it first. Nothing was lost or changed."
        ),
    ),
    "connections.key_ring_incomplete": (
        "Не хватает ключей шифрования",
        (
            "В ENCRYPTION_KEYS нет ключей: {keys}. Ими зашифровано секретов: {secrets} ({purposes}). Верните эти "
            "ключи в конец списка, запустите сервис и выполните `skladsheets keys rotate`. Если ключ утерян навсегда, "
            "`skladsheets keys forget` позволит запуститься без него. Ничего не потеряно."
        ),
        "Encryption keys are missing",
        (
            "ENCRYPTION_KEYS lacks: {keys}. Secrets sealed under them: {secrets} ({purposes}). Put these keys back at "
            "the end of the list, start the service and run `skladsheets keys rotate`. If a key is lost for good, "
            "`skladsheets keys forget` lets the service start without it. Nothing was lost."
        ),
    ),
    "connections.key_held": (
        "Этот ключ есть в ENCRYPTION_KEYS",
        "Забыть можно только утерянный ключ. Ключ {key} на месте: выполните `skladsheets keys rotate` и уберите его.",
        "This key is in ENCRYPTION_KEYS",
        "Only a lost key can be forgotten. Key {key} is there: run `skladsheets keys rotate`, then take it out.",
    ),
}
