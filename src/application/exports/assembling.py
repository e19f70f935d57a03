"""Assembling: the columns that a company chose, its own ones among them, out of the columns that are read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from application.exports.ports import Formula, Formulas
from domain.exports.columns import ChosenColumn, Column
from domain.exports.config import ExportConfig
from domain.exports.exporter import BaseExporter
from domain.exports.formulas import FormulaFailed
from domain.exports.personal import PersonalKeyHidden, PersonalReadByFormula, PersonalTerms, Treatment, treated
from domain.exports.rows import KEY_BYTES, BadRow, KeyBlank, KeyUnfit, Row, fits_as_key
from domain.shared.cells import Cell, CellKind, as_key, joined_key

_Fill = Callable[[dict[str, Cell]], Cell]
_Veil = tuple[int, Callable[[Cell], Cell]]


@dataclass(frozen=True, slots=True)
class Assembly:
    """What is read for an export, and how its rows are put together of that.

    `read` are the columns to read; `kinds` those of the columns in the sheet; `key_places` are where the key stands.
    With `own_keys` the company has chosen these columns, or the key is a pseudonym: a row's key is what stands there.

    Personal data is treated before anything else is done with a row, formulas included, so that nothing that comes
    later, a hash, a message or a row that is kept aside, can tell what the sheet does not show.
    """

    read: tuple[Column, ...]
    kinds: tuple[CellKind, ...]
    key_places: tuple[int, ...]
    own_keys: bool
    _ids: tuple[str, ...]
    _fills: tuple[_Fill, ...] | None
    _veils: tuple[_Veil, ...] = ()

    @property
    def as_read(self) -> bool:
        """Whether rows stand in the sheet just as they are read, so that there is nothing to put together."""
        return self._fills is None and not self.own_keys and not self._veils

    def assemble(self, row: Row) -> Row | BadRow:
        """The row as it stands in the sheet; a row whose formulas fail is a bad one."""
        shown = self._veiled(row) if self._veils else row
        made = shown if self._fills is None else self._filled(shown, self._fills)
        return self._keyed(made) if self.own_keys and isinstance(made, Row) else made

    def _veiled(self, row: Row) -> Row:
        cells = list(row.cells)
        for place, veil in self._veils:
            cells[place] = veil(cells[place])
        return row._replace(cells=tuple(cells))

    def _filled(self, row: Row, fills: tuple[_Fill, ...]) -> Row | BadRow:
        cells = dict(zip(self._ids, row.cells, strict=True))
        try:
            return row._replace(cells=tuple([fill(cells) for fill in fills]))
        except FormulaFailed as failed:
            return BadRow(row.key, failed.code, {"key": row.key, **failed.details})

    def _keyed(self, row: Row) -> Row | BadRow:
        """The row under the company's own key; the object that it stands for is its parent."""
        key = joined_key([as_key(row.cells[place]) for place in self.key_places])
        if not key:
            return BadRow(row.parent or row.key, KeyBlank.code, {"key": row.key})
        if not fits_as_key(key):
            return BadRow(row.parent or row.key, KeyUnfit.code, {"key": row.key, "limit": KEY_BYTES})
        return row._replace(key=key, parent=row.parent or row.key)


def assembly(
    exporter: BaseExporter, config: ExportConfig, custom: tuple[Column, ...], formulas: Formulas, key: bytes = b""
) -> Assembly:
    """`key` makes pseudonyms; whoever only wants to know whether all is well needs none.

    Raises ColumnUnknown, ColumnOutOfPlace, FormulaInvalid, PersonalKeyHidden or PersonalReadByFormula.
    """
    read = exporter.resolve(config.columns, custom, config.mode)
    ids = [column.id for column in config.columns]
    offered = {column.id: column for column in (*exporter.offered(config.mode), *custom)}
    compiled = _compiled(config, formulas, offered)
    keys = _keys(exporter, config)
    _check_terms(config.personal, offered, compiled, keys)
    own_keys = bool(config.key_columns) or _shown(config.personal, offered[keys[0]]) is Treatment.PSEUDONYM
    key_places = tuple(ids.index(one) for one in keys)
    if not any(_own(choice) for choice in config.columns):
        kinds = tuple(column.kind for column in read)
        return Assembly(read, kinds, key_places, own_keys, (), None, _veils(config.personal, read, key))
    chosen = {column.id for column in read}
    needed = {name for formula in compiled.values() for name in formula.names} - chosen
    read += tuple(offered[name] for name in sorted(needed))
    fills = tuple(_fill(choice, compiled) for choice in config.columns)
    kinds = tuple(_kind(choice, offered) for choice in config.columns)
    names = tuple(column.id for column in read)
    return Assembly(read, kinds, key_places, own_keys, names, fills, _veils(config.personal, read, key))


def key_sources(
    exporter: BaseExporter, config: ExportConfig, formulas: Formulas, custom: tuple[Column, ...]
) -> frozenset[str]:
    """Ids of the columns that rows are found by, or that the formulas read by which they are."""
    offered = {column.id: column for column in (*exporter.offered(config.mode), *custom)}
    compiled = _compiled(config, formulas, offered)
    return frozenset(source for name in _keys(exporter, config) for source in _sources(name, compiled))


def treatments(exporter: BaseExporter, config: ExportConfig, custom: tuple[Column, ...]) -> dict[str, Treatment]:
    """How each column is shown that rows can have."""
    return {column.id: _shown(config.personal, column) for column in (*exporter.offered(config.mode), *custom)}


def _keys(exporter: BaseExporter, config: ExportConfig) -> tuple[str, ...]:
    return config.key_columns or (exporter.key_column_of(config.mode),)


def _compiled(config: ExportConfig, formulas: Formulas, offered: Mapping[str, Column]) -> dict[str, Formula]:
    return {
        choice.id: formulas.compile(choice.expression, tuple(offered))
        for choice in config.columns
        if choice.expression is not None
    }


def _sources(name: str, compiled: Mapping[str, Formula]) -> Iterable[str]:
    return sorted(compiled[name].names) if name in compiled else (name,)


def _shown(terms: PersonalTerms, column: Column) -> Treatment:
    return terms.of(column.id, column.personal)


def _check_terms(
    terms: PersonalTerms, offered: Mapping[str, Column], compiled: Mapping[str, Formula], keys: Iterable[str]
) -> None:
    for source in (source for name in keys for source in _sources(name, compiled)):
        treatment = _shown(terms, offered[source]) if source in offered else Treatment.AS_IS
        if treatment in {Treatment.MASKED, Treatment.LEFT_OUT}:
            raise PersonalKeyHidden(column=source, treatment=treatment.value)
    for name, formula in compiled.items():
        for source in sorted(formula.names):
            if _shown(terms, offered[source]) is Treatment.LEFT_OUT:
                raise PersonalReadByFormula(column=source, formula=name)


def _veils(terms: PersonalTerms, read: Iterable[Column], key: bytes) -> tuple[_Veil, ...]:
    made = ((place, treated(_shown(terms, column), column.personal, key)) for place, column in enumerate(read))
    return tuple((place, veil) for place, veil in made if veil is not None)


def _own(choice: ChosenColumn) -> bool:
    return choice.constant is not None or choice.expression is not None


def _kind(choice: ChosenColumn, offered: Mapping[str, Column]) -> CellKind:
    if _own(choice):
        return choice.kind or CellKind.TEXT
    return offered[choice.id].kind


def _fill(choice: ChosenColumn, compiled: Mapping[str, Formula]) -> _Fill:
    if choice.constant is not None:
        constant = choice.constant
        return lambda _: constant
    formula = compiled.get(choice.id)
    if formula is not None:
        kind = choice.kind or CellKind.TEXT
        return lambda cells: formula(cells, kind)
    name = choice.id
    return lambda cells: cells[name]
