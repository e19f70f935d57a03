"""Identities, each a type of its own, so that one is never passed for another."""

from typing import NewType
from uuid import UUID

CompanyId = NewType("CompanyId", UUID)
MemberId = NewType("MemberId", UUID)
SessionId = NewType("SessionId", UUID)
ConfigId = NewType("ConfigId", UUID)
TaskId = NewType("TaskId", UUID)
ClaimId = NewType("ClaimId", UUID)
