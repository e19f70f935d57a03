"""What may be asked of an address."""

import re

from tests.integration.rest.conftest import Api


async def test_options_tell_every_method(api: Api) -> None:
    asked = 0
    for route in api.app.routes:
        methods = getattr(route, "methods", None)
        if methods is None or "OPTIONS" not in methods:
            continue
        path = re.sub(r"\{[^}]*uuid[^}]*\}", "00000000-0000-0000-0000-000000000000", route.path)
        path = re.sub(r"\{[^}]*\}", "x", path)
        answer = await api.http.request("OPTIONS", path)
        assert answer.status_code == 204, path
        assert set(answer.headers["allow"].split(", ")) == set(methods), path
        asked += 1
    assert asked > 40
