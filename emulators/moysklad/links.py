"""Addresses: the hrefs that objects carry, and the reading of hrefs that clients send (JSON API docs, "metadata")."""

import re
from typing import Any

from emulators.moysklad import errors
from emulators.moysklad.catalogue import CHILDREN, ENTITIES
from emulators.moysklad.records import Ref

API = "/api/remap/1.2"
VENDOR = "/api/vendor/1.0"
OFFICIAL = "https://api.moysklad.ru/api/remap/1.2"
SCREENS = "https://online.moysklad.ru/app/#"
JSON_TYPE = "application/json"
UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
NO_METADATA = {"pricetype", *CHILDREN}
UI_IDS = {"product", "variant", "service", "bundle"}
"""Goods have another id in the web interface than in the API (reference 8.7)."""
_UI_MASK = 0x5A5A5A5A


def screen_id(identifier: str) -> str:
    """The id that the web interface has for a good, and back again."""
    return f"{int(identifier[:8], 16) ^ _UI_MASK:08x}{identifier[8:]}"


class Links:
    """Builds and reads the addresses of one emulator."""

    def __init__(self, base_url: str) -> None:
        self.base = base_url
        self.api = base_url + API

    def entity(self, kind: str) -> str:
        return f"{self.api}/entity/{kind}"

    def href(self, ref: Ref) -> str:
        if ref.kind == "state":
            return f"{self.api}/entity/{ref.parent}/metadata/states/{ref.id}"
        if ref.kind == "pricetype":
            return f"{self.api}/context/companysettings/pricetype/{ref.id}"
        if ref.kind == "customentity":
            return f"{self.api}/entity/customentity/{ref.parent}/{ref.id}"
        if ref.kind in CHILDREN:
            return f"{self.api}/entity/{ref.parent}/{CHILDREN[ref.kind][0].lower()}/{ref.id}"
        return f"{self.api}/entity/{ref.kind}/{ref.id}"

    def meta(self, ref: Ref) -> dict[str, Any]:
        """The `meta` of an object."""
        meta: dict[str, Any] = {"href": self.href(ref)}
        if ref.kind == "state":
            meta["metadataHref"] = f"{self.api}/entity/{ref.parent}/metadata"
        elif ref.kind == "customentity":
            meta["metadataHref"] = f"{self.api}/context/companysettings/metadata/customEntities/{ref.parent}"
        elif ref.kind not in NO_METADATA:
            meta["metadataHref"] = f"{self.api}/entity/{ref.kind}/metadata"
        meta |= {"type": ref.kind, "mediaType": JSON_TYPE}
        screen = self.screen(ref)
        if screen:
            meta["uuidHref"] = screen
        return meta

    def screen(self, ref: Ref) -> str:
        """Where the web interface shows an object; empty when it has no such screen."""
        if ref.kind == "customentity":
            return f"{SCREENS}custom_{ref.parent}/edit?id={ref.id}"
        if ref.kind not in ENTITIES or not ENTITIES[ref.kind].screen:
            return ""
        shown = screen_id(ref.id) if ref.kind in UI_IDS else ref.id
        return f"{SCREENS}{ENTITIES[ref.kind].screen}/edit?id={shown}"

    def attribute_meta(self, owner: str, identifier: str) -> dict[str, Any]:
        return {
            "href": f"{self.api}/entity/{owner}/metadata/attributes/{identifier}",
            "type": "attributemetadata",
            "mediaType": JSON_TYPE,
        }

    def read(self, href: object, name: str) -> Ref:
        """The object that a client's href points at. Raises ApiError for another server or an unreadable address."""
        if not isinstance(href, str) or not href:
            raise errors.missing_href(name)
        path = self.path(href, name)
        parts = path.split("?")[0].strip("/").split("/")
        match parts:
            case ["entity", owner, "metadata", "states", identifier]:
                return Ref("state", _uuid(identifier, name), owner)
            case ["entity", owner, "metadata", "attributes", identifier]:
                return Ref("attributemetadata", _uuid(identifier, name), owner)
            case ["entity", "customentity", owner, "metadata", "attributes", identifier]:
                return Ref("attributemetadata", _uuid(identifier, name), f"customentity/{owner}")
            case ["context", "companysettings", "pricetype", identifier]:
                return Ref("pricetype", _uuid(identifier, name))
            case ["context", "companysettings", "metadata", "customEntities", identifier]:
                return Ref("customentitymetadata", _uuid(identifier, name))
            case ["entity", "customentity", owner, identifier]:
                return Ref("customentity", _uuid(identifier, name), owner)
            case ["entity", kind, identifier]:
                return Ref(kind, _uuid(identifier, name))
            case ["entity", kind, identifier, collection, row]:
                found = _child(kind, collection)
                if found:
                    return Ref(found, _uuid(row, name), f"{kind}/{_uuid(identifier, name)}")
        raise errors.bad_href(name)

    def path(self, href: str, name: str) -> str:
        """The part of an href after the API's root, which is ours or the one that we stand in for.

        Clients that reach us through a proxy go on writing MoySklad's own address into their links.
        """
        for api in (self.api, OFFICIAL):
            if href.startswith(api + "/"):
                return href[len(api) :]
        if href.startswith(("http://", "https://")) and not href.startswith(self.base + "/"):
            raise errors.foreign_host(href)
        raise errors.bad_href(name)


def _child(kind: str, collection: str) -> str:
    """The type of rows that can be linked to, by their owner's type and the collection's address."""
    for child, (name, owners) in CHILDREN.items():
        if name.lower() == collection.lower() and kind in owners:
            return child
    return ""


def _uuid(text: str, name: str) -> str:
    lowered = text.lower()
    if not UUID.match(lowered):
        raise errors.bad_href(name)
    return lowered
