"""The descriptor of our app: the XML that the developer cabinet asks for (Vendor API docs, 5.3)."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from adapters.moysklad.granting import MAKING, flags, made, viewed
from domain.automations.recipes import RECIPES
from domain.exports.exporter import BaseExporter
from domain.webhooks.interests import APPLY_RULES
from domain.webhooks.scenario import EVERY

_SPACE = "https://apps-api.moysklad.ru/xml/ns/appstore/app/v2"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
RESOURCE = "https://api.moysklad.ru/api/remap/1.2"
ACTION_TITLE = "Обновить таблицы Google"
RULES_TITLE = "Применить правила между компаниями"


def descriptor(exporters: Sequence[BaseExporter], base_url: str, page_url: str | None, *, admin: bool) -> str:
    """With exactly the rights that the exporters and the automation rules need, or an administrator's.

    Addresses have to be https, which MoySklad insists on. `page_url` is the page that opens inside MoySklad.
    """
    root = ET.Element(
        "ServerApplication",
        {
            "xmlns": _SPACE,
            "xmlns:xsi": _INSTANCE,
            "xsi:schemaLocation": f"{_SPACE} {_SPACE}/application-v2.xsd",
        },
    )
    vendor = ET.SubElement(root, "vendorApi")
    ET.SubElement(vendor, "endpointBase").text = base_url
    ET.SubElement(ET.SubElement(vendor, "additionalEvents"), "updatePermissions")
    access = ET.SubElement(root, "access")
    ET.SubElement(access, "resource").text = RESOURCE
    ET.SubElement(access, "scope").text = "admin" if admin else "custom"
    if not admin:
        permissions = ET.SubElement(access, "permissions")
        for flag in flags(exporters):
            ET.SubElement(permissions, flag)
        making = set(made(RECIPES.values()))
        for name in sorted({*viewed(exporters), *making}):
            entity = ET.SubElement(permissions, name)
            for level in ("view", *(MAKING if name in making else ())):
                ET.SubElement(entity, level)
    if page_url is not None:
        ET.SubElement(ET.SubElement(root, "iframes"), "iframe", {"type": "main", "sourceUrl": page_url})
    scenario = ET.SubElement(root, "scenario")
    ET.SubElement(scenario, "action", {"name": EVERY, "title": ACTION_TITLE})
    ET.SubElement(scenario, "action", {"name": APPLY_RULES, "title": RULES_TITLE})
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
