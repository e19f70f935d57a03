"""Where a worker's time goes: each step of a run by itself, over one page as MoySklad sends it."""

import hashlib
import statistics
import time
import zlib
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import msgspec

from adapters.google.cells import with_blanks
from adapters.moysklad.catalogue import ScannedExporters
from adapters.moysklad.mapping import Mapping
from domain.exports.columns import ChosenColumn

REPEATS = 15
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def measure(api_url: str, token: str, columns: tuple[str, ...]) -> dict[str, float]:
    """Microseconds of one core for each row of a plain page of 1,000, the median of 15 tries, step by step."""
    packed = _page(api_url, token)
    exporter = ScannedExporters().get("customerorder")
    resolved = exporter.resolve(tuple(ChosenColumn(column, column) for column in columns), ())
    mapping = Mapping(exporter, resolved, ZoneInfo("Europe/Moscow"))
    body = zlib.decompress(packed, zlib.MAX_WBITS | 16)
    objects = mapping.decode_page(body).objects
    cells = [row.cells for row in mapping.rows(objects).rows]
    encoded = [_ENCODER.encode(row) for row in cells]
    count = len(objects)
    return {
        "unpack": _median(lambda: zlib.decompress(packed, zlib.MAX_WBITS | 16), count),
        "decode": _median(lambda: mapping.decode_page(body), count),
        "map to cells": _median(lambda: mapping.rows(objects), count),
        "encode": _median(lambda: [_ENCODER.encode(row) for row in cells], count),
        "fingerprint": _median(lambda: [hashlib.blake2b(row, digest_size=16).digest() for row in encoded], count),
        "write body": _median(lambda: b",".join([with_blanks(row) for row in encoded]), count),
    }


def _page(api_url: str, token: str) -> bytes:
    address = f"{api_url}/entity/customerorder?limit=1000&offset=0&order=updated,asc;id,asc"
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
    with httpx.Client(trust_env=False, timeout=60) as http, http.stream("GET", address, headers=headers) as answer:
        answer.raise_for_status()
        return b"".join(answer.iter_raw())


def _median(step: Callable[[], Any], rows: int) -> float:
    took = []
    for _ in range(REPEATS):
        began = time.process_time()
        step()
        took.append(time.process_time() - began)
    return round(statistics.median(took) * 1e6 / rows, 2)
