"""JSON values in protobuf's text format, in which refusals of cells show what they were given."""

from collections.abc import Iterator
from typing import Any


def written(value: Any) -> str:
    """A google.protobuf.Value, a field a line."""
    return "".join(f"{line}\n" for line in _lines(value))


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield from _block("list_value", (line for item in value for line in _block("values", _lines(item))))
    elif isinstance(value, dict):
        yield from _block("struct_value", (line for pair in value.items() for line in _block("fields", _pair(*pair))))
    elif isinstance(value, bool):
        yield f"bool_value: {str(value).lower()}"
    elif isinstance(value, int | float):
        yield f"number_value: {float(value)}"
    elif value is None:
        yield "null_value: NULL_VALUE"
    else:
        yield f'string_value: "{value}"'


def _pair(name: str, value: Any) -> Iterator[str]:
    yield f'key: "{name}"'
    yield from _block("value", _lines(value))


def _block(name: str, lines: Iterator[str]) -> Iterator[str]:
    yield f"{name} {{"
    yield from (f"  {line}" for line in lines)
    yield "}"
