"""Reading request bodies: JSON, known fields, right types, with Google's words for what is wrong."""

import re
import types
from typing import Annotated, Any

import msgspec

from emulators.google.cells import EXACT_INTEGER, MAX_CHARACTERS, Row
from emulators.google.errors import ApiError, bad_payload
from emulators.google.fields import ENUMS, MESSAGES

_DECODER = msgspec.json.Decoder()
_CAPITAL = re.compile(r"(?<!^)([A-Z])")
_SCALARS: dict[str, tuple[tuple[type, ...], str]] = {
    "s": ((str,), "TYPE_STRING"),
    "i": ((int,), "TYPE_INT32"),
    "n": ((int, float), "TYPE_DOUBLE"),
    "b": ((bool,), "TYPE_BOOL"),
}


class SoundRows(list[Row]):
    """Rows each of whose cells is known to be what a sheet holds, so that nobody has to look at them one by one."""


_Text = Annotated[str, msgspec.Meta(max_length=MAX_CHARACTERS)]
_Whole = Annotated[int, msgspec.Meta(ge=-EXACT_INTEGER, le=EXACT_INTEGER)]
_SOUND = list[list[_Text | _Whole | float | bool | None]]


def _sound(message: str) -> Any:
    """The message as a type: `values` and what leads to it in full, everything else as it comes."""
    known: dict[str, Any] = dict.fromkeys(MESSAGES[message], Any)
    if "data" in known:
        known["data"] = types.GenericAlias(list, (_sound(MESSAGES[message]["data"][1:-1]),))
    if "values" in known:
        known["values"] = _SOUND
    fields = [(name, kind | msgspec.UnsetType, msgspec.UNSET) for name, kind in known.items()]
    return msgspec.defstruct(message, fields, forbid_unknown_fields=True)


_SOUND_DECODERS = {
    message: msgspec.json.Decoder(_sound(message))
    for message in ("ValueRange", "BatchUpdateValues", "BatchUpdateByDataFilter")
}


def decode(raw: bytes, message: str) -> dict[str, Any]:
    """The body as plain values, checked against the message's fields. Raises ApiError.

    `values` of a writing request are SoundRows where all of them in the body are.
    """
    if not raw:
        return {}
    body = _of_sound_rows(raw, message)
    if body is None:
        body = _plain(raw)
        check(body, message, "")
    return body


def _of_sound_rows(raw: bytes, message: str) -> dict[str, Any] | None:
    """The body, if nothing is wrong with it; what is wrong otherwise, a closer look tells."""
    decoder = _SOUND_DECODERS.get(message)
    if decoder is None:
        return None
    try:
        body = _as_dict(decoder.decode(raw))
        check(body, message, "")
    except (msgspec.DecodeError, ApiError):
        return None
    return body


def _as_dict(one: Any) -> dict[str, Any]:
    found = {name: value for name in one.__struct_fields__ if (value := getattr(one, name)) is not msgspec.UNSET}
    if "values" in found:
        found["values"] = SoundRows(found["values"])
    if "data" in found:
        found["data"] = [_as_dict(item) for item in found["data"]]
    return found


def _plain(raw: bytes) -> dict[str, Any]:
    try:
        body = _DECODER.decode(raw)
    except msgspec.DecodeError as wrong:
        raise bad_payload("", f"Invalid JSON payload received. {wrong}") from wrong
    if not isinstance(body, dict):
        raise bad_payload("", 'Invalid JSON payload received. Unknown name "": Root element must be a message.')
    return body


def check(body: dict[str, Any], message: str, path: str) -> None:
    """Raises ApiError at the first field that is unknown or of a wrong type. A null counts as left out."""
    fields = MESSAGES[message]
    unset: list[str] = []
    for name, value in body.items():
        kind = fields.get(name)
        if kind is None:
            raise _unknown(name, path)
        if value is None:
            unset.append(name)
            continue
        if kind == "any":
            continue
        here = f"{path}.{_snake(name)}" if path else _snake(name)
        if kind[0] == "[":
            inner = kind[1:-1]
            body[name] = items = _members(value, inner, here)
            if inner != "any":
                for number, item in enumerate(items):
                    _check_value(item, inner, f"{here}[{number}]")
        elif isinstance(value, list):
            raise _unknown(name, path, "Proto field is not repeating, cannot start list.")
        elif kind == "i" and type(value) is not int:
            body[name] = _integer(value, here)
        else:
            _check_value(value, kind, here)
    for name in unset:
        del body[name]


def _members(value: Any, inner: str, path: str) -> list[Any]:
    """What a repeated field holds. Of messages one may stand without a list, and lists in the list count as their
    members: clients have sent both for years (gspread-formatting, pygsheets).
    """
    if inner not in _SCALARS:
        if isinstance(value, dict):
            return [value]
        if isinstance(value, list) and any(isinstance(item, list) for item in value):
            return [
                member for item in value for member in (_members(item, inner, path) if item is not None else [None])
            ]
    if not isinstance(value, list):
        shown = msgspec.json.encode(value).decode()
        kind = _SCALARS[inner][1] if inner in _SCALARS else f"type.googleapis.com/google.apps.sheets.v4.{inner}"
        raise bad_payload(path, f"Invalid value at '{path}' ({kind}), {shown}")
    return value


def _check_value(value: Any, kind: str, path: str) -> None:
    scalar = _SCALARS.get(kind)
    if scalar is not None:
        types, name = scalar
        if not isinstance(value, types) or (isinstance(value, bool) and kind != "b"):
            shown = msgspec.json.encode(value).decode()
            raise bad_payload(path, f"Invalid value at '{path}' ({name}), {shown}")
        return
    allowed = ENUMS.get(kind)
    if allowed is not None:
        if value not in allowed:
            shown = msgspec.json.encode(value).decode()
            raise bad_payload(
                path, f"Invalid value at '{path}' (type.googleapis.com/google.apps.sheets.v4.{kind}), {shown}"
            )
        return
    if not isinstance(value, dict):
        shown = msgspec.json.encode(value).decode()
        raise bad_payload(
            path, f"Invalid value at '{path}' (type.googleapis.com/google.apps.sheets.v4.{kind}), {shown}"
        )
    check(value, kind, path)


def _integer(value: Any, path: str) -> int:
    """Proto3 JSON takes 5.0 and "5" for an int32 too."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.removeprefix("-").isdecimal():
        return int(value)
    shown = msgspec.json.encode(value).decode()
    raise bad_payload(path, f"Invalid value at '{path}' (TYPE_INT32), {shown}")


def _unknown(name: str, path: str, reason: str = "Cannot find field.") -> ApiError:
    at = f" at '{path}'" if path else ""
    return bad_payload(path, f'Invalid JSON payload received. Unknown name "{name}"{at}: {reason}')


def _snake(name: str) -> str:
    return _CAPITAL.sub(lambda match: "_" + match[1].lower(), name)
