"""Export configurations, tasks, and fingerprints of what was written."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables.metadata import MOMENT, company_id, metadata, of_company

ONE_PER_CONFIG = "uq_export_tasks_one_per_config"
ONE_WRITER = "uq_export_tasks_one_writer"

export_configs = Table(
    "export_configs",
    metadata,
    Column("id", Uuid, primary_key=True),
    company_id(),
    Column("name", String, nullable=False),
    Column("exporter_key", String, nullable=False),
    Column("columns", JSONB, nullable=False),
    Column("conditions", JSONB, nullable=False),
    Column("strategy", String, nullable=False),
    Column("spreadsheet_id", String),
    Column("title", String, nullable=False),
    Column("tab", String, nullable=False),
    Column("sheet_id", BigInteger),
    Column("cron", String),
    Column("time_zone", String),
    Column("next_due_at", MOMENT),
    Column("header", JSONB(none_as_null=True)),
    Column("cursor", JSONB(none_as_null=True)),
    Column("created_at", MOMENT, nullable=False),
    Column("row_mode", String, nullable=False, server_default="document"),
    Column("removal", String, nullable=False, server_default="keep"),
    Column("key_columns", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("allow_empty", Boolean, nullable=False, server_default=text("false")),
    Column("keep_previous", Boolean, nullable=False, server_default=text("true")),
    Column("brake_percent", Integer, nullable=False, server_default="20"),
    Column("window_days", Integer, nullable=False, server_default="0"),
    Column("reconcile_days", Integer, nullable=False, server_default="0"),
    Column("windowed_at", MOMENT),
    Column("reconciled_at", MOMENT),
    # The moment as of which the sheet was last known to show the source.
    Column("on_obstacle", String, nullable=False, server_default="refuse"),
    Column("chosen_tab", String),
    Column("run_log", String),
    Column("status_cell", String),
    Column("status_made", String),
    # A schedule is a cron expression, or another export to follow, or a freshness target; `next_due_at` is the start
    # of the occurrence whose time is `next_nominal_at`.
    Column("next_nominal_at", MOMENT),
    Column("spread_seconds", Integer, nullable=False, server_default="0"),
    Column("misfire", String, nullable=False, server_default="run_once"),
    Column("ran_at", MOMENT),
    # No foreign key: what was followed stays known when it is gone.
    Column("after_config_id", Uuid),
    Column("after_always", Boolean, nullable=False, server_default=text("false")),
    Column("after_removed", Boolean, nullable=False, server_default=text("false")),
    Column("freshness_seconds", Integer),
    Column("fresh_at", MOMENT),
    Column("on_change", Boolean, nullable=False, server_default=text("false")),
    # How data about people is shown; empty: as it is.
    Column("personal", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Index("ix_export_configs_next_due_at", "next_due_at", postgresql_where=text("next_due_at IS NOT NULL")),
    Index("ix_export_configs_after", "after_config_id", postgresql_where=text("after_config_id IS NOT NULL")),
    Index("ix_export_configs_freshness", "freshness_seconds", postgresql_where=text("freshness_seconds IS NOT NULL")),
    UniqueConstraint("company_id", "id"),
)

occurrences = Table(
    "occurrences",
    metadata,
    Column("config_id", Uuid, primary_key=True),
    Column("nominal_at", MOMENT, primary_key=True),
    company_id(),
    Column("kind", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("reason", String),
    # No foreign key: it would cost a query for each of a thousand entries, and tasks are never removed alone.
    Column("task_id", Uuid),
    # An entry for several covers those from `nominal_at` to `last_nominal_at`.
    Column("count", Integer, nullable=False, server_default="1"),
    Column("last_nominal_at", MOMENT),
    Column("decided_at", MOMENT, nullable=False),
    Index("ix_occurrences_decided_at", "decided_at"),
    of_company("config_id", "export_configs"),
)

export_tasks = Table(
    "export_tasks",
    metadata,
    Column("id", Uuid, primary_key=True),
    company_id(index=False),
    Column("config_id", Uuid, nullable=False),
    Column("mode", String, nullable=False),
    Column("trigger", String, nullable=False),
    Column("write_lock", String, nullable=False),
    Column("booked_at", MOMENT, nullable=False),
    Column("sent_at", MOMENT, nullable=False),
    Column("state", String, nullable=False),
    Column("due_at", MOMENT),
    Column("claim_id", Uuid),
    Column("lease_until", MOMENT),
    Column("checkpoint", JSONB(none_as_null=True)),
    Column("failures", Integer, nullable=False),
    Column("crashes", Integer, nullable=False),
    Column("counts", JSONB, nullable=False),
    Column("error", JSONB(none_as_null=True)),
    Column("started_at", MOMENT),
    Column("ended_at", MOMENT),
    Column("may_remove", Boolean, nullable=False, server_default=text("false")),
    Column("lane", String, nullable=False, server_default="live"),
    Column("dispatched_at", MOMENT),
    Column("claimed_at", MOMENT),
    Column("yielding", Boolean, nullable=False, server_default=text("false")),
    # Attempts, as adapters.postgres.timelines writes them; null before the first.
    Column("timeline", JSONB(none_as_null=True)),
    # Lists, newest first: ids sort by age. With the company in the second one too, nothing is gathered and sorted:
    # row-level security asks for it in every query.
    UniqueConstraint("company_id", "id"),
    Index("ix_export_tasks_of_config", "config_id", "company_id", "id"),
    Index("ix_export_tasks_ended_at", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
    Index(
        ONE_PER_CONFIG,
        "config_id",
        unique=True,
        postgresql_where=text("state IN ('booked', 'claimed', 'paused')"),
    ),
    Index(
        ONE_WRITER,
        "write_lock",
        unique=True,
        postgresql_where=text("state = 'claimed'"),
    ),
    Index("ix_export_tasks_claimed", "lease_until", postgresql_where=text("state = 'claimed'")),
    Index(
        "ix_export_tasks_dispatched",
        "dispatched_at",
        postgresql_where=text("state IN ('booked', 'claimed') AND dispatched_at IS NOT NULL"),
    ),
    Index("ix_export_tasks_waiting", "write_lock", postgresql_where=text("state = 'booked' AND lane = 'live'")),
    of_company("config_id", "export_configs"),
)

# Whoever has the key can tell which value a pseudonym stands for by trying; gone with the company, nobody can.
pseudonym_keys = Table(
    "pseudonym_keys",
    metadata,
    company_id(primary_key=True),
    Column("key_key_id", String, nullable=False),
    Column("key_nonce", LargeBinary, nullable=False),
    Column("key_ciphertext", LargeBinary, nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("runs", Integer, nullable=False),
    Column("backfills", Integer, nullable=False),
    Column("seen_at", MOMENT, nullable=False, index=True),
)

exported_rows = Table(
    "exported_rows",
    metadata,
    # No foreign key: checking one costs a query a row, and rows come by the hundred thousand.
    Column("config_id", Uuid, primary_key=True),
    Column("row_key", String, primary_key=True),
    Column("company_id", Uuid, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    # The object that the row is a line of; null when the row is the object itself.
    Column("parent", String),
    # 0: stands in the sheet; 1: gone at the source and awaits removal; 2: gone, but kept in the sheet.
    Column("gone", SmallInteger, nullable=False, server_default=text("0")),
    # The last run that read everything and met the row.
    Column("seen_by", Uuid),
    # The id of the hidden tab in which the row was gathered before it came into the table, if it was.
    Column("gathering", BigInteger),
    Index("ix_exported_rows_parent", "config_id", "parent", postgresql_where=text("parent IS NOT NULL")),
    Index("ix_exported_rows_gone", "config_id", "row_key", postgresql_where=text("gone = 1")),
)

change_marks = Table(
    "change_marks",
    metadata,
    # No foreign key to the export: whoever marks would wait for a run that ends, which waits for the marks.
    Column("config_id", Uuid, primary_key=True),
    Column("object_id", Uuid, primary_key=True),
    company_id(),
    Column("version", Uuid, nullable=False),
    Column("deleted", Boolean, nullable=False),
)

write_intents = Table(
    "write_intents",
    metadata,
    Column("config_id", Uuid, primary_key=True),
    company_id(),
    Column("marker", BigInteger),
    Column("previous", BigInteger),
    Column("task_id", Uuid, nullable=False),
    # Keys, fingerprints and parents of a batch of which nobody knows yet whether it was applied, as MessagePack.
    Column("rows", LargeBinary),
    Column("pending", Boolean, nullable=False),
    Column("final", Boolean, nullable=False),
    # The hidden tab in which rows wait to be moved, how many, and what their keys come to; null where none do.
    Column("gathering", BigInteger),
    Column("gathered_rows", Integer),
    Column("gathered_keys", LargeBinary),
    of_company("config_id", "export_configs"),
)

run_tellings = Table(
    "run_tellings",
    metadata,
    Column("task_id", Uuid, primary_key=True),
    Column("config_id", Uuid, nullable=False),
    company_id(),
    Column("asked_at", MOMENT, nullable=False),
    Column("sent_at", MOMENT, nullable=False),
    Column("state", String, nullable=False),
    Column("failures", Integer, nullable=False),
    # What people should know of it, each a code with details.
    Column("problems", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Index("ix_run_tellings_due", "sent_at", postgresql_where=text("state = 'due'")),
    # Whose markers stand in the spreadsheet.
    Index("ix_run_tellings_told", "config_id", postgresql_where=text("state = 'told'")),
    of_company("config_id", "export_configs"),
    of_company("task_id", "export_tasks"),
)

quarantined_rows = Table(
    "quarantined_rows",
    metadata,
    Column("config_id", Uuid, primary_key=True),
    Column("row_key", String, primary_key=True),
    company_id(),
    Column("code", String, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("found_at", MOMENT, nullable=False),
    of_company("config_id", "export_configs"),
)
