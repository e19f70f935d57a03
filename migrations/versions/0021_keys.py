"""Canaries of the keys that secrets are sealed under; secrets can be looked through, company by company."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

APPLICATION = "skladsheets_app"
SYSTEM = "skladsheets_system"
MOMENT = sa.DateTime(timezone=True)
# Names of keys and nothing else: nonces and ciphertexts stay within their company.
SEEN = {
    "moysklad_connections": "token_key_id",
    "installations": "company_id, token_key_id",
    "google_connections": "refresh_key_id, access_key_id",
    "consent_requests": "company_id, verifier_key_id",
    "webhook_endpoints": "token_key_id",
    "pseudonym_keys": "company_id, key_key_id",
    "kept_answers": "company_id, body_key_id",
}
UNSEEN = ("installations", "pseudonym_keys")
"""Of whose rows the system role saw none before."""

PLACES = (
    ("moysklad_connections", "token"),
    ("installations", "token"),
    ("google_connections", "refresh"),
    ("google_connections", "access"),
    ("consent_requests", "verifier"),
    ("webhook_endpoints", "token"),
    ("pseudonym_keys", "key"),
    ("kept_answers", "body"),
)
FOUND = """
    SELECT company, '{table}.{key}', t.{key}_key_id::text, t.{key}_nonce, t.{key}_ciphertext
    FROM {table} t WHERE t.company_id = company AND t.{key}_key_id = ANY (keys)
"""
# Row-level security shows each company's rows while app.company_id names it, here as everywhere: whoever calls these
# may do the same statement by statement, which takes many times as long.
SECRETS_UNDER = f"""
    CREATE FUNCTION secrets_under(companies uuid[], keys text[])
    RETURNS TABLE (owner uuid, place text, key_id text, nonce bytea, ciphertext bytea)
    LANGUAGE plpgsql SECURITY INVOKER SET search_path = public AS $$
    DECLARE company uuid;
    BEGIN
        FOREACH company IN ARRAY companies LOOP
            PERFORM set_config('app.company_id', company::text, true);
            RETURN QUERY {" UNION ".join(FOUND.format(table=table, key=key) for table, key in PLACES)};
        END LOOP;
        PERFORM set_config('app.company_id', '', true);
    END $$
"""
STILL = "t.company_id = companies[i] AND t.{key}_nonce = nonces[i] AND t.{key}_ciphertext = ciphertexts[i]"
# Whoever is just changing a row is not waited for: waiting while others wait for us might never end.
SWAPPED = f"""
    WHEN '{{table}}.{{key}}' THEN
        PERFORM 1 FROM {{table}} t WHERE {STILL} FOR UPDATE SKIP LOCKED;
        IF FOUND THEN
            RETURN QUERY UPDATE {{table}} t SET {{key}}_key_id = new_key_ids[i], {{key}}_nonce = new_nonces[i],
                {{key}}_ciphertext = new_ciphertexts[i]
            WHERE {STILL} RETURNING i, t.{{key}}_key_id::text, t.{{key}}_nonce, t.{{key}}_ciphertext;
        END IF;
"""  # noqa: S608
SWAP_SECRETS = f"""
    CREATE FUNCTION swap_secrets(companies uuid[], places text[], nonces bytea[], ciphertexts bytea[],
        new_key_ids text[], new_nonces bytea[], new_ciphertexts bytea[])
    RETURNS TABLE (number integer, key_id text, nonce bytea, ciphertext bytea)
    LANGUAGE plpgsql SECURITY INVOKER SET search_path = public AS $$
    BEGIN
        FOR i IN 1 .. coalesce(cardinality(companies), 0) LOOP
            PERFORM set_config('app.company_id', companies[i]::text, true);
            CASE places[i] {"".join(SWAPPED.format(table=table, key=key) for table, key in PLACES)}
            END CASE;
        END LOOP;
        PERFORM set_config('app.company_id', '', true);
    END $$
"""
FUNCTIONS = {
    "secrets_under(uuid[], text[])": SECRETS_UNDER,
    "swap_secrets(uuid[], text[], bytea[], bytea[], text[], bytea[], bytea[])": SWAP_SECRETS,
}


def upgrade() -> None:
    """The secrets themselves stay as they are: they are sealed anew when keys are rotated."""
    op.create_table(
        "key_canaries",
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("fronted_at", MOMENT),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_key_canaries")),
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON key_canaries TO {SYSTEM}")
    for table in UNSEEN:
        op.execute(f"CREATE POLICY all_companies ON {table} FOR SELECT TO {SYSTEM} USING (true)")
    for table, columns in SEEN.items():
        op.execute(f"GRANT SELECT ({columns}) ON {table} TO {SYSTEM}")
    for name, function in FUNCTIONS.items():
        op.execute(sa.text(function.replace(":", r"\:")))
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {APPLICATION}")


def downgrade() -> None:
    """What was sealed meanwhile the version before cannot open: its companies have to connect anew."""
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}")
    for table, columns in SEEN.items():
        op.execute(f"REVOKE SELECT ({columns}) ON {table} FROM {SYSTEM}")  # noqa: S608 - constants of this file
    for table in UNSEEN:
        op.execute(f"DROP POLICY all_companies ON {table}")
    op.drop_table("key_canaries")
