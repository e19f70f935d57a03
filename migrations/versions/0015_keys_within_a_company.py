"""A row may point to rows of its own company, and of no other: every foreign key has the company in it."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PARENTS = ("export_configs", "export_tasks", "members")
# table, column, what it points to, and whether it has pointed there by the identity alone until now
KEYS = (
    ("export_tasks", "config_id", "export_configs", True),
    ("export_watches", "config_id", "export_configs", True),
    ("occurrences", "config_id", "export_configs", True),
    ("quarantined_rows", "config_id", "export_configs", False),
    ("run_tellings", "config_id", "export_configs", True),
    ("run_tellings", "task_id", "export_tasks", True),
    ("sessions", "member_id", "members", True),
    ("write_intents", "config_id", "export_configs", True),
)


def upgrade() -> None:
    """Rows that were kept aside for exports that are gone go first. Anything else that points to another company would
    have broken isolation: the key that finds it says so, and nothing is changed.

    The tables are held for as long as it takes to look through them.
    """
    for table in PARENTS:
        op.create_unique_constraint(op.f(f"uq_{table}_company_id_id"), table, ["company_id", "id"])
    op.drop_index("ix_export_tasks_of_company", table_name="export_tasks")
    # The migration runs as the tables' owner, whom forced row-level security would show nothing.
    for table in ("quarantined_rows", "export_configs"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM quarantined_rows WHERE config_id NOT IN (SELECT id FROM export_configs)")
    for table in ("quarantined_rows", "export_configs"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for table, column, parent, known in KEYS:
        name, pair = f"fk_{table}_company_id_{parent}", ["company_id", column]
        op.create_foreign_key(op.f(name), table, parent, pair, ["company_id", "id"], ondelete="CASCADE")
        if known:
            op.drop_constraint(f"fk_{table}_{column}_{parent}", table)


def downgrade() -> None:
    """Points by identities alone again."""
    for table, column, parent, known in KEYS:
        op.drop_constraint(f"fk_{table}_company_id_{parent}", table)
        if known:
            name = f"fk_{table}_{column}_{parent}"
            op.create_foreign_key(op.f(name), table, parent, [column], ["id"], ondelete="CASCADE")
    op.create_index("ix_export_tasks_of_company", "export_tasks", ["company_id", "id"])
    for table in PARENTS:
        op.drop_constraint(op.f(f"uq_{table}_company_id_id"), table)
