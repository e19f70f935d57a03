"""What the people who run a company are told in their own chats, each in their own language."""

from collections.abc import Mapping
from html import escape

from adapters.wording.catalogue import Text, words
from adapters.wording.texts import TEXTS
from application.dealers.telling_ports import Worded
from domain.dealers.languages import Language
from domain.shared.errors import Detail

_STATES = {
    "uncertain": ("неизвестно, дошло ли", "perhaps delivered"),
    "failed": ("не удалось доставить", "could not be delivered"),
    "skipped": ("не отправлялись", "were not sent"),
}
_COMPANY = ("Компания", "Company")


class BilingualAnnouncementWords:
    """See application.dealers.telling_ports.AnnouncementWords."""

    def say(self, code: str, params: Mapping[str, Detail], company: str, language: Language) -> Worded:
        """See the port."""
        english = language is Language.EN
        told = words(code, {name: _plainly(value, english=english) for name, value in params.items()})
        text: Text = told.en if english else told.ru
        body = f"{text.action}\n{_COMPANY[english]}: {company}"
        return Worded(f"<b>{escape(text.title)}</b>\n{escape(body)}", f"{text.title}\n{body}")


def _plainly(value: Detail, *, english: bool) -> Detail:
    """Codes of reasons and states are for machines."""
    if value in TEXTS:
        reason = words(str(value), {})
        return (reason.en if english else reason.ru).title
    return _STATES[str(value)][english] if value in _STATES else value
