"""Settings: every missing or wrong one is named at once, and none is shown."""

import base64
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrypoints.settings import SettingsInvalid, read_settings

APP = "6b1f0a1e-0d6c-4b57-8a53-2d6f8f0a9c11"
COMPLETE = {
    "DATABASE_URL": "postgresql://login:hunter2@db.example/skladsheets",
    "REDIS_URL": "redis://cache.example:6379/0",
    "PUBLIC_URL": "https://skladsheets.example/",
    "MOYSKLAD_APP_ID": "5a8e0c5e-6b7a-4d53-9a0b-0d8d8f6f1c11",
    "MOYSKLAD_APP_UID": "skladsheets.vendor",
    "MOYSKLAD_SECRET_KEY": "hunter2-secret-key",
    "GOOGLE_CLIENT_ID": "client.apps.googleusercontent.com",
    "GOOGLE_CLIENT_SECRET": "hunter2-client-secret",
    "ENCRYPTION_KEYS": f"k2:{base64.b64encode(bytes(32)).decode()},k1:{base64.urlsafe_b64encode(bytes(32)).decode()}",
    "SESSION_KEYS": f"s1:{base64.b64encode(bytes(32)).decode()}",
}
WRONG = {
    "DATABASE_URL": ["mysql://db/x", "postgresql:///socket-only", "db.example"],
    "REDIS_URL": ["http://cache", "redis://"],
    "PUBLIC_URL": ["skladsheets.example", "ftp://x"],
    "MOYSKLAD_APP_ID": ["my-app"],
    "ENCRYPTION_KEYS": ["hunter2", "k1:hunter2", f"k1:{base64.b64encode(bytes(16)).decode()}", "k1:", ":AAAA"],
    "SESSION_KEYS": ["hunter2", f"s1:{base64.b64encode(bytes(31)).decode()}", base64.b64encode(bytes(32)).decode()],
    "LOG_LEVEL": ["LOUD"],
    "OTEL_EXPORTER_OTLP_ENDPOINT": ["collector:4318"],
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": ["collector:4318/v1/traces"],
    "OTEL_TRACES_SAMPLER_ARG": ["-0.1", "1.5", "half", "nan"],
    "METRICS_PORT": ["-1", "65536", "http"],
    "FRESHNESS_TARGET_SECONDS": ["0", "day"],
    "TASK_RETENTION_DAYS": ["0", "ever"],
    "COMPANY_RETENTION_DAYS": ["0", "ever"],
    "AUDIT_RETENTION_DAYS": ["0", "ever"],
    "TRUSTED_PROXY_HOPS": ["-1", "many"],
    "SIGN_INS_PER_MINUTE": ["-1", "few"],
    "ADDRESS_REQUESTS_PER_MINUTE": ["-1", "1.5"],
    "COMPANY_REQUESTS_PER_MINUTE": ["-1", "x"],
    "WORKER_THREADS": ["0", "65", "many", "1.5"],
    "LEASE_SECONDS": ["0", "-1", "soon", "nan", "inf"],
    "SCHEDULE_MINIMUM_SECONDS": ["0", "59", "-300", "often", "1.5"],
    "SCHEDULE_SPREAD_SECONDS": ["-1", "wide", "0.5"],
    "TARIFF_PLANS": ["start", ":start", "a:gold", "a:start,a:free", "a:start,"],
    "DEFAULT_PLAN": ["gold"],
    "GRACE_DAYS": ["-1", "week"],
    "PLAN_AFTER_END": ["gold", "nothing"],
    "MOYSKLAD_API_URL": ["moysklad"],
    "MOYSKLAD_APPS": ["hunter2", "a:b:hunter2", f"{APP}:uid:", f"{APP}:uid:x:y", f"{APP}:a:hunter2,{APP}:b:hunter2"],
    "MOYSKLAD_UNITS": ["all", "0", "-5"],
    "MOYSKLAD_WINDOW_SECONDS": ["0", "nan"],
    "MOYSKLAD_PARALLEL": ["0", "100"],
    "MOYSKLAD_ACCOUNT_PARALLEL": ["0", "sixteen"],
    "MOYSKLAD_TRANSIT_SECONDS": ["0", "-1"],
    "GOOGLE_URL": ["google"],
    "GOOGLE_FILE_ACCESS": ["drive", "everything"],
    "GOOGLE_CLIENTS": ["id", "id:", ":hunter2", "id:hunter2:0", "id:hunter2:1:2", "id:hunter2,id:hunter2"],
    "GOOGLE_SERVICE_ACCOUNT": ["/nowhere/hunter2.json", "{}", '{"client_email": "a@b", "private_key": "hunter2"}'],
    "GOOGLE_USER_REQUESTS": ["0", "many"],
    "GOOGLE_PROJECT_REQUESTS": ["0", "1.5"],
    "GOOGLE_WINDOW_SECONDS": ["0", "soon"],
    "GOOGLE_WRITE_SPACING_SECONDS": ["-1", "inf"],
}


def test_a_new_version_of_the_app_is_an_app_of_its_own() -> None:
    further = f"{APP}:new.vendor:secret-2,{COMPLETE['MOYSKLAD_APP_ID']}:again.vendor:secret-3"
    first, second = read_settings({**COMPLETE, "MOYSKLAD_APPS": further}).moysklad.apps
    assert (str(first.app_id), first.app_uid) == (COMPLETE["MOYSKLAD_APP_ID"], COMPLETE["MOYSKLAD_APP_UID"])
    assert (str(second.app_id), second.app_uid, second.secret_key) == (APP, "new.vendor", "secret-2")
    assert "secret-2" not in repr(second)


@pytest.mark.parametrize("word", ["none", " NONE "])
def test_without_the_catalogue_there_is_no_app(word: str) -> None:
    variables = {name: value for name, value in COMPLETE.items() if not name.startswith("MOYSKLAD_")}
    assert read_settings({**variables, "MOYSKLAD_APP_ID": word}).moysklad.apps == ()
    with pytest.raises(SettingsInvalid) as refused:
        read_settings(variables)
    assert "`none`" in refused.value.problems[0]


def test_a_service_account_may_do_without_clients(tmp_path: Path) -> None:
    key = tmp_path / "key.json"
    key.write_text('{"client_email": "a@b.iam", "private_key": "-----BEGIN PRIVATE KEY-----", "private_key_id": "1"}')
    variables = {name: value for name, value in COMPLETE.items() if not name.startswith("GOOGLE_")}
    google = read_settings({**variables, "GOOGLE_CLIENT_ID": "none", "GOOGLE_SERVICE_ACCOUNT": str(key)}).google
    assert (google.clients, google.service_account is not None) == ((), True)
    with pytest.raises(SettingsInvalid) as refused:
        read_settings({**variables, "GOOGLE_CLIENT_ID": "none"})
    assert [problem.split()[0] for problem in refused.value.problems] == ["GOOGLE_SERVICE_ACCOUNT"]


def test_what_is_needed_is_enough() -> None:
    settings = read_settings(COMPLETE)
    assert settings.public_url == "https://skladsheets.example"
    assert settings.google_redirect_uri == "https://skladsheets.example/oauth/google/callback"
    assert settings.moysklad.api_url == "https://api.moysklad.ru/api/remap/1.2"
    assert (settings.log_level, settings.lease_seconds, settings.sentry_dsn) == ("INFO", 30.0, None)
    assert repr(settings) == "<Settings>"


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(SettingsInvalid) as refused:
        read_settings({})
    assert [problem.split()[0] for problem in refused.value.problems] == sorted(
        COMPLETE, key=[problem.split()[0] for problem in refused.value.problems].index
    )
    assert all(" is missing: " in problem for problem in refused.value.problems)
    with pytest.raises(SettingsInvalid) as blank:
        read_settings(dict.fromkeys(COMPLETE, "  "))
    assert blank.value.problems == refused.value.problems


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_what_is_wrong_is_named_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        read_settings({**COMPLETE, name: value})
    (problem,) = refused.value.problems
    assert problem.startswith(f"{name} is wrong: ")
    assert "hunter2" not in str(refused.value)


@given(st.dictionaries(st.sampled_from(sorted({*COMPLETE, *WRONG})), st.text(max_size=30)))
def test_whatever_is_set_is_read_or_refused(variables: dict[str, Any]) -> None:
    with pytest.raises(SettingsInvalid):
        read_settings(variables)
    named: set[str] = set()
    try:
        read_settings({**COMPLETE, **variables})
    except SettingsInvalid as refused:
        named = {problem.split()[0] for problem in refused.problems}
    assert named <= set(variables)


def test_metrics_are_off_and_nobody_else_could_see_them() -> None:
    watch = read_settings(COMPLETE).watch
    assert (watch.metrics_host, watch.metrics_port, watch.traces_share) == ("127.0.0.1", 0, 1.0)


def test_where_traces_go() -> None:
    collector = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318/"}
    whole = {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://traces.example/otlp"}
    assert read_settings(COMPLETE).traces_url is None
    assert read_settings({**COMPLETE, **collector}).traces_url == "http://collector:4318/v1/traces"
    assert read_settings({**COMPLETE, **collector, **whole}).traces_url == "https://traces.example/otlp"
