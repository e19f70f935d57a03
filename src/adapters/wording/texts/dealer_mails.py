"""E-mail addresses of dealers."""

DEALER_MAILS: dict[str, tuple[str, str, str, str]] = {
    "dealers.mail_address_invalid": (
        "Это не адрес электронной почты: {address}",
        "Нужен адрес вида name@example.ru латиницей; домен на кириллице запишите как xn--….",
        "That is no e-mail address: {address}",
        "It has to be like name@example.com, of Latin letters; write other hosts as xn--….",
    ),
    "dealers.mail_not_configured": (
        "Почта не настроена",
        "Администратору сервиса: задайте SMTP_HOST и SMTP_FROM, тогда адреса можно будет привязывать.",
        "This installation sends no mail",
        "Whoever runs the service has to set SMTP_HOST and SMTP_FROM; then addresses can be bound.",
    ),
    "dealers.mails_too_many": (
        "Писем с подтверждением отправлено уже много, предел за сутки — {limit}",
        "Попросите проверить папку «Спам» или повторите завтра.",
        "Many confirmations were mailed already; the limit is {limit} a day",
        "Ask whether the mail lies among spam, or try again tomorrow.",
    ),
    "dealers.mail_link_invalid": (
        "Ссылка из письма не подходит",
        "Подтвердить адрес можно один раз в течение суток. Попросите в компании новое письмо.",
        "The link from the mail does not do",
        "An address can be confirmed once, within a day. Ask the company for a new mail.",
    ),
}
