"""Webhooks and scenarios of MoySklad's."""

WEBHOOKS: dict[str, tuple[str, str, str, str]] = {
    "webhooks.address_too_long": (
        "Адрес сервиса слишком длинный для вебхуков",
        "МойСклад принимает до {limit} символов, получилось {length}. Разместите сервис по более короткому PUBLIC_URL.",
        "The service's address is too long for webhooks",
        "MoySklad takes {limit} characters, and there are {length}. Put the service at a shorter PUBLIC_URL.",
    ),
    "webhooks.delivery_malformed": (
        "Уведомление не похоже на вебхук МоегоСклада",
        "Отправьте JSON с массивом events или с полями accountId и reportType, как описано в документации JSON API.",
        "The delivery does not look like one of MoySklad's webhooks",
        "Send JSON with an array of events, or with accountId and reportType, as the JSON API docs describe.",
    ),
    "webhooks.unavailable": (
        "Сейчас уведомления не принимаются",
        "Повторите позже: пока уведомление не сохранено, мы его не подтверждаем.",
        "Deliveries cannot be taken in right now",
        "Try again later: what could not be stored is not acknowledged.",
    ),
    "webhooks.scenario_unmatched": (
        "Ни одна выгрузка не подходит к действию «{action}»",
        (
            "Назовите действие update_exports, export_<тип выгрузки> или именем выгрузки и проверьте, что для объектов "
            "типа «{type}» выгрузка создана."
        ),
        "No export is what the action “{action}” is about",
        (
            "Call the action update_exports, export_<kind of export> or by an export's name, and make sure that there "
            "is an export for objects of the type “{type}”."
        ),
    ),
}
