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
        "Ваша роль или ключ API этого не позволяет",
        "Попросите администратора компании в SkladSheets дать вам другую роль, а ключу API – право {permission}.",
        "Your role, or the API key, does not allow this",
        "Ask an admin of the company in SkladSheets for another role, or for a key with the permission {permission}.",
    ),
    "tenants.company_not_found": (
        "Ваша компания ещё не подключена к SkladSheets",
        "Администратор устанавливает приложение SkladSheets в МоёмСкладе; после этого войдите снова.",
        "Your company is not connected to SkladSheets yet",
        "An administrator installs the SkladSheets app in MoySklad; then come in again.",
    ),
    "tenants.company_inactive": (
        "Приложение в МоёмСкладе приостановлено или удалено",
        (
            "Администратор возобновляет или заново устанавливает SkladSheets в МоёмСкладе; если компания подключена по "
            "токену, администратор сервиса подключает её снова. Настройки выгрузок сохранены."
        ),
        "The app is suspended or removed in MoySklad",
        (
            "An administrator resumes or reinstalls SkladSheets in MoySklad; if the company is connected by a token, "
            "whoever operates the service connects it again. The settings of your exports are kept."
        ),
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
    "tenants.role_too_high": (
        "Роль «{role}» может больше, чем вы",
        (
            "Попросите владельца компании: выдавать, менять и отнимать такую роль может только тот, кому доступно"
            " то же самое."
        ),
        "The role {role} may do more than you may",
        "Ask an owner of the company: only who may do the same can give, change or take away this role.",
    ),
    "tenants.last_owner": (
        "Это единственный владелец компании",
        "Сначала сделайте владельцем кого-нибудь ещё.",
        "This is the company's only owner",
        "Make somebody else an owner first.",
    ),
    "tenants.member_not_found": (
        "В компании нет такого сотрудника",
        "Обновите список сотрудников и выберите из него.",
        "The company has no such member",
        "Reload the list of members and choose from it.",
    ),
    "tenants.member_removed": (
        "Вас удалили из этой компании в SkladSheets",
        "Попросите владельца или администратора вернуть вас: для этого вам снова назначают роль.",
        "You were removed from this company in SkladSheets",
        "Ask an owner or an admin to take you back, by giving you a role again.",
    ),
    "tenants.already_member": (
        "Вы уже состоите в этой компании",
        "Переключитесь на неё в списке своих компаний. Приглашение не использовано и пригодится другому.",
        "You belong to this company already",
        ("Switch to it in the list of your companies. The invitation was not used and can be given to somebody else."),
    ),
    "tenants.session_not_found": (
        "Такого сеанса нет",
        "Обновите список сеансов и выберите из него.",
        "There is no such session",
        "Reload the list of sessions and choose from it.",
    ),
    "tenants.link_invalid": (
        "Ссылка недействительна",
        "Ссылка работает один раз и ограниченное время. Попросите того, кто её прислал, выдать новую.",
        "The link is not valid",
        "A link works once and for a limited time. Ask whoever sent it for a new one.",
    ),
    "tenants.link_not_found": (
        "Такой ссылки нет",
        "Обновите список ссылок и выберите из него.",
        "There is no such link",
        "Reload the list of links and choose from it.",
    ),
    "tenants.lifetime_invalid": (
        "Такой срок задать нельзя",
        "Укажите срок больше нуля и не больше {days} дней.",
        "This lifetime is not possible",
        "Choose one of more than nothing and at most {days} days.",
    ),
    "tenants.api_key_invalid": (
        "Ключ API недействителен",
        (
            "Ключ отозван, истёк, скопирован не целиком, или его создатель больше не состоит в компании. Создайте"
            " новый ключ."
        ),
        "The API key is not valid",
        (
            "It was revoked, has expired, is incomplete, or who made it no longer belongs to the company. Make a "
            "new key."
        ),
    ),
    "tenants.api_key_not_found": (
        "Такого ключа API нет",
        "Обновите список ключей и выберите из него.",
        "There is no such API key",
        "Reload the list of keys and choose from it.",
    ),
    "tenants.scope_too_wide": (
        "Ключу нельзя дать права, которых нет у вас: {scopes}",
        "Уберите эти права или попросите создать ключ того, у кого они есть.",
        "A key cannot be given permissions that you lack: {scopes}",
        "Leave these out, or ask somebody who has them to make the key.",
    ),
    "tenants.too_many_keys": (
        "У компании уже {most} действующих ключей API",
        "Отзовите те, которыми никто не пользуется.",
        "The company has {most} living API keys already",
        "Revoke those that nobody uses.",
    ),
    "tenants.session_needed": (
        "Это делает человек, а не программа",
        "Войдите сами: с ключом API этот запрос не выполняется.",
        "A person does this, not a program",
        "Sign in yourself: this request is not carried out with an API key.",
    ),
    "tenants.cross_site_refused": (
        "Запрос пришёл не с нашей страницы",
        (
            "Откройте SkladSheets заново. Программа отправляет заголовок X-Requested-With: skladsheets или ключ "
            "обновления в теле запроса."
        ),
        "The request did not come from our own page",
        (
            "Open SkladSheets again. A program sends the header X-Requested-With: skladsheets, or the refresh "
            "token in the body."
        ),
    ),
    "tenants.audit_action_unknown": (
        "Действия «{action}» журнал не знает",
        "Выберите одно из известных: {known}.",
        "The audit log knows no action “{action}”",
        "Choose one that it knows: {known}.",
    ),
}
