"""Requests about custom dictionaries themselves; their elements are objects like any other (JSON API docs)."""

from typing import Any

from emulators.moysklad import errors
from emulators.moysklad.calls import Answer, Call, answer
from emulators.moysklad.links import JSON_TYPE


def create(call: Call) -> Answer:
    """A new dictionary."""
    if call.method != "POST":
        raise errors.method_refused(call.method)
    call.need("create", "customentity")
    made = call.account.add_dictionary(_name(call.json()))
    return answer(_shown(call, made), "write")


def change(call: Call, identifier: str) -> Answer:
    """Renames or deletes a dictionary. One that a custom field uses cannot be deleted."""
    account = call.account
    if call.method == "PUT":
        call.need("update", "customentity")
        account.dictionaries[identifier] = _name(call.json())
        account.schema_version += 1
        return answer(_shown(call, identifier), "write")
    call.need("delete", "customentity")
    used = [
        account.links.attribute_meta(owner, one.id)
        for owner, known in account.attributes.items()
        for one in known.values()
        if one.dictionary == identifier
    ]
    if used:
        raise errors.in_use(used)
    del account.dictionaries[identifier]
    del account.shelves[f"customentity/{identifier}"]
    account.schema_version += 1
    return Answer(kind="write")


def _name(body: Any) -> str:
    if not isinstance(body, dict) or not body.get("name"):
        raise errors.required("name")
    return str(body["name"])


def _shown(call: Call, identifier: str) -> dict[str, Any]:
    href = f"{call.account.links.api}/context/companysettings/metadata/customEntities/{identifier}"
    meta = {"href": href, "type": "customentitymetadata", "mediaType": JSON_TYPE}
    return {"meta": meta, "id": identifier, "name": call.account.dictionaries[identifier]}
