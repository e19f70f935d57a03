"""Connections to MoySklad and Google."""

CONNECTIONS: dict[str, tuple[str, str, str, str]] = {
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
            "справочники, а если не помогло, устанавливает приложение заново. Настройки выгрузок сохранятся."
        ),
        "MoySklad does not let us read your data",
        (
            "An administrator checks in MoySklad that SkladSheets is installed and may view the documents and "
            "dictionaries it needs and, if that does not help, installs the app again. The settings of your exports "
            "are kept."
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
}
