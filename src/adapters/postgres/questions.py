"""Questions that are asked often: written in SQLAlchemy's language, rendered once, and asked of the driver itself.

What SQLAlchemy does for each execution (a key for its cache, a result with its columns, a switch of greenlets) takes
several times as long as the driver takes to ask and answer.

Where a task only reads, the question is asked in one round trip that begins nothing and leaves nothing behind. The same
statement is carried out twice, in one implicit transaction (PostgreSQL's documentation, Message Flow: everything up to
Sync is one): it says whose rows may be seen, by set_config for that transaction alone, and then asks. Whether row-level
security looks for the company before or after the statement has said it is the planner's affair; so what the first time
finds is thrown away, and by the second time the company was said for certain, because the first was over.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.sql import ClauseElement

from adapters.postgres.transaction import connection, reader

Row = Mapping[str, Any]
_DIALECT = dialect()  # type: ignore[no-untyped-call]
_COUNTS = "asked_counts"
_BOUND = """
SELECT asked.asked_found AND ${counts} AS asked_counts, asked.* FROM (
    SELECT set_config('app.company_id', ${company}, true), set_config('transaction_read_only', 'on', true)
) AS bound (company, mode)
LEFT JOIN LATERAL (SELECT true AS asked_found, question.* FROM ({question}) AS question) AS asked ON true
"""
_NOBODY: dict[str, Any] = {"company_id": UUID(int=0), "company_ids": []}
"""What the first time is asked about instead: it need not find anything."""


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
        self._bound = _BOUND.format(company=len(self._names) + 1, counts=len(self._names) + 2, question=self._text)

    async def rows(self, **given: Any) -> Sequence[Row]:
        """What PostgreSQL answers in the present transaction. Raises RuntimeError outside of one."""
        reading = reader()
        if reading is None:
            told: Sequence[Any] = (await connection().execute(self._statement, given)).mappings().all()
            return told
        found: Any = await reading.driver.fetchmany(*self.said(reading.company, given))
        return [row for row in found if row[_COUNTS]]

    def said(self, company: str, given: Mapping[str, Any]) -> tuple[str, tuple[tuple[Any, ...], ...]]:
        """The statement that asks for that company, and what it is carried out with, the first time and the second."""
        asked = [given[name] for name in self._names]
        nobody = [_NOBODY.get(name, given[name]) for name in self._names]
        return self._bound, ((*nobody, company, False), (*asked, company, True))

    async def row(self, **given: Any) -> Row | None:
        """The first row, if there is one."""
        return next(iter(await self.rows(**given)), None)
