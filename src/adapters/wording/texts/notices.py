"""The delivery of notices."""

NOTICES: dict[str, tuple[str, str, str, str]] = {
    "dealers.notice_not_found": (
        "Такого уведомления нет",
        "Проверьте номер: уведомления, которые завершились больше 90 дней назад, не хранятся.",
        "There is no such notice",
        "Check the id: notices that ended more than 90 days ago are not kept.",
    ),
    "dealers.notice_not_resendable": (
        "Уведомление уже доставлено или вот-вот уйдёт",
        "Повторить можно только то, что не доставлено, пропущено или доставлено под вопросом.",
        "The notice was delivered, or is about to be",
        "Only what was not delivered, was skipped or is uncertain can be sent again.",
    ),
    "dealers.notice_state_unknown": (
        "Нет состояния «{state}»",
        "Выберите одно из: {known}.",
        "There is no state “{state}”",
        "Choose one of: {known}.",
    ),
    "dealers.notices_used_up": (
        "Уведомления этого месяца по тарифу закончились",
        "Новые уведомления пропускаются до начала следующего месяца. Выберите больший тариф и повторите пропущенные.",
        "This month's notices of the plan are used up",
        "New notices are skipped until next month. Choose a larger plan, and send again what was skipped.",
    ),
    "dealers.notice_expired": (
        "Уведомление не удалось доставить за три дня",
        "Проверьте настройки Telegram или почты и повторите уведомление, если оно ещё нужно.",
        "The notice could not be delivered within three days",
        "Check how Telegram or mail is set up, and send the notice again if it still matters.",
    ),
    "dealers.chat_lost": (
        "В этот чат больше нельзя писать",
        "Бота заблокировали или удалили из группы, или чата нет. Попросите дилера снова открыть ссылку подключения.",
        "This chat cannot be written to any more",
        "The bot was blocked or removed, or there is no such chat. Ask the dealer to open the binding link again.",
    ),
    "dealers.chat_moved": (
        "Группа стала супергруппой",
        "Делать ничего не нужно: уведомление уйдёт по новому адресу группы.",
        "The group became a supergroup",
        "Nothing has to be done: the notice goes to the group's new address.",
    ),
    "dealers.chat_busy": (
        "Telegram просит подождать",
        "Делать ничего не нужно: уведомление уйдёт, когда это разрешит Telegram.",
        "Telegram asks to wait",
        "Nothing has to be done: the notice goes as soon as Telegram allows it.",
    ),
    "dealers.messenger_unready": (
        "Канал доставки не настроен или не пускает нас",
        (
            "Проверьте TELEGRAM_BOT_TOKEN, а для почты SMTP_HOST, SMTP_USER и SMTP_PASSWORD. Уведомления ждут и уйдут "
            "сами, если исправить это в течение трёх дней."
        ),
        "The channel of delivery is not set up, or does not let us in",
        (
            "Check TELEGRAM_BOT_TOKEN, and SMTP_HOST, SMTP_USER and SMTP_PASSWORD for mail. Notices wait, and go by "
            "themselves if that is mended within three days."
        ),
    ),
    "dealers.message_refused": (
        "Сообщение не принято",
        "Проверьте шаблон уведомления: текст не должен быть пустым, а разметка — только той, что понимает Telegram.",
        "The message was refused",
        "Check the notice's template: it must not be empty, and have only markup that Telegram understands.",
    ),
    "dealers.delivery_failed": (
        "Доставить уведомление не получилось",
        "Мы пробовали около часа. Проверьте связь с Telegram или почтовым сервером и повторите уведомление.",
        "The notice could not be delivered",
        "It was tried for about an hour. Check the way to Telegram or to the mail server, and send the notice again.",
    ),
    "dealers.delivery_uncertain": (
        "Неизвестно, дошло ли уведомление",
        "Связь прервалась во время отправки. Посмотрите в чате; если уведомления там нет, повторите его.",
        "Nobody knows whether the notice arrived",
        "The connection broke while it was being sent. Look into the chat; if it is not there, send it again.",
    ),
}
