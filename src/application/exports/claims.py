"""A run that a worker holds."""

from dataclasses import dataclass

from domain.connections.secrets import SealedSecret
from domain.exports.config import ExportConfig
from domain.exports.task import ExportTask
from domain.shared.identities import ClaimId


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that a worker holds, as it was when it was claimed. `moysklad_token` is the one that the company had then:
    a refusal says nothing of one that came later.
    """

    claim_id: ClaimId
    task: ExportTask
    config: ExportConfig
    time_zone: str
    moysklad_token: SealedSecret | None = None
