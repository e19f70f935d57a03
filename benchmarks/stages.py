"""Where a worker's time goes: each step of a run by itself, over one page as MoySklad sends it."""

import asyncio
import hashlib
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import msgspec

from adapters.google.cells import side_by_side
from adapters.moysklad.asking import Asking
from adapters.moysklad.catalogue import ScannedExporters
from adapters.moysklad.client import MoySkladClient, unpacked
from adapters.moysklad.dictionaries import Dictionaries
from adapters.moysklad.mapping import Mapping
from application.connections.ports import MoySkladKey, Urgency
from domain.exports.columns import ChosenColumn
from domain.shared.cells import Cell

REPEATS = 15
_ENCODER = msgspec.json.Encoder(decimal_format="number")

GivenT = TypeVar("GivenT")


def measure(api_url: str, token: str, columns: tuple[str, ...]) -> dict[str, float]:
    """Microseconds of one core for each row of a plain page of 1,000, the median of 15 tries, step by step.

    Each try of joining and mapping gets objects that were decoded just before, as in a run.
    """
    packed = _page(api_url, token)
    exporter = ScannedExporters().get("customerorder")
    resolved = exporter.resolve(tuple(ChosenColumn(column, column) for column in columns), ())
    mapping = Mapping(exporter, resolved, ZoneInfo("Europe/Moscow"))
    body = unpacked(packed)
    dictionaries = asyncio.run(_read(api_url, token, mapping, body))

    def decoded() -> list[Any]:
        return mapping.decode_page(body).objects

    def joined() -> list[Any]:
        objects = decoded()
        _join(dictionaries, objects)
        return objects

    cells = [row.cells for row in mapping.rows(joined()).rows]
    encoded = tuple(_encoded(cells))
    costs = {
        "unpack": _median(unpacked, lambda: packed),
        "decode": _median(mapping.decode_page, lambda: body),
        "join links": _median(lambda objects: _join(dictionaries, objects), decoded),
        "map to cells": _median(mapping.rows, joined),
        "encode": _median(_encoded, lambda: cells),
        "fingerprint": _median(
            lambda rows: [hashlib.blake2b(row, digest_size=16).digest() for row in rows], lambda: encoded
        ),
        "write body": _median(side_by_side, lambda: encoded),
    }
    return {step: round(seconds * 1e6 / len(cells), 2) for step, seconds in costs.items()}


def _page(api_url: str, token: str) -> bytes:
    address = f"{api_url}/entity/customerorder?limit=1000&offset=0&order=updated,asc;id,asc"
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
    with httpx.Client(trust_env=False, timeout=60) as http, http.stream("GET", address, headers=headers) as answer:
        answer.raise_for_status()
        return b"".join(answer.iter_raw())


async def _read(api_url: str, token: str, mapping: Mapping, body: bytes) -> Dictionaries:
    """Dictionaries that know everything the page links to."""
    async with MoySkladClient(api_url, units=1_000_000) as client:
        key = MoySkladKey(token, UUID(int=1), Urgency.BACKFILL)
        dictionaries = Dictionaries(Asking(client, key), mapping, rows=100_000)
        await dictionaries.join(mapping.decode_page(body).objects)
    return dictionaries


def _join(dictionaries: Dictionaries, objects: list[Any]) -> None:
    """Joins without an event loop: where all links are known there is nothing to wait for."""
    try:
        dictionaries.join(objects).send(None)
    except StopIteration:
        return
    raise RuntimeError("a link was not known")


def _encoded(rows: Sequence[tuple[Cell, ...]]) -> list[bytes]:
    """As the Portioner does it."""
    lines = _ENCODER.encode_lines([["" if cell is None else cell for cell in row] for row in rows])
    return lines.split(b"\n")[: len(rows)]


def _median(step: Callable[[GivenT], Any], prepare: Callable[[], GivenT]) -> float:
    took = []
    for _ in range(REPEATS):
        given = prepare()
        began = time.process_time()
        step(given)
        took.append(time.process_time() - began)
    return statistics.median(took)
