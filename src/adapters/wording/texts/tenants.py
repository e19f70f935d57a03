"""Coming in, and the company's own standing."""

TENANTS: dict[str, tuple[str, str, str, str]] = {
    "tenants.unauthenticated": (
        "Мы не знаем, кто вы",
        "Откройте SkladSheets из МоегоСклада: так мы вас узнаем.",
        "We do not know who you are",
        "Open SkladSheets from MoySklad: that is how we recognise you.",
    ),
    "tenants.access_token_invalid": (
        "Вход устарел",
        (
            "Откройте SkladSheets из МоегоСклада ещё раз. Программа, которая работает через API, получает новый токен "
            "по адресу /api/v1/sessions/refresh."
        ),
        "Your sign-in is out of date",
        (
            "Open SkladSheets from MoySklad again. A program that uses the API gets a new token at "
            "/api/v1/sessions/refresh."
        ),
    ),
    "tenants.token_malformed": (
        "Этот ключ входа выдали не мы",
        (
            "Откройте SkladSheets из МоегоСклада ещё раз; если ключ копировали вручную, проверьте, что он скопирован "
            "целиком."
        ),
        "This sign-in key is not one of ours",
        "Open SkladSheets from MoySklad again; if you copied the key by hand, check that it is complete.",
    ),
    "tenants.session_ended": (
        "Сеанс окончен",
        (
            "Откройте SkladSheets из МоегоСклада ещё раз. Если вы не выходили сами, сообщите администратору: ключ "
            "входа мог попасть в чужие руки, поэтому мы его закрыли."
        ),
        "The session is over",
        (
            "Open SkladSheets from MoySklad again. If you did not sign out yourself, tell your administrator: the "
            "sign-in key may have reached somebody else, so we closed it."
        ),
    ),
    "tenants.context_key_invalid": (
        "МойСклад не подтвердил вход",
        "Ссылка для входа живёт пять минут. Вернитесь в МойСклад, обновите страницу и откройте SkladSheets ещё раз.",
        "MoySklad did not confirm the sign-in",
        "A sign-in link lives for five minutes. Go back to MoySklad, reload the page and open SkladSheets again.",
    ),
    "tenants.context_key_used": (
        "По этой ссылке уже вошли",
        "Каждая ссылка для входа работает один раз. Откройте SkladSheets из МоегоСклада ещё раз.",
        "This sign-in link has been used",
        "Every sign-in link works once. Open SkladSheets from MoySklad again.",
    ),
    "tenants.forbidden": (
        "У вас нет на это права",
        "Попросите администратора вашей компании в МоёмСкладе сделать это или дать вам право.",
        "You are not permitted to do this",
        "Ask your company's MoySklad administrator to do it or to give you the permission.",
    ),
    "tenants.permission_missing": (
        "Это может сделать только администратор",
        (
            "Попросите сотрудника с правами администратора в МоёмСкладе. Если права дали вам, откройте SkladSheets из "
            "МоегоСклада заново: они обновятся при входе."
        ),
        "Only an administrator can do this",
        (
            "Ask a colleague who is an administrator in MoySklad. If you have just become one, open SkladSheets from "
            "MoySklad again: rights are renewed when you come in."
        ),
    ),
    "tenants.company_not_found": (
        "Ваша компания ещё не подключена к SkladSheets",
        "Администратор устанавливает приложение SkladSheets в МоёмСкладе; после этого войдите снова.",
        "Your company is not connected to SkladSheets yet",
        "An administrator installs the SkladSheets app in MoySklad; then come in again.",
    ),
    "tenants.company_inactive": (
        "Приложение в МоёмСкладе приостановлено или удалено",
        "Администратор возобновляет или заново устанавливает SkladSheets в МоёмСкладе. Настройки выгрузок сохранены.",
        "The app is suspended or removed in MoySklad",
        "An administrator resumes or reinstalls SkladSheets in MoySklad. The settings of your exports are kept.",
    ),
    "tenants.company_has_app": (
        "У компании {account} установлено приложение в МоёмСкладе",
        "Своего токена ей не нужно. Чтобы подключить её по токену, сначала удалите приложение в МоёмСкладе.",
        "The company {account} has the app installed in MoySklad",
        "It needs no token of its own. To connect it by a token, remove the app in MoySklad first.",
    ),
    "tenants.activation_invalid": (
        "МойСклад не передал ключ доступа (причина вызова: {cause})",
        "Удалите приложение в МоёмСкладе и установите его снова. Если не поможет, напишите в поддержку.",
        "MoySklad sent no access key (cause of the call: {cause})",
        "Remove the app in MoySklad and install it again. If that does not help, write to support.",
    ),
    "tenants.deactivation_invalid": (
        "МойСклад назвал неизвестную причину отключения: {cause}",
        "Ничего не изменено. Причиной может быть Suspend или Uninstall.",
        "MoySklad named an unknown cause of the deactivation: {cause}",
        "Nothing was changed. A cause is either Suspend or Uninstall.",
    ),
    "tenants.vendor_signature_invalid": (
        "Подпись запроса не подтверждает, что его прислал МойСклад ({reason})",
        (
            "Если приложение не устанавливается, проверьте у владельца сервиса ключ приложения и часы сервера и "
            "повторите установку."
        ),
        "The request's signature does not prove that MoySklad sent it ({reason})",
        (
            "If the app cannot be installed, have the service's operator check the app's key and the server's clock, "
            "then install again."
        ),
    ),
}
