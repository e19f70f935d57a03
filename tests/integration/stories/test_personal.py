"""Exports that hide whom their rows are about."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from application.exports.commands.change_personal_terms import ChangePersonalTerms
from application.exports.commands.create_export_config import ColumnChoice
from application.exports.personal_choice import PersonalChoice
from application.exports.queries.list_quarantine import ListQuarantine
from application.exports.views import TaskView
from domain.exports.columns import ColumnUnknown, attribute_column
from domain.exports.personal import (
    PersonalKeyHidden,
    PersonalKeySettled,
    PersonalReadByFormula,
    PersonalRowsSettled,
    TreatmentUnknown,
)
from domain.exports.spreadsheet import NoPreviousVersion
from domain.exports.task import ExportAlreadyRunning
from domain.shared.cells import TEXT_LIMIT, Cell, CellKind
from domain.shared.errors import SkladSheetsError
from domain.shared.identities import ConfigId
from tests.integration.harness.stories import Party, Story

PEOPLE = {
    "c-1": ("Иванов Иван", "+7 916 123-45-67", "ivan@mail.ru"),
    "c-2": ("Петрова Анна", "+7 916 765-43-21", "anna@mail.ru"),
    "c-3": ("Петрова Анна", None, ""),
}
SECRETS = ("Иванов", "Петрова", "123-45", "765-43", "ivan@", "anna@")
COLUMNS = ("id", "name", "phone", "email")
PASSPORT = attribute_column(UUID("c2ecd338-015e-11e6-9464-e4de00000090"), "Паспорт", CellKind.TEXT)


def fill(party: Party, people: Mapping[str, tuple[Cell, Cell, Cell]] = PEOPLE, minute: int = 0) -> None:
    for number, (key, (name, phone, email)) in enumerate(sorted(people.items())):
        stamp = (
            f"2026-01-{11 if minute else 10} {9 + number:02}:{minute:02}:00.000"  # farther apart than readings overlap
        )
        cells = {"name": name, "phone": phone, "email": email, PASSPORT.id: "4509 123456"}
        party.world.source.put(party.token, "counterparty", key, stamp, cells)


@pytest.fixture
def people(romashka: Party) -> Party:
    fill(romashka)
    romashka.world.source.define_attributes(romashka.token, "counterparty", (PASSPORT,))
    return romashka


async def create(party: Party, treatment: str = "as_is", /, *columns: Any, **fields: Any) -> ConfigId:
    named = fields.pop("named", {})
    chosen = columns or tuple(ColumnChoice(id=one) for one in COLUMNS)
    return await party.create(
        **{"exporter": "counterparty", "columns": chosen, "tab": "Люди", "name": "Люди", **fields},
        personal=PersonalChoice(treatment=treatment, columns=named),
    )


async def change(party: Party, config: ConfigId, treatment: str, **columns: str) -> None:
    choice = PersonalChoice(treatment=treatment, columns=columns)
    await party.app.execute(ChangePersonalTerms(company_id=party.id, config_id=config, personal=choice))


async def done(party: Party, config: ConfigId, mode: str = "incremental") -> TaskView:
    task = await party.run(config, mode)
    assert (task.state, task.error) == ("finished", None)
    return task


async def shown(party: Party, config: ConfigId) -> dict[Cell, list[Cell]]:
    _, *rows = (await party.tab(config)).values()
    return {row[0]: [*row[1:], *[None] * (len(COLUMNS) - len(row))] for row in rows if row}


def everything(story: Story) -> str:
    """All that stands in any spreadsheet."""
    books = story.world.spreadsheets.spreadsheets.values()
    return repr([tab.values() for book in books for tab in book.tabs])


async def test_people_are_masked_before_anything_is_written(story: Story, people: Party) -> None:
    config = await create(people, "masked")
    task = await done(people, config)
    assert await shown(people, config) == {
        "c-1": ["И*** И***", "***4567", "i***@m***.ru"],
        "c-2": ["П*** А***", "***4321", "a***@m***.ru"],
        "c-3": ["П*** А***", None, None],
    }
    assert not any(secret in everything(story) for secret in SECRETS)
    assert task.counts.appended == 3
    assert (await done(people, config)).counts.write_requests == 0


async def test_equal_values_have_equal_pseudonyms_in_all_exports_of_a_company_and_in_no_other(
    story: Story, people: Party
) -> None:
    one, other = await create(people, "pseudonym"), await create(people, "pseudonym", tab="Ещё раз")
    await done(people, one)
    await done(people, other)
    first = await shown(people, one)
    assert first == await shown(people, other)
    assert first["c-2"][0] == first["c-3"][0] != first["c-1"][0]
    assert not any(secret in everything(story) for secret in SECRETS)
    vasilek = await story.party("vasilek")
    fill(vasilek)
    config = await create(vasilek, "pseudonym")
    await done(vasilek, config)
    assert (await shown(vasilek, config))["c-1"][0] != first["c-1"][0]


async def test_columns_that_are_left_out_stay_empty_and_single_columns_have_the_last_word(people: Party) -> None:
    config = await create(people, "left_out", named={"name": "as_is", "id": "as_is"})
    await done(people, config)
    assert (await shown(people, config))["c-1"] == ["Иванов Иван", None, None]
    header, *_ = (await people.tab(config)).values()
    assert header == ["ID", "Наименование", "Телефон", "E-mail"]


async def test_what_is_not_known_to_be_personal_can_be_hidden_too(people: Party) -> None:
    columns = (ColumnChoice(id="id"), ColumnChoice(id="code"), ColumnChoice(id=PASSPORT.id))
    config = await create(people, "masked", *columns, named={"code": "masked"})
    people.world.source.put(people.token, "counterparty", "c-9", "2026-01-10 10:00:00.000", {"code": "Ким-1985"})
    await done(people, config)
    rows = {row[0]: row for row in (await people.tab(config)).values()[1:]}
    assert rows["c-9"][1] == "***"
    assert rows["c-1"][2] == "***3456"


async def test_formulas_see_what_the_sheet_shows(story: Story, people: Party) -> None:
    formula = ColumnChoice(id="computed:who", title="Кто", expression='name + " " + phone')
    columns = (ColumnChoice(id="id"), formula)
    fill(people, {"c-3": ("Петрова Анна", "102", "")})
    config = await create(people, "masked", *columns)
    await done(people, config)
    _, first, *_ = (await people.tab(config)).values()
    assert first[1] == "И*** И*** ***4567"
    assert not any(secret in everything(story) for secret in SECRETS)
    with pytest.raises(PersonalReadByFormula) as refused:
        await create(people, "left_out", *columns)
    assert refused.value.details == {"column": "name", "formula": "computed:who"}


async def test_rows_may_be_found_by_a_pseudonym_and_by_nothing_hidden(people: Party) -> None:
    fill(people, {"c-3": ("Ким Олег", "102", "")})
    for treatment in ("masked", "left_out"):
        with pytest.raises(PersonalKeyHidden) as refused:
            await create(people, treatment, key_columns=("phone",))
        assert refused.value.details == {"column": "phone", "treatment": treatment}
        with pytest.raises(PersonalKeyHidden):
            await create(people, "as_is", named={"id": treatment})
    computed = ColumnChoice(id="computed:key", title="Ключ", expression='phone + "/" + name')
    with pytest.raises(PersonalKeyHidden):
        await create(people, "masked", ColumnChoice(id="id"), computed, key_columns=("computed:key",))
    config = await create(people, "masked", named={"phone": "pseudonym"}, key_columns=("phone",))
    await done(people, config)
    before = await shown(people, config)
    fill(people, {"c-1": ("Иванов Пётр", "+7 916 123-45-67", "petr@mail.ru")}, minute=30)
    assert (await done(people, config)).counts.updated == 1
    after = await shown(people, config)
    assert (after["c-1"][0], after["c-1"][1]) == ("И*** П***", before["c-1"][1])
    assert len(after) == 3


async def test_even_the_usual_key_may_be_a_pseudonym(people: Party) -> None:
    config = await create(people, "as_is", named={"id": "pseudonym"})
    await done(people, config)
    before = await shown(people, config)
    assert len(before) == 3
    assert all(str(key).startswith("p-") for key in before)
    fill(people, {"c-1": ("Иванов Пётр", "1", "")}, minute=30)
    people.world.source.trash(people.token, "counterparty", "c-2", "2026-01-10 10:00:00.000")
    people.world.source.remove(people.token, "counterparty", "c-2")
    task = await done(people, config, "reconcile")
    assert (task.counts.updated, task.counts.removed) == (1, 1)
    after = await shown(people, config)
    assert after.keys() < before.keys()
    assert sorted(str(row[0]) for row in after.values()) == ["Иванов Пётр", "Петрова Анна"]


@pytest.mark.parametrize("strategy", ["upsert", "replace"])
async def test_a_change_rewrites_every_row_with_the_next_run(story: Story, people: Party, strategy: str) -> None:
    config = await create(people, strategy=strategy)
    await done(people, config)
    await done(people, config, "full")
    assert any(secret in everything(story) for secret in SECRETS)
    await change(people, config, "masked")
    assert (await people.config(config)).personal.treatment == "masked"
    await done(people, config)
    assert not any(secret in everything(story) for secret in SECRETS), "nor in a version kept aside"
    if strategy == "upsert":
        assert (await done(people, config)).counts.write_requests == 0
    await change(people, config, "as_is")
    await done(people, config)
    assert (await shown(people, config))["c-1"] == ["Иванов Иван", *PEOPLE["c-1"][1:]]


async def test_saying_the_same_again_changes_nothing(people: Party) -> None:
    config = await create(people, "masked")
    await done(people, config)
    await change(people, config, "masked", name="masked")
    assert (await done(people, config)).counts.write_requests == 0


async def test_what_was_there_before_a_change_is_not_brought_back(people: Party) -> None:
    config = await create(people, strategy="replace")
    await done(people, config)
    await done(people, config)
    await change(people, config, "masked")
    task = await people.run(config, "restore")
    assert task.error is not None
    assert task.error.code == NoPreviousVersion.code


async def test_a_change_that_could_not_reach_what_stands_there_is_refused(people: Party) -> None:
    for strategy in ("insert", "append"):
        config = await create(people, strategy=strategy, tab=strategy)
        await change(people, config, "masked")
        await change(people, config, "as_is")
        await done(people, config)
        with pytest.raises(PersonalRowsSettled):
            await change(people, config, "masked")
    config = await create(people, "as_is", tab="Ключи", key_columns=("email",))
    fill(people, {"c-3": ("Петрова Анна", None, "c3@mail.ru")})
    await done(people, config)
    with pytest.raises(PersonalKeySettled):
        await change(people, config, "as_is", email="pseudonym")
    await change(people, config, "as_is", name="masked")
    await people.start(config)
    with pytest.raises(ExportAlreadyRunning):
        await change(people, config, "as_is")


async def test_bad_choices_are_refused(people: Party) -> None:
    wrong: list[tuple[type[SkladSheetsError], str, dict[str, str]]] = [
        (TreatmentUnknown, "hidden", {}),
        (TreatmentUnknown, "masked", {"phone": "x"}),
        (ColumnUnknown, "masked", {"colour": "masked"}),
        (ColumnUnknown, "masked", {"attribute:c2ecd338-015e-11e6-9464-e4de00000091": "masked"}),
    ]
    config = await create(people)
    for error, treatment, named in wrong:
        with pytest.raises(error):
            await create(people, treatment, named=named)
        with pytest.raises(error):
            await change(people, config, treatment, **named)
    assert (await people.config(config)).personal.columns == {}


async def test_rows_that_are_put_aside_do_not_tell_either(people: Party) -> None:
    fill(people, {"c-1": ("Иванов Иван", "1", "x" * (TEXT_LIMIT + 1)), "c-3": ("Ким", "2", "a@b.ru")})
    formula = ColumnChoice(id="computed:n", title="Число", expression="number(name)", kind="number")
    columns = (*(ColumnChoice(id=one) for one in COLUMNS), formula)
    config = await create(people, "as_is", *columns, named={"name": "masked", "email": "as_is"})
    await people.run(config)
    aside = await people.app.ask(ListQuarantine(company_id=people.id, config_id=config))
    assert {row.key for row in aside} == {"c-1", "c-2", "c-3"}
    assert not any(secret in repr(aside) for secret in SECRETS)
