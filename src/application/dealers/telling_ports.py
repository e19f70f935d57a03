"""Ports of whoever tells dealers, and the people who run a company, what happened."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import NamedTuple, Protocol

from domain.dealers.dealers import NoticeKind
from domain.dealers.happenings import DocumentFacts
from domain.dealers.languages import Language
from domain.shared.errors import Detail


class Worded(NamedTuple):
    """HTML as Telegram takes it, and the same without markup. `subject` is that of a mail; where it is empty, the first
    line is.
    """

    html: str
    plain: str
    subject: str = ""


class NoticeWords(Protocol):
    """Puts what happened into words."""

    def say(self, kind: NoticeKind, facts: DocumentFacts, zone: tzinfo, language: Language) -> Worded:
        """Times are on the wall clock of `zone`. Nothing that a document says is taken for markup."""
        ...

    def title(self, kind: NoticeKind, facts: DocumentFacts, language: Language) -> str:
        """What happened to which document, without markup, for companies' own texts."""
        ...


class AnnouncementWords(Protocol):
    """Puts what was announced into words."""

    def say(self, code: str, params: Mapping[str, Detail], company: str, language: Language) -> Worded:
        """What happened, what to do, and which company is meant: who runs several is told in one chat. Nothing of the
        params is taken for markup.
        """
        ...


class DeliveryWords(Protocol):
    """What delivery itself adds to notices."""

    def shortened(self, language: Language) -> str:
        """The note, without markup, that stands under what was too long for a message."""
        ...

    def digest(self, notices: int, language: Language) -> Worded:
        """The title over several notices in one message."""
        ...
