"""Words of mails that are not notices. In Russian mails English follows: whose address it is nobody has told yet."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from application.dealers.telling_ports import Worded
from domain.dealers.languages import Language

_LONGEST = 100
_LINK = "{link}"
_PARAGRAPHS = {
    Language.RU: (
        "Подтвердите адрес для уведомлений",
        "Компания «{company}» хочет присылать сюда уведомления дилеру «{dealer}»: о заказах, оплатах, отгрузках.",
        "Чтобы получать их, откройте ссылку и нажмите кнопку до {moment}:",
        _LINK,
        "Если вы этого не ждали, ничего не делайте: без подтверждения сюда больше ничего не придёт.",
        (
            "{company} wants to tell the dealer {dealer} of orders, payments and shipments at this address. "
            "Open the link and press the button by {moment} if you want that. Otherwise do nothing."
        ),
    ),
    Language.EN: (
        "Confirm the address for notices",
        "{company} wants to tell the dealer {dealer} of orders, payments and shipments at this address.",
        "To be told of them, open the link and press the button by {moment}:",
        _LINK,
        "If you did not expect this, do nothing: unless it is confirmed, nothing more will come to this address.",
    ),
}
_OWN = {
    Language.RU: (
        "Подтвердите адрес для сообщений SkladSheets",
        "Сюда будет приходить то, что требует внимания в компании «{company}».",
        "Чтобы получать эти сообщения, откройте ссылку и нажмите кнопку до {moment}:",
        _LINK,
        "Если вы этого не ждали, ничего не делайте: без подтверждения сюда больше ничего не придёт.",
        "What needs attention in {company} will be told here. Press the button by {moment} if you want that.",
    ),
    Language.EN: (
        "Confirm the address for messages of SkladSheets",
        "What needs attention in {company} will be told here.",
        "To be told of it, open the link and press the button by {moment}:",
        _LINK,
        "If you did not expect this, do nothing: unless it is confirmed, nothing more will come to this address.",
    ),
}


class BilingualMailWords:
    """See application.dealers.mail_ports.MailWords."""

    def ask(self, company: str, dealer: str, link: str, until: datetime, language: Language) -> Worded:
        """See the port."""
        filling = {"company": _line(company), "dealer": _line(dealer), "moment": f"{until:%d.%m.%Y %H:%M:%S} UTC"}
        return _letter(_PARAGRAPHS[language], link, filling)

    def ask_own(self, company: str, link: str, until: datetime, language: Language) -> Worded:
        """See the port."""
        filling = {"company": _line(company), "moment": f"{until:%d.%m.%Y %H:%M:%S} UTC"}
        return _letter(_OWN[language], link, filling)


def _letter(paragraphs: Sequence[str], link: str, filling: Mapping[str, str]) -> Worded:
    html, plain = [], []
    for one in paragraphs:
        text = link if one == _LINK else one.format_map(filling)
        html.append(f'<a href="{escape(text)}">{escape(text)}</a>' if one == _LINK else escape(text))
        plain.append(text)
    return Worded("\n\n".join(html), "\n\n".join(plain))


def _line(text: str) -> str:
    """Names are people's: none makes lines of its own, or is longer than a name is."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:_LONGEST]
