"""Refusals in Google's envelope, `{"error": {"code", "message", "status", "details"}}`."""

from typing import Any

STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
USUAL_MESSAGES = {
    400: "Request contains an invalid argument.",
    401: (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
    ),
    403: "The caller does not have permission",
    404: "Requested entity was not found.",
    500: "Internal error encountered.",
    503: "The service is currently unavailable.",
    504: "The request timed out.",
}


class ApiError(Exception):
    """An answer other than 200 from Sheets or Drive."""

    def __init__(
        self, code: int, message: str = "", details: list[dict[str, Any]] | None = None, parameter: str = ""
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message or USUAL_MESSAGES.get(code, "Error")
        self.details = details or []
        self.parameter = parameter

    def body(self) -> dict[str, Any]:
        """The envelope."""
        error: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "status": STATUSES.get(self.code, "UNKNOWN"),
        }
        if self.details:
            error["details"] = self.details
        return {"error": error}


_DRIVE_REASONS = {
    400: ("invalid", {}),
    401: ("authError", {"locationType": "header", "location": "Authorization"}),
    403: ("insufficientFilePermissions", {}),
    404: ("notFound", {"locationType": "parameter", "location": "fileId"}),
}


def drive_body(error: ApiError) -> dict[str, Any]:
    """Drive's envelope (Drive API guide, "Resolve errors"): `errors` with reasons of its own, and no `status` but in
    front of the API itself, where credentials and scopes are looked at.
    """
    reason, place = _DRIVE_REASONS.get(error.code, ("backendError", {}))
    if error.code == 403 and error.details:
        reason = "insufficientPermissions"
    if error.parameter:
        place = {"locationType": "parameter", "location": error.parameter}
    body: dict[str, Any] = {
        "code": error.code,
        "message": error.message,
        "errors": [{"message": error.message, "domain": "global", "reason": reason, **place}],
    }
    if error.details:
        body |= {"status": STATUSES.get(error.code, "UNKNOWN"), "details": error.details}
    return {"error": body}


class Refused(ValueError):
    """One item of a batch cannot be done; the batch names the item before telling the client."""


def invalid(message: str) -> ApiError:
    """400 INVALID_ARGUMENT."""
    return ApiError(400, message)


def bad_payload(field: str, message: str) -> ApiError:
    """400 for a body that does not fit the schema, with the field violation that real answers carry."""
    return bad_fields([(field, message)])


def bad_fields(wrong: list[tuple[str, str]]) -> ApiError:
    """The same for several fields, each with what is wrong with it."""
    violations = [{"field": field, "description": text} if field else {"description": text} for field, text in wrong]
    details = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": violations}
    return ApiError(400, "\n".join(text for _, text in wrong), [details])


def unauthenticated() -> ApiError:
    """401: the bearer token is missing, unknown, revoked or out of date."""
    info = _info("ACCESS_TOKEN_TYPE_UNSUPPORTED", {"service": "sheets.googleapis.com"})
    return ApiError(401, "", [{**info, "reason": "CREDENTIALS_MISSING"}])


def insufficient_scopes(service: str) -> ApiError:
    """403: the token's scopes do not allow the method."""
    info = _info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", {"service": service})
    return ApiError(403, "Request had insufficient authentication scopes.", [info])


def quota_exceeded(kind: str, per_user: bool, limit: int, project: str) -> ApiError:
    """429 as sampled from production: metadata.quota_limit tells the user's limit from the project's."""
    metric, scope = f"{kind.capitalize()} requests", "per minute per user" if per_user else "per minute"
    message = (
        f"Quota exceeded for quota metric '{metric}' and limit '{metric} {scope}' of service "
        f"'sheets.googleapis.com' for consumer 'project_number:{project}'."
    )
    metadata = {
        "service": "sheets.googleapis.com",
        "consumer": f"projects/{project}",
        "quota_metric": f"sheets.googleapis.com/{kind}_requests",
        "quota_limit": f"{kind.capitalize()}RequestsPerMinutePer{'User' if per_user else 'Project'}",
        "quota_limit_value": str(limit),
        "quota_location": "global",
        "quota_unit": "1/min/{project}/{user}" if per_user else "1/min/{project}",
    }
    link = {
        "description": "Request a higher quota limit.",
        "url": "https://cloud.google.com/docs/quotas/help/request_increase",
    }
    help_ = {"@type": "type.googleapis.com/google.rpc.Help", "links": [link]}
    return ApiError(429, message, [_info("RATE_LIMIT_EXCEEDED", metadata), help_])


def error_body(status: int, quota: str) -> object:
    """What a planned `status` fault answers when it brings no body of its own."""
    if status == 429:
        per_user = quota == "user"
        return quota_exceeded("write", per_user=per_user, limit=60 if per_user else 300, project="000000000000").body()
    return ApiError(status).body()


def _info(reason: str, metadata: dict[str, str]) -> dict[str, Any]:
    return {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": metadata,
    }
