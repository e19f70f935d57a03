"""Runs wait for turns; workers tell how many they can carry out; runs can be paused, messages parked."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"
MOMENT = sa.DateTime(timezone=True)
TASK_INDEXES = ("uq_export_tasks_one_per_config", "ix_export_tasks_unfinished")
NEW_TASK_INDEXES = ("ix_export_tasks_claimed", "ix_export_tasks_dispatched", "ix_export_tasks_waiting")


def upgrade() -> None:
    """Tasks that wait have been told of already, as it was until now; should that be lost, they are found again."""
    op.add_column("companies", sa.Column("weight", sa.Integer(), nullable=False, server_default="1"))
    _tasks()
    _outbox()
    op.create_table(
        "turns",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("served_at", MOMENT),
        sa.Column("stamp", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_turns_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "lane", name=op.f("pk_turns")),
    )
    where = sa.text("due_at IS NOT NULL")
    op.create_index("ix_turns_due", "turns", ["lane", sa.text("served_at NULLS FIRST")], postgresql_where=where)
    op.execute("ALTER TABLE turns ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE turns FORCE ROW LEVEL SECURITY")
    op.execute(f"""
        CREATE POLICY own_company ON turns TO {APPLICATION}
        USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
    """)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON turns TO {APPLICATION}")
    op.execute(f"CREATE POLICY all_companies ON turns TO {SYSTEM} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON turns TO {SYSTEM}")
    op.create_table(
        "workers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("backfills", sa.Integer(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    op.create_index(op.f("ix_workers_seen_at"), "workers", ["seen_at"])
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON workers TO {SYSTEM}")


def _tasks() -> None:
    op.add_column("export_tasks", sa.Column("lane", sa.String(), nullable=False, server_default="live"))
    op.add_column("export_tasks", sa.Column("dispatched_at", MOMENT))
    op.add_column("export_tasks", sa.Column("claimed_at", MOMENT))
    op.add_column("export_tasks", sa.Column("yielding", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.execute("""
        UPDATE export_tasks SET dispatched_at = sent_at, claimed_at = started_at WHERE state IN ('booked', 'claimed')
    """)
    for name in TASK_INDEXES:
        op.drop_index(name, "export_tasks")
    open_states = sa.text("state IN ('booked', 'claimed', 'paused')")
    op.create_index(TASK_INDEXES[0], "export_tasks", ["config_id"], unique=True, postgresql_where=open_states)
    conditions = (
        ("lease_until", "state = 'claimed'"),
        ("dispatched_at", "state IN ('booked', 'claimed') AND dispatched_at IS NOT NULL"),
        ("write_lock", "state = 'booked' AND lane = 'live'"),
    )
    for name, (column, condition) in zip(NEW_TASK_INDEXES, conditions, strict=True):
        op.create_index(name, "export_tasks", [column], postgresql_where=sa.text(condition))


def _outbox() -> None:
    op.add_column("outbox", sa.Column("lane", sa.String()))
    op.add_column("outbox", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.add_column("outbox", sa.Column("failures", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("outbox", sa.Column("error", sa.String()))
    op.add_column("outbox", sa.Column("parked_at", MOMENT))
    parked = sa.text("parked_at IS NOT NULL")
    op.create_index("ix_outbox_parked", "outbox", ["parked_at"], postgresql_where=parked)
    op.drop_index("ix_outbox_unsent", "outbox")
    unsent = sa.text("sent_at IS NULL AND lane IS NULL")
    op.create_index("ix_outbox_unsent", "outbox", ["deliver_after", "id"], postgresql_where=unsent)
    in_lane = sa.text("sent_at IS NULL AND lane IS NOT NULL")
    order = ["company_id", "lane", sa.text("urgent DESC"), "deliver_after", "id"]
    op.create_index("ix_outbox_turns", "outbox", order, postgresql_where=in_lane)
    urgent = sa.text("sent_at IS NULL AND urgent")
    op.create_index("ix_outbox_urgent", "outbox", ["lane", "deliver_after"], postgresql_where=urgent)


def downgrade() -> None:
    """Messages that wait for turns are handed out at once, and paused runs go on."""
    op.drop_table("workers")
    op.drop_table("turns")
    for name in ("ix_outbox_parked", "ix_outbox_urgent", "ix_outbox_turns", "ix_outbox_unsent"):
        op.drop_index(name, "outbox")
    op.create_index("ix_outbox_unsent", "outbox", ["deliver_after", "id"], postgresql_where=sa.text("sent_at IS NULL"))
    for name in ("parked_at", "error", "failures", "urgent", "lane"):
        op.drop_column("outbox", name)
    for name in (*NEW_TASK_INDEXES, TASK_INDEXES[0]):
        op.drop_index(name, "export_tasks")
    op.execute("UPDATE export_tasks SET state = 'booked' WHERE state = 'paused'")
    unfinished = sa.text("state IN ('booked', 'claimed')")
    op.create_index(TASK_INDEXES[0], "export_tasks", ["config_id"], unique=True, postgresql_where=unfinished)
    op.create_index(TASK_INDEXES[1], "export_tasks", ["lease_until"], postgresql_where=unfinished)
    for name in ("yielding", "claimed_at", "dispatched_at", "lane"):
        op.drop_column("export_tasks", name)
    op.drop_column("companies", "weight")
