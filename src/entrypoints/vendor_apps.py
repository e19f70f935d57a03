"""Our apps at MoySklad, read from the environment."""

from uuid import UUID

import msgspec

from entrypoints.environment import Environment

NONE = "none"
"""Stands for the id of an app at MoySklad, or of an OAuth client at Google, where there is none."""


class MoySkladAppSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One app, as the developer cabinet shows it. A new version is an app of its own until it is merged (Vendor API
    docs, 7).
    """

    app_id: UUID
    app_uid: str
    secret_key: str

    def __repr__(self) -> str:
        """Without the secret."""
        return f"<MoySkladAppSettings {self.app_uid}>"


def read_apps(env: Environment) -> tuple[MoySkladAppSettings, ...]:
    """The app of the three variables, and those of the list: versions that are not published yet.

    That there is none has to be said: whoever forgot the three would have an installation that nobody can come in to.
    """
    others: tuple[MoySkladAppSettings, ...] = env.optional(
        "MOYSKLAD_APPS", "appId:appUid:secretKey of each further app, separated by commas", _further_apps, ()
    )
    if env.variables.get("MOYSKLAD_APP_ID", "").strip().lower() == NONE:
        return others
    one = MoySkladAppSettings(
        app_id=env.required(
            "MOYSKLAD_APP_ID",
            f"the app's appId from the developer cabinet, or `{NONE}` where all companies are connected by tokens",
            UUID,
            UUID(int=0),
        ),
        app_uid=env.required("MOYSKLAD_APP_UID", "the app's appUid, as in alias.vendor", str, ""),
        secret_key=env.required("MOYSKLAD_SECRET_KEY", "the app's secretKey from the developer cabinet", str, ""),
    )
    return (one, *(app for app in others if app.app_id != one.app_id))


def _further_apps(text: str) -> tuple[MoySkladAppSettings, ...]:
    made: dict[UUID, MoySkladAppSettings] = {}
    for entry in text.split(","):
        app_id, app_uid, secret = (part.strip() for part in entry.split(":"))
        app = MoySkladAppSettings(app_id=UUID(app_id), app_uid=app_uid, secret_key=secret)
        if not (app_uid and secret) or app.app_id in made:
            raise ValueError
        made[app.app_id] = app
    return tuple(made.values())
