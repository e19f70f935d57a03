"""The table of contents holds what it promises."""

import inspect
import typing

import msgspec
import pytest

from application.handlers import ACROSS_COMPANIES, HANDLERS, WORK
from application.messages import Command, Message, Query, SystemCommand, SystemQuery
from application.ports import SystemTransaction

MESSAGES = sorted(HANDLERS, key=lambda message: message.__name__)


def test_across_companies_work_exactly_those_on_the_list() -> None:
    given = {
        handler
        for handler in HANDLERS.values()
        if SystemTransaction in typing.get_type_hints(handler.__init__).values()
    }
    assert given == ACROSS_COMPANIES


def test_no_handler_serves_two_messages() -> None:
    assert len(set(HANDLERS.values())) == len(HANDLERS)


@pytest.mark.parametrize("message", MESSAGES)
def test_every_handler_takes_its_message_and_answers_what_the_message_says(message: type) -> None:
    handler = HANDLERS[message]
    assert handler.__name__ == f"{message.__name__}Handler"
    assert inspect.iscoroutinefunction(handler.__call__)
    hints = typing.get_type_hints(handler.__call__)
    (taken,) = [kind for name, kind in hints.items() if name != "return"]
    assert taken is message
    answered = _answer_of(message)
    assert hints["return"] == answered or {hints["return"], answered} == {None, type(None)}


@pytest.mark.parametrize("message", MESSAGES)
def test_every_message_is_frozen_says_its_kind_and_hides_its_fields(message: type[msgspec.Struct]) -> None:
    assert message.__struct_config__.frozen
    assert sum(issubclass(message, kind) for kind in (Command, SystemCommand, Query, SystemQuery)) == 1
    fields = {field.name: field.type for field in msgspec.structs.fields(message)}
    assert ("company_id" in fields) is issubclass(message, Command | Query)
    assert message.__doc__
    assert message.__repr__ is Message.__repr__


def test_commands_have_tags_of_their_own() -> None:
    commands = [message for message in MESSAGES if issubclass(message, Command | SystemCommand)]
    tags = [message.__struct_config__.tag for message in commands]
    assert len(set(tags)) == len(tags)
    assert all("." in str(tag) for tag in tags)


def test_work_is_about_commands_of_a_company_that_have_handlers() -> None:
    for work in WORK:
        assert work.command in HANDLERS
        assert issubclass(work.command, Command)
        assert work.tag == work.command.__struct_config__.tag
        assert work.time_limit.total_seconds() > 0


def _answer_of(message: type) -> object:
    for base in message.__orig_bases__:  # type: ignore[attr-defined]
        (answered,) = typing.get_args(base)
        return answered
    raise AssertionError(message)
