"""Conditional formats: rules in the order of their precedence. They are kept and answered, and colour no cell here."""

from typing import Any

from emulators.google import colors
from emulators.google.errors import Refused
from emulators.google.rect import from_grid_range
from emulators.google.requests.actor import Actor
from emulators.google.requests.common import area, find_tab
from emulators.google.tab import Rule, Tab
from emulators.google.workbook import Workbook


def _made(book: Workbook, wanted: dict[str, Any]) -> tuple[Tab, Rule]:
    ranges = wanted.get("ranges") or []
    if not ranges:
        raise Refused("No ranges were specified.")
    tabs = [area(book, one)[0] for one in ranges]
    if any(tab is not tabs[0] for tab in tabs):
        raise Refused("All the ranges of a rule must be on the same sheet.")
    kinds = [name for name in ("booleanRule", "gradientRule") if wanted.get(name)]
    if len(kinds) != 1:
        raise Refused("Exactly one of booleanRule and gradientRule must be set.")
    rule = wanted[kinds[0]]
    if kinds == ["booleanRule"] and not rule.get("condition", {}).get("type"):
        raise Refused("booleanRule.condition.type is required.")
    if kinds == ["gradientRule"] and not (rule.get("minpoint") and rule.get("maxpoint")):
        raise Refused("gradientRule.minpoint and gradientRule.maxpoint are required.")
    return tabs[0], Rule(tuple(map(from_grid_range, ranges)), {kinds[0]: colors.settled(rule)})


def _at(tab: Tab, index: int) -> Rule:
    if not 0 <= index < len(tab.conditional_formats):
        raise Refused(f"No conditional format on sheet: {tab.sheet_id} at index: {index}")
    return tab.conditional_formats[index]


def add_rule(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Puts a rule before those from `index` on."""
    tab, rule = _made(book, body.get("rule") or {})
    index, rules = body.get("index", 0), tab.conditional_formats
    if not 0 <= index <= len(rules):
        raise Refused(f"index[{index}] must be between 0 and {len(rules)}.")
    tab.conditional_formats = [*rules[:index], rule, *rules[index:]]


def update_rule(book: Workbook, body: dict[str, Any], _: Actor) -> dict[str, Any]:
    """Replaces a rule, or moves it to another place. Answers what was and what is."""
    index = body.get("index", 0)
    if body.get("rule"):
        tab, rule = _made(book, body["rule"])
        old, to = _at(tab, index), index
    else:
        tab = find_tab(book, body.get("sheetId", 0))
        old = rule = _at(tab, index)
        to = body.get("newIndex", 0)
        if not 0 <= to < len(tab.conditional_formats):
            raise Refused(f"newIndex[{to}] must be less than {len(tab.conditional_formats)}.")
    others = [*tab.conditional_formats[:index], *tab.conditional_formats[index + 1 :]]
    tab.conditional_formats = [*others[:to], rule, *others[to:]]
    answer: dict[str, Any] = {"newRule": rule.resource(tab.sheet_id), "newIndex": to}
    answer |= {"oldRule": old.resource(tab.sheet_id)} if old is not rule else {"oldIndex": index}
    return {name: value for name, value in answer.items() if value != 0}


def delete_rule(book: Workbook, body: dict[str, Any], _: Actor) -> dict[str, Any]:
    """Removes a rule, and answers it."""
    tab = find_tab(book, body.get("sheetId", 0))
    gone = _at(tab, body.get("index", 0))
    tab.conditional_formats = [rule for rule in tab.conditional_formats if rule is not gone]
    return {"rule": gone.resource(tab.sheet_id)}


HANDLERS = {
    "addConditionalFormatRule": add_rule,
    "updateConditionalFormatRule": update_rule,
    "deleteConditionalFormatRule": delete_rule,
}
