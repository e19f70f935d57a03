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
    """What points to nothing any more goes first: rows that were kept aside for exports that are gone. Keys are checked
    for what is there after they have been put in place for what comes, so that nobody is held up for long.
    """
    for table in PARENTS:
        op.create_unique_constraint(op.f(f"uq_{table}_company_id_id"), table, ["company_id", "id"])
    op.drop_index("ix_export_tasks_of_company", table_name="export_tasks")
    for table, column, parent, _ in KEYS:
        points = f"parent.id = child.{column} AND parent.company_id = child.company_id"
        strays = f"DELETE FROM {table} AS child WHERE NOT EXISTS (SELECT FROM {parent} AS parent WHERE {points})"  # noqa: S608
        op.execute(strays)
        op.execute(f"""
            ALTER TABLE {table} ADD CONSTRAINT fk_{table}_company_id_{parent} FOREIGN KEY (company_id, {column})
            REFERENCES {parent} (company_id, id) ON DELETE CASCADE NOT VALID
        """)
    for table, column, parent, known in KEYS:
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT fk_{table}_company_id_{parent}")
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
