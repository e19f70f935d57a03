"""The OpenAPI document and the running service agree, whatever it is asked. `make fuzz` asks more."""

import pytest

from devstack.fuzz import fuzz, prepared
from devstack.stack import stack

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def test_every_answer_is_one_that_the_document_tells_of() -> None:
    with stack() as running:
        ended = fuzz(running.api_url, prepared(running), examples=2, seed=1, briefly=True)
    assert ended.returncode == 0, ended.stdout
    assert "No issues found" in ended.stdout
