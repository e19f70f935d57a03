"""Settings, read from the environment. Every missing or wrong one is named at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from domain.billing.grants import REST
from domain.billing.plans import PlanKey
from entrypoints import written as as_
from entrypoints.botting import BotSettings, read_bot
from entrypoints.environment import Environment
from entrypoints.guarding import GuardSettings, read_guarding
from entrypoints.messaging import MessagingSettings, read_messaging
from entrypoints.vendor_apps import NONE, MoySkladAppSettings, read_apps

ValueT = TypeVar("ValueT")


class SettingsInvalid(ValueError):
    """The environment does not make a configuration. `problems` has one line for each setting; none holds a value."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class MoySkladSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Our apps at MoySklad, none where nobody comes from the catalogue, and where MoySklad is.

    `units` in `window` seconds and `parallel` requests at once are what all processes together spend of one token's
    budget, `account_parallel` of one account's. `transit` is how many seconds a request may be on its way.
    """

    apps: tuple[MoySkladAppSettings, ...]
    api_url: str
    vendor_url: str
    units: int
    window: float
    parallel: int
    account_parallel: int
    transit: float


class GoogleClientSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One OAuth client. `requests` is GoogleSettings.project_requests for its project, where that has another quota."""

    id: str
    secret: str
    requests: int | None = None

    def __repr__(self) -> str:
        """The id alone."""
        return f"<GoogleClientSettings {self.id}>"


class ServiceAccountSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed of the key file of a service account. `private_key` is PEM."""

    client_email: str
    private_key: str
    private_key_id: str = ""

    def __repr__(self) -> str:
        """The address alone."""
        return f"<ServiceAccountSettings {self.client_email}>"


class GoogleSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Our OAuth clients at Google, one at least, and a service account, if there is one.

    `url` puts every endpoint of Google's at one address, as the emulator does. `file_access` is the scope that opens
    spreadsheets: `drive.file` those that we made, `spreadsheets` every one of the connected account, for which Google
    wants to verify the app. `user_requests` and `project_requests` in `window` seconds are what all processes together
    spend of the quota of one Google user and of one project, of reads and of writes each; `write_spacing` are the
    seconds between two writes to one spreadsheet.
    """

    clients: tuple[GoogleClientSettings, ...]
    service_account: ServiceAccountSettings | None
    url: str | None
    file_access: str
    user_requests: int
    project_requests: int
    window: float
    write_spacing: float


class WatchSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What can be seen from outside. Metrics are served on `metrics_host`, on no port if that is 0. `traces_share` of
    the traces is kept. An export is stale when its sheet is older than `fresh_seconds`.
    """

    metrics_host: str
    metrics_port: int
    traces_share: float
    fresh_seconds: float


class PlanSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Which plan each of MoySklad's tariffs stands for; without any everybody has the `usual` one. What is not paid any
    longer goes on for `grace_days`; `after` that comes a plan, or exports rest.
    """

    tariffs: dict[str, PlanKey] = {}
    usual: PlanKey = PlanKey.ENTERPRISE
    grace_days: int = 7
    after: PlanKey | None = None


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is configured. `session_keys` sign access tokens, `encryption_keys` seal secrets at rest.

    No schedule may have runs closer than `schedule_minimum_seconds`; one that says nothing of it starts its runs within
    `schedule_spread_seconds` after their times.

    A company that has removed the app is erased after `company_retention_days`.

    `former_urls` are what `public_url` was before, so that webhooks registered then are known for ours. Every
    `catch_up_minutes` an export that follows changes looks for what it was not told of.
    """

    database_url: str
    redis_url: str
    public_url: str
    moysklad: MoySkladSettings
    google: GoogleSettings
    encryption_keys: str
    session_keys: str
    log_level: str
    sentry_dsn: str | None
    traces_url: str | None
    watch: WatchSettings
    retention_days: int
    worker_threads: int
    company_runs: int
    company_backfills: int
    lease_seconds: float
    former_urls: tuple[str, ...]
    catch_up_minutes: float
    schedule_minimum_seconds: int = 300
    schedule_spread_seconds: int = 300
    plans: PlanSettings = PlanSettings()
    company_retention_days: int = 180
    audit_days: int = 365
    guarding: GuardSettings = GuardSettings()
    messaging: MessagingSettings = MessagingSettings()
    bot: BotSettings = BotSettings()

    def __repr__(self) -> str:
        """Nothing: settings are full of secrets."""
        return "<Settings>"

    @property
    def google_redirect_uri(self) -> str:
        """Where Google sends browsers back to. It has to be registered with the OAuth client, letter by letter."""
        return f"{self.public_url}/oauth/google/callback"


def read_settings(variables: Mapping[str, str]) -> Settings:
    """Reads the settings. Raises SettingsInvalid naming every problem."""
    env = Environment(variables)
    settings = Settings(
        database_url=env.required("DATABASE_URL", "a postgresql:// address", as_.address("postgresql"), ""),
        redis_url=env.required("REDIS_URL", "a redis:// address", as_.address("redis", "rediss"), ""),
        public_url=env.required(
            "PUBLIC_URL", "the https:// address under which browsers and MoySklad reach this service", as_.web, ""
        ),
        moysklad=_moysklad(env),
        google=_google(env),
        encryption_keys=env.required(
            "ENCRYPTION_KEYS", "id:base64 of 32 random bytes, newest first, separated by commas", as_.key_ring, ""
        ),
        session_keys=env.required(
            "SESSION_KEYS",
            "id:base64 of 32 random bytes, the signing one first, separated by commas",
            as_.key_ring,
            "",
        ),
        log_level=env.optional("LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR", as_.level, "INFO"),
        sentry_dsn=env.optional("SENTRY_DSN", "a Sentry DSN", as_.text, None),
        traces_url=_traces(env),
        watch=_watch(env),
        retention_days=env.optional(
            "TASK_RETENTION_DAYS", "how many days ended runs are kept, 1 or more", as_.whole, 90
        ),
        company_retention_days=env.optional("COMPANY_RETENTION_DAYS", "days, 1 or more", as_.whole, 180),
        audit_days=env.optional(
            "AUDIT_RETENTION_DAYS", "how many days the audit log is kept, 1 or more", as_.whole, 365
        ),
        worker_threads=env.optional("WORKER_THREADS", "how many runs a worker carries at once, 1 to 64", as_.small, 8),
        company_runs=env.optional("COMPANY_RUNS", "runs of one company at once, 1 to 64", as_.small, 4),
        company_backfills=env.optional("COMPANY_BACKFILLS", "runs at once that read everything, 1 to 64", as_.small, 2),
        lease_seconds=env.optional("LEASE_SECONDS", "how long a silent worker keeps its task", as_.positive, 30.0),
        schedule_minimum_seconds=env.optional(
            "SCHEDULE_MINIMUM_SECONDS", "how far apart runs of a schedule have to be, 60 or more", as_.minute, 300
        ),
        schedule_spread_seconds=env.optional(
            "SCHEDULE_SPREAD_SECONDS",
            "the usual window within which a schedule's runs start, 0 or more",
            as_.count,
            300,
        ),
        plans=_plans(env),
        guarding=read_guarding(env),
        messaging=read_messaging(env),
        bot=read_bot(env),
        former_urls=env.optional(
            "FORMER_PUBLIC_URLS", "what PUBLIC_URL was before, separated by commas", as_.several_webs, ()
        ),
        catch_up_minutes=env.optional(
            "CATCH_UP_MINUTES", "minutes after which missed changes are looked for", as_.positive, 15.0
        ),
    )
    if env.problems:
        raise SettingsInvalid(env.problems)
    return settings


def _plans(env: Environment) -> PlanSettings:
    known = ", ".join(PlanKey)
    return PlanSettings(
        tariffs=env.optional(
            "TARIFF_PLANS",
            f"tariffId:plan of each of MoySklad's tariffs, separated by commas; plans are {known}",
            _tariffs,
            {},
        ),
        usual=env.optional("DEFAULT_PLAN", f"one of {known}", PlanKey, PlanKey.ENTERPRISE),
        after=env.optional(
            "PLAN_AFTER_END", f"what comes after a plan: `{REST}`, or one of {known}", _afterwards, None
        ),
        grace_days=env.optional("GRACE_DAYS", "days that exports go on after the paid time, 0 or more", as_.count, 7),
    )


def _afterwards(text: str) -> PlanKey | None:
    return None if text == REST else PlanKey(text)


def _tariffs(text: str) -> dict[str, PlanKey]:
    made: dict[str, PlanKey] = {}
    for entry in text.split(","):
        tariff, parted, plan = (part.strip() for part in entry.rpartition(":"))
        if not (tariff and parted) or tariff in made:
            raise ValueError
        made[tariff] = PlanKey(plan)
    return made


def _traces(env: Environment) -> str | None:
    """Where spans go, path included (OpenTelemetry specification, Protocol Exporter: the one address is the whole, the
    other is lengthened).
    """
    whole = env.optional("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "the http(s):// address for traces alone", as_.web, None)
    collector = env.optional(
        "OTEL_EXPORTER_OTLP_ENDPOINT", "the http(s):// address of an OTLP collector", as_.web, None
    )
    return whole if whole is not None or collector is None else f"{collector}/v1/traces"


def _watch(env: Environment) -> WatchSettings:
    return WatchSettings(
        metrics_host=env.optional("METRICS_HOST", "the address on which metrics are served", str, "127.0.0.1"),
        metrics_port=env.optional("METRICS_PORT", "a port from 1 to 65535, or 0 for no metrics", as_.port, 0),
        traces_share=env.optional("OTEL_TRACES_SAMPLER_ARG", "the share of traces to keep, 0 to 1", as_.share, 1.0),
        fresh_seconds=env.optional("FRESHNESS_TARGET_SECONDS", "seconds until a sheet is stale", as_.positive, 90000.0),
    )


def _moysklad(env: Environment) -> MoySkladSettings:
    return MoySkladSettings(
        apps=read_apps(env),
        api_url=env.optional(
            "MOYSKLAD_API_URL", "an http(s):// address", as_.web, "https://api.moysklad.ru/api/remap/1.2"
        ),
        vendor_url=env.optional(
            "MOYSKLAD_VENDOR_URL", "an http(s):// address", as_.web, "https://apps-api.moysklad.ru/api/vendor/1.0"
        ),
        units=env.optional("MOYSKLAD_UNITS", "request units in one window, 1 or more", as_.whole, 45),
        window=env.optional("MOYSKLAD_WINDOW_SECONDS", "seconds", as_.positive, 3.0),
        parallel=env.optional("MOYSKLAD_PARALLEL", "requests at once with one token, 1 to 64", as_.small, 4),
        account_parallel=env.optional(
            "MOYSKLAD_ACCOUNT_PARALLEL", "requests at once to one account, 1 to 64", as_.small, 16
        ),
        transit=env.optional("MOYSKLAD_TRANSIT_SECONDS", "how long a request may be on its way", as_.positive, 0.5),
    )


def _google(env: Environment) -> GoogleSettings:
    return GoogleSettings(
        clients=_google_clients(env),
        service_account=env.optional(
            "GOOGLE_SERVICE_ACCOUNT",
            "a service account's key, as JSON or as the path of its file",
            _service_account,
            None,
        ),
        url=env.optional("GOOGLE_URL", "an http(s):// address that stands in for all of Google", as_.web, None),
        file_access=env.optional("GOOGLE_FILE_ACCESS", "drive.file or spreadsheets", as_.file_access, "drive.file"),
        user_requests=env.optional("GOOGLE_USER_REQUESTS", "requests in one window, 1 or more", as_.whole, 57),
        project_requests=env.optional("GOOGLE_PROJECT_REQUESTS", "requests in one window, 1 or more", as_.whole, 285),
        window=env.optional("GOOGLE_WINDOW_SECONDS", "seconds", as_.positive, 60.0),
        write_spacing=env.optional("GOOGLE_WRITE_SPACING_SECONDS", "seconds, 0 or more", as_.seconds, 1.0),
    )


def _google_clients(env: Environment) -> tuple[GoogleClientSettings, ...]:
    """The client of the two variables, which come first, and those of the list."""
    several: tuple[GoogleClientSettings, ...] = env.optional(
        "GOOGLE_CLIENTS", "id:secret or id:secret:requests of each client, separated by commas", _clients, ()
    )
    names = ("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET")
    if env.variables.get(names[0], "").strip().lower() == NONE:
        env.required("GOOGLE_SERVICE_ACCOUNT", "the key of a service account, where there is no OAuth client", str, "")
        return several
    if several and not any(env.variables.get(name, "").strip() for name in names):
        return several
    one = GoogleClientSettings(
        id=env.required(names[0], f"the OAuth client's id from the Google Cloud console, or `{NONE}`", str, ""),
        secret=env.required(names[1], "the OAuth client's secret", str, ""),
    )
    return (one, *(client for client in several if client.id != one.id))


def _clients(text: str) -> tuple[GoogleClientSettings, ...]:
    made: dict[str, GoogleClientSettings] = {}
    for entry in text.split(","):
        client_id, secret, *requests = (part.strip() for part in entry.split(":"))
        if not (client_id and secret) or len(requests) > 1 or client_id in made:
            raise ValueError
        made[client_id] = GoogleClientSettings(
            id=client_id, secret=secret, requests=as_.whole(requests[0]) if requests else None
        )
    return tuple(made.values())


def _service_account(text: str) -> ServiceAccountSettings:
    try:
        written = text.encode() if text.startswith("{") else Path(text).read_bytes()
        key = msgspec.json.decode(written, type=ServiceAccountSettings)
    except (OSError, msgspec.DecodeError, UnicodeError) as unreadable:
        raise ValueError from unreadable
    if "@" not in key.client_email or "PRIVATE KEY" not in key.private_key:
        raise ValueError
    return key


def webhook_base(public_url: str) -> str:
    """What the addresses begin with that MoySklad's webhooks call."""
    return f"{public_url}/webhooks/moysklad/"
