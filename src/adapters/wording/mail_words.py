"""Words of mails that are not notices: Russian, and English below."""

from datetime import datetime
from html import escape

from application.dealers.telling_ports import Worded

_LONGEST = 100


class RussianMailWords:
    """See application.dealers.mail_ports.MailWords."""

    def ask(self, company: str, dealer: str, link: str, until: datetime) -> Worded:
        """See the port."""
        company, dealer = _line(company), _line(dealer)
        moment = f"{until:%d.%m.%Y %H:%M} UTC"
        wish = (
            f"Компания «{company}» хочет присылать сюда уведомления дилеру «{dealer}»: о заказах, оплатах, отгрузках."
        )
        english = (
            f"{company} wants to tell the dealer {dealer} of orders, payments and shipments at this address. "
            f"Open the link and press the button by {moment} if you want that. Otherwise do nothing."
        )
        paragraphs = [
            "Подтвердите адрес для уведомлений",
            wish,
            f"Чтобы получать их, откройте ссылку и нажмите кнопку до {moment}:",
            link,
            "Если вы этого не ждали, ничего не делайте: без подтверждения сюда больше ничего не придёт.",
            english,
        ]
        return _letter(paragraphs, link)

    def ask_own(self, company: str, link: str, until: datetime) -> Worded:
        """See the port."""
        company, moment = _line(company), f"{until:%d.%m.%Y %H:%M} UTC"
        paragraphs = [
            "Подтвердите адрес для сообщений SkladSheets",
            f"Сюда будет приходить то, что требует внимания в компании «{company}».",
            f"Чтобы получать эти сообщения, откройте ссылку и нажмите кнопку до {moment}:",
            link,
            "Если вы этого не ждали, ничего не делайте: без подтверждения сюда больше ничего не придёт.",
            f"What needs attention in {company} will be told here. Press the button by {moment} if you want that.",
        ]
        return _letter(paragraphs, link)


def _letter(paragraphs: list[str], link: str) -> Worded:
    html = "\n\n".join(
        f'<a href="{escape(one)}">{escape(one)}</a>' if one == link else escape(one) for one in paragraphs
    )
    return Worded(html, "\n\n".join(paragraphs))


def _line(text: str) -> str:
    """Names are people's: none makes lines of its own, or is longer than a name is."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:_LONGEST]
