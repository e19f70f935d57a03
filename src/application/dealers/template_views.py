"""What is shown of companies' own texts of notices."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from application.dealers.telling_ports import Worded
from application.digests import request_fingerprint
from domain.dealers.dealers import NoticeKind
from domain.dealers.fitting import MOST_UNITS, fitted_html, fitted_plain, mail_subject, shown
from domain.dealers.templates import NoticeTemplate
from domain.shared.errors import PreconditionFailed

_LENGTH = 16


class TemplateView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The text of a kind of notice, and the `subject` of a mail, the first line without one.
    Without a `text` ours is used, and has been used since `failedAt` for documents for which the company's own one
    failed; `failed` is the code of why.
    """

    kind: NoticeKind
    text: str | None
    subject: str | None
    changed_at: datetime | None
    failed: str | None
    failed_at: datetime | None


class PreviewView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A notice as it would be sent: `html` for Telegram, `plain` for where markup is not read, `subject` that of a
    mail. `length` is how long Telegram counts it, `fullLength` how long it was before it was shortened.
    """

    html: str
    plain: str
    subject: str
    length: int
    full_length: int
    most: int
    shortened: bool


def template_view(kind: NoticeKind, template: NoticeTemplate | None) -> TemplateView:
    """The template as people are shown it."""
    if template is None:
        return TemplateView(kind=kind, text=None, subject=None, changed_at=None, failed=None, failed_at=None)
    return TemplateView(
        kind=kind,
        text=template.source,
        subject=template.subject or None,
        changed_at=template.changed_at,
        failed=template.failed,
        failed_at=template.failed_at,
    )


def preview_view(worded: Worded, note: str) -> PreviewView:
    """Fitted as the queue of notices fits it; `note` says that it was shortened."""
    html = fitted_html(worded.html, note)
    full = shown(worded.html)
    return PreviewView(
        html=html,
        plain=fitted_plain(worded.plain, note),
        subject=mail_subject(worded.subject, worded.plain),
        length=shown(html),
        full_length=full,
        most=MOST_UNITS,
        shortened=full > MOST_UNITS or worded.html.endswith(note),
    )


def template_version(view: TemplateView) -> str:
    """A digest of what people set; that it failed meanwhile is no reason to refuse anybody's change."""
    return request_fingerprint([view.kind, view.text, view.subject, view.changed_at])[:_LENGTH]


def require_template_version(
    kind: NoticeKind, template: NoticeTemplate | None, expected: Collection[str] | None
) -> None:
    """Raises PreconditionFailed unless the template is as it was seen; None expects nothing."""
    if expected is not None and template_version(template_view(kind, template)) not in expected:
        raise PreconditionFailed
