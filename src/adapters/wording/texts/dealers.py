"""Dealers and their chats."""

DEALERS: dict[str, tuple[str, str, str, str]] = {
    "dealers.document_unreadable": (
        "МойСклад ответил о документе не так, как описано: {type}",
        "Дилеру о нём не рассказано. Откройте документ в МоёмСкладе и сообщите о нём в поддержку SkladSheets.",
        "MoySklad's answer about a document is not as described: {type}",
        "No dealer was told of it. Open the document in MoySklad, and tell the support of SkladSheets about it.",
    ),
    "dealers.rhythm_invalid": (
        "Время дня нужно только для ежедневной сводки",
        "Укажите at вместе с often = daily и уберите его в остальных случаях.",
        "A time of day goes with a daily digest alone",
        "Give at together with often = daily, and leave it out otherwise.",
    ),
    "dealers.too_many_dealers": (
        "Дилеров больше, чем позволяет тариф: {used} из {limit}",
        "Удалите ненужного дилера или перейдите на больший тариф.",
        "The plan has no room for another dealer: {used} of {limit}",
        "Remove a dealer who is not needed, or move to a larger plan.",
    ),
    "dealers.not_found": (
        "Такого дилера нет",
        "Возможно, его удалили. Обновите список дилеров.",
        "There is no such dealer",
        "They may have been removed. Load the list of dealers again.",
    ),
    "dealers.name_taken": (
        "Дилер «{name}» уже есть",
        "Измените название или правьте существующего дилера.",
        "There is a dealer “{name}” already",
        "Choose another name, or change the dealer there is.",
    ),
    "dealers.name_invalid": (
        "Название дилера не подходит",
        "Нужно от 1 до {limit} печатных символов.",
        "The dealer's name does not do",
        "It has 1 to {limit} printable characters.",
    ),
    "dealers.too_many_points": (
        "Слишком много точек продаж: {count}",
        "У одного дилера их может быть до {limit}. Объедините контрагентов в группу или заведите второго дилера.",
        "Too many points of sale: {count}",
        "One dealer has up to {limit}. Put counterparties into a group, or add a second dealer.",
    ),
    "dealers.quiet_hours_invalid": (
        "Тихие часы начинаются и заканчиваются в одно время",
        "Укажите разное время начала и конца, например 22:00:00 и 08:00:00, или уберите тихие часы.",
        "Quiet hours begin and end at the same time",
        "Give different times, as in 22:00:00 and 08:00:00, or leave quiet hours out.",
    ),
    "dealers.bind_link_invalid": (
        "Ссылка не подходит",
        "Она действует 10 минут и один раз. Попросите в компании новую.",
        "The link does not do",
        "It works once, within 10 minutes. Ask the company for a new one.",
    ),
    "dealers.chat_not_found": (
        "У дилера нет такого чата",
        "Возможно, чат уже отвязан. Обновите карточку дилера.",
        "The dealer has no such chat",
        "It may have been unbound already. Load the dealer again.",
    ),
    "dealers.too_many_chats": (
        "У дилера уже {limit} чатов",
        "Отвяжите лишние, затем откройте новую ссылку.",
        "The dealer has {limit} chats already",
        "Unbind some, then open a new link.",
    ),
    "dealers.bot_not_configured": (
        "Telegram-бот не настроен",
        "Администратору сервиса: задайте TELEGRAM_BOT_NAME и TELEGRAM_WEBHOOK_SECRET.",
        "There is no Telegram bot",
        "Whoever runs the service has to set TELEGRAM_BOT_NAME and TELEGRAM_WEBHOOK_SECRET.",
    ),
    "dealers.bot_removed": (
        "Бота заблокировали или удалили из чата",
        "Верните бота в чат и привяжите чат новой ссылкой.",
        "The bot was blocked, or sent out of the chat",
        "Let the bot in again, and bind the chat by a new link.",
    ),
    "dealers.chat_bound": (
        "Чат привязан: {dealer}",
        "Сюда будут приходить уведомления о заказах, оплатах и отгрузках. Отключить их можно командой /stop.",
        "The chat is bound: {dealer}",
        "Orders, payments and shipments will be told of here. Say /stop to end that.",
    ),
    "dealers.chat_unbound": (
        "Уведомления отключены",
        "Чтобы включить их снова, попросите в компании новую ссылку.",
        "Nothing will be told here any more",
        "Ask the company for a new link to begin again.",
    ),
    "dealers.chat_unknown": (
        "Этот чат не привязан",
        "Отключать нечего. Чтобы получать уведомления, попросите в компании ссылку.",
        "This chat is not bound",
        "There is nothing to end. Ask the company for a link to be told things here.",
    ),
    "dealers.bot_help": (
        "Это бот уведомлений SkladSheets",
        "Чтобы получать уведомления, откройте ссылку, которую пришлёт компания. /stop отключает их в этом чате.",
        "This is the bot of SkladSheets",
        "Open the link that the company sends you to be told things here. /stop ends that in this chat.",
    ),
    "dealers.update_refused": (
        "Обращение не от Telegram",
        "Задайте вебхуку тот же secret_token, что в TELEGRAM_WEBHOOK_SECRET.",
        "This did not come from Telegram",
        "Set the webhook with the secret_token that stands in TELEGRAM_WEBHOOK_SECRET.",
    ),
}
