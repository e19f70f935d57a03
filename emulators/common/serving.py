"""The one middleware in front of every emulator: it keeps the journal and carries out the plan of faults."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict

import msgspec
from aiohttp import web
from aiohttp.typedefs import Middleware

from emulators.common.faults import Fault, FaultRefused, Faults
from emulators.common.journal import Entry, Journal

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ErrorBody = Callable[[int, str], object]

CONTROL = "/_control"
KIND = web.ResponseKey[str]("kind")
"""A handler names the call for the journal by `response[KIND] = "read"`; unnamed calls count as "other"."""


def json_response(body: object, status: int = 200, kind: str = "other") -> web.Response:
    """A compact UTF-8 JSON answer."""
    response = web.Response(
        body=msgspec.json.encode(body), status=status, content_type="application/json", charset="utf-8"
    )
    response[KIND] = kind
    return response


def front(journal: Journal, faults: Faults, error_body: ErrorBody) -> Middleware:
    """Builds the middleware. `error_body(status, quota)` gives the vendor's own error body for a `status` fault."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(CONTROL):
            return await handler(request)
        started = time.perf_counter()
        fault = faults.strike(request.method, request.path_qs)
        response = await _serve(request, handler, fault, error_body)
        body = response.body if isinstance(response, web.Response) else None
        journal.add(
            Entry(
                method=request.method,
                path=request.path,
                query=request.query_string,
                kind=response.get(KIND, "other"),
                status=response.status,
                request_bytes=request.content_length or 0,
                response_bytes=len(body) if isinstance(body, bytes | bytearray) else 0,
                seconds=time.perf_counter() - started,
            )
        )
        return response

    return middleware


async def _serve(
    request: web.Request, handler: Handler, fault: Fault | None, error_body: ErrorBody
) -> web.StreamResponse:
    if fault is None:
        return await handler(request)
    served = await handler(request) if fault.when == "after" or fault.action in {"slow", "truncate"} else None
    if fault.action in {"slow", "hang"}:
        await asyncio.sleep(fault.seconds)
    if fault.action == "slow" and served is not None:
        return served
    if fault.action == "truncate" and isinstance(served, web.Response) and isinstance(served.body, bytes):
        return await _truncate(request, served, served.body)
    if fault.action in {"drop", "hang", "truncate"}:
        return _cut(request)
    if fault.action == "html":
        page = "<html><head><title>Error</title></head><body><center><h1>Error</h1></center></body></html>"
        return web.Response(text=page, status=fault.status, content_type="text/html", headers=fault.headers)
    body = fault.body if fault.body is not None else error_body(fault.status, fault.quota)
    answer = json_response(body, fault.status)
    answer.headers.update(fault.headers)
    return answer


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)


async def _truncate(request: web.Request, served: web.Response, body: bytes) -> web.StreamResponse:
    half = web.StreamResponse(status=served.status, headers=served.headers)
    half.content_length = len(body)
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return half


def control_routes(journal: Journal, faults: Faults) -> list[web.RouteDef]:
    """Control endpoints that every emulator has: the journal and the plan of faults."""

    async def read_journal(request: web.Request) -> web.Response:
        last = int(request.query.get("last", "0"))
        return json_response({**journal.summary(), "entries": journal.entries(last) if last else []})

    async def clear_journal(_: web.Request) -> web.Response:
        journal.clear()
        return json_response({})

    async def read_faults(_: web.Request) -> web.Response:
        return json_response([asdict(fault) for fault in faults.planned()])

    async def add_fault(request: web.Request) -> web.Response:
        try:
            fault = faults.add(msgspec.json.decode(await request.read(), type=dict))
        except (FaultRefused, msgspec.DecodeError) as wrong:
            return json_response({"error": str(wrong)}, 400)
        return json_response(asdict(fault), 201)

    async def clear_faults(_: web.Request) -> web.Response:
        faults.clear()
        return json_response({})

    return [
        web.get(f"{CONTROL}/journal", read_journal),
        web.delete(f"{CONTROL}/journal", clear_journal),
        web.get(f"{CONTROL}/faults", read_faults),
        web.post(f"{CONTROL}/faults", add_fault),
        web.delete(f"{CONTROL}/faults", clear_faults),
    ]
