"""`python -m devstack.fuzz [--examples N]`: everything that the OpenAPI document allows, and much that it does not.

Schemathesis reads the document that the service publishes and asks the running service accordingly, signed in as an
owner by an API key: the answer is never a server error, and always one that the document tells of, in its form. Exits
with 1 where it is not.
"""

import argparse
import subprocess
import sys

from devstack.people import Administrator, Vendors
from devstack.processes import ROOT, orderly_exit
from devstack.stack import Stack, stack

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "allow_header_conformance",
)
REPORT = ROOT / "build" / "fuzz.txt"
BRIEFLY = """
[phases.coverage]
unexpected-methods = []

[phases.coverage.generation]
mode = "positive"
"""
"""Every boundary that the document allows is tried, but of what it does not allow only what chance brings."""


def prepared(running: Stack) -> str:
    """A company with a connection and exports, one of which has run; answers an API key of its owner."""
    vendors = Vendors(running)
    owner = Administrator(running, vendors, "fuzz")
    owner.install()
    owner.sign_in()
    owner.connect_google()
    size = {"orders": 5, "counterparties": 2, "products": 2, "positionsPerOrder": 1, "seed": 1}
    vendors.moysklad(f"/accounts/{owner.account_id}/seed", size)
    config = owner.create_export({"name": "Заказы", "exporter": "customerorder", "onChange": True})
    owner.run(config["id"])
    key: str = owner.call("POST", "/api/v1/api-keys", {"name": "fuzz"})["secret"]
    return key


def fuzz(url: str, key: str, examples: int, seed: int, *, briefly: bool = False) -> "subprocess.CompletedProcess[str]":
    """Runs Schemathesis against the service; its report is the process's output."""
    REPORT.parent.mkdir(exist_ok=True)
    configuration = REPORT.with_name("schemathesis.toml")
    configuration.write_text(BRIEFLY if briefly else "")
    command = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"]
    command += ["--config-file", str(configuration)]
    options = {
        "--header": f"Authorization: Bearer {key}",
        "--checks": ",".join(CHECKS),
        "--phases": "examples,coverage,fuzzing",
        "--max-examples": str(examples),
        "--seed": str(seed),
        "--request-timeout": "30",
        "--suppress-health-check": "all",
        "--warnings": "off",
    }
    words = [word for option, value in options.items() for word in (option, value)]
    address = f"{url}/docs/openapi.json"
    return subprocess.run(
        [*command, "run", address, *words, "--continue-on-failure", "--no-color"],
        cwd=REPORT.parent,  # where it leaves what it remembers
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m devstack.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=100, help="of each operation")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with orderly_exit(), stack() as running:
        ended = fuzz(running.api_url, prepared(running), given.examples, given.seed)
    REPORT.write_text(ended.stdout)
    sys.stdout.write(ended.stdout)
    return 1 if ended.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
