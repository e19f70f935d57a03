"""Identities, each a type of its own, so that one is never passed for another."""

from typing import NewType
from uuid import UUID

CompanyId = NewType("CompanyId", UUID)
MemberId = NewType("MemberId", UUID)
PersonId = NewType("PersonId", UUID)
SessionId = NewType("SessionId", UUID)
LinkId = NewType("LinkId", UUID)
ApiKeyId = NewType("ApiKeyId", UUID)
ConfigId = NewType("ConfigId", UUID)
TaskId = NewType("TaskId", UUID)
ClaimId = NewType("ClaimId", UUID)
DealerId = NewType("DealerId", UUID)
BindingId = NewType("BindingId", UUID)
NoticeId = NewType("NoticeId", UUID)
AnnouncementId = NewType("AnnouncementId", UUID)
MatchReviewId = NewType("MatchReviewId", UUID)
CompanyLinkId = NewType("CompanyLinkId", UUID)
RuleId = NewType("RuleId", UUID)
ExecutionId = NewType("ExecutionId", UUID)
