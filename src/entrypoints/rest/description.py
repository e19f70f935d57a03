"""The OpenAPI document, told the truth about refusals: every one of them is a problem (RFC 9457)."""

from collections.abc import Iterable

import msgspec
from litestar.openapi.spec import (
    OpenAPI,
    OpenAPIMediaType,
    OpenAPIResponse,
    Operation,
    Parameter,
    PathItem,
    Reference,
    Schema,
)
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.routes import BaseRoute, HTTPRoute

from entrypoints.rest.idempotency import DESCRIPTION, HEADER, LONGEST
from entrypoints.rest.problems import PROBLEM, Problem

_SCHEMAS = "#/components/schemas/"
_METHODS = ("get", "put", "post", "delete", "patch")
_FILES = "files"
_PAGES = frozenset({"/oauth/google/callback", "/mail/confirm/{token}", "/mail/leave/{token}"})
"""Here people arrive with a browser, and are answered with a page."""


def describe_problems(document: OpenAPI) -> None:
    """Gives each operation a `default` response, and takes away what Litestar supposes about its own refusals."""
    _, schemas = msgspec.json.schema_components([Problem], ref_template=f"{_SCHEMAS}{{name}}")
    known = document.components.schemas = dict(document.components.schemas or {})
    for name, schema in schemas.items():  # written as JSON already
        known.setdefault(name, schema)
    for path, item in (document.paths or {}).items():
        for operation in _operations(item):
            responses = operation.responses = operation.responses or {}
            for status in [status for status in responses if status.startswith("4")]:
                del responses[status]
            responses["default"] = _page() if path in _PAGES else _refusal()


def describe_keys(document: OpenAPI, routes: Iterable[BaseRoute]) -> None:
    """Tells of the idempotency key where it is heeded."""
    for route in routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            item = (document.paths or {}).get(route.path_format)
            if item is None or item.post is None or not handler.opt.get("once") or "POST" not in handler.http_methods:
                continue
            known = item.post.parameters or []
            if not any(isinstance(one, Parameter) and one.name == HEADER for one in known):
                item.post.parameters = [*known, _key_parameter()]


def files(*kinds: str) -> dict[str, tuple[str, ...]]:
    """What marks a route that also answers with files of these media types."""
    return {_FILES: kinds}


def describe_files(document: OpenAPI, routes: Iterable[BaseRoute]) -> None:
    """Tells of the files with which some routes answer, of which the framework describes one kind at the most."""
    for route in routes:
        item = (document.paths or {}).get(route.path_format)
        if item is None or not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            for method in (one.lower() for one in handler.http_methods):
                operation = getattr(item, method, None)
                told = (operation.responses or {}).get(str(handler.status_code)) if operation is not None else None
                if isinstance(told, OpenAPIResponse):
                    kinds = {kind: _file() for kind in handler.opt.get(_FILES, ())}
                    told.content = {**(told.content or {}), **kinds}


def _file() -> OpenAPIMediaType:
    return OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY))


def _key_parameter() -> Parameter:
    schema = Schema(type=OpenAPIType.STRING, min_length=1, max_length=LONGEST)
    return Parameter(name=HEADER, param_in="header", required=False, description=DESCRIPTION, schema=schema)


def _operations(item: PathItem) -> list[Operation]:
    found = (getattr(item, method) for method in _METHODS)
    return [operation for operation in found if operation is not None]


def _page() -> OpenAPIResponse:
    return OpenAPIResponse(
        description="Refused: the page says why, and what to do next.",
        content={"text/html; charset=utf-8": OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING))},
    )


def _refusal() -> OpenAPIResponse:
    return OpenAPIResponse(
        description="Refused: `code` says why, `detail` what to do next. 4xx is the caller's to mend, 5xx ours.",
        content={PROBLEM: OpenAPIMediaType(schema=Reference(ref=f"{_SCHEMAS}{Problem.__name__}"))},
    )
