"""Completing: collections inside rows that came cut off are read to their end.

The documentation shows 1,000 positions in a document of an expanded list; in the field 100 were seen (unverified). So
the collection's own `meta.size` is believed, and whatever is missing is read from the sub-resource.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from adapters.moysklad.asking import Asking, decoded
from adapters.moysklad.mapping import Mapping
from adapters.moysklad.rowing import Unreadable
from adapters.moysklad.shapes import getter, path_of
from domain.exports.exporter import Lines
from domain.shared.errors import VendorFailed

_PAGE = 1000


async def complete_lines(asking: Asking, mapping: Mapping, path: str, objects: Sequence[Any]) -> list[Any]:
    """Appends missing lines to the objects, and answers the objects that got some: their links are not expanded.

    One request for each 1,000 lines that are missing. Raises what Asking.get raises, and VendorFailed when a
    collection cannot be brought to the size that it states.
    """
    lines = mapping.lines
    if lines is None or not lines.nested:
        return []
    decoder = _decoder(mapping, lines)
    collection, size_of = getter(path_of(lines.path)), getter((*path_of(lines.path), "meta", "size"))
    late = []
    for one in objects:
        if type(one) is Unreadable or collection(one) is None:
            continue
        holder = collection(one)
        rows = list(holder.rows or ())
        size = int(size_of(one) or 0)
        if len(rows) >= size:
            continue
        known = {line.id for line in rows}
        offset = len(rows)
        while offset < size:
            question = (("limit", str(_PAGE)), ("offset", str(offset)))
            address = f"{path}/{one.id}/{lines.path.lower()}"
            page = decoded(decoder, await asking.get(address, question), lines.path)
            if not page.rows:
                raise VendorFailed(reason="lines missing", number=size - offset)
            rows += [line for line in page.rows if line.id not in known]
            known.update(line.id for line in page.rows)
            offset += len(page.rows)
            size = page.meta.size or size
        holder.rows = rows
        late.append(one)
    return late


def _decoder(mapping: Mapping, lines: Lines) -> msgspec.json.Decoder[Any]:
    line: Any = mapping.shape.at(path_of(lines.rows_path)).cls
    meta = msgspec.defstruct("LinesMeta", [("size", int, 0)])
    return msgspec.json.Decoder(msgspec.defstruct("LinesPage", [("rows", list[line]), ("meta", meta)]))
