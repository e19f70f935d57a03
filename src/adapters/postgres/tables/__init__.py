"""The tables, as the migrations leave them. `make check` compares the two."""

from adapters.postgres.tables.announcements import announcements
from adapters.postgres.tables.audit import audit_entries
from adapters.postgres.tables.automations import (
    automation_rules,
    executions,
    link_sides,
    received_executions,
    rule_documents,
)
from adapters.postgres.tables.billing import (
    billing_accounts,
    usage_entries,
    usage_holds,
    usage_meters,
    usage_warnings,
)
from adapters.postgres.tables.connections import (
    consent_requests,
    google_connections,
    google_homes,
    installations,
    key_canaries,
    moysklad_connections,
    picked_spreadsheets,
    vendor_requests,
)
from adapters.postgres.tables.dealers import bind_links, dealer_chats, dealer_documents, dealers
from adapters.postgres.tables.delivery import idempotency_keys, kept_answers, nonces, outbox, turns
from adapters.postgres.tables.events import event_interests, event_turns, object_events
from adapters.postgres.tables.exports import (
    change_marks,
    export_configs,
    export_tasks,
    exported_rows,
    occurrences,
    pseudonym_keys,
    quarantined_rows,
    run_tellings,
    workers,
    write_intents,
)
from adapters.postgres.tables.matching import match_pairs, match_reviews
from adapters.postgres.tables.metadata import metadata
from adapters.postgres.tables.notices import notice_counts, notice_templates, notices
from adapters.postgres.tables.tenants import api_keys, companies, erasures, members, sessions, sign_in_links
from adapters.postgres.tables.webhooks import (
    export_watches,
    webhook_counts,
    webhook_deliveries,
    webhook_endpoints,
    webhook_receivers,
    webhook_registrations,
)

__all__ = [
    "announcements",
    "api_keys",
    "audit_entries",
    "automation_rules",
    "billing_accounts",
    "bind_links",
    "change_marks",
    "companies",
    "consent_requests",
    "dealer_chats",
    "dealer_documents",
    "dealers",
    "erasures",
    "event_interests",
    "event_turns",
    "executions",
    "export_configs",
    "export_tasks",
    "export_watches",
    "exported_rows",
    "google_connections",
    "google_homes",
    "idempotency_keys",
    "installations",
    "kept_answers",
    "key_canaries",
    "link_sides",
    "match_pairs",
    "match_reviews",
    "members",
    "metadata",
    "moysklad_connections",
    "nonces",
    "notice_counts",
    "notice_templates",
    "notices",
    "object_events",
    "occurrences",
    "outbox",
    "picked_spreadsheets",
    "pseudonym_keys",
    "quarantined_rows",
    "received_executions",
    "rule_documents",
    "run_tellings",
    "sessions",
    "sign_in_links",
    "turns",
    "usage_entries",
    "usage_holds",
    "usage_meters",
    "usage_warnings",
    "vendor_requests",
    "webhook_counts",
    "webhook_deliveries",
    "webhook_endpoints",
    "webhook_receivers",
    "webhook_registrations",
    "workers",
    "write_intents",
]
