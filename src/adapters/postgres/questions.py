"""Questions that are asked often: written in SQLAlchemy's language, rendered once, and asked of the driver itself.

What SQLAlchemy does for each execution (a key for its cache, a result with its columns, a switch of greenlets) takes
several times as long as the driver takes to ask and answer.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.sql import ClauseElement

from adapters.postgres.transaction import connection, reader

Row = Mapping[str, Any]
_DIALECT = dialect()  # type: ignore[no-untyped-call]


class Question:
    """A statement whose every parameter has a name and is given anew each time that it is asked.

    In a transaction that may change something SQLAlchemy asks it: its transactions begin with the first statement that
    it sends itself, and before that no company is bound.
    """

    def __init__(self, statement: Executable) -> None:
        """Raises ValueError where a value is written into the statement: each time would be asked about the same."""
        if not isinstance(statement, ClauseElement):
            raise TypeError("a statement is needed")
        compiled: Any = statement.compile(dialect=_DIALECT)
        fixed = [name for name, value in compiled.params.items() if value is not None]
        if fixed:
            raise ValueError(f"every parameter needs a name of its own, not a value: {', '.join(fixed)}")
        self._statement = statement
        self._text = str(compiled)
        self._names: list[str] = list(compiled.positiontup or ())

    async def rows(self, **given: Any) -> Sequence[Row]:
        """What PostgreSQL answers in the present transaction. Raises RuntimeError outside of one."""
        own: Any = reader()
        if own is None:
            told: Sequence[Any] = (await connection().execute(self._statement, given)).mappings().all()
            return told
        found: Sequence[Row] = await own.fetch(self._text, *[given[name] for name in self._names])
        return found

    async def row(self, **given: Any) -> Row | None:
        """The first row, if there is one."""
        return next(iter(await self.rows(**given)), None)
