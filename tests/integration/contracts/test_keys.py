"""Contracts of application.connections.key_ports, and of what the vault does with the keys."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from adapters.memory.keys import MemoryKeyKeeper
from adapters.memory.vault import MemoryVault
from adapters.postgres.repositories.sealed_secrets import PLACES
from adapters.postgres.tables import metadata
from adapters.vault.ring import LocalKeyRing
from adapters.vault.secrets import AesGcmVault
from application.connections.key_ports import Canary, KeyKeeper
from application.connections.ports import Vault
from domain.connections.secrets import SealedSecret, SecretKeyMissing, SecretPurpose, SecretUnreadable
from domain.shared.identities import CompanyId
from tests.integration.harness.sealed import fill_places
from tests.integration.harness.worlds import World, troubled

Making = Callable[[Mapping[str, int]], KeyKeeper]
DATA_KEY = bytes(range(100, 132))
COMPANY = CompanyId(UUID(int=7))


def local(keys: Mapping[str, int]) -> KeyKeeper:
    """A ring; a key is a number."""
    return LocalKeyRing({key_id: bytes([key]) * 32 for key_id, key in keys.items()})


def remembered(keys: Mapping[str, int]) -> KeyKeeper:
    keeper = MemoryKeyKeeper()
    keeper.set(**{key_id: f"word-{key}" for key_id, key in keys.items()})
    return keeper


keepers = pytest.mark.parametrize("make", [local, remembered])


@keepers
def test_a_data_key_comes_back_for_its_key_and_its_context_alone(make: Making) -> None:
    keeper = make({"new": 2, "old": 1})
    assert (keeper.current(), list(keeper.held())) == ("new", ["new", "old"])
    for key_id in ("new", "old"):
        wrapped = keeper.wrap(key_id, DATA_KEY, b"context")
        assert DATA_KEY not in wrapped
        assert keeper.unwrap(key_id, wrapped, b"context") == DATA_KEY
        other = "old" if key_id == "new" else "new"
        for asked in ((key_id, wrapped, b"contexts"), (key_id, wrapped, b""), (other, wrapped, b"context")):
            with pytest.raises(SecretUnreadable) as refused:
                keeper.unwrap(*asked)
            assert not isinstance(refused.value, SecretKeyMissing)


@keepers
@pytest.mark.parametrize("wrapped", [b"", b"x", b"x" * 12, b"x" * 60])
def test_nonsense_is_unreadable_and_nothing_worse(make: Making, wrapped: bytes) -> None:
    keeper = make({"new": 2})
    with pytest.raises(SecretUnreadable):
        keeper.unwrap("new", wrapped, b"context")
    with pytest.raises(SecretUnreadable):
        keeper.unwrap("new", keeper.wrap("new", DATA_KEY, b"context")[:-1], b"context")


@keepers
def test_another_key_of_the_same_name_opens_nothing(make: Making) -> None:
    wrapped = make({"key": 1}).wrap("key", DATA_KEY, b"context")
    with pytest.raises(SecretUnreadable):
        make({"key": 2}).unwrap("key", wrapped, b"context")


@keepers
def test_a_key_that_is_not_there_is_told_to_be_missing(make: Making) -> None:
    wrapped = make({"old": 1}).wrap("old", DATA_KEY, b"context")
    keeper = make({"new": 2})
    with pytest.raises(SecretKeyMissing):
        keeper.unwrap("old", wrapped, b"context")
    with pytest.raises(SecretKeyMissing):
        keeper.wrap("old", DATA_KEY, b"context")


def aes(keys: Mapping[str, int]) -> Vault:
    return AesGcmVault({key_id: bytes([key]) * 32 for key_id, key in keys.items()})


def hidden(keys: Mapping[str, int]) -> Vault:
    keeper = remembered(keys)
    assert isinstance(keeper, MemoryKeyKeeper)
    return MemoryVault(keeper)


@pytest.mark.parametrize("make", [aes, hidden])
def test_a_secret_is_sealed_anew_under_the_newest_key(make: Callable[[Mapping[str, int]], Vault]) -> None:
    purpose = SecretPurpose.MOYSKLAD_TOKEN
    before = make({"old": 1}).seal(COMPANY, purpose, "токен")
    both, after = make({"new": 2, "old": 1}), make({"new": 2})
    anew = both.reseal(COMPANY, purpose, before)
    assert (before.key_id, anew.key_id) == ("old", "new")
    assert anew.is_same(before)
    assert not anew.is_same(both.seal(COMPANY, purpose, "токен"))
    assert after.unseal(COMPANY, purpose, anew) == both.unseal(COMPANY, purpose, before) == "токен"
    with pytest.raises(SecretKeyMissing):
        after.unseal(COMPANY, purpose, before)
    for asked in (
        (CompanyId(uuid4()), purpose, before),
        (COMPANY, SecretPurpose.GOOGLE_ACCESS, before),
        (COMPANY, purpose, replace(before, nonce=b"another-one!")),
    ):
        with pytest.raises(SecretUnreadable):
            both.reseal(*asked)


async def test_a_canary_is_kept_once_for_each_key(world: World) -> None:
    key_id = f"key-{uuid4()}"
    made = Canary(key_id=key_id, wrapped=b"\x00wrapped", made_at=world.now)
    async with world.system_transaction():
        await world.canaries.add(made)
        await world.canaries.add(Canary(key_id=key_id, wrapped=b"another", made_at=world.now + timedelta(days=1)))
        await world.canaries.fronted(f"{key_id}-unknown", world.now)
    async with world.system_transaction():
        assert [one for one in await world.canaries.all() if one.key_id.startswith(key_id)] == [made]
        await world.canaries.fronted(key_id, world.now)
    async with world.system_transaction():
        (kept,) = [one for one in await world.canaries.all() if one.key_id == key_id]
        assert (kept.wrapped, kept.fronted_at) == (b"\x00wrapped", world.now)
        assert await world.canaries.remove(key_id)
        assert not await world.canaries.remove(key_id)


def seal(key_id: str, word: str) -> SealedSecret:
    return SealedSecret(key_id, word.encode(), b"\xff" + word.encode())


async def stored(world: World, company: CompanyId, key_id: str) -> dict[str, SealedSecret]:
    """A company with a secret in every place, all under that key."""
    made = {place.name: seal(key_id, place.name) for place in PLACES}
    await fill_places(world, company, made)
    return made


async def test_secrets_are_found_by_the_keys_that_they_name(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    key_id, other = f"key-{uuid4()}", f"key-{uuid4()}"
    made = await stored(world, company, key_id)
    await stored(world, stranger, other)
    async with world.system_transaction():
        counted = {(one.purpose, one.key_id): one.number for one in await world.secrets.counted()}
        owners = [
            await world.secrets.owners(keys, after, 10)
            for keys, after in (
                ([key_id], None),
                ([key_id, other], None),
                ([key_id, other], min(company, stranger)),
                ([key_id], company),
                ([], None),
            )
        ]
        assert await world.secrets.owners([key_id, other], None, 1) == [min(company, stranger)]
        found = await world.secrets.under([company], [key_id, other])
        both = await world.secrets.under([company, stranger], [key_id, other])
        assert await world.secrets.under([company], [other]) == []
        assert await world.secrets.under([], [key_id, other]) == []
        assert await world.secrets.counted() != [], "it is a system transaction as before"
    assert {one.place: one.sealed for one in found} == made
    assert {one.company_id for one in found} == {company}
    for purpose in SecretPurpose:
        assert counted[purpose, key_id] == (2 if purpose is SecretPurpose.MOYSKLAD_TOKEN else 1)
    assert owners == [[company], sorted([company, stranger]), [max(company, stranger)], [], []]
    assert [sum(one.company_id == whose for one in both) for whose in (company, stranger)] == [len(PLACES)] * 2


async def test_a_secret_is_put_in_the_place_of_the_one_that_was_read_and_of_no_other(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    key_id, new = f"key-{uuid4()}", f"key-{uuid4()}"
    await stored(world, company, key_id)
    theirs = await stored(world, stranger, key_id)
    async with world.system_transaction():
        read = await world.secrets.under([company], [key_id])
        assert len(read) == len(PLACES)
    anew = {one.place: seal(new, f"anew {one.place}") for one in read}
    async with world.system_transaction():
        assert await world.secrets.swap([(one, anew[one.place]) for one in read]) == list(anew.values())
        assert await world.secrets.swap([]) == []
    late = seal(new, "late")
    half = [one._replace(sealed=replace(anew[one.place], ciphertext=b"other")) for one in read]
    elsewhere = [one._replace(company_id=stranger, sealed=anew[one.place]) for one in read]
    async with world.system_transaction():
        for known in (read, half, elsewhere):
            assert await world.secrets.swap([(one, late) for one in known]) == [None] * len(read), (
                "another one stands there"
            )
        last = read[-1]
        mixed = [(read[0], late), (last._replace(sealed=anew[last.place]), anew[last.place]), (read[1], late)]
        assert await world.secrets.swap(mixed) == [None, anew[last.place], None]
    async with world.system_transaction():
        now = {one.place: one.sealed for one in await world.secrets.under([company], [key_id, new])}
        assert {one.place: one.sealed for one in await world.secrets.under([stranger], [key_id])} == theirs
    assert now == anew
    async with world.transaction(company):
        google = await world.google.get(company)
    assert google is not None
    assert google.email == "owner@example.com"


async def test_what_was_swapped_in_a_transaction_that_fails_is_as_it_was(world: World, company: CompanyId) -> None:
    key_id = f"key-{uuid4()}"
    made = await stored(world, company, key_id)
    async with troubled(world.system_transaction()):
        read = await world.secrets.under([company], [key_id])
        assert None not in await world.secrets.swap([(one, seal("new", one.place)) for one in read])
    async with world.system_transaction():
        assert {one.place: one.sealed for one in await world.secrets.under([company], [key_id])} == made


def test_every_sealed_column_is_a_place() -> None:
    sealed = {
        f"{table.name}.{column.name.removesuffix('_ciphertext')}"
        for table in metadata.sorted_tables
        for column in table.c
        if column.name.endswith("_ciphertext")
    }
    assert sealed == {place.name for place in PLACES}
