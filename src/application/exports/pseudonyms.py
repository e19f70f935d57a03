"""The company's key of pseudonyms, made when it is needed for the first time and never changed."""

from application.connections.ports import Vault
from application.digests import digest
from application.exports.personal_ports import PseudonymKeys
from application.ports import Ids, Transaction
from domain.connections.secrets import SecretPurpose
from domain.exports.personal import PersonalTerms
from domain.shared.identities import CompanyId


class Pseudonyms:
    """Gives the key out to runs."""

    def __init__(self, transaction: Transaction, keys: PseudonymKeys, vault: Vault, ids: Ids) -> None:
        self._transaction = transaction
        self._keys = keys
        self._vault = vault
        self._ids = ids

    async def key(self, company_id: CompanyId, terms: PersonalTerms) -> bytes:
        """32 bytes; none where these terms make no pseudonyms. Raises SecretUnreadable."""
        if not terms.makes_pseudonyms:
            return b""
        async with self._transaction(company_id):
            sealed = await self._keys.get(company_id)
            if sealed is None:
                made = self._vault.seal(company_id, SecretPurpose.PSEUDONYM_KEY, self._ids.token())
                sealed = await self._keys.add(company_id, made)
        return digest(self._vault.unseal(company_id, SecretPurpose.PSEUDONYM_KEY, sealed))
