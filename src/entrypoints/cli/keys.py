"""Keys that secrets are sealed under, by whoever operates the service."""

import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from application.bus import Application
from application.connections.commands.forget_key import ForgetKey
from application.connections.commands.rotate_secrets import Rotated, RotateSecrets
from application.connections.queries.count_secrets import CountSecrets
from domain.connections.keys import KeyStanding, KeyUse
from domain.shared.errors import SkladSheetsError
from entrypoints.composition.offline import explained
from entrypoints.composition.operating import carried_out
from entrypoints.settings import SettingsInvalid, read_settings

AnswerT = TypeVar("AnswerT")
ROUNDS = 20
"""A secret that somebody is just changing is tried again; so is one that a process still sealed with an older key."""
PAUSE_SECONDS = 0.5


@click.group()
def keys() -> None:
    """Keys that secrets are sealed under."""


@keys.command()
def status() -> None:
    """Count secrets by key, and say which key may go; exit with 1 if some are under a key that is not in the ring."""
    found = _with_application(lambda application: application.ask(CountSecrets()))
    _show(found)
    if any(use.standing is KeyStanding.MISSING for use in found):
        sys.exit(1)


@keys.command()
@click.option("--batch", default=100, show_default=True, type=click.IntRange(1, 1000), help="Companies at a time.")
def rotate(batch: int) -> None:
    """Seal every secret anew under the current key; the service goes on meanwhile.

    May be stopped, or killed, and started again at any moment. Exits with 1 if anything is left under another key.
    """
    began = time.monotonic()

    def tell(total: int) -> None:
        click.echo(f"{total} secrets, {time.monotonic() - began:.0f} s", err=True)

    total, unreadable, found = _with_application(lambda application: rotate_all(application, batch, tell))
    click.echo(f"{total} secrets were sealed anew and opened again, in {time.monotonic() - began:.1f} s.")
    for (purpose, key_id), number in sorted(unreadable.items()):
        click.echo(
            f"{number} of purpose {purpose} name key {key_id}, which does not open them; they were left as they are. "
            "Their companies have to connect anew.",
            err=True,
        )
    left = sum(use.total for use in found if use.standing is KeyStanding.NEEDED) - unreadable.total()
    if left > 0:
        click.echo(
            f"{left} secrets are under an older key still: somebody is just changing them, or a process runs with that "
            "key in front and seals with it. Restart every process with the new key in front, and run this again.",
            err=True,
        )
    _show(found)
    if any(use.total for use in found if not use.current):
        sys.exit(1)


@keys.command()
@click.argument("key_id")
def forget(key_id: str) -> None:
    """Give up a lost key, so that the service starts without it. Nothing is removed, should it be found after all."""
    if not _with_application(lambda application: application.execute(ForgetKey(key_id=key_id))):
        click.echo(f"This database does not know the key {key_id}.", err=True)
        sys.exit(1)
    click.echo(f"The service starts without {key_id}. Companies whose secrets are under it have to connect anew:")
    _show(_with_application(lambda application: application.ask(CountSecrets())))


async def rotate_all(
    application: Application, batch: int, tell: Callable[[int], None]
) -> tuple[int, Counter[tuple[str, str]], list[KeyUse]]:
    """How many were sealed anew, what could not be opened, and how things stand at the end."""
    total, unreadable, found = 0, Counter[tuple[str, str]](), list[KeyUse]()
    for number in range(ROUNDS):
        if number:
            await asyncio.sleep(PAUSE_SECONDS)
        unreadable.clear()
        done = Rotated(rotated=0, missed=0, unreadable=(), last=None)
        while True:
            done = await application.execute(RotateSecrets(after=done.last, limit=batch))
            total += done.rotated
            unreadable.update((one.purpose.value, one.key_id) for one in done.unreadable)
            if done.last is None:
                break
            tell(total)
        found = await application.ask(CountSecrets())
        waiting = sum(use.total for use in found if use.standing is KeyStanding.NEEDED) - unreadable.total()
        if waiting <= 0:
            break
    return total, unreadable, found


def _show(found: list[KeyUse]) -> None:
    for use in found:
        click.echo(f"{use.key_id:<24}{use.standing.value:<10}{use.total:>10}  {_purposes(use)}")
        click.echo(f"  {_advice(use)}")


def _purposes(use: KeyUse) -> str:
    return ", ".join(f"{purpose} {number}" for purpose, number in sorted(use.secrets.items()))


def _advice(use: KeyUse) -> str:
    last = "" if use.fronted_at is None else f" (last start with it in front: {use.fronted_at:%Y-%m-%d %H:%M:%S} UTC)"
    match use.standing:
        case KeyStanding.CURRENT:
            return "new secrets are sealed under it; keep it"
        case KeyStanding.NEEDED:
            return f"keep it; `skladsheets keys rotate` seals its secrets anew{last}"
        case KeyStanding.SPARE:
            return f"may be taken out of ENCRYPTION_KEYS, once no process runs with it in front{last}"
        case KeyStanding.MISSING:
            return (
                "not in ENCRYPTION_KEYS: these secrets cannot be read, and are kept. Put the key back (at the end) and "
                "run `skladsheets keys rotate`; if it is lost for good, `skladsheets keys forget` lets the service "
                "start, and the companies connect anew"
            )


def _with_application(use: Callable[[Application], Awaitable[AnswerT]]) -> AnswerT:
    """Opened even where the ring is not complete: that is what is to be looked at, and mended."""
    try:
        return carried_out(read_settings(os.environ), use, complete_keys=False)
    except SettingsInvalid as wrong:
        click.echo("\n".join(wrong.problems), err=True)
        sys.exit(2)
    except SkladSheetsError as refused:
        click.echo(explained(refused), err=True)
        sys.exit(1)
