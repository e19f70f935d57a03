"""Ports of whoever tells dealers, and the people who run a company, what happened."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import NamedTuple, Protocol

from domain.dealers.dealers import NoticeKind
from domain.dealers.happenings import DocumentFacts
from domain.shared.errors import Detail


class Worded(NamedTuple):
    """HTML as Telegram takes it, and the same without markup."""

    html: str
    plain: str


class NoticeWords(Protocol):
    """Puts what happened into words."""

    def say(self, kind: NoticeKind, facts: DocumentFacts, zone: tzinfo) -> Worded:
        """Times are on the wall clock of `zone`. Nothing that a document says is taken for markup."""
        ...

    def title(self, kind: NoticeKind, facts: DocumentFacts) -> str:
        """What happened to which document, without markup, for companies' own texts."""
        ...


class AnnouncementWords(Protocol):
    """Puts what was announced into words."""

    def say(self, code: str, params: Mapping[str, Detail], company: str, locale: str | None) -> Worded:
        """What happened, what to do, and which company is meant: who runs several is told in one chat. Russian, unless
        the person's `locale` is another language. Nothing of the params is taken for markup.
        """
        ...
