"""Signed ways out of mails."""

from uuid import uuid4

import pytest

from adapters.vault.ways_out import SignedWaysOut
from application.dealers.mail_ports import WayOut
from domain.dealers.bindings import MailLinkInvalid
from domain.shared.identities import BindingId, CompanyId

OLD, NEW = bytes(range(32)), bytes(range(1, 33))


def test_what_we_signed_is_read_after_a_rotation_too_and_nothing_else_is() -> None:
    way = WayOut(CompanyId(uuid4()), BindingId(uuid4()))
    token = SignedWaysOut({"a": OLD}).token(way)
    assert token.replace("-", "").replace("_", "").isalnum()
    assert SignedWaysOut({"b": NEW, "a": OLD}).read(token) == way
    with pytest.raises(MailLinkInvalid):
        SignedWaysOut({"b": NEW}).read(token)
    ring = SignedWaysOut({"a": OLD})
    for place in range(len(token)):
        wrong = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(MailLinkInvalid):
            ring.read(wrong)
    for wrong in ("", "x", token[:-1], token + "A", "ы" * 64, "*" * 64):
        with pytest.raises(MailLinkInvalid):
            ring.read(wrong)
