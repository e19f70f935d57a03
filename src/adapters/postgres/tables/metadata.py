"""What all tables share."""

from uuid import UUID

from sqlalchemy import Column, DateTime, ForeignKey, ForeignKeyConstraint, MetaData, Uuid

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

MOMENT = DateTime(timezone=True)


def company_id(*, primary_key: bool = False, index: bool = True) -> Column[UUID]:
    """The column that row-level security looks at. Without `index` the table has another index that begins with it."""
    company = ForeignKey("companies.id", ondelete="CASCADE")
    return Column("company_id", Uuid, company, nullable=False, primary_key=primary_key, index=index and not primary_key)


def of_company(column: str, table: str) -> ForeignKeyConstraint:
    """The column points to a row of that table, of the same company and of no other."""
    return ForeignKeyConstraint(["company_id", column], [f"{table}.company_id", f"{table}.id"], ondelete="CASCADE")
