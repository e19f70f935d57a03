"""Plans of companies, and the ledger of what they use."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"
MOMENT = sa.DateTime(timezone=True)
TABLES = ("billing_accounts", "usage_meters", "usage_entries", "usage_holds", "usage_warnings")
SEEN_BY_SYSTEM = ("billing_accounts", "usage_meters")


def upgrade() -> None:
    """Nobody has used anything yet: accounting begins now."""
    _table(
        "billing_accounts",
        sa.Column("plan", sa.String()),
        sa.Column("until", MOMENT),
        sa.Column("blocked", sa.String()),
    )
    _table("usage_meters", _text("period"), _whole("used"), _whole("reserved"), keys=("period",))
    _table(
        "usage_entries",
        _text("key"),
        _text("period"),
        sa.Column("config_id", sa.Uuid(), nullable=False),
        _whole("rows"),
        sa.Column("at", MOMENT, nullable=False),
        keys=("key",),
    )
    _table(
        "usage_holds",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        _whole("number"),
        _text("period"),
        _whole("rows"),
        keys=("task_id", "claim_id", "number"),
    )
    _table(
        "usage_warnings",
        _text("period"),
        _whole("percent"),
        sa.Column("at", MOMENT, nullable=False),
        keys=("period", "percent"),
    )
    for name in SEEN_BY_SYSTEM:
        op.execute(f"CREATE POLICY all_companies ON {name} TO {SYSTEM} USING (true) WITH CHECK (true)")
        op.execute(f"GRANT SELECT ON {name} TO {SYSTEM}")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _table(name: str, *columns: sa.Column, keys: tuple[str, ...] = ()) -> None:
    op.create_table(
        name,
        sa.Column("company_id", sa.Uuid(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f(f"fk_{name}_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", *keys, name=op.f(f"pk_{name}")),
    )
    op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
    op.execute(f"""
        CREATE POLICY own_company ON {name} TO {APPLICATION}
        USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
    """)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {APPLICATION}")


def downgrade() -> None:
    """Forgets what was used."""
    for name in reversed(TABLES):
        op.drop_table(name)
