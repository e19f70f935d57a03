"""The audit: who changed what and when (reference 3.2). Whoever changes an object calls `note` or `changed`; events of
one request share a context.
"""

import uuid
from typing import Any

from emulators.moysklad import auditbook
from emulators.moysklad.accounts import Account, Caller
from emulators.moysklad.auditbook import Context, Event
from emulators.moysklad.clock import Clock
from emulators.moysklad.hookbook import ACTIONS
from emulators.moysklad.records import Record

JSON_API = "remap-1.2"
INTERFACE = "app"


def note(
    account: Account,
    record: Record,
    kind: str,
    caller: Caller | None,
    clock_: Clock,
    before: dict[str, Any] | None = None,
) -> None:
    """Writes one event. `before` holds the fields as they were; a caller of None is a person in the interface."""
    book = account.audit
    moment = clock_.now()
    account.stock.wrote(moment, account.version)
    context = book.open if caller is not None else None
    if context is None:
        source = INTERFACE if caller is None else JSON_API
        uid, employee = _author(account, caller)
        context = Context(str(uuid.uuid4()), moment, uid, source, employee)
        book.add(context)
        if caller is not None:
            book.open = context
    changed = auditbook.diff(before, record) if before is not None else {}
    name = str(record.fields.get("name") or record.fields.get("label") or "")
    context.events.append(Event(kind, record.ref, name, changed))
    _tell(account, context, kind, record, changed)


def _tell(account: Account, context: Context, kind: str, record: Record, changed: dict[str, Any]) -> None:
    """Webhooks hear of what the audit notes, but for the restoring of what was in the trash."""
    trashed = kind == "puttorecyclebin" and account.behaviour.trash_sends_delete
    action = "DELETE" if trashed else ACTIONS.get(kind)
    if action is None or not account.hooks.hooks:
        return
    told = {"meta": {"type": record.entity.name, "href": account.links.href(record.ref)}, "accountId": account.id}
    href = f"{account.links.api}/audit/{context.id}"
    audit = {"meta": {"type": "audit", "href": href}, "moment": context.moment[:19], "uid": context.uid}
    muted, account.hooks.muted = account.hooks.muted, account.hooks.muted if context.source == JSON_API else ()
    account.hooks.tell(record.entity.name, action, audit, told, sorted(changed.keys() - {"updatedBy"}))
    account.hooks.muted = muted


def changed(account: Account, record: Record, caller: Caller | None, clock_: Clock, before: dict[str, Any]) -> None:
    """Writes the event of an update: into the archive or out of it when only that happened."""
    was, now = bool(before.get("archived")), bool(record.fields.get("archived"))
    kind = "update" if was == now else "puttoarchive" if now else "restorefromarchive"
    note(account, record, kind, caller, clock_, before)


def begin(account: Account) -> None:
    """A new request: its events get a context of their own."""
    account.audit.open = None


def _author(account: Account, caller: Caller | None) -> tuple[str, str]:
    """The login and the id of who acts. A solution's name on the account serves as its login (UNVERIFIED)."""
    if caller is not None and caller.install is not None:
        return f"{caller.install.application.app_uid}@{account.name}", ""
    person = caller.person if caller is not None and caller.person is not None else account.people[0]
    return person.login, person.employee_id
