"""What delivery adds to notices, in the language of each dealer."""

from application.dealers.telling_ports import Worded
from domain.dealers.languages import Language

_SHORTENED = {
    Language.RU: "… сообщение сокращено, полностью — в документе МоегоСклада",
    Language.EN: "… the message was shortened, all of it stands in the document at MoySklad",
}
_DIGEST = {Language.RU: "Сводка, уведомлений: {notices}", Language.EN: "Digest, notices: {notices}"}


class BilingualDeliveryWords:
    """See application.dealers.telling_ports.DeliveryWords."""

    def shortened(self, language: Language) -> str:
        """See the port."""
        return _SHORTENED[language]

    def digest(self, notices: int, language: Language) -> Worded:
        """See the port."""
        title = _DIGEST[language].format(notices=notices)
        return Worded(f"<b>{title}</b>", title)
