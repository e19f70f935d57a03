"""Changes that happen in an account without our doing: somebody edits, archives, pays."""

import random
from typing import Any

from emulators.moysklad import audit, lines, linkage
from emulators.moysklad import seed_words as words
from emulators.moysklad.accounts import Account, World
from emulators.moysklad.catalogue import Kind
from emulators.moysklad.clock import Clock
from emulators.moysklad.records import Record, Ref, Shelf


def touch(
    world: World, account: Account, shelf: Shelf, count: int, seed: int, chosen: list[Record] | None = None
) -> list[Record]:
    """Changes that many live objects, or those given: the description, the state and the price of the first line."""
    source = random.Random(f"{seed}/{shelf.version}")
    if chosen is None:
        keys = source.sample(shelf.shown.keys, min(count, len(shelf.shown.keys)))
        chosen = [key[2] for key in keys]
    states = [Ref("state", identifier, shelf.name) for identifier in account.states.get(shelf.name, {})]
    for record in chosen:
        before, old = linkage.traces(record), dict(record.fields)
        shelf.take(record)
        _edit(record, source)
        if states:
            record.fields["state"] = source.choice(states)
        if record.positions:
            record.positions[0].price += float(source.randrange(1, 10_000))
            lines.recount(record)
        if "updated" in record.entity.by_name:
            record.fields["updated"] = world.clock.now()
        shelf.put(record)
        linkage.follow(account, record, before, now=world.clock.now())
        audit.changed(account, record, None, world.clock, old)
    return chosen


def archive(account: Account, record: Record, clock: Clock, *, archived: bool) -> None:
    """Puts an object into the archive or takes it out, which is a change like any other."""
    shelf, old = account.shelves[record.shelf], dict(record.fields)
    shelf.take(record)
    record.fields["archived"] = archived
    if "updated" in record.entity.by_name:
        record.fields["updated"] = clock.now()
    shelf.put(record)
    audit.changed(account, record, None, clock, old)


def settle(account: Account, record: Record, given: dict[str, Any] | None) -> None:
    """Changes sums that the vendor computes, as when others pay or ship; `updated` stays. Without given sums the
    document becomes paid, shipped and invoiced in full.
    """
    total = record.fields.get("sum") or 0.0
    computed = ("payedSum", "shippedSum", "invoicedSum")
    wanted = given or {name: total for name in computed if name in record.entity.by_name}
    for name, value in wanted.items():
        if name not in record.entity.by_name:
            raise ValueError(f"{record.entity.name} has no field {name}")
        record.fields[name] = value
    account.shelves[record.shelf].refresh(record)


def _edit(record: Record, source: random.Random) -> None:
    """A new description; objects without one get another word or number somewhere."""
    if "description" in record.entity.by_name:
        record.fields["description"] = f"{source.choice(words.COMMENTS)} ({source.randrange(10**6)})"
        return
    for field in record.entity.fields:
        if field.read_only or field.choices or field.required:
            continue
        if field.kind is Kind.STRING and field.name != "name":
            record.fields[field.name] = f"{field.name} {source.randrange(10**6)}"
            return
        if field.kind in {Kind.NUMBER, Kind.INTEGER}:
            record.fields[field.name] = source.randrange(1, 1000)
            return
