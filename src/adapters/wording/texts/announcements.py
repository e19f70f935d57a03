"""What the people who run a company should know and act upon."""

ANNOUNCEMENTS: dict[str, tuple[str, str, str, str]] = {
    "tenants.announcement_not_found": (
        "Такого сообщения нет",
        "Обновите список: сообщения, которые завершились больше 90 дней назад, не хранятся.",
        "There is no such announcement",
        "Load the list again: announcements that ended more than 90 days ago are not kept.",
    ),
    "announcements.google_broke": (
        "Google больше не пускает нас в таблицы ({email})",
        "Подключите Google снова: выгрузки ждут этого.",
        "Google does not let us into the spreadsheets any more ({email})",
        "Connect Google again: exports wait for that.",
    ),
    "announcements.chat_lost": (
        "В чат «{chat}» дилера «{dealer}» больше нельзя писать",
        "Бота заблокировали или удалили. Дайте дилеру новую ссылку подключения или удалите чат.",
        "The chat “{chat}” of the dealer “{dealer}” cannot be written to any more",
        "The bot was blocked or removed. Give the dealer a new binding link, or remove the chat.",
    ),
    "announcements.own_chat_lost": (
        "Сотруднику {member} больше нельзя писать в «{chat}»",
        "Бота заблокировали, или адреса больше нет. Привяжите чат или адрес заново, чтобы получать сообщения.",
        "{member} cannot be written to at “{chat}” any more",
        "The bot was blocked, or there is no such address. Bind the chat or the address again to be told things there.",
    ),
    "announcements.notices_undelivered": (
        "Уведомления не доставлены ({state}: {reason})",
        "Откройте журнал уведомлений, устраните причину и повторите те, что ещё нужны.",
        "Notices were not delivered ({state}: {reason})",
        "Open the ledger of notices, mend the reason, and send again those that still matter.",
    ),
    "announcements.template_failed": (
        "Ваш текст уведомления «{kind}» не подошёл к документу: {reason}",
        "Дилерам ушёл стандартный текст. Исправьте шаблон: предпросмотр покажет, что не так.",
        "Your text of the notice “{kind}” could not be used for a document: {reason}",
        "Dealers were sent our own text. Mend the template: its preview shows what is wrong.",
    ),
    "announcements.documents_unreadable": (
        "МойСклад ответил о документах не так, как описано: {documents}",
        "Дилерам о них не рассказано. Откройте последние документы в МоёмСкладе и сообщите в поддержку SkladSheets.",
        "MoySklad's answers about documents were not as described: {documents}",
        "No dealer was told of them. Look at the latest documents in MoySklad, and tell the support of SkladSheets.",
    ),
    "announcements.rule_stopped": (
        "Автоматизация «{rule}» остановилась: {reason}",
        "Посмотрите её последние выполнения, исправьте причину и включите её снова.",
        "The automation rule “{rule}” has stopped: {reason}",
        "Look at its last executions, mend the reason, and enable it again.",
    ),
    "announcements.run_untold": (
        "Запуск выгрузки «{export}» не отмечен в таблице: {reason}",
        "Сама выгрузка не пострадала. Исправьте причину: журнал или ячейку состояния обновит следующий запуск.",
        "A run of the export “{export}” could not be told about in its spreadsheet: {reason}",
        "The export itself is as it was. Mend the reason: the next run will write its log or status cell again.",
    ),
    "announcements.rows_used": (
        "Израсходовано {percent}% строк тарифа за {period} (лимит {limit})",
        "Когда строки закончатся, выгрузки остановятся до следующего месяца. При необходимости выберите больший тариф.",
        "{percent}% of the plan's rows of {period} are used (the limit is {limit})",
        "When they are used up, exports stop until next month. Choose a larger plan if you need it.",
    ),
}
