"""A company's own text of a notice, in place of ours."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from domain.dealers.dealers import NoticeKind
from domain.shared.errors import NotFound, RuleViolated
from domain.shared.identities import CompanyId

LONGEST_SUBJECT = 500
"""Characters of its template."""

LONGEST_SOURCE = 8_000
"""Characters: twice what a message shows, since most of a template is not shown."""


class NoticeKindUnknown(NotFound):
    """There is no such kind of notice."""

    code = "dealers.notice_kind_unknown"


class TemplateTooLong(RuleViolated):
    """A template has so many characters at most."""

    code = "dealers.template_too_long"


class TemplateSyntaxWrong(RuleViolated):
    """It cannot be read: `line`, and what was found there."""

    code = "dealers.template_syntax"


class TemplateForbids(RuleViolated):
    """It uses something of the language that templates of notices do without: `what`, in which `line`."""

    code = "dealers.template_forbids"


class TemplateFieldUnknown(RuleViolated):
    """It names a `field` that is not there, in which `line`, and which are `known`."""

    code = "dealers.template_field_unknown"


class TemplateTooComplex(RuleViolated):
    """It would do more work than a notice is worth."""

    code = "dealers.template_too_complex"


class TemplateFails(RuleViolated):
    """It cannot be filled in for a document of a form that there is: `sample`, and the `reason`."""

    code = "dealers.template_fails"


class TemplateEmpty(RuleViolated):
    """It says nothing about a document of a form that there is."""

    code = "dealers.template_empty"


class SubjectTooLong(RuleViolated):
    """The template of a subject has so many characters at most."""

    code = "dealers.subject_too_long"


class SubjectHasLines(RuleViolated):
    """A subject is one line."""

    code = "dealers.subject_has_lines"


class SubjectEmpty(RuleViolated):
    """The subject says nothing about a document of a form that there is: `sample`."""

    code = "dealers.subject_empty"


class MarkupRefused(RuleViolated):
    """Telegram does not take this markup: `tag`, and the `reason`."""

    code = "dealers.markup_refused"


class PreviewDocumentMissing(NotFound):
    """The company has no such document of a type that this kind of notice tells of."""

    code = "dealers.preview_document_missing"


class SampleUnknown(NotFound):
    """There is no such `sample`; those are `known`."""

    code = "dealers.sample_unknown"


TEMPLATE_ERRORS = (
    TemplateTooLong,
    TemplateSyntaxWrong,
    TemplateForbids,
    TemplateFieldUnknown,
    TemplateTooComplex,
    TemplateFails,
    TemplateEmpty,
    SubjectTooLong,
    SubjectHasLines,
    SubjectEmpty,
    MarkupRefused,
)
"""Why a template cannot be used. `part` is `subject` among the details where it is not the text that is wrong."""


class Own(NamedTuple):
    """What a company wrote: the text, and the subject of a mail, empty where the first line of the text is that."""

    text: str
    subject: str = ""


@dataclass(slots=True)
class NoticeTemplate:
    """`failed` is the code of why it could not be used for a document, if that ever happened since it was written."""

    company_id: CompanyId
    kind: NoticeKind
    source: str
    changed_at: datetime
    failed: str | None = None
    failed_at: datetime | None = None
    subject: str = ""

    @property
    def own(self) -> Own:
        """What the company wrote."""
        return Own(self.source, self.subject)

    def fail(self, code: str, now: datetime) -> bool:
        """Our own text was sent in its place; answers whether that is news."""
        if self.failed is not None:
            return False
        self.failed, self.failed_at = code, now
        return True


def checked_source(text: str) -> str:
    """With ends of lines as they are stored. Raises TemplateTooLong or TemplateEmpty."""
    source = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(source) > LONGEST_SOURCE:
        raise TemplateTooLong(limit=LONGEST_SOURCE, count=len(source))
    if not source.strip():
        raise TemplateEmpty(sample="-")
    return source


def checked_subject(text: str) -> str:
    """Without spaces around it; of spaces alone it is none. Raises SubjectTooLong or SubjectHasLines."""
    subject = text.strip()
    if len(subject) > LONGEST_SUBJECT:
        raise SubjectTooLong(limit=LONGEST_SUBJECT, count=len(subject))
    if len(subject.splitlines()) > 1:
        raise SubjectHasLines
    return subject
