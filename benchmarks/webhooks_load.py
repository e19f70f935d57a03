"""The deliveries of `benchmarks.webhooks`."""

import sys
from pathlib import Path
from uuid import UUID

import msgspec

from benchmarks import load


class Plan(load.Plan, kw_only=True):
    """Paths of addresses, and whose they are."""

    paths: list[str]
    accounts: list[UUID]


class Deliveries(load.Load):
    """A delivery after the other, to each address in its turn."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._paths, self._accounts = plan.paths, plan.accounts
        self._sent = 0

    def raw(self, port: int, key: UUID) -> bytes:
        """See the base."""
        whose = self._sent % len(self._paths)
        self._sent += 1
        body = _body(self._accounts[whose], key)
        return (
            f"POST {self._paths[whose]}?requestId={key} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            "User-Agent: MoySklad webhook touch agent 2.0 (/https://www.moysklad.ru)\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body


def _body(account: UUID, key: UUID) -> bytes:
    base = "https://api.moysklad.ru/api/remap/1.2"
    return (
        f'{{"auditContext":{{"meta":{{"type":"audit","href":"{base}/audit/{key}"}},"moment":"2026-07-21 15:51:16",'
        f'"uid":"admin@shop"}},"events":[{{"meta":{{"type":"customerorder","href":"{base}/entity/customerorder/{key}"}},'
        f'"updatedFields":["description","sum"],"action":"UPDATE","accountId":"{account}"}}]}}'
    ).encode()


if __name__ == "__main__":
    Deliveries(msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Plan)).carry_out()
