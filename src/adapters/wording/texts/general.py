"""Requests, vendors, and what nobody foresaw."""

GENERAL: dict[str, tuple[str, str, str, str]] = {
    "unexpected": (
        "Что-то сломалось на нашей стороне",
        "Попробуйте ещё раз через несколько минут. Если не поможет, напишите в поддержку и назовите номер запроса.",
        "Something broke on our side",
        "Try again in a few minutes. If that does not help, write to support and quote the request number.",
    ),
    "not_found": (
        "Такого здесь нет",
        "Проверьте адрес или вернитесь к списку: возможно, запись уже удалили.",
        "There is nothing here",
        "Check the address or go back to the list: the record may have been removed already.",
    ),
    "conflict": (
        "Сейчас это сделать нельзя",
        "Обновите страницу, посмотрите, что изменилось, и повторите.",
        "This cannot be done right now",
        "Reload the page, see what has changed, and try again.",
    ),
    "rule_violated": (
        "Так сделать нельзя",
        "Проверьте введённые значения, исправьте их и отправьте снова.",
        "This is not allowed",
        "Check what you entered, correct it, and send it again.",
    ),
    "idempotency_key_reused": (
        "Ключ повтора «{key}» уже занят другим запросом",
        "Отправьте запрос с новым значением заголовка Idempotency-Key; прежнее повторяйте только с тем же запросом.",
        "The idempotency key “{key}” already belongs to another request",
        "Send the request with a new Idempotency-Key; repeat the old one only with exactly the same request.",
    ),
    "moment_invalid": (
        "Такого момента не бывает: {moment}",
        "Укажите дату и время в форме 2026-01-31T09:00:00Z.",
        "There is no such moment: {moment}",
        "Give date and time in the form 2026-01-31T09:00:00Z.",
    ),
    "request_under_way": (
        "Запрос с ключом повтора «{key}» ещё выполняется",
        "Подождите столько секунд, сколько указано в заголовке Retry-After, и повторите тот же запрос с тем же ключом.",
        "The request with the idempotency key “{key}” is still being carried out",
        "Wait as many seconds as the header Retry-After says and send the same request with the same key again.",
    ),
    "request_superseded": (
        "Запрос с ключом повтора «{key}» выполняет уже другой сервер",
        "Этот запрос ничего не изменил. Повторите его с тем же ключом: вы получите ответ на тот, который выполнен.",
        "Another server has taken over the request with the idempotency key “{key}”",
        "This request changed nothing. Send it again with the same key for the answer to the one that was carried out.",
    ),
    "answer_lost": (
        "Запрос с ключом повтора «{key}» выполнен, но ответ на него утерян",
        "Посмотрите в списке, что получилось. Если этого мало, отправьте запрос с новым значением Idempotency-Key.",
        "The request with the idempotency key “{key}” was carried out, but its answer was lost",
        "See in the list what came of it. If that is not enough, send the request with a new Idempotency-Key.",
    ),
    "precondition_failed": (
        "Запись изменилась с тех пор, как вы её открыли",
        "Откройте её заново, внесите свои изменения и отправьте их с новым значением ETag в заголовке If-Match.",
        "The record has changed since you opened it",
        "Open it again, make your changes, and send them with the new ETag in the header If-Match.",
    ),
    "too_many_requests": (
        "Слишком много запросов за короткое время",
        "Подождите столько секунд, сколько указано в заголовке Retry-After, и повторите запрос.",
        "Too many requests in a short time",
        "Wait as many seconds as the header Retry-After says, and send the request again.",
    ),
    "request_invalid": (
        "Запрос заполнен неверно",
        "Исправьте поля, которые названы в ответе, и отправьте запрос снова. Все поля описаны на странице /docs.",
        "The request is not filled in correctly",
        "Correct the fields named in the answer and send the request again. Every field is described at /docs.",
    ),
    "method_not_allowed": (
        "По этому адресу такое действие не предусмотрено",
        "Посмотрите на странице /docs, каким способом обращаться к этому адресу.",
        "This address does not offer that action",
        "See at /docs which methods this address accepts.",
    ),
    "request_too_large": (
        "Запрос слишком большой",
        "Отправляйте не больше 1 МБ за раз: сократите списки или названия.",
        "The request is too large",
        "Send no more than 1 MB at a time: shorten the lists or the titles.",
    ),
    "media_type_unsupported": (
        "Такой формат данных не принимается",
        "Отправьте данные в JSON с заголовком Content-Type: application/json.",
        "This data format is not accepted",
        "Send JSON with the header Content-Type: application/json.",
    ),
    "cursor_invalid": (
        "Эта страница списка не открывается",
        "Откройте список с начала, без параметра cursor, и листайте по значениям nextCursor из ответов.",
        "This page of the list cannot be opened",
        "Open the list from the beginning, without cursor, and follow the nextCursor values of the answers.",
    ),
    "limit_invalid": (
        "Столько строк на одной странице не показать",
        "Задайте limit от 1 до {most}.",
        "A page cannot hold that many items",
        "Set limit to a number from 1 to {most}.",
    ),
    "billing.quota_exceeded": (
        "Лимит вашего тарифа исчерпан",
        "Дождитесь начала нового периода или перейдите на тариф с большим лимитом.",
        "Your plan's limit is used up",
        "Wait until the next period begins or move to a plan with a higher limit.",
    ),
    "vendors.busy": (
        "МойСклад или Google просит подождать",
        "Ничего делать не нужно: запуск продолжится сам. Если вы ждёте ответа на странице, повторите через минуту.",
        "MoySklad or Google asks us to wait",
        "Nothing to do: a run goes on by itself. If you are waiting for a page, try again in a minute.",
    ),
    "vendors.failed": (
        "МойСклад или Google не ответил как следует",
        (
            "Запустите ещё раз через несколько минут. Если ошибка повторяется, напишите в поддержку и назовите "
            "причину: {reason}."
        ),
        "MoySklad or Google did not answer properly",
        "Start again in a few minutes. If it keeps happening, write to support and quote the reason: {reason}.",
    ),
    "vendors.moysklad_tariff": (
        "Тариф МоегоСклада этого не даёт",
        (
            "Администратор МоегоСклада смотрит в разделе «Подписка», входит ли это в тариф и включена ли нужная опция, "
            "и запускает выгрузку снова. Ответ МоегоСклада: {reason} (код {number}). Остальные выгрузки работают."
        ),
        "Your MoySklad tariff does not cover this",
        (
            "An administrator of MoySklad checks under Subscription whether the tariff includes this and the option is "
            "switched on, and starts the export again. MoySklad's answer: {reason} (code {number}). Other exports work."
        ),
    ),
    "vendors.moysklad_permission": (
        "В МоёмСкладе не хватает права на эти данные",
        (
            "Администратор МоегоСклада даёт приложению SkladSheets недостающее право и запускает выгрузку снова. Ответ "
            "МоегоСклада: {reason} (код {number}). Остальные выгрузки работают."
        ),
        "A right to this is missing in MoySklad",
        (
            "An administrator of MoySklad gives SkladSheets the missing right and starts the export again. MoySklad's "
            "answer: {reason} (code {number}). Other exports work."
        ),
    ),
    "vendors.moysklad_rejected": (
        "МойСклад не принял то, что мы отправили",
        "Исправьте то, что названо в ответе МоегоСклада, и повторите: {reason} (код {number}).",
        "MoySklad did not accept what we sent",
        "Correct what MoySklad's answer names and try again: {reason} (code {number}).",
    ),
    "vendors.moysklad_paused": (
        "Мы сделали перерыв в запросах к МоемуСкладу",
        (
            "Слишком много запросов подряд закончилось отказом, а за настойчивость МойСклад отключает доступ. Ничего "
            "делать не нужно: через минуту мы попробуем снова. Если это повторяется, напишите в поддержку и назовите "
            "причину: {reason}."
        ),
        "We have paused our requests to MoySklad",
        (
            "Too many requests were refused or failed, and MoySklad switches off the access of clients that insist. "
            "Nothing to do: we try again in a minute. If it keeps happening, write to support and quote the reason: "
            "{reason}."
        ),
    ),
    "delivery.queue_unreachable": (
        "Очередь заданий временно недоступна",
        (
            "Ничего делать не нужно: запуск сохранён и начнётся, как только очередь вернётся. Если за 15 минут он не "
            "начался, напишите в поддержку и назовите причину: {reason}."
        ),
        "The work queue is out of reach for the moment",
        (
            "Nothing to do: the run is stored and starts as soon as the queue is back. If it has not started within 15"
            " minutes, write to support and quote the reason: {reason}."
        ),
    ),
}
