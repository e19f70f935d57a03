"""The audit log tells of every command, or it is said why not."""

import msgspec
import pytest

from application.handlers import HANDLERS
from application.messages import Command, SystemCommand
from application.tenants.audited import AUDITED, UNAUDITED

COMMANDS = {
    str(message.__struct_config__.tag): message for message in HANDLERS if issubclass(message, Command | SystemCommand)
}


def test_every_command_is_told_of_or_has_a_reason() -> None:
    assert set(AUDITED) | set(UNAUDITED) == set(COMMANDS)
    assert not set(AUDITED) & set(UNAUDITED)
    assert all(UNAUDITED.values())


@pytest.mark.parametrize("action", sorted(AUDITED))
def test_what_an_entry_is_about_is_a_field_of_the_command(action: str) -> None:
    target = AUDITED[action].target
    assert target is None or target in {field.name for field in msgspec.structs.fields(COMMANDS[action])}
    assert not (AUDITED[action].makes and target)
