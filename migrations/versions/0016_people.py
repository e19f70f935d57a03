"""Roles, persons, one-time links, API keys, and sessions that can be listed and refreshed by two tabs at once."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
OWN = "NULLIF(current_setting('app.company_id', true), '')::uuid"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """The first administrator of each company owns it. Processes of the version before do not know the new roles, so
    they are stopped first.
    """
    _members()
    _sessions()
    _links()
    _api_keys()
    for table in ("sign_in_links", "api_keys"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"""
            CREATE POLICY own_company ON {table} TO {APPLICATION}
            USING (company_id = {OWN}) WITH CHECK (company_id = {OWN})
        """)
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APPLICATION}")
    op.execute(f"CREATE POLICY all_companies ON sign_in_links TO {SYSTEM} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT (expires_at), DELETE ON sign_in_links TO {SYSTEM}")
    op.execute(f"CREATE POLICY all_companies ON members FOR SELECT TO {SYSTEM} USING (true)")
    op.execute(f"GRANT SELECT (id, company_id, person_id, role, removed_at) ON members TO {SYSTEM}")


def _members() -> None:
    op.alter_column("members", "employee_id", nullable=True)
    person = sa.Column("person_id", sa.Uuid(), nullable=False, server_default=sa.text("gen_random_uuid()"))
    op.add_column("members", person)
    op.add_column("members", sa.Column("locale", sa.String()))
    op.add_column("members", sa.Column("by_hand", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.add_column("members", sa.Column("administrator", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.add_column("members", sa.Column("removed_at", MOMENT))
    op.create_unique_constraint(op.f("uq_members_person_id_company_id"), "members", ["person_id", "company_id"])
    # The migration runs as the tables' owner, whom forced row-level security would show nothing.
    op.execute("ALTER TABLE members NO FORCE ROW LEVEL SECURITY")
    op.execute("""
        UPDATE members SET
            administrator = role = 'administrator',
            role = CASE
                WHEN role <> 'administrator' THEN 'editor'
                WHEN id = (
                    SELECT first.id FROM members AS first
                    WHERE first.company_id = members.company_id AND first.role = 'administrator'
                    ORDER BY first.id LIMIT 1
                ) THEN 'owner'
                ELSE 'admin'
            END
    """)
    op.execute("ALTER TABLE members FORCE ROW LEVEL SECURITY")


def _sessions() -> None:
    for name in ("created_at", "last_used_at"):
        op.add_column("sessions", sa.Column(name, MOMENT, nullable=False, server_default=sa.text("now()")))
    op.add_column("sessions", sa.Column("device", sa.String(), nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("previous_digest", sa.LargeBinary()))
    op.add_column("sessions", sa.Column("salt", sa.LargeBinary()))
    op.add_column("sessions", sa.Column("rotated_at", MOMENT))
    op.create_index("ix_sessions_member_id", "sessions", ["member_id"])


def _links() -> None:
    op.create_table(
        "sign_in_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("member_id", sa.Uuid()),
        sa.Column("created_by", sa.Uuid()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_sign_in_links_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "member_id"],
            ["members.company_id", "members.id"],
            name=op.f("fk_sign_in_links_company_id_members"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_links")),
    )
    op.create_index(op.f("ix_sign_in_links_company_id"), "sign_in_links", ["company_id"])
    op.create_index(op.f("ix_sign_in_links_expires_at"), "sign_in_links", ["expires_at"])


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_api_keys_company_id_companies"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "created_by"],
            ["members.company_id", "members.id"],
            name=op.f("fk_api_keys_company_id_members"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
    )
    op.create_index(op.f("ix_api_keys_company_id"), "api_keys", ["company_id"])


def downgrade() -> None:
    """Forgets links and keys, who came by a link, and who was removed: those come in again as MoySklad lets them."""
    op.execute(f"REVOKE ALL ON members FROM {SYSTEM}")
    op.execute("DROP POLICY all_companies ON members")
    op.drop_table("api_keys")
    op.drop_table("sign_in_links")
    op.drop_index("ix_sessions_member_id", "sessions")
    for name in ("rotated_at", "salt", "previous_digest", "device", "last_used_at", "created_at"):
        op.drop_column("sessions", name)
    op.execute("ALTER TABLE members NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM members WHERE employee_id IS NULL OR removed_at IS NOT NULL")
    op.execute("""
        UPDATE members SET role = CASE WHEN role IN ('owner', 'admin') THEN 'administrator' ELSE 'employee' END
    """)
    op.execute("ALTER TABLE members FORCE ROW LEVEL SECURITY")
    op.drop_constraint(op.f("uq_members_person_id_company_id"), "members")
    for name in ("removed_at", "administrator", "by_hand", "locale", "person_id"):
        op.drop_column("members", name)
    op.alter_column("members", "employee_id", nullable=False)
